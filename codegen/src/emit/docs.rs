//! Documentation comments: English first, Chinese after.

use super::facts::Facts;
use super::prose::{line, push_line};
use crate::format::DOC_LINE;
use crate::model::{Deprecated, History, Text};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

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

    /// Adds a paragraph of the generator's own Markdown.
    pub(super) fn markdown(mut self, text: &str) -> Self {
        if text.trim().is_empty() {
            return self;
        }
        self.0.push_str(DOC_LINE);
        for line in text.lines() {
            self.0.extend(if line.is_empty() { [DOC_LINE, ""] } else { [DOC_LINE, " "] });
            self.0.push_str(line);
        }
        self
    }

    /// A text in both languages, each followed by its facts.
    pub(super) fn item(text: &Text, facts: &Facts) -> Self {
        Self::new(&text.en).markdown(&facts.en()).paragraph(&text.zh).markdown(&facts.zh())
    }

    /// Begins with the generator's own Markdown, in both languages.
    pub(super) fn own([en, zh]: [&str; 2]) -> Self {
        Self(format!(" {en}")).markdown(zh)
    }

    /// Adds a paragraph of facts in each language.
    pub(super) fn facts(self, facts: &Facts) -> Self {
        self.markdown(&facts.en()).markdown(&facts.zh())
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

/// A text as a raw literal where possible: an escaped one costs time to write and to read again.
fn literal(text: &str) -> Literal {
    let raw = if text.contains("\"#") { None } else { format!("r#\"{text}\"#").parse().ok() };
    raw.unwrap_or_else(|| Literal::string(text))
}

/// Allows a module to use its own deprecated items: the warning is for users of the module.
pub(super) fn allowed(deprecated: bool) -> TokenStream {
    if !deprecated {
        return TokenStream::new();
    }
    quote!(#[allow(deprecated, reason = "deprecated items are still sent and read")])
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
