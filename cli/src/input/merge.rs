//! One request from all options: `--input` first, then the options, then members of structures.

use super::source::Sources;
use super::value::parse;
use super::{material, objects};
use crate::failure::Problem;
use crate::options::{Material, Opt, Takes};
use clap::ArgMatches;
use cloudcert::model::{Action, Api, Type};
use serde_json::{Map, Value};

/// A request, and what is to be said about it.
#[derive(Debug, Default)]
pub(crate) struct Collected<'a> {
    /// The parameters by their names on the wire.
    pub(crate) parameters: Map<String, Value>,
    /// What is wrong with options.
    pub(crate) problems: Vec<Problem>,
    /// How values were read, if not as they are written.
    pub(crate) notes: Vec<Problem>,
    /// Secrets that other operations return, instead of which `auto` stands in the request.
    pub(crate) autos: Vec<Auto<'a>>,
}

/// A secret that another operation returns.
#[derive(Debug)]
pub(crate) struct Auto<'a> {
    /// The names on the wire, from the parameter to the member.
    pub(crate) path: Vec<&'a str>,
    /// The operation.
    pub(crate) action: &'a str,
    /// The path of the secret in its response.
    pub(crate) from: &'a [String],
}

/// What stands behind an option whose secret another operation returns.
const AUTO: &str = "auto";

impl Collected<'_> {
    fn wrong(&mut self, option: &str, message: String) {
        self.problems.push(Problem { option: option.to_owned(), message });
    }
}

/// Collects the request of an action from its options and `--input`.
pub(crate) fn collect<'a>(
    (api, action): (&Api, &Action),
    options: &[Opt<'a>],
    matches: &ArgMatches,
    sources: &mut Sources<'_>,
) -> Collected<'a> {
    let mut out = Collected::default();
    if let Some(name) = matches.get_one::<String>("input") {
        match objects::json("--input", name, sources) {
            Ok(Value::Object(parameters)) => out.parameters = parameters,
            Ok(_) => out.wrong("--input", sources.lang.say("must be a JSON object", "须为 JSON 对象").to_owned()),
            Err(message) => out.wrong("--input", message),
        }
    }
    for option in options {
        let given: Vec<&String> = matches.get_many(&option.long).into_iter().flatten().collect();
        // A list on the command line replaces that of `--input`, as any other value does.
        if !given.is_empty()
            && matches!(option.takes, Takes::Values { .. } | Takes::Objects)
            && let Some(list) = slot(&mut out.parameters, &option.path)
        {
            *list = Value::Null;
        }
        for text in given {
            if let Err(message) = one((api, action), option, text, sources, &mut out) {
                out.wrong(&option.shown(), message);
            }
        }
    }
    if !sources.lenient {
        check_key(options, matches, &mut out);
    }
    out
}

/// Reads what is behind one option and puts it into the request.
fn one<'a>(
    (api, action): (&Api, &Action),
    option: &Opt<'a>,
    text: &str,
    sources: &mut Sources<'_>,
    out: &mut Collected<'a>,
) -> Result<(), String> {
    let (field, shown, lang) = (option.field, option.shown(), sources.lang);
    let kind = field.kind.element().unwrap_or(&field.kind);
    let parsed = match option.takes {
        Takes::Value | Takes::Flag => parse(api, field, &field.kind, text, lang)?,
        Takes::Values { commas } => {
            let split: Vec<&str> = if commas {
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
            } else {
                vec![text]
            };
            for part in split {
                let parsed = parse(api, field, kind, part, lang)?;
                note(out, &shown, parsed.note);
                push(out, option, parsed.value, lang)?;
            }
            return Ok(());
        }
        Takes::Objects => {
            let is_file = text == "-" || (!text.contains('=') && std::path::Path::new(text).exists());
            if is_file {
                for item in list(objects::json(&shown, text, sources)?) {
                    push(out, option, item, lang)?;
                }
            } else {
                let of = field.kind.structure().map(|name| action.members(api, name)).unwrap_or_default();
                let parsed = objects::item(api, of, text, lang)?;
                note(out, &shown, parsed.note);
                push(out, option, parsed.value, lang)?;
            }
            return Ok(());
        }
        Takes::Entries => {
            let (key, parsed) = objects::entry(api, field, text, lang)?;
            note(out, &shown, parsed.note);
            let slot = slot(&mut out.parameters, &option.path).ok_or_else(|| shadowed(lang))?;
            if !slot.is_object() {
                *slot = Map::new().into();
            }
            if let Value::Object(map) = slot {
                map.insert(key, parsed.value);
            }
            return Ok(());
        }
        Takes::Object | Takes::Json => objects::json(&shown, text, sources)?.into(),
        Takes::File(of) => Value::from(material::read(&shown, text, of, sources)?).into(),
        Takes::Secret { .. } if text == AUTO && !field.obtained_from.is_empty() => {
            let autos = field.obtained_from.iter().take(1);
            out.autos.extend(autos.map(|(action, from)| Auto { path: option.path.clone(), action, from }));
            Value::from(AUTO).into()
        }
        Takes::Secret { pem } => {
            let secret = sources.secret(&shown, text)?;
            let secret = if pem { material::key(&secret) } else { secret };
            if matches!(field.kind, Type::String | Type::Pem | Type::Csr | Type::Url | Type::SecretUrl) {
                Value::from(secret).into()
            } else {
                parse(api, field, &field.kind, &secret, lang)?
            }
        }
    };
    note(out, &shown, parsed.note);
    *slot(&mut out.parameters, &option.path).ok_or_else(|| shadowed(lang))? = parsed.value;
    Ok(())
}

