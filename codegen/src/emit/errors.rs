//! Error codes: an enum with documentation for each, and the rows that the runtime decides by.

use super::docs::Docs;
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
    let docs = Docs::new("Error codes with their causes and remedies.").inner();
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
        let docs = rows.iter().fold(Docs::new(&format!("`{code}`.")), |docs, row| row_docs(docs, row)).outer();
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
    let title = Docs::new(&format!("The known values of `{wire}`."))
        .paragraph("Get the code of an error with `of`, which returns `None` for a code that is not listed here. The error has every code as text.")
        .outer();
    let (name, getter) =
        (format_ident!("{name}"), format_ident!("{}", if wire == "Code" { "code" } else { "inner_code" }));
    Some(quote! {
        #title
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
        }

        impl #name {
            #[doc = " Returns the code of an error, if it is listed here."]
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

fn row_docs(docs: Docs, row: &ErrorRow) -> Docs {
    let statuses = |or: &str| row.status.iter().map(u16::to_string).collect::<Vec<_>>().join(or);
    let [en, zh] = match (row.status.is_empty(), &row.message_contains) {
        (true, None) => [String::new(), String::new()],
        (false, None) => [format!(" HTTP {}.", statuses(" or ")), format!("HTTP {}。", statuses(" 或 "))],
        (true, Some(part)) => [format!(" With `{part}` in the message."), format!("消息中含有 `{part}`。")],
        (false, Some(part)) => [
            format!(" HTTP {}, with `{part}` in the message.", statuses(" or ")),
            format!("HTTP {}，消息中含有 `{part}`。", statuses(" 或 ")),
        ],
    };
    docs.paragraph(&format!("{}{en}", row.meaning.en.trim()))
        .paragraph(&format!("Cause: {} Remedy: {}", row.cause.en.trim(), row.remedy.en.trim()))
        .paragraph(&format!("{}{zh}", row.meaning.zh.trim()))
        .paragraph(&format!("原因：{}处理：{}", row.cause.zh.trim(), row.remedy.zh.trim()))
        .paragraph(if row.already_done {
            "After an attempt whose response was lost, this error means that the attempt succeeded."
        } else {
            ""
        })
        .paragraph(if row.already_done {
            "若此前某次请求的响应丢失，此错误说明那次请求已成功。"
        } else {
            ""
        })
        .seen(&row.undocumented)
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
