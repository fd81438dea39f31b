//! Requests of the description as command lines, written from the model alone.

use super::Folder;
use cloudcert::model::{Action, Api, Base, Field, Need, Sensitivity, Type};
use serde_json::{Map, Value, json};

/// Texts with a line before the PEM.
pub(crate) const CERTIFICATE: &str = include_str!("../../../../tests/data/pem/p256.pem");
pub(crate) const KEY: &str = include_str!("../../../../tests/data/pem/p256.key");
pub(crate) const CSR: &str = include_str!("../../../../tests/data/pem/p256.request");

/// The PEM in a text.
pub(crate) fn pem(text: &str) -> &str {
    &text[text.find("-----BEGIN").unwrap()..]
}

/// A PEM as people have it: with a byte order mark, text around it and the line ends of Windows.
pub(crate) fn untidy(pem: &str) -> Vec<u8> {
    format!("\u{feff}Bag Attributes\r\n{}\r\n", pem.replace('\n', "\r\n")).into_bytes()
}

/// The smallest picture.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa7\x35\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// The name of an option or a command.
pub(crate) fn kebab(wire: &str) -> String {
    let mut out = String::new();
    let all: Vec<char> = wire.chars().collect();
    for (at, c) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        let after = all.get(at + 1);
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_ascii_digit() || after.is_some_and(|next| next.is_lowercase())
            });
        if begins && before.is_some_and(|before| before.is_alphanumeric()) {
            out.push('-');
        }
        if c.is_alphanumeric() { out.extend(c.to_lowercase()) } else { out.push('-') }
    }
    out
}

/// The request of the first example that is answered, with real material. Without an example, the required parameters.
pub(crate) fn example(api: &Api, action: &Action) -> Map<String, Value> {
    let answered = action.examples.iter().find(|example| example.error.is_none());
    let mut request: Map<String, Value> =
        answered.map(|of| of.request.clone().into_iter().collect()).unwrap_or_default();
    for field in &action.parameters {
        let value = request.get(&field.wire).cloned().or_else(|| field.example.clone());
        if let (Some(value), true) = (value, request.contains_key(&field.wire) || field.need == Need::Required) {
            request.insert(field.wire.clone(), value);
        } else if field.need == Need::Required {
            request.insert(field.wire.clone(), plain(api, &field.kind));
        }
        let material = match (&field.kind, field.sensitivity) {
            (Type::Pem, Some(Sensitivity::Secret)) => pem(KEY).to_owned(),
            (Type::Pem, _) => pem(CERTIFICATE).to_owned(),
            (Type::Csr, _) => pem(CSR).to_owned(),
            (Type::Image, _) => base64(PICTURE),
            _ => continue,
        };
        request.entry(&field.wire).and_modify(|value| *value = material.into());
    }
    request
}

fn plain(api: &Api, kind: &Type) -> Value {
    match kind {
        Type::I32 | Type::I64 | Type::F64 => json!(1),
        Type::Boolean { .. } => json!(true),
        Type::Id(name) if api.ids.iter().any(|id| id.name == *name && id.base != Base::String) => json!(1),
        Type::Enum(name) => json!(api.enumeration(name).unwrap().values[0].wire),
        Type::List(item) | Type::CommaList(item) | Type::JsonList(item) => json!([plain(api, item)]),
        Type::Structure(_) | Type::JsonText(_) | Type::Map(_) | Type::JsonMap(_) => json!({}),
        _ => json!("a"),
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    cloudcert::Image::from_bytes(bytes).unwrap().as_base64().to_owned()
}

/// A request as options. Files stand for what options read from files: `name.txt`, with this content.
pub(crate) fn words(action: &Action, renamed: &dyn Fn(&str) -> String, request: &Map<String, Value>) -> Vec<Word> {
    let given = action.parameters.iter().filter_map(|field| Some((field, request.get(&field.wire)?)));
    given.flat_map(|(field, value)| of_field(field, &renamed(&field.wire), value)).collect()
}

/// A word of a command line, and the file that it names.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) file: Option<(String, Vec<u8>)>,
}

fn of_field(field: &Field, option: &str, value: &Value) -> Vec<Word> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let word = |of: String| Word { text: format!("--{option}={of}"), file: None };
    let file = |bytes: Vec<u8>| {
        let name = format!("{option}.txt");
        vec![Word { text: format!("--{option}={name}"), file: Some((name, bytes)) }]
    };
    if matches!(field.kind, Type::Pem | Type::Csr) {
        return file(untidy(&text(value)));
    }
    if field.sensitivity == Some(Sensitivity::Secret) {
        return file(text(value).into_bytes());
    }
    let has_json = |kind: &Type| matches!(kind, Type::Structure(_) | Type::List(_) | Type::Map(_) | Type::Any);
    match &field.kind {
        Type::Image => file(PICTURE.to_vec()),
        Type::Structure(_) | Type::JsonText(_) | Type::Any => file(text(value).into_bytes()),
        Type::Boolean { .. } => match text(value).as_str() {
            "true" | "1" => vec![Word { text: format!("--{option}"), file: None }],
            _ => vec![word("false".to_owned())],
        },
        kind if kind.element().is_some_and(has_json) => file(text(value).into_bytes()),
        Type::List(_) | Type::CommaList(_) | Type::JsonList(_) => match value {
            Value::Array(items) => items.iter().map(|item| word(text(item))).collect(),
            Value::String(list) if matches!(field.kind, Type::JsonList(_)) => {
                let items: Vec<Value> = serde_json::from_str(list).unwrap();
                items.iter().map(|item| word(text(item))).collect()
            }
            single => vec![word(text(single))],
        },
        Type::Map(_) | Type::JsonMap(_) => {
            let map = value.as_object().unwrap();
            map.iter().map(|(key, value)| word(format!("{key}={}", text(value)))).collect()
        }
        _ => vec![word(text(value))],
    }
}

/// Writes the files of words, and gives the words.
pub(crate) fn with_files(words: Vec<Word>, folder: &Folder) -> Vec<String> {
    let write = |word: Word| {
        if let Some((name, bytes)) = word.file {
            folder.file(&name, bytes);
        }
        word.text
    };
    words.into_iter().map(write).collect()
}
