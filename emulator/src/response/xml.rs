//! Responses in XML.

use cloudcert::model::XmlLists;
use serde_json::{Map, Value};

/// Writes a document with these members below its root.
pub(super) fn document(root: &str, space: Option<&str>, members: &Map<String, Value>, lists: XmlLists) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let space = space.map(|space| format!(" xmlns=\"{space}\"")).unwrap_or_default();
    out.extend(["<", root, &space, ">"]);
    members.iter().for_each(|(name, value)| element(name, value, lists, &mut out));
    out.extend(["</", root, ">"]);
    out.into_bytes()
}

fn element(name: &str, value: &Value, lists: XmlLists, out: &mut String) {
    match (value, lists) {
        (Value::Null, _) => {}
        (Value::Array(items), XmlLists::Repeated) => items.iter().for_each(|item| element(name, item, lists, out)),
        (Value::Array(items), XmlLists::Item) => {
            out.extend(["<", name, ">"]);
            for item in items {
                element("item", item, lists, out);
            }
            out.extend(["</", name, ">"]);
        }
        (value, _) => {
            out.extend(["<", name, ">"]);
            match value {
                Value::Object(members) => members.iter().for_each(|(name, value)| element(name, value, lists, out)),
                Value::String(text) => escape(text, out),
                other => out.push_str(&other.to_string()),
            }
            out.extend(["</", name, ">"]);
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            // XML cannot express these.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}
