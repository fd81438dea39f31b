//! The little YAML that an import writes.

use std::fmt::Write as _;

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Yaml {
    /// A text, number or boolean, as it is written.
    Word(String),
    /// Words in a list.
    Words(Vec<String>),
    /// Keys and values.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// `key: value` in lines of their own; the key is written as it comes.
    pub(super) fn block(&self, key: &str, indent: usize) -> String {
        let mut out = String::new();
        let blank = " ".repeat(indent);
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                let _ = writeln!(out, "{blank}{key}:");
                for (key, value) in entries {
                    out.push_str(&value.block(&word(key), indent + 2));
                }
            }
            other => {
                let _ = writeln!(out, "{blank}{key}: {}", other.flow());
            }
        }
        out
    }

    /// The value in one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Words(words) => format!("[{}]", words.join(", ")),
            Self::Map(entries) => {
                let pairs: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", word(key), value.flow())).collect();
                format!("{{{}}}", pairs.join(", "))
            }
        }
    }
}

/// A text as YAML: plain where nothing else could be read in it, otherwise in quotes.
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let lower = text.to_ascii_lowercase();
    let other = matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null");
    if begins && text.chars().all(plain) && !other {
        return text.to_owned();
    }
    // JSON is YAML; what JSON leaves as it is and YAML does not allow is escaped.
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
