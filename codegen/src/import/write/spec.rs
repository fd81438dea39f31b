//! What stands in the spec: the files of an API version as trees, and where each structure and label is.

use super::edit::{entry, mapping, scalar};
use crate::diagnostic::Findings;
use crate::source::{Limits, SourceFile};
use crate::spec::{Base, Holds, Named, TypeExpression};
use crate::yaml::{self, Kind, Node, ParsedFile};
use std::collections::{HashMap, HashSet};

/// The files of an API version and those that it shares.
pub(super) struct Spec {
    pub(super) files: Vec<ParsedFile>,
    /// Which of them is `service.yaml`.
    pub(super) service: usize,
    /// The ids and enums, by name.
    named: HashMap<String, Named>,
}

/// The mapping that holds the members of a structure under `fields`.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: usize,
    pub(super) owner: &'a Node,
}

impl Spec {
    /// Reads the files of one API version.
    pub(super) fn read(folder: &str, files: &[SourceFile]) -> Result<Self, Findings> {
        let (mut findings, mut texts, mut parsed) = (Vec::new(), Vec::new(), Vec::new());
        let ours = |path: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) || path.starts_with("shared/")
        };
        for file in files.iter().filter(|file| ours(&file.path)) {
            let (text, tree) = yaml::read(file, &Limits::default(), &mut findings);
            texts.extend(text.map(|text| (file.path.clone(), text)));
            parsed.extend(tree);
        }
        let place = format!("{folder}/service.yaml");
        match parsed.iter().position(|file| file.path == place) {
            Some(service) if findings.is_empty() => {
                let mut spec = Self { files: parsed, service, named: HashMap::new() };
                spec.named = spec.names();
                Ok(spec)
            }
            _ => Err(Findings::new(findings, texts)),
        }
    }

    /// What an item holds. None if its type is not one.
    pub(super) fn holds(&self, node: &Node) -> Option<Holds> {
        let written = TypeExpression::parse::<serde::de::value::Error>(&type_of(node)).ok()??;
        Some(written.holds(entry(node, "fields").is_some(), |word| self.named.get(word).copied()))
    }

    /// `service.yaml`, the files beside it, and the shared files that it names, with their places among the files.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (usize, &ParsedFile)> {
        let uses: Vec<String> = self.files.get(self.service).map_or_else(Vec::new, |service| {
            let names = entry(&service.root, "uses").map(|entry| &entry.value.kind);
            let Some(Kind::Sequence(names)) = names else { return Vec::new() };
            names
                .iter()
                .filter_map(|name| match &name.kind {
                    Kind::Scalar(name) => Some(format!("shared/{name}.yaml")),
                    _ => None,
                })
                .collect()
        });
        let service = self.service;
        self.files.iter().enumerate().filter(move |(at, file)| {
            let room = !file.path.starts_with("shared/") && entry(&file.root, "action").is_none();
            *at == service || room || uses.contains(&file.path)
        })
    }

    fn names(&self) -> HashMap<String, Named> {
        let ids = self.keys("ids").into_iter().map(|(name, ..)| (name.to_owned(), Named::Id));
        let enums = self.keys("enums").into_iter().map(|(name, _, node)| {
            let base = match scalar(node, "base") {
                Some("i32") => Base::I32,
                Some("i64") => Base::I64,
                _ => Base::String,
            };
            (name.to_owned(), Named::Enum(base))
        });
        let structures = self.structures().into_keys().map(|name| (name.to_owned(), Named::Structure));
        structures.chain(ids).chain(enums).collect()
    }

    /// The actions, by name.
    pub(super) fn actions(&self) -> HashMap<&str, usize> {
        let all = self.files.iter().enumerate();
        all.filter_map(|(at, file)| Some((scalar(&file.root, "action")?, at))).collect()
    }

    /// A scalar of `api` in `service.yaml`.
    pub(super) fn api(&self, key: &str) -> Option<&str> {
        scalar(&entry(&self.files.get(self.service)?.root, "api")?.value, key)
    }

    /// The keys of a mapping of the definitions, with their values.
    pub(super) fn keys(&self, of: &str) -> Vec<(&str, usize, &Node)> {
        let maps = self.definitions().filter_map(|(at, file)| Some((at, mapping(&entry(&file.root, of)?.value)?)));
        maps.flat_map(|(at, map)| map.entries().iter().map(move |entry| (entry.key.as_str(), at, &entry.value)))
            .collect()
    }

    /// The names of common parameters that travel beside those of an action, in lower case.
    pub(super) fn common_parameters(&self) -> HashSet<String> {
        let all = self.keys("common_parameters").into_iter();
        all.filter(|(_, _, node)| entry(node, "header").is_none()).map(|(name, ..)| name.to_lowercase()).collect()
    }

    /// The names of the fields that every response has.
    pub(super) fn common_response(&self) -> HashSet<String> {
        self.keys("common_response").into_iter().map(|(name, ..)| name.to_owned()).collect()
    }

    /// The entry of an enum.
    pub(super) fn enumeration(&self, name: &str) -> Option<Place<'_>> {
        let (_, file, owner) = self.keys("enums").into_iter().find(|(of, ..)| *of == name)?;
        Some(Place { file, owner })
    }

    /// A source, with its place.
    pub(super) fn source(&self, label: &str) -> Option<Place<'_>> {
        let (_, file, owner) = self.keys("sources").into_iter().find(|(of, ..)| *of == label)?;
        Some(Place { file, owner })
    }

    /// Every structure, by name: shared ones, and those that a field defines in its place.
    pub(super) fn structures(&self) -> HashMap<&str, Place<'_>> {
        let mut all: HashMap<&str, Place<'_>> =
            self.keys("types").into_iter().map(|(name, file, owner)| (name, Place { file, owner })).collect();
        for (file, parsed) in self.files.iter().enumerate() {
            walk(&parsed.root, &mut |node| {
                if let (Some(of), Some(_)) = (type_word(node), entry(node, "fields")) {
                    all.entry(of).or_insert(Place { file, owner: node });
                }
            });
        }
        all
    }

    /// Every name that a type may have, and some more: a new one must be none of them.
    pub(super) fn type_names(&self) -> HashSet<String> {
        let mut all = HashSet::new();
        for of in ["ids", "enums", "types"] {
            all.extend(self.keys(of).into_iter().map(|(name, ..)| name.to_owned()));
        }
        for file in &self.files {
            walk(&file.root, &mut |node| {
                for name in [type_word(node), scalar(node, "name")].into_iter().flatten() {
                    all.insert(name.to_owned());
                    all.insert(crate::naming::other_state(name));
                }
            });
        }
        all
    }
}

