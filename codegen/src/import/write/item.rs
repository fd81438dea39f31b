//! New items and actions as YAML: marked with their sources, and without a sentence.

use super::names::{self, Side};
use super::types::{Of, Saying, say, written};
use super::yaml::{Yaml, word};
use crate::import::plain::{Action, Item, Items, Shape};
use crate::import::remark::{Remarks, Subject};
use crate::import::sensitive;
use crate::resolve::personal_name;
use crate::spec::FieldType;
use std::collections::HashSet;

/// Most structures inside each other: each takes two levels of YAML, of which a file may have 32.
const DEEPEST: usize = 12;

/// The line that editors find the schema by.
const HEAD: &str = "# yaml-language-server: $schema=../schema.json\n";

/// Makes YAML of items.
pub(super) struct Maker<'a> {
    /// Names of structures, enums and ids that are taken.
    pub(super) types: HashSet<String>,
    pub(super) remarks: &'a mut Remarks,
    /// Names of common parameters, in lower case.
    pub(super) common_parameters: HashSet<String>,
    /// Names of fields that every response has.
    pub(super) common_response: HashSet<String>,
}

/// The parameter by whose value the vendor's services know a call that they have executed already.
const REPEAT_KEY: &str = "ClientToken";

impl Maker<'_> {
    fn remark(&mut self, subject: Subject, path: &[&str], message: &str) {
        self.remarks.add(subject, "", 0, format!("`{}`: {message}", path.join(".")));
    }

    /// Whether an item is the region that the client sends with other calls as a common parameter: here the call has it, and the client fills
    /// it in.
    fn is_region(&self, wire: &str, item: &Item, side: Side) -> bool {
        let name = wire.to_lowercase();
        let common = side == Side::Request && self.common_parameters.contains(&name);
        common && matches!(name.as_str(), "region" | "regionid") && item.shape == Shape::Text
    }

    /// Whether an item has a place of its own in an action; says so if it has not. `folded` are the names of its neighbours in lower case.
    pub(super) fn takes(&mut self, path: &[&str], item: &Item, side: Side, folded: &mut HashSet<String>) -> bool {
        let wire = path.last().copied().unwrap_or_default();
        if side == Side::Response && self.common_response.contains(wire) {
            return false;
        }
        let common = side == Side::Request && self.common_parameters.contains(&wire.to_lowercase());
        if common && !self.is_region(wire, item, side) {
            self.remark(Subject::LeftOut, path, "a common parameter has this name; it was left out");
            return false;
        }
        if !names::is_wire(wire) {
            self.remark(Subject::LeftOut, path, "this cannot be a name on the wire; it was left out");
            return false;
        }
        if side == Side::Request && !folded.insert(wire.to_lowercase()) {
            self.remark(
                Subject::LeftOut,
                path,
                "its name differs from that of another parameter in case only; it was left out",
            );
            return false;
        }
        true
    }

    /// A new item. `around` are the labels of what it is a part of, which it inherits; `taken` are the names of its neighbours in Rust.
    pub(super) fn item(
        &mut self,
        path: &[&str],
        item: &Item,
        side: Side,
        around: &[String],
        taken: &mut HashSet<String>,
    ) -> Yaml {
        let wire = path.last().copied().unwrap_or_default();
        let said = say(&item.shape, side.packed(item), side.is_sent());
        let deep = path.len() > DEEPEST && matches!(said.of, Of::Structure(_));
        let said = if deep { say(&Shape::Text, None, true) } else { said };
        let lacks = if deep { Some("structures this deep") } else { said.lacks };
        let name = matches!(said.of, Of::Structure(_)).then(|| names::structure(path, &mut self.types));
        let mut keys = vec![("type".to_owned(), type_of(&said, name.as_deref()))];
        if let Some(lacks) = lacks {
            self.remark(
                Subject::Unsayable,
                path,
                &format!("the language has no {lacks}; it was written as `{}`", said.phrase()),
            );
        }
        let mut add = |key: &str, value: Yaml| keys.push((key.to_owned(), value));
        let fields = match said.of {
            Of::Nothing | Of::Word(_) => None,
            Of::Structure(members) => Some(self.items(path, members, side.inside(), &item.seen_in)),
        };
        let region = self.is_region(wire, item, side);
        let required = side.is_sent() && item.required == Some(true) && !region;
        if let Some(name) = names::rust_name(wire, side, required, taken) {
            add("rust_name", Yaml::Word(name));
        }
        if region {
            add("fill", Yaml::Word("region".to_owned()));
        }
        if required {
            add("required", Yaml::Word("true".to_owned()));
        }
        if let Some(word) = self.sensitive(path, side, said.kind, &said.of) {
            add("sensitive", Yaml::Word(word.to_owned()));
        }
        if item.deprecated {
            self.remark(Subject::Guess, path, "a source marks it as deprecated; nothing was written about it");
        }
        if let Some(fields) = fields {
            add("fields", Yaml::Map(fields));
        }
        if item.seen_in != around {
            add("undocumented", labels(&item.seen_in));
        }
        Yaml::Map(keys)
    }

    /// How an item is marked by its name: rather once too often, because what is not marked shows up in logs.
    fn sensitive(&mut self, path: &[&str], side: Side, kind: FieldType, of: &Of<'_>) -> Option<&'static str> {
        let wire = path.last().copied().unwrap_or_default();
        let (text, texts) = (kind == FieldType::String, *of == Of::Word("string"));
        if sensitive::is_secret(wire, side.is_member()) {
            if texts {
                self.remark(
                    Subject::Unsayable,
                    path,
                    "it looks like a list of secrets, and the language marks single texts only",
                );
            }
            if text {
                self.remark(Subject::Guess, path, "it was marked as a secret by its name");
                return Some("secret");
            }
        }
        if (text || texts || kind == FieldType::CommaList)
            && (personal_name(wire).is_some() || sensitive::is_personal(wire))
        {
            self.remark(Subject::Guess, path, "it was marked as personal data by its name");
            return Some("pii");
        }
        None
    }

    /// New items of one mapping.
    fn items(&mut self, path: &[&str], items: &Items, side: Side, around: &[String]) -> Vec<(String, Yaml)> {
        let (mut taken, mut folded) = (HashSet::new(), HashSet::new());
        let mut entries = Vec::new();
        for (wire, item) in items {
            let path: Vec<&str> = path.iter().copied().chain([wire.as_str()]).collect();
            if self.takes(&path, item, side, &mut folded) {
                let value = self.item(&path, item, side, around, &mut taken);
                entries.push((wire.clone(), value));
            }
        }
        entries
    }

    /// The parameters of a new action. One that is named as a repeat key is written as one, and a person has to confirm it: the client then
    /// repeats calls that it would not repeat otherwise.
    fn parameters(&mut self, name: &str, action: &Action) -> Vec<(String, Yaml)> {
        let mut entries = self.items(&[name], &action.parameters, Side::Request, &action.seen_in);
        for (wire, value) in &mut entries {
            let is_key =
                |item: &Item| item.shape == Shape::Text && item.packed.is_none() && item.required != Some(true);
            if wire == REPEAT_KEY
                && action.parameters.get(REPEAT_KEY).is_some_and(is_key)
                && let Yaml::Map(keys) = value
            {
                let at = keys.iter().position(|(key, _)| key == "undocumented").unwrap_or(keys.len());
                keys.insert(at, ("fill".to_owned(), Yaml::Word("repeat-key".to_owned())));
                self.remark(
                    Subject::Guess,
                    &[name, wire],
                    "it was written as `fill: repeat-key` by its name; confirm that the service executes calls with the same text once, \
                     or remove it",
                );
            }
        }
        entries
    }

    /// The file of a new action.
    pub(super) fn action(&mut self, name: &str, action: &Action) -> String {
        let mut keys = vec![("action".to_owned(), Yaml::Word(word(name)))];
        let mut add = |key: &str, value: Yaml| keys.push((key.to_owned(), value));
        if let Some(rust) = names::method(name) {
            add("rust_name", Yaml::Word(rust));
        }
        add("undocumented", labels(&action.seen_in));
        add("effect", Yaml::Word("unknown".to_owned()));
        add("methods", Yaml::Words(methods(&action.methods)));
        if action.deprecated {
            self.remark(Subject::Guess, &[name], "a source marks it as deprecated; nothing was written about it");
        }
        let around = &action.seen_in;
        let parameters = self.parameters(name, action);
        let response = self.items(&[name], action.response.as_ref().unwrap_or(&Items::new()), Side::Response, around);
        add("parameters", Yaml::Map(parameters));
        add("response", Yaml::Map(response));
        let body: String = keys.iter().map(|(key, value)| value.block(key, 0)).collect();
        format!("{HEAD}{body}")
    }
}

/// A type as it is written. A list stands in brackets, everything else that has brackets in quotes.
fn type_of(said: &Saying<'_>, structure: Option<&str>) -> Yaml {
    let of = match said.of {
        Of::Word(of) => Some(of),
        Of::Nothing | Of::Structure(_) => structure,
    };
    match (said.kind, of) {
        (FieldType::List, Some(of)) => Yaml::Words(vec![of.to_owned()]),
        (FieldType::JsonList, _) => Yaml::Word(format!("\"{}\"", written(said.kind, of))),
        _ => Yaml::Word(written(said.kind, of)),
    }
}

fn labels(seen_in: &[String]) -> Yaml {
    Yaml::Words(seen_in.iter().map(|label| word(label)).collect())
}

/// The methods, POST first: a query is no place for secrets, and the first method is the one that is used.
pub(super) fn methods(seen: &[String]) -> Vec<String> {
    let known = ["POST", "GET"].into_iter().filter(|method| seen.iter().any(|of| of == method));
    let all: Vec<String> = known.map(str::to_owned).collect();
    if all.is_empty() { vec!["POST".to_owned()] } else { all }
}