fn note(out: &mut Collected<'_>, option: &str, note: Option<String>) {
    out.notes.extend(note.map(|message| Problem { option: option.to_owned(), message }));
}

fn shadowed(lang: crate::lang::Lang) -> String {
    lang.say("is a member of something that `--input` has as a plain value", "其上级在 `--input` 中是普通值").to_owned()
}

/// A list, or a single value as one.
fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        single => vec![single],
    }
}

/// Adds an item to a list.
fn push(out: &mut Collected<'_>, option: &Opt<'_>, item: Value, lang: crate::lang::Lang) -> Result<(), String> {
    let slot = slot(&mut out.parameters, &option.path).ok_or_else(|| shadowed(lang))?;
    match slot {
        Value::Array(items) => items.push(item),
        other => *other = Value::Array(vec![item]),
    }
    Ok(())
}

/// Puts a value into a request.
pub(crate) fn put(parameters: &mut Map<String, Value>, path: &[&str], value: Value) {
    if let Some(slot) = slot(parameters, path) {
        *slot = value;
    }
}

/// The place of a parameter or member, with the structures on the way to it.
fn slot<'a>(parameters: &'a mut Map<String, Value>, path: &[&str]) -> Option<&'a mut Value> {
    let (first, rest) = path.split_first()?;
    let mut at = parameters.entry(*first).or_insert(Value::Null);
    for name in rest {
        if at.is_null() {
            *at = Map::new().into();
        }
        let Value::Object(map) = at else { return None };
        at = map.entry(*name).or_insert(Value::Null);
    }
    Some(at)
}

/// Proves that the key belongs to the certificates, if one of each was given.
fn check_key(options: &[Opt<'_>], matches: &ArgMatches, out: &mut Collected<'_>) {
    let given = |option: &&Opt<'_>| matches.get_many::<String>(&option.long).is_some();
    let certificates =
        options.iter().filter(|option| option.takes == Takes::File(Material::Certificates)).filter(given);
    let keys = options.iter().filter(|option| option.takes == Takes::Secret { pem: true }).filter(given);
    let (certificates, keys): (Vec<_>, Vec<_>) = (certificates.collect(), keys.collect());
    let ([certificates], [key]) = (certificates.as_slice(), keys.as_slice()) else { return };
    let mut text = |option: &Opt<'_>| slot(&mut out.parameters, &option.path)?.as_str().map(str::to_owned);
    let (Some(of_certificates), Some(of_key)) = (text(certificates), text(key)) else { return };
    match material::pair(&of_certificates, &of_key) {
        Ok((chain, private)) => {
            for (option, text) in [(certificates, chain), (key, private)] {
                if let Some(slot) = slot(&mut out.parameters, &option.path) {
                    *slot = text.into();
                }
            }
        }
        Err(message) => out.wrong(&key.shown(), message),
    }
}
