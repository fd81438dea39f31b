//! Error codes: an enum with documentation for each, and the rows that the runtime decides by.

use super::docs::Docs;
use super::error_docs;
use crate::model::{Api, ErrorRow, Match, Retry};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// `error_code.rs`.
pub(super) fn file(api: &Api) -> TokenStream {
    let codes = enumeration(api, "ErrorCode", "Code", |row| Some((row.code_name.as_str(), row.code.as_str())));
    let inner = enumeration(api, "InnerCode", "InnerCode", |row| {
        Some((row.inner_code_name.as_deref()?, row.inner_code.as_deref()?))
    });
    let docs = Docs::own(["Error codes with their causes and remedies.", "错误码及其原因与处理方法。"]).inner();
    quote! {
        #docs
        #codes
        #inner
    }
}

/// The most exact codes of these error rows.
pub(super) fn codes<'a>(api: &'a Api, names: &'a [String]) -> impl Iterator<Item = String> + 'a {
    names.iter().filter_map(|name| {
        let row = api.errors.iter().find(|row| row.name == *name)?;
        Some(row.inner_code.clone().unwrap_or_else(|| match &row.code {
            Match::Exact(code) | Match::Prefix(code) => code.clone(),
        }))
    })
}

/// The codes of one kind. Rows that share a code share its docs.
fn enumeration<'a>(
    api: &'a Api,
    name: &str,
    wire: &str,
    of: impl Fn(&'a ErrorRow) -> Option<(&'a str, &'a str)>,
) -> Option<TokenStream> {
    let mut rows: BTreeMap<&str, (&str, Vec<&ErrorRow>)> = BTreeMap::new();
    for row in &api.errors {
        if let Some((variant, code)) = of(row) {
            rows.entry(variant).or_insert((code, Vec::new())).1.push(row);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let variants = rows.iter().map(|(variant, (code, rows))| {
        let docs =
            rows.iter().fold(Docs::new(&format!("`{code}`.")), |docs, row| error_docs::row(docs, api, row)).outer();
        let variant = format_ident!("{variant}");
        quote!(#docs #variant,)
    });
    // A family would swallow the exact codes that begin like it.
    let (mut exact, mut families) = (Vec::new(), Vec::new());
    for (variant, (code, rows)) in &rows {
        let variant = format_ident!("{variant}");
        if wire == "Code" && rows.iter().any(|row| matches!(row.code, Match::Prefix(_))) {
            families.push(quote!(text if text.starts_with(#code) => Some(Self::#variant),));
        } else {
            exact.push(quote!(#code => Some(Self::#variant),));
        }
    }
    let title = Docs::own([&format!("The known values of `{wire}`."), &format!("`{wire}` 的已知取值。")])
        .markdown("Get the code of an error with `of`, which returns `None` for a code that is not listed here. The error has every code as text.")
        .markdown("用 `of` 取得错误的错误码；未列出的错误码返回 `None`，错误本身保留其文本。")
        .outer();
    let (name, getter) =
        (format_ident!("{name}"), format_ident!("{}", if wire == "Code" { "code" } else { "inner_code" }));
    let of =
        Docs::own(["Returns the code of an error, if it is listed here.", "返回错误的错误码；未列出时为 `None`。"])
            .outer();
    Some(quote! {
        #title
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
        }

        impl #name {
            #of
            #[must_use]
            pub fn of(error: &crate::Error) -> Option<Self> {
                match error.#getter()? {
                    #(#exact)*
                    #(#families)*
                    _ => None,
                }
            }
        }
    })
}

/// The rows as constants of the runtime.
pub(super) fn rows(api: &Api) -> TokenStream {
    let rows = api.errors.iter().map(|row| {
        let code = match &row.code {
            Match::Exact(code) => code.clone(),
            Match::Prefix(start) => format!("{start}*"),
        };
        let (inner, message) = (optional(row.inner_code.as_ref()), optional(row.message_contains.as_ref()));
        let (cause, remedy) = (row.cause.en.trim(), row.remedy.en.trim());
        let (cause_zh, remedy_zh) = (row.cause.zh.trim(), row.remedy.zh.trim());
        let retry = format_ident!(
            "{}",
            match row.retry {
                Retry::Never => "Never",
                Retry::Throttle => "Throttle",
                Retry::Transient => "Transient",
                Retry::Skew => "Skew",
                Retry::Renew => "Renew",
                Retry::Reconcile => "Reconcile",
            }
        );
        let (status, already_done) = (row.status.iter().copied().map(Literal::u16_unsuffixed), row.already_done);
        quote! {
            crate::api::ErrorInfo {
                code: #code,
                inner_code: #inner,
                status: &[#(#status),*],
                message_contains: #message,
                cause: #cause,
                remedy: #remedy,
                cause_zh: #cause_zh,
                remedy_zh: #remedy_zh,
                retry: crate::api::Retry::#retry,
                already_done: #already_done,
            }
        }
    });
    quote!(&[#(#rows),*])
}

fn optional(text: Option<&String>) -> TokenStream {
    if let Some(text) = text { quote!(Some(#text)) } else { quote!(None) }
}
