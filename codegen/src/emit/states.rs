//! Views of the states of a response: each state with just the fields that it has.

use super::docs::{Docs, deprecated};
use super::literal::refused;
use super::naming::Names;
use super::types::plain;
use crate::model::{Action, Api, Enum, Field, Sensitivity, StateCase, StateView, Type};
use crate::naming;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The view, the types that it needs, and the methods of the response that return it.
pub(super) fn view(api: &Api, action: &Action, names: &Names<'_>, view: &StateView) -> TokenStream {
    let Some((on, of)) = by_enum(api, action, &view.on) else {
        return refused(&format!("the states of `{}`", view.on));
    };
    let (name, response) = (format_ident!("{}", view.name), &names.response);
    let other = format_ident!("{}", naming::other_state(&view.name));
    let mut parts = TokenStream::new();
    let variants: Vec<TokenStream> = view.states.iter().map(|case| variant(of, case)).collect();
    let arms = view.states.iter().map(|case| {
        let value = variant_name(of, &case.value);
        let pattern = pattern(on, of, &value);
        let made = made(api, action, &|content| content_of(&name, &value, content), case, &mut parts);
        quote!(#pattern => #made,)
    });
    let arms: Vec<TokenStream> = arms.collect();
    let field = format_ident!("{}", on.name);
    let state = if on.guaranteed { quote!(Some(response.#field.clone())) } else { quote!(response.#field.clone()) };
    let docs = Docs::text(&view.doc).outer();
    let (enumeration, wire) = (format_ident!("{}", of.name), &on.wire);
    let about = Docs::own([
        &format!("Returns the state that `{wire}` names, with the fields of that state."),
        &format!("返回 `{wire}` 所指的状态及其字段。"),
    ])
    .outer();
    let converts = Docs::own([
        &format!("Converts into the state that `{wire}` names, with the fields of that state."),
        &format!("转换为 `{wire}` 所指的状态及其字段。"),
    ])
    .outer();
    quote! {
        #docs
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = " A state that this version does not know, or one that lacks documented fields.\u{1f}\u{1f} 本版本不认识的状态，或缺少文档所列字段的状态。"]
            Other(#other),
        }

        #parts

        #[doc = " A state that this version does not know, or one that lacks documented fields.\u{1f}\u{1f} 本版本不认识的状态，或缺少文档所列字段的状态。"]
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct #other {
            #[doc = " The state as the service wrote it.\u{1f}\u{1f} 服务返回的状态原样。"]
            pub state: Option<#enumeration>,
            #[doc = " The whole response.\u{1f}\u{1f} 完整的响应。"]
            pub response: Box<#response>,
            #[doc = " Fields that the documents list for this state and that the response lacks. Empty for an unknown state.\u{1f}\u{1f} 文档为该状态列出、而响应中没有的字段；未知状态时为空。"]
            pub missing: Vec<&'static str>,
        }

        impl #response {
            #about
            #[must_use]
            pub fn state(&self) -> #name {
                self.clone().into_state()
            }

            #converts
            #[must_use]
            pub fn into_state(self) -> #name {
                let other = |missing: Vec<&'static str>, response: Self| {
                    #name::Other(#other { state: #state, missing, response: Box::new(response) })
                };
                match self.#field {
                    #(#arms)*
                    _ => other(Vec::new(), self),
                }
            }
        }
    }
}

/// A response field with its enum.
fn by_enum<'a>(api: &'a Api, action: &'a Action, wire: &str) -> Option<(&'a Field, &'a Enum)> {
    let field = action.response.iter().find(|field| field.wire == wire)?;
    let Type::Enum(name) = &field.kind else { return None };
    Some((field, api.enumeration(name)?))
}

fn variant_name(of: &Enum, value: &str) -> Ident {
    let found = of.values.iter().find(|v| v.wire == value);
    format_ident!("{}", found.map_or_else(|| naming::value(value, None), |v| v.name.clone()))
}

