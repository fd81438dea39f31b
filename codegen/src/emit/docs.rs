//! Documentation comments: English first, Chinese after.

use crate::format::DOC_LINE;
use crate::model::{Defect, Deprecated, History, Text, Undocumented};
use proc_macro2::TokenStream;
use quote::quote;

/// One line of documentation: rustdoc wants a blank before it, and no markup that we do not mean.
pub(super) fn line(text: &str) -> String {
    format!(" {}", escape(text))
}

/// Keeps rustdoc from reading placeholders as links or tags.
pub(super) fn escape(text: &str) -> String {
    let text = text.trim().replace('\n', " ");
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        if word.starts_with("http://") || word.starts_with("https://") {
            out.extend(["<", word, ">"]);
        } else {
            out.push_str(&word.replace('[', "\\[").replace(']', "\\]").replace('<', "\\<").replace('*', "\\*"));
        }
    }
    out
}

/// Paragraphs, as attributes.
pub(super) struct Docs(Vec<String>);

impl Docs {
    /// Begins with a line.
    pub(super) fn new(first: &str) -> Self {
        Self(vec![line(first)])
    }

    /// Begins with a text in both languages.
    pub(super) fn text(text: &Text) -> Self {
        Self::new(&text.en).paragraph(&text.zh)
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        if !text.trim().is_empty() {
            self.0.extend([String::new(), line(text)]);
        }
        self
    }

    /// Adds a paragraph in both languages.
    pub(super) fn both(self, text: &Text) -> Self {
        self.paragraph(&text.en).paragraph(&text.zh)
    }

    /// Adds a paragraph of Markdown that is ours.
    pub(super) fn markdown(mut self, text: &str) -> Self {
        self.0.push(String::new());
        self.0.extend(text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") }));
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
        let text = self.0.join(DOC_LINE);
        quote!(#[doc = #text])
    }

    /// Inner documentation, for a module.
    pub(super) fn inner(&self) -> TokenStream {
        let text = self.0.join(DOC_LINE);
        quote!(#![doc = #text])
    }
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
