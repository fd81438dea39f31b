//! Compares what sources say with what stands in the spec: what is new, what has changed, what is gone.

use super::edit::{self, Edit, entry, mapping, scalar};
use super::item::{Maker, methods};
use super::names::Side;
use super::spec::{self, Place, Spec};
use super::types::{fits, say};
use super::yaml::{Yaml, word};
use super::{Changed, Outcome};
use crate::import::plain::{Action, Item, Items};
use crate::import::remark::Subject;
use crate::naming;
use crate::spec::{FieldType, Holds};
use crate::yaml::{Entry, Kind, Node};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// A mapping of items that was compared; a shared structure is compared once for each field that holds it.
struct Visit<'a> {
    place: Place<'a>,
    key: &'static str,
    /// The first path that led here.
    path: String,
    /// Names on the wire that some source has.
    seen: HashSet<String>,
    /// Names in Rust that are taken.
    taken: HashSet<String>,
    /// Names on the wire that stand there, in lower case.
    folded: HashSet<String>,
    new: IndexMap<String, (Yaml, String)>,
}

/// The comparison of an API version.
pub(super) struct Comparison<'a, 'b> {
    spec: &'a Spec,
    structures: HashMap<&'a str, Place<'a>>,
    accept: bool,
    pub(super) maker: Maker<'b>,
    visits: IndexMap<(usize, &'static str), Visit<'a>>,
    /// By file.
    pub(super) edits: HashMap<usize, Vec<Edit>>,
    pub(super) outcome: Outcome,
}

impl<'a, 'b> Comparison<'a, 'b> {
    pub(super) fn new(spec: &'a Spec, accept: bool, maker: Maker<'b>) -> Self {
        let structures = spec.structures();
        Self {
            spec,
            structures,
            accept,
            maker,
            visits: IndexMap::new(),
            edits: HashMap::new(),
            outcome: Outcome::default(),
        }
    }

    /// Compares a known action.
    pub(super) fn action(&mut self, name: &str, file: usize, action: &Action) {
        let spec = self.spec;
        let Some(parsed) = spec.files.get(file) else { return };
        let place = Place { file, owner: &parsed.root };
        self.methods(name, place, action);
        self.items(&[name], place, "parameters", &action.parameters, (Side::Request, false));
        if let Some(response) = &action.response {
            self.items(&[name], place, "response", response, (Side::Response, false));
        }
    }

    /// Methods are compared and never written: which one comes first is a decision.
    fn methods(&mut self, name: &str, place: Place<'a>, action: &Action) {
        // An action without any has those of the defaults.
        let own = entry(place.owner, "methods");
        let service = self.spec.files.get(self.spec.service).map(|file| &file.root);
        let defaults = || entry(&entry(service?, "defaults")?.value, "methods");
        let Some(Kind::Sequence(known)) = own.or_else(defaults).map(|entry| &entry.value.kind) else { return };
        let known: HashSet<&str> = known
            .iter()
            .filter_map(|node| match &node.kind {
                Kind::Scalar(method) => Some(method.as_str()),
                _ => None,
            })
            .collect();
        let seen = methods(&action.methods);
        if action.methods_are_data && known != seen.iter().map(String::as_str).collect() {
            let mut known: Vec<&str> = known.into_iter().collect();
            known.sort_unstable_by(|a, b| b.cmp(a));
            self.changed(name, "methods", &known.join(", "), &seen.join(", "), false);
        }
    }

    /// Adds a changed fact, and says whether it is to be written.
    fn changed(&mut self, path: &str, what: &str, old: &str, new: &str, writable: bool) -> bool {
        let of = |text: &str| text.to_owned();
        let (by_hand, written) = (!writable, writable && self.accept);
        self.outcome.changed.push(Changed {
            path: of(path),
            what: of(what),
            old: of(old),
            new: of(new),
            by_hand,
            written,
        });
        written
    }

