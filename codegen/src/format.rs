//! Tokens to a text that people read: pretty-printed, with a blank line between items and a header.

use proc_macro2::TokenStream;

/// How every generated file begins.
pub(crate) const HEADER: &str = "// Made from spec/ by cloudcert-codegen; do not edit.\n\n";

/// The text of a file. Tokens that are no Rust come out as they are, so that the compiler can say what is wrong with them.
pub(crate) fn format(tokens: &TokenStream) -> String {
    let text = syn::parse2::<syn::File>(tokens.clone())
        .map_or_else(|_| tokens.to_string(), |file| prettyplease::unparse(&file));
    format!("{HEADER}{}", spaced(&text))
}

/// A blank line before every item, and before methods with their docs; prettyplease prints none.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    for line in text.lines() {
        let (depth, begun) = (indent(line), line.trim_start());
        let before = previous.trim();
        let opens = before.is_empty() || before.ends_with(['{', '(', '[', ',']) || is_lead(before);
        let item = depth <= 8 && (is_lead(begun) || is_item(begun));
        if item && !opens && before != "{" && ends_item(before) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = line;
    }
    out
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Documentation or an attribute: it belongs to what follows.
fn is_lead(line: &str) -> bool {
    line.starts_with("///") || line.starts_with("#[")
}

fn is_item(line: &str) -> bool {
    ["pub ", "impl", "fn ", "const ", "static ", "mod ", "crate::", "type ", "trait "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn ends_item(line: &str) -> bool {
    line.ends_with('}') || line.ends_with(';') || line.starts_with("//!")
}
