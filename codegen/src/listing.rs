//! The generated API, one line for each public item, for reviewers to read first.

use crate::emit::Output;
use crate::format::compact as text;
pub use crate::reserved::MADE;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, Field, Fields, ImplItem, Item, Macro, TraitItem, Visibility};

/// A line for each public item, in the order of the files and of the items in them.
#[must_use]
pub fn api(files: &[Output]) -> String {
    let mut lines = Vec::new();
    for file in files {
        let module = file.path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        if let Ok(parsed) = syn::parse_file(&file.text) {
            let module = if module == "mod" { String::new() } else { module };
            items(&module, &parsed.items, &mut lines);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn items(module: &str, all: &[Item], lines: &mut Vec<String>) {
    for item in all {
        match item {
            Item::Struct(of) if is_public(&of.vis, &of.attrs) => {
                lines.push(format!("{module}::{}", of.ident));
                if let Fields::Named(fields) = &of.fields {
                    for field in fields.named.iter().filter(|field| is_public(&field.vis, &field.attrs)) {
                        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        lines.push(format!("{module}::{}.{name}: {}", of.ident, text(&field.ty.to_token_stream())));
                    }
                }
            }
            Item::Enum(of) if is_public(&of.vis, &of.attrs) => {
                lines.push(format!("{module}::{}", of.ident));
                for variant in &of.variants {
                    let fields = fields(&variant.fields);
                    lines.push(format!("{module}::{}::{}{fields}", of.ident, variant.ident));
                }
            }
            Item::Type(of) if is_public(&of.vis, &of.attrs) => {
                lines.push(format!(
                    "{module}::{}{} = {}",
                    of.ident,
                    text(&of.generics.to_token_stream()),
                    text(&of.ty.to_token_stream())
                ));
            }
            Item::Trait(of) if is_public(&of.vis, &of.attrs) => {
                lines.push(format!("{module}::{}", of.ident));
                for item in &of.items {
                    if let TraitItem::Fn(method) = item
                        && !is_hidden(&method.attrs)
                    {
                        let signature = text(&method.sig.to_token_stream());
                        lines.push(format!("{module}::{}::{}", of.ident, signature.trim_start_matches("fn ")));
                    }
                }
            }
            Item::Fn(of) if is_public(&of.vis, &of.attrs) => {
                let signature = text(&of.sig.to_token_stream());
                lines.push(format!("{module}::{}", signature.trim_start_matches("fn ")));
            }
            Item::Const(of) if is_public(&of.vis, &of.attrs) => {
                lines.push(format!("{module}::{}: {}", of.ident, text(&of.ty.to_token_stream())));
            }
            Item::Mod(of) if is_public(&of.vis, &of.attrs) => {
                if let Some((_, inner)) = &of.content {
                    items(&format!("{module}::{}", of.ident), inner, lines);
                }
            }
            Item::Impl(of) if of.trait_.is_none() => {
                let owner = text(&of.self_ty.to_token_stream());
                for item in &of.items {
                    if let ImplItem::Fn(method) = item
                        && is_public(&method.vis, &method.attrs)
                    {
                        let signature = text(&method.sig.to_token_stream());
                        lines.push(format!("{module}::{owner}::{}", signature.trim_start_matches("fn ")));
                    }
                }
            }
            Item::Macro(of) => lines.extend(made(&of.mac).map(|method| format!("{module}::{method}"))),
            _ => {}
        }
    }
}

/// The methods that a call of one of the runtime's macros generates.
fn made(of: &Macro) -> impl Iterator<Item = String> {
    let name = of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let names: Vec<String> = of
        .tokens
        .clone()
        .into_iter()
        .map_while(|token| match token {
            TokenTree::Ident(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (owner, complete, request, response) = match (name.as_str(), names.as_slice()) {
        ("builder", [of, request, response]) => ((*of).to_owned(), "", *request, *response),
        ("builder", [of, state, request, response]) => {
            (format!("{of}<{state}>"), " where S: state::Complete", *request, *response)
        }
        ("response", [of]) | ("structure", ["part", of]) => ((*of).to_owned(), "", "", ""),
        _ => (String::new(), "", "", ""),
    };
    let methods =
        MADE.iter().find(|(made, _)| *made == name && !owner.is_empty()).map_or(&[][..], |(_, methods)| methods);
    let filled = |method: &&str| {
        let method = method.replace("$crate", "crate").replace(" $($complete)*", complete);
        format!("{owner}::{}", method.replace("$request", request).replace("$response", response))
    };
    methods.iter().map(filled).collect::<Vec<_>>().into_iter()
}

/// The content of a variant, without documentation.
fn fields(of: &Fields) -> String {
    let kind = |field: &Field| text(&field.ty.to_token_stream());
    let named =
        |field: &Field| field.ident.as_ref().map_or_else(String::new, |name| format!("{name}: {}", kind(field)));
    let joined = |show: &dyn Fn(&Field) -> String| of.iter().map(show).collect::<Vec<_>>().join(", ");
    match of {
        Fields::Named(_) => format!(" {{ {} }}", joined(&named)),
        Fields::Unnamed(_) => format!("({})", joined(&kind)),
        Fields::Unit => String::new(),
    }
}

fn is_public(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}

/// Whether rustdoc leaves an item out.
fn is_hidden(attributes: &[Attribute]) -> bool {
    let hidden = |attribute: &Attribute| {
        attribute.path().is_ident("doc") && attribute.meta.to_token_stream().to_string().contains("hidden")
    };
    attributes.iter().any(hidden)
}
