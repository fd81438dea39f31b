//! Places of what changed: the way to an item, followed through the YAML that it was read from.

use crate::model::Place;
use crate::source::{Limits, SourceFile};
use crate::yaml::{ParsedFile, read};
use std::collections::HashMap;

/// Finds places in the files of one API version. A file is parsed when something in it is looked for.
pub(super) struct Locator<'a> {
    files: &'a [SourceFile],
    api: &'a str,
    parsed: HashMap<&'a str, Option<ParsedFile>>,
}

impl<'a> Locator<'a> {
    pub(super) fn new(files: &'a [SourceFile], api: &'a str) -> Self {
        Self { files, api, parsed: HashMap::new() }
    }

    /// The place that a way leads to, or the nearest on it; `known` is that of the item around, if the model has it.
    pub(super) fn place(&mut self, way: &[String], known: Option<&Place>) -> Option<Place> {
        let action = way.first().map(|name| format!("{}/{name}.yaml", self.api));
        let own = action.and_then(|path| self.files.iter().find(|file| file.path == path));
        let (candidates, rest): (Vec<&'a SourceFile>, &[String]) = match own {
            Some(file) => (vec![file], way.get(1..).unwrap_or_default()),
            None => (self.services(), way),
        };
        let mut best: Option<(usize, Place)> = None;
        for file in candidates {
            let parsed = self.parsed.entry(&file.path).or_insert_with(|| {
                let (_, parsed) = read(file, &Limits::default(), &mut Vec::new());
                parsed
            });
            let Some(parsed) = parsed else { continue };
            let (depth, place) = follow(parsed, rest);
            if best.as_ref().is_none_or(|(deepest, _)| depth > *deepest) {
                best = Some((depth, place));
            }
        }
        best.map(|(_, place)| place).or_else(|| known.cloned())
    }

    /// Files that are not about one action.
    fn services(&self) -> Vec<&'a SourceFile> {
        let own = format!("{}/service.yaml", self.api);
        let shared = |file: &&SourceFile| file.path.starts_with("shared/") || file.path == "defects.yaml";
        let first = self.files.iter().filter(|file| file.path == own);
        first.chain(self.files.iter().filter(shared)).collect()
    }
}

/// How far a way leads through a file, and the place where it ends.
fn follow(file: &ParsedFile, way: &[String]) -> (usize, Place) {
    let mut at = file.at();
    let (mut depth, mut place) = (0, None);
    for step in way {
        let children = at.children();
        let named = children.iter().find(|(key, _)| *key == Some(step.as_str()));
        // An element of a list is told by what it says of itself.
        let told = || {
            children.iter().find(|(key, child)| {
                key.is_none() && ["region", "id", "after"].iter().any(|name| child.scalar(name) == Some(step.as_str()))
                    || child.get("title").scalar("en") == Some(step.as_str())
            })
        };
        let Some((_, child)) = named.or_else(told) else { break };
        (at, depth) = (*child, depth + 1);
        place = Some(at.place());
    }
    (depth, place.unwrap_or_else(|| Place { file: file.path.clone(), line: 1, column: 1 }))
}
