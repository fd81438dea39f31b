//! Small expressions: values of the model as the runtime writes them.

use crate::model::{Effect, Field, Format, Method, Severity, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

/// A compile error in place of code that the generator cannot write. The loader refuses such specs. Should one slip through, the generated
/// crate does not compile, instead of silently doing nothing.
pub(super) fn refused(what: &str) -> TokenStream {
    let message = format!("the generator has no code for this part of the spec: {what}");
    quote!(compile_error!(#message))
}

/// A compile error for a path that leads to no field.
pub(super) fn nowhere(path: &[String]) -> TokenStream {
    refused(&format!("`{}`", path.join(".")))
}

/// A number with its digits grouped, `614_400`.
pub(super) fn integer(number: i64) -> TokenStream {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{text}").parse().unwrap_or_default()
}

/// The default of a field, as a value of its type.
pub(super) fn default_value(field: &Field, value: &Value) -> TokenStream {
    match (value, &field.kind) {
        (Value::Bool(truth), _) => quote!(#truth),
        (Value::String(text), _) => quote!(#text.into()),
        (number, kind) => match (number.as_i64(), kind) {
            (Some(number), Type::I32 | Type::I64) => integer(number),
            (Some(number), Type::Id(of) | Type::Enum(of)) => {
                let (number, of) = (integer(number), format_ident!("{of}"));
                quote!(#of::from(#number))
            }
            _ => refused(&format!("the default of `{}`", field.wire)),
        },
    }
}

/// An effect, as a value of the runtime.
pub(super) fn effect(of: Effect) -> TokenStream {
    let name = format_ident!(
        "{}",
        match of {
            Effect::Read => "Read",
            Effect::Idempotent => "Idempotent",
            Effect::NameGuarded => "NameGuarded",
            Effect::SubmitOnce => "SubmitOnce",
            Effect::Create => "Create",
            Effect::Order => "Order",
            Effect::Unknown => "Unknown",
        }
    );
    quote!(crate::api::Effect::#name)
}

/// An HTTP method, as a value of the runtime.
pub(super) fn method(of: Method) -> TokenStream {
    match of {
        Method::Get => quote!(crate::http::Method::Get),
        Method::Post => quote!(crate::http::Method::Post),
    }
}

/// The severity of a problem, as a value of the runtime.
pub(super) fn severity(of: Severity) -> TokenStream {
    match of {
        Severity::Error => quote!(crate::Severity::Error),
        Severity::Advice => quote!(crate::Severity::Advice),
    }
}

/// The name of a format in the runtime.
pub(super) fn format(of: Format) -> Ident {
    format_ident!(
        "{}",
        match of {
            Format::Domain => "Domain",
            Format::SingleDomain => "SingleDomain",
            Format::WildcardDomain => "WildcardDomain",
            Format::Email => "Email",
            Format::Phone => "Phone",
            Format::Ip => "Ip",
            Format::Csr => "Csr",
        }
    )
}
