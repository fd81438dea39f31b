//! What stands in the spec: the files of an API version as trees, and where each structure and label is.

use super::edit::{entry, mapping, scalar};
use crate::diagnostic::Findings;
use crate::source::{Limits, SourceFile};
use crate::yaml::{self, Kind, Node, ParsedFile};
use std::collections::{HashMap, HashSet};

/// The files of an API version and those that it shares.
pub(super) struct Spec {
    pub(super) files: Vec<ParsedFile>,
    /// Which of them is `service.yaml`.
    pub(super) service: usize,
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
            Some(service) if findings.is_empty() => Ok(Self { files: parsed, service }),
            _ => Err(Findings::new(findings, texts)),
        }
    }

    /// `service.yaml` and the shared files that it names, with their places among the files.
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
        self.files.iter().enumerate().filter(move |(at, file)| *at == service || uses.contains(&file.path))
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
                if let (Some(of), Some(_)) = (scalar(node, "of"), entry(node, "fields")) {
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
                for key in ["of", "name"] {
                    if let Some(name) = scalar(node, key) {
                        all.insert(name.to_owned());
                        all.insert(crate::naming::other_state(name));
                    }
                }
            });
        }
        all
    }
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