fn variant(of: &Enum, case: &StateCase) -> TokenStream {
    let name = variant_name(of, &case.value);
    let docs = of.values.iter().find(|v| v.wire == case.value).map(|v| Docs::text(&v.doc).outer());
    if let Some(inner) = &case.name {
        let inner = format_ident!("{inner}");
        quote!(#docs #name(#inner),)
    } else {
        quote!(#docs #name,)
    }
}

/// A value of the field that tells the state, as a pattern.
fn pattern(on: &Field, of: &Enum, value: &Ident) -> TokenStream {
    let of = format_ident!("{}", of.name);
    if on.guaranteed { quote!(#of::#value) } else { quote!(Some(#of::#value)) }
}

/// A variant with what it has.
fn content_of(name: &Ident, variant: &Ident, content: Option<TokenStream>) -> TokenStream {
    if let Some(content) = content { quote!(#name::#variant(#content)) } else { quote!(#name::#variant) }
}

/// How the content of a state, if it has any, becomes the state.
type Wrap<'a> = &'a dyn Fn(Option<TokenStream>) -> TokenStream;

/// An expression that makes a state; adds the types that it needs to `parts`.
fn made(api: &Api, action: &Action, wrap: Wrap<'_>, case: &StateCase, parts: &mut TokenStream) -> TokenStream {
    let Some(name) = case.name.as_ref().map(|name| format_ident!("{name}")) else { return wrap(None) };
    let Some(by) = case.by.as_deref() else { return holder(action, wrap, &name, case, parts) };
    let Some((by, of)) = by_enum(api, action, by) else { return refused(&format!("the cases of `{by}`")) };
    let variants = case.cases.iter().map(|case| variant(of, case));
    let about = Docs::own([
        &format!("The fields of state `{}`, by `{}`.", case.value, by.wire),
        &format!("状态 `{}` 的字段，按 `{}` 区分。", case.value, by.wire),
    ])
    .outer();
    parts.extend(quote! {
        #about
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
        }
    });
    let (field, wire) = (format_ident!("{}", by.name), &by.wire);
    let arms: Vec<TokenStream> = case
        .cases
        .iter()
        .map(|inner| {
            let value = variant_name(of, &inner.value);
            let pattern = pattern(by, of, &value);
            let made = made(api, action, &|content| wrap(Some(content_of(&name, &value, content))), inner, parts);
            quote!(#pattern => #made,)
        })
        .collect();
    quote! {
        match self.#field {
            #(#arms)*
            _ => other(vec![#wire], self),
        }
    }
}

/// Whether a response can lack a field: a list is empty instead, and a guaranteed field is never absent.
fn can_lack(field: &Field) -> bool {
    !field.guaranteed && !field.kind.is_list()
}

fn holder(action: &Action, wrap: Wrap<'_>, name: &Ident, case: &StateCase, parts: &mut TokenStream) -> TokenStream {
    let find = |wire: &String| action.response.iter().find(|field| field.wire == *wire);
    let promised: Vec<&Field> = case.fields.iter().filter_map(find).collect();
    let optional: Vec<&Field> = case.optional.iter().filter_map(find).collect();
    let member = |field: &Field, promised: bool| {
        let (docs, name, kind) = (Docs::text(&field.doc).outer(), format_ident!("{}", field.name), plain(field));
        let kind = if promised || !can_lack(field) { kind } else { quote!(Option<#kind>) };
        let deprecation = deprecated(field.history.as_ref());
        quote!(#docs #deprecation pub #name: #kind,)
    };
    let members = promised.iter().map(|f| member(f, true)).chain(optional.iter().map(|f| member(f, false)));
    let about =
        Docs::own([&format!("The fields of state `{}`.", case.value), &format!("状态 `{}` 的字段。", case.value)])
            .outer();
    let fields = [promised.as_slice(), optional.as_slice()].concat();
    let (derive, debug) = holder_debug(name, &fields);
    parts.extend(quote! {
        #about
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
        }

        #debug
    });
    let ident = |field: &&Field| format_ident!("{}", field.name);
    parts.extend(record_name(name, case, &promised));
    let names: Vec<Ident> = fields.iter().map(ident).collect();
    let content = wrap(Some(quote!(#name { #(#names,)* })));
    let (needed, rest): (Vec<&Field>, Vec<&Field>) = promised.into_iter().partition(|field| can_lack(field));
    let rest: Vec<Ident> = rest.iter().chain(&optional).map(ident).collect();
    if needed.is_empty() {
        return quote!({
            let Self { #(#rest,)* .. } = self;
            #content
        });
    }
    let checks = needed.iter().map(|field| {
        let (wire, name) = (&field.wire, ident(field));
        quote!((#wire, response.#name.is_none()))
    });
    let needed: Vec<Ident> = needed.iter().map(ident).collect();
    quote! {
        match self {
            Self { #(#needed: Some(#needed),)* #(#rest,)* .. } => #content,
            response => other(crate::wire::absent(&[#(#checks),*]), response),
        }
    }
}

/// The method that returns the full name of the DNS record of a state.
fn record_name(name: &Ident, case: &StateCase, promised: &[&Field]) -> TokenStream {
    let is_it = |field: &&&Field| case.record_name.as_ref() == Some(&field.wire);
    let Some(field) = promised.iter().find(is_it) else { return TokenStream::new() };
    let (wire, member) = (&field.wire, format_ident!("{}", field.name));
    let docs = Docs::new(&format!("Returns the full name of the DNS record, from `{wire}` and the domain of the order."))
        .paragraph(
            "`domain` is the domain that was ordered, such as `www.example.com` or `*.example.com`. The name is taken as relative to it, without \
             the asterisk of a wildcard, unless it ends with it already. That is assumed: the documents do not say which zone the name is \
             relative to. The local endpoint assumes the same.",
        )
        .paragraph(&format!("由 `{wire}` 和订单的域名得出 DNS 记录的完整名称。"))
        .paragraph(
            "`domain` 为申请的域名，如 `www.example.com` 或 `*.example.com`。主机记录视为相对于该域名（去掉通配符的星号），已以该域名结尾的除外。\
             文档没有说明它相对于哪个域名，此处为假定，本地端点也按此处理。",
        )
        .outer();
    quote! {
        impl #name {
            #docs
            #[must_use]
            pub fn fqdn(&self, domain: &str) -> String {
                crate::domain::record_name(&self.#member, domain)
            }
        }
    }
}

/// Debug output of the fields of a state. Personal data is redacted here, secrets by their own type.
fn holder_debug(name: &Ident, fields: &[&Field]) -> (TokenStream, TokenStream) {
    if fields.iter().all(|field| field.sensitivity != Some(Sensitivity::Pii)) {
        return (quote!(#[derive(Debug, Clone)]), TokenStream::new());
    }
    let text = name.to_string();
    let rows = fields.iter().map(|field| {
        let (name, member) = (&field.name, format_ident!("{}", field.name));
        if field.sensitivity == Some(Sensitivity::Pii) {
            quote!(.field(#name, &format_args!("{}", crate::REDACTED)))
        } else {
            quote!(.field(#name, &self.#member))
        }
    });
    let debug = quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text)#(#rows)*.finish()
            }
        }
    };
    (quote!(#[derive(Clone)]), debug)
}
