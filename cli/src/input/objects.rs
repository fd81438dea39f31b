//! Items of lists of structures, and entries of maps, written on the command line.

use super::json::{self, Unreadable};
use super::source::Sources;
use super::value::{Parsed, parse};
use crate::lang::Lang;
use crate::names;
use cloudcert::model::{Api, Field, Type};
use serde_json::{Map, Value};

/// Reads `name=Status,value=2` as a structure with these members. Names may be in kebab case or as on the wire; `\,` is a comma in a value.
///
/// # Errors
///
/// What is wrong, for the user.
pub(crate) fn item(api: &Api, members: &[Field], text: &str, lang: Lang) -> Result<Parsed, String> {
    let (mut out, mut notes) = (Map::new(), Vec::new());
    for part in parts(text) {
        let (name, value) = part.split_once('=').ok_or_else(|| {
            lang.say(
                "must be written as name=value,name=value, or name a file with JSON",
                "须写作 名称=值,名称=值，或为 JSON 文件名",
            )
            .to_owned()
        })?;
        let field = members.iter().find(|field| field.wire == name || names::command(&field.wire) == name);
        let Some(field) = field else {
            let known = members.iter().map(|field| names::command(&field.wire)).collect::<Vec<_>>().join(", ");
            return Err(format!("{} `{name}`; {known}", lang.say("has no member", "没有此成员：")));
        };
        let kind = field.kind.element().unwrap_or(&field.kind);
        let parsed = parse(api, field, kind, value, lang)?;
        notes.extend(parsed.note);
        if field.kind.is_list() {
            let list = out.entry(field.wire.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(parsed.value);
            }
        } else if out.insert(field.wire.clone(), parsed.value).is_some() {
            return Err(format!("{} `{name}`", lang.say("names a member twice:", "重复指定成员：")));
        }
    }
    Ok(Parsed { value: out.into(), note: (!notes.is_empty()).then(|| notes.join("; ")) })
}

/// Splits at commas, except those behind a backslash.
fn parts(text: &str) -> Vec<String> {
    let (mut all, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            ',' if escaped => part.push(','),
            ',' => all.push(std::mem::take(&mut part)),
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            c => {
                if escaped {
                    part.push('\\');
                }
                part.push(c);
            }
        }
        escaped = false;
    }
    if escaped {
        part.push('\\');
    }
    all.push(part);
    all
}

/// Reads `key=value` as an entry of a map.
///
/// # Errors
///
/// What is wrong, for the user.
pub(crate) fn entry(api: &Api, field: &Field, text: &str, lang: Lang) -> Result<(String, Parsed), String> {
    let (key, value) =
        text.split_once('=').ok_or_else(|| lang.say("must be written as key=value", "须写作 键=值").to_owned())?;
    Ok((key.to_owned(), parse(api, field, field.kind.element().unwrap_or(&Type::String), value, lang)?))
}

/// Reads a file with JSON. A member that stands there twice is refused: nobody knows which of the two is meant.
///
/// # Errors
///
/// Why it cannot be read, for the user.
pub(crate) fn json(option: &str, name: &str, sources: &mut Sources<'_>) -> Result<Value, String> {
    let text = sources.text(option, name)?;
    let lang = sources.lang;
    // The message has the place, and of the text at most the name of a member; a long one may be something else by mistake.
    json::read(&text).map_err(|Unreadable { at: (line, column), twice }| match twice {
        None => format!("{} ({line}:{column})", lang.say("is not valid JSON", "不是有效的 JSON")),
        Some(name) => {
            let name = if name.len() < 60 { format!(" `{name}`") } else { String::new() };
            format!("{}{name} ({line}:{column})", lang.say("names a member twice:", "重复指定成员："))
        }
    })
}