/// A type as it is written.
pub(super) fn type_of(node: &Node) -> String {
    match entry(node, "type").map(|entry| &entry.value.kind) {
        Some(Kind::Scalar(text)) => text.clone(),
        Some(Kind::Sequence(items)) => match items.as_slice() {
            [Node { kind: Kind::Scalar(word), .. }] => format!("[{word}]"),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// The word inside the type of an item: between the innermost brackets.
fn type_word(node: &Node) -> Option<&str> {
    let word = match &entry(node, "type")?.value.kind {
        Kind::Scalar(text) => text,
        Kind::Sequence(items) => match items.as_slice() {
            [Node { kind: Kind::Scalar(word), .. }] => word,
            _ => return None,
        },
        Kind::Mapping(_) => return None,
    };
    let inner = word.rsplit(['(', '[']).next().unwrap_or(word);
    Some(inner.trim_end_matches(|c: char| matches!(c, ')' | ']') || c.is_whitespace()).trim_start())
}

/// Visits every mapping below a node.
fn walk<'a>(node: &'a Node, visit: &mut impl FnMut(&'a Node)) {
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| walk(item, visit)),
        Kind::Mapping(map) => {
            visit(node);
            map.entries().iter().for_each(|entry| walk(&entry.value, visit));
        }
    }
}
