//! Documentation comments: English first, Chinese after.

use crate::format::DOC_LINE;
use crate::model::{Defect, Deprecated, History, Text, Undocumented};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// One line of documentation: rustdoc wants a blank before it, and no markup that we do not mean.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_line(text, &mut out);
    out
}

/// Keeps rustdoc from reading placeholders as links or tags. What stands between backticks is code and stays as it is.
fn push_line(text: &str, out: &mut String) {
    let text = text.trim();
    // A backtick without its other half opens nothing.
    let codes = text.matches('`').count() / 2 * 2;
    out.push(' ');
    for (index, part) in text.splitn(codes + 1, '`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 0 {
            push_prose(part, out);
        } else {
            out.push_str(&part.replace('\n', " "));
        }
    }
}

/// Addresses become links, and marks of Markdown are escaped.
fn push_prose(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        // A mark at the end belongs to the sentence.
        let address = from.split_at(end).0.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        push_escaped(before, out);
        if address.ends_with("://") {
            out.push_str(address);
        } else {
            out.extend(["<", address, ">"]);
        }
        rest = from.split_at(address.len()).1;
    }
    push_escaped(rest, out);
}

fn push_escaped(text: &str, out: &mut String) {
    for sign in text.chars() {
        match sign {
            '\n' => out.push(' '),
            '[' | ']' | '<' | '*' => out.extend(['\\', sign]),
            _ => out.push(sign),
        }
    }
}

/// Paragraphs, as attributes.
pub(super) struct Docs(String);

impl Docs {
    /// Begins with a line.
    pub(super) fn new(first: &str) -> Self {
        Self(line(first))
    }

    /// Begins with a text in both languages.
    pub(super) fn text(text: &Text) -> Self {
        Self::new(&text.en).paragraph(&text.zh)
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        if !text.trim().is_empty() {
            self.0.extend([DOC_LINE, DOC_LINE]);
            push_line(text, &mut self.0);
        }
        self
    }

    /// Adds a paragraph in both languages.
    pub(super) fn both(self, text: &Text) -> Self {
        self.paragraph(&text.en).paragraph(&text.zh)
    }

    /// Adds a paragraph of Markdown that is ours.
    pub(super) fn markdown(mut self, text: &str) -> Self {
        self.0.push_str(DOC_LINE);
        for line in text.lines() {
            self.0.extend(if line.is_empty() { [DOC_LINE, ""] } else { [DOC_LINE, " "] });
            self.0.push_str(line);
        }
        self
    }

    /// Says where an item was seen, if no document describes it.
    pub(super) fn seen(self, undocumented: &Undocumented) -> Self {
        if undocumented.is_documented() {
            return self;
        }
        self.paragraph(&format!("Not in the documents; seen in: {}.", undocumented.0.join(", ")))
    }

    /// Names the contradictions of the documents about an item.
    pub(super) fn defects(self, defects: &[Defect]) -> Self {
        defects.iter().fold(self, |docs, defect| {
            docs.paragraph(&format!(
                "Document defect {}: {} Read as: {}",
                defect.id, defect.printed.en, defect.read_as.en
            ))
        })
    }

    /// Outer documentation.
    pub(super) fn outer(&self) -> TokenStream {
        let text = literal(&self.0);
        quote!(#[doc = #text])
    }

    /// Inner documentation, for a module.
    pub(super) fn inner(&self) -> TokenStream {
        let text = literal(&self.0);
        quote!(#![doc = #text])
    }
}

/// A text as a raw literal where it can be one: the others are escaped and read again sign by sign, for nothing.
fn literal(text: &str) -> Literal {
    let raw = if text.contains("\"#") { None } else { format!("r#\"{text}\"#").parse().ok() };
    raw.unwrap_or_else(|| Literal::string(text))
}

/// Whether an item is deprecated.
pub(super) fn is_deprecated(history: Option<&History>) -> bool {
    history.is_some_and(|history| history.deprecated.is_some())
}

/// Lets a module that has what is deprecated use it: the warning is for those who use the module.
pub(super) fn allowed(deprecated: bool) -> TokenStream {
    if !deprecated {
        return TokenStream::new();
    }
    quote!(#[allow(deprecated, reason = "what is deprecated is still sent and read")])
}

/// `#[deprecated]`, if the item is.
pub(super) fn deprecated(history: Option<&History>) -> TokenStream {
    match history.and_then(|history| history.deprecated.as_ref()) {
        Some(Deprecated { since, doc }) => {
            let note = &doc.en;
            quote!(#[deprecated(since = #since, note = #note)])
        }
        None => TokenStream::new(),
    }
}