    /// Compares the mapping under a key. Facts of a structure that other items share are for a person: the next item may say otherwise.
    fn items(
        &mut self,
        path: &[&str],
        place: Place<'a>,
        key: &'static str,
        items: &Items,
        (side, shared): (Side, bool),
    ) {
        let known = entry(place.owner, key).and_then(|entry| mapping(&entry.value));
        let id = (std::ptr::from_ref(place.owner) as usize, key);
        if !self.visits.contains_key(&id) {
            let entries = known.map_or(&[][..], |map| map.entries());
            let rust = |entry: &Entry| naming::field(&entry.key, scalar(&entry.value, "rust_name"));
            let taken = entries.iter().map(rust).collect();
            let folded = entries.iter().map(|entry| entry.key.to_lowercase()).collect();
            let (seen, new) = (HashSet::new(), IndexMap::new());
            self.visits.insert(id, Visit { place, key, path: path.join("."), seen, taken, folded, new });
        }
        for (wire, item) in items {
            let path: Vec<&str> = path.iter().copied().chain([wire.as_str()]).collect();
            let Some(visit) = self.visits.get_mut(&id) else { return };
            visit.seen.insert(wire.clone());
            if let Some(entry) = known.and_then(|map| map.get(wire)) {
                self.item(&path, place.file, entry, item, (side, shared));
            } else if !visit.new.contains_key(wire) && self.maker.takes(&path, item, side, &mut visit.folded) {
                let value = self.maker.item(&path, item, side, &[], &mut visit.taken);
                let said = say(&item.shape, side.packed(item), side.is_sent());
                visit.new.insert(wire.clone(), (value, format!("{}: {}", path.join("."), said.phrase())));
            }
        }
    }

    /// Compares a known item.
    fn item(&mut self, path: &[&str], file: usize, known: &'a Entry, item: &Item, (side, shared): (Side, bool)) {
        let node = &known.value;
        let Some(held) = self.spec.holds(node) else { return };
        let digits = scalar(node, "digits") == Some("true");
        if !fits(&held, digits, &item.shape, side.packed(item)) {
            self.kind(path, file, (node, &held), item, (side, shared));
            return;
        }
        if side.is_sent() {
            self.required(path, file, node, item, shared);
        }
        if let Some(name) = held.enumeration.as_deref().filter(|_| item.values_are_data) {
            self.values(path, name, item);
        }
        let (Some(of), Some(members)) = (held.of.as_deref(), item.shape.members()) else { return };
        let own = entry(node, "fields").map(|_| Place { file, owner: node });
        let shared = shared || own.is_none();
        if let Some(place) = own.or_else(|| self.structures.get(of).copied()) {
            self.items(path, place, "fields", members, (side.inside(), shared));
        }
    }

    /// Another type. Between scalars it can be written, anything else is for a person.
    fn kind(
        &mut self,
        path: &[&str],
        file: usize,
        (node, held): (&Node, &Holds),
        item: &Item,
        (side, shared): (Side, bool),
    ) {
        let new = say(&item.shape, side.packed(item), side.is_sent());
        let scalars = [FieldType::String, FieldType::I32, FieldType::I64, FieldType::Boolean];
        let simple = scalars.contains(&held.kind) && scalars.contains(&new.kind) && new.lacks.is_none();
        // These were chosen for the old type.
        let beside = ["default", "example", "range", "length", "pattern", "format", "sensitive", "digits"];
        let writable =
            simple && !shared && held.enumeration.is_none() && beside.iter().all(|key| entry(node, key).is_none());
        let old = spec::type_of(node);
        let said = new.lacks.map_or_else(|| new.phrase(), |_| item.shape.word().to_owned());
        if self.changed(&path.join("."), "type", &old, &said, writable) {
            let edit = entry(node, "type").map(|entry| edit::replace(&entry.value, &new.phrase()));
            self.edits.entry(file).or_default().extend(edit);
        }
    }

