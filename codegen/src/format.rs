//! Formats generated tokens: pretty-printed, with a header and a blank line between items.
//!
//! prettyplease prints no blank lines between items, so a small pass adds them. It also fills lines with the tokens of a macro call, so
//! this module prints those calls itself: each entry has a line of its own.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fmt::Write;

/// How every generated file begins.
pub(crate) const HEADER: &str = "// Made from spec/ by cloudcert-codegen; do not edit.\n\n";

/// The part of the header that never changes. It tells a generated file from one that somebody wrote.
pub(crate) const MARK: &str = "// Made from spec/ by cloudcert-codegen;";

/// What parts the lines of a documentation comment in its one attribute. An attribute for each line would be half of all tokens; and
/// with `\n` in it, prettyplease would print a block comment.
pub(crate) const DOC_LINE: &str = "\u{1f}";

/// How a line with a macro call ends while its body is missing.
const BODILESS: &str = "!(@);";

/// The text of a file. Tokens that are not Rust come out as they are, so that the compiler can say what is wrong with them.
pub(crate) fn format(tokens: impl Fn() -> TokenStream) -> String {
    let mut bodies = Vec::new();
    let text = match syn::parse2::<syn::File>(tokens()) {
        Ok(mut file) => {
            take_bodies(&mut file.items, &mut bodies);
            prettyplease::unparse(&file)
        }
        Err(_) => tokens().to_string(),
    };
    spaced(&text, bodies)
}

/// Replaces the body of each macro call among the items by `@`, and collects the bodies in their order.
fn take_bodies(items: &mut [syn::Item], bodies: &mut Vec<TokenStream>) {
    for item in items {
        match item {
            syn::Item::Macro(of) => {
                let mark = TokenTree::Punct(proc_macro2::Punct::new('@', proc_macro2::Spacing::Alone));
                bodies.push(std::mem::replace(&mut of.mac.tokens, mark.into()));
            }
            syn::Item::Mod(of) => {
                if let Some((_, inner)) = &mut of.content {
                    take_bodies(inner, bodies);
                }
            }
            _ => {}
        }
    }
}

/// The header, and a blank line before every item, and before methods with their docs; prettyplease prints none. The bodies of macro calls
/// return to their places.
fn spaced(text: &str, bodies: Vec<TokenStream>) -> String {
    let mut out = String::with_capacity(HEADER.len() + text.len() + text.len() / 8);
    out.push_str(HEADER);
    let mut bodies = bodies.into_iter();
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
        } else if let Some(call) = line.strip_suffix(BODILESS) {
            let _ = writeln!(out, "{call}!({});", macro_body(bodies.next().unwrap_or_default(), indent));
        } else {
            out.push_str(line);
            out.push('\n');
        }
        opens = lead || begun.is_empty() || begun.ends_with(['{', '(', '[', ',']);
        ends = begun.ends_with(['}', ';']) || begun.starts_with("//!");
    }
    out
}

/// The body of a macro call: on the line of the call if it is a few words, else each entry on a line of its own.
fn macro_body(body: TokenStream, indent: &str) -> String {
    let mut lines = Vec::new();
    entries(body, &format!("{indent}    "), &mut lines);
    match lines.as_slice() {
        [one] if !one.ends_with(',') => one.trim_start().to_owned(),
        lines => format!("\n{}\n{indent}", lines.join("\n")),
    }
}

/// The lines of a list: entries end at commas, and at braces, whose own entries are indented.
fn entries(list: TokenStream, indent: &str, lines: &mut Vec<String>) {
    let mut line = indent.to_owned();
    for token in list {
        let inside = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        };
        let comma = is_sign(&token, ',');
        let blank = line.len() > indent.len() && !line.ends_with('-') && !is_sign(&token, ':');
        match inside.filter(|inside| !inside.is_empty()) {
            Some(inside) => {
                lines.push(format!("{line} {{"));
                entries(inside, &format!("{indent}    "), lines);
                lines.push(format!("{indent}}}"));
                indent.clone_into(&mut line);
            }
            None if comma => {
                lines.push(format!("{line},"));
                indent.clone_into(&mut line);
            }
            None => {
                let _ = write!(line, "{}{}", if blank { " " } else { "" }, token_text(&token));
            }
        }
    }
    if line.len() > indent.len() {
        lines.push(line);
    }
}

/// A token as people write it; those in brackets are on one line.
fn token_text(token: &TokenTree) -> String {
    let TokenTree::Group(group) = token else { return token.to_string() };
    let mut inside = String::new();
    for token in group.stream() {
        let blank = !inside.is_empty() && !is_sign(&token, ',');
        let _ = write!(inside, "{}{}", if blank { " " } else { "" }, token_text(&token));
    }
    match group.delimiter() {
        Delimiter::Parenthesis => format!("({inside})"),
        Delimiter::Brace => format!("{{{inside}}}"),
        Delimiter::Bracket => format!("[{inside}]"),
        Delimiter::None => inside,
    }
}

fn is_sign(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(of) if of.as_char() == wanted)
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
