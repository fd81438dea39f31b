//! Facts about an item as sentences of its docs, in both languages and apart.

use super::prose::prose;
use super::words::listed;
use crate::model::{History, Severity, Undocumented};

/// Sentences in Markdown.
#[derive(Default)]
pub(super) struct Facts {
    en: Vec<String>,
    zh: Vec<String>,
}

impl Facts {
    /// Adds a sentence.
    pub(super) fn add(&mut self, en: impl Into<String>, zh: impl Into<String>) {
        self.en.push(en.into());
        self.zh.push(zh.into());
    }

    /// The English paragraph.
    pub(super) fn en(&self) -> String {
        self.en.join(" ")
    }

    /// The Chinese paragraph.
    pub(super) fn zh(&self) -> String {
        self.zh.concat()
    }

    /// Where an item was seen, if no document describes it.
    pub(super) fn seen(mut self, undocumented: &Undocumented) -> Self {
        if !undocumented.is_documented() {
            let labels: Vec<String> = undocumented.0.iter().map(|label| source(label)).collect();
            let (en, zh) = (listed(&labels, "and"), labels.join("、"));
            self.add(format!("Not in the documents, but seen in {en}."), format!("文档未列出，见于 {zh}。"));
        }
        self
    }

    /// What happened to an item over the releases. The English note of a deprecation stands in its attribute.
    pub(super) fn history(mut self, history: Option<&History>) -> Self {
        let Some(History { since, deprecated, renamed_from, was_required_until }) = history else { return self };
        if let Some(since) = since {
            self.add(format!("Since {since}."), format!("自 {since} 起提供。"));
        }
        if let Some(before) = renamed_from {
            self.add(format!("Its name was `{before}` before."), format!("曾用名 `{before}`。"));
        }
        if let Some(until) = was_required_until {
            self.add(format!("It was required until {until}."), format!("{until} 及更早版本中为必填。"));
        }
        if let Some(deprecated) = deprecated {
            let zh = format!("自 {} 起弃用：{}", deprecated.since, prose(&deprecated.doc.zh));
            self.add(format!("Deprecated since {}.", deprecated.since), zh);
        }
        self
    }
}

/// The label of a source, as a link to what it means, from a module of the API version.
pub(super) fn source(label: &str) -> String {
    format!("[`{label}`](super#sources)")
}

/// A severity, as a link to what it means.
pub(super) fn severity(of: Severity) -> [&'static str; 2] {
    match of {
        Severity::Advice => ["[advice](crate::Severity::Advice)", "[提示](crate::Severity::Advice)"],
        Severity::Error => ["[error](crate::Severity::Error)", "[错误](crate::Severity::Error)"],
    }
}