    fn required(&mut self, path: &[&str], file: usize, node: &Node, item: &Item, shared: bool) {
        // What the client fills in is there in any case.
        let known =
            scalar(node, "required") == Some("true") || (entry(node, "fill").is_some() && item.required == Some(true));
        let Some(required) = item.required.filter(|required| *required != known) else { return };
        let word = |required| if required { "true" } else { "false" };
        let text = self.spec.files.get(file).map_or("", |parsed| parsed.text.as_str());
        let edit = match entry(node, "required") {
            Some(entry) => Some(edit::replace(&entry.value, word(required))),
            None => edit::after(text, node, "type", ("required", &Yaml::Word(word(required).to_owned()))),
        };
        let edit = edit.filter(|_| !shared);
        if self.changed(&path.join("."), "required", word(known), word(required), edit.is_some()) {
            self.edits.entry(file).or_default().extend(edit);
        }
    }

    /// Values that the enum of an item lacks.
    fn values(&mut self, path: &[&str], name: &str, item: &Item) {
        let Some(place) = self.spec.enumeration(name) else { return };
        let Some(known) = entry(place.owner, "values").and_then(|entry| mapping(&entry.value)) else { return };
        let mut all: HashSet<&str> = HashSet::new();
        for entry in known.entries() {
            all.insert(&entry.key);
            if let Some(Kind::Sequence(aliases)) = self::entry(&entry.value, "aliases").map(|entry| &entry.value.kind) {
                all.extend(aliases.iter().filter_map(|alias| match &alias.kind {
                    Kind::Scalar(alias) => Some(alias.as_str()),
                    _ => None,
                }));
            }
        }
        let own = self.spec.files.get(place.file).is_some_and(|file| !file.path.starts_with("shared/"));
        for value in item.values.iter().filter(|value| !all.contains(value.as_str())) {
            // A value that makes no name in Rust needs one from a person.
            let named = naming::is_identifier(&naming::value(value, None))
                && naming::value(value, None) != crate::reserved::OPEN;
            if !self.changed(&path.join("."), "values", "", value, named && own) {
                continue;
            }
            let id = (std::ptr::from_ref(place.owner) as usize, "values");
            let visit = self.visits.entry(id).or_insert_with(|| Visit {
                place,
                key: "values",
                path: name.to_owned(),
                // Values that no source has stay without a word: sources seldom list all.
                seen: known.entries().iter().map(|entry| entry.key.clone()).collect(),
                taken: HashSet::new(),
                folded: HashSet::new(),
                new: IndexMap::new(),
            });
            let labels = Yaml::Words(item.seen_in.iter().map(|label| word(label)).collect());
            let marked = Yaml::Map(vec![("undocumented".to_owned(), labels)]);
            visit.new.entry(value.clone()).or_insert((marked, String::new()));
        }
    }

    /// Turns what is new into edits, and says what is gone.
    pub(super) fn finish(&mut self) {
        for (_, visit) in std::mem::take(&mut self.visits) {
            let Visit { place, key, path, seen, new, .. } = visit;
            let known = entry(place.owner, key).and_then(|entry| mapping(&entry.value));
            for entry in known.map_or(&[][..], |map| map.entries()).iter().filter(|entry| !seen.contains(&entry.key)) {
                self.outcome.gone.push(format!("{path}.{}", entry.key));
            }
            if new.is_empty() {
                continue;
            }
            let Some(parsed) = self.spec.files.get(place.file) else { continue };
            let (mut entries, mut said) = (Vec::new(), Vec::new());
            for (wire, (value, what)) in new {
                entries.push((wire, value));
                said.push(what);
            }
            // Other APIs have no such source, so the mark would lead nowhere there.
            let shared = parsed.path.starts_with("shared/");
            let edits = edit::append(&parsed.text, place.owner, Some(key), &entries).filter(|_| !shared);
            let Some(edits) = edits else {
                let why =
                    if shared { "other APIs share this file" } else { "it is written in a way that cannot be edited" };
                let message = format!("`{path}`: nothing was added to `{key}`, because {why}");
                self.maker.remarks.add(Subject::LeftOut, &parsed.path, 0, message);
                self.outcome
                    .new
                    .extend(said.into_iter().filter(|what| !what.is_empty()).map(|what| what + "; by hand"));
                continue;
            };
            self.edits.entry(place.file).or_default().extend(edits);
            self.outcome.new.extend(said.into_iter().filter(|what| !what.is_empty()));
        }
    }
}
