//! Formats generated tokens: pretty-printed, with a header and a blank line between items.
//!
//! prettyplease prints no blank lines between items, so a small pass adds them.

use proc_macro2::TokenStream;

/// How every generated file begins.
pub(crate) const HEADER: &str = "// Made from spec/ by cloudcert-codegen; do not edit.\n\n";

/// The part of the header that never changes. It tells a generated file from one that somebody wrote.
pub(crate) const MARK: &str = "// Made from spec/ by cloudcert-codegen;";

/// What parts the lines of a documentation comment in its one attribute. An attribute for each line would be half of all tokens; and
/// with `\n` in it, prettyplease would print a block comment.
pub(crate) const DOC_LINE: &str = "\u{1f}";

/// The text of a file. Tokens that are no Rust come out as they are, so that the compiler can say what is wrong with them.
pub(crate) fn format(tokens: impl Fn() -> TokenStream) -> String {
    let text = match syn::parse2::<syn::File>(tokens()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens().to_string(),
    };
    spaced(&text)
}

/// The header, and a blank line before every item, and before methods with their docs; prettyplease prints none.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(HEADER.len() + text.len() + text.len() / 8);
    out.push_str(HEADER);
    // How the line before ended.
    let (mut opens, mut ends) = (true, false);
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b' ').count();
        let (indent, begun) = line.split_at_checked(depth).unwrap_or_default();
        let lead = is_lead(begun);
        if depth <= 8 && !opens && ends && (lead || is_item(begun)) {
            out.push('\n');
        }
        if begun.starts_with("//") {
            documentation(indent, begun, &mut out);
        } else {
            out.push_str(line);
            out.push('\n');
        }
        opens = lead || begun.is_empty() || begun.ends_with(['{', '(', '[', ',']);
        ends = begun.ends_with(['}', ';']) || begun.starts_with("//!");
    }
    out
}

/// The lines of a documentation comment.
fn documentation(indent: &str, comment: &str, out: &mut String) {
    let (marker, text) = comment.split_at_checked(3).unwrap_or((comment, ""));
    for line in text.split(DOC_LINE) {
        out.extend([indent, marker, line.trim_end_matches(' '), "\n"]);
    }
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

/// Tokens on one line, without the blanks that people do not write.
#[cfg(feature = "cli")]
pub(crate) fn compact(tokens: &TokenStream) -> String {
    let mut out = tokens.to_string().replace('\n', " ");
    if let Some(bounded) = out.strip_suffix(" ,") {
        out = bounded.to_owned();
    }
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("< ", "<"),
        (" ,", ","),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("& ", "&"),
        (" :", ":"),
        (",)", ")"),
        (" ;", ";"),
    ] {
        out = out.replace(from, to);
    }
    out
}
