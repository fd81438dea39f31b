//! Keys of clouds that stand in a configuration by mistake.

use super::problems::{Problems, shown};
use toml::de::{DeTable, DeValue};

/// Names of keys and passwords, in lower case and without separators.
const NAMES: [&str; 15] = [
    "accesskey",
    "accesskeyid",
    "accesskeysecret",
    "accesssecret",
    "ak",
    "apikey",
    "password",
    "privatekey",
    "secret",
    "secretaccesskey",
    "secretid",
    "secretkey",
    "securitytoken",
    "sk",
    "token",
];

/// How access key ids of the clouds begin, and how many letters and digits follow at least.
const IDS: [(&str, usize); 3] = [("LTAI", 8), ("AKLT", 8), ("STS.", 8)];

/// Whether a key of the configuration has the name of a secret.
pub(super) fn is_name(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.contains(&plain.as_str())
}

/// Whether a text looks like an access key id, a temporary one, or PEM.
pub(super) fn is_secret(text: &str) -> bool {
    let begins = |(start, least): &(&str, usize)| {
        text.match_indices(start).any(|(place, _)| {
            let rest = text.get(place + start.len()..).unwrap_or_default();
            rest.chars().take_while(char::is_ascii_alphanumeric).count() >= *least
        })
    };
    text.contains("-----BEGIN") || IDS.iter().any(begins)
}

/// Reports every secret of a table.
pub(super) fn scan(table: &DeTable<'_>, path: &str, problems: &mut Problems<'_>) {
    for (key, value) in table {
        if problems.is_full() {
            return;
        }
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", shown(key.get_ref()));
        let is_flat = !matches!(value.get_ref(), DeValue::Table(_));
        if (is_flat && is_name(key.get_ref())) || is_secret(key.get_ref()) {
            refuse(key.span().start, &path, problems);
        } else {
            scan_value(value.get_ref(), key.span().start, &path, problems);
        }
    }
}

fn scan_value(value: &DeValue<'_>, at: usize, path: &str, problems: &mut Problems<'_>) {
    match value {
        DeValue::String(text) if is_secret(text) => refuse(at, path, problems),
        DeValue::Table(table) => scan(table, path, problems),
        DeValue::Array(all) => {
            for value in all {
                scan_value(value.get_ref(), value.span().start, path, problems);
            }
        }
        _ => {}
    }
}

fn refuse(at: usize, path: &str, problems: &mut Problems<'_>) {
    let remedy = "Remove it, and replace it at its service if others could read this file. `credentials` of a profile names where the keys of a \
                  cloud are: chain, env, aliyun-cli:NAME, aliyun-file:SECTION or ksyun-file:SECTION.";
    problems.add(
        at,
        format!("`{path}` looks like a key or a password, which must not stand in the configuration"),
        remedy,
    );
}
