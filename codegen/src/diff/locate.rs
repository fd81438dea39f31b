//! Finds the places of changes: follows the path of an item through the YAML that it was read from.

use crate::model::Place;
use crate::source::{Limits, SourceFile};
use crate::yaml::{ParsedFile, read};
use std::collections::HashMap;

/// Finds places in the files of one API version. A file is parsed when something in it is looked for.
pub(super) struct Locator<'a> {
    files: &'a [SourceFile],
    by_path: HashMap<&'a str, &'a SourceFile>,
    api: &'a str,
    parsed: HashMap<&'a str, Option<ParsedFile>>,
}

impl<'a> Locator<'a> {
    pub(super) fn new(files: &'a [SourceFile], api: &'a str) -> Self {
        let by_path = files.iter().map(|file| (file.path.as_str(), file)).collect();
        Self { files, by_path, api, parsed: HashMap::new() }
    }

    /// The place that a path leads to, or the nearest place on it. `known` is the place after so many steps, if the model has it.
    pub(super) fn place(&mut self, way: &[String], known: Option<&Place>, steps: usize) -> Option<Place> {
        // An action's file need not be parsed again: the key is some lines below the known place.
        if let Some(known) =
            known.filter(|known| known.file.starts_with(self.api) && !known.file.ends_with("/service.yaml"))
        {
            return Some(self.below(known, way.get(steps..).unwrap_or_default()));
        }
        let action = way.first().map(|name| format!("{}/{name}.yaml", self.api));
        let own = action.and_then(|path| self.by_path.get(path.as_str()).copied());
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

    /// The place of a key below an item, by lines and their indents. The place of the item if the YAML is written in another form.
    fn below(&self, known: &Place, way: &[String]) -> Place {
        let file = self.by_path.get(known.file.as_str());
        let text = file.and_then(|file| std::str::from_utf8(&file.bytes).ok()).unwrap_or_default();
        let mut place = known.clone();
        for step in way {
            // The keys of an action are beside its name, those of other items below theirs.
            let top = place.column == 1 && place.line == known.line && known.column == 1;
            let skipped = if top { 0 } else { place.line };
            let mut found = None;
            for (index, line) in text.lines().enumerate().skip(skipped) {
                let body = line.trim_start_matches(' ');
                let indent = line.len() - body.len();
                if body.is_empty() || body.starts_with('#') {
                    continue;
                }
                if !top && indent < place.column {
                    break;
                }
                let key = body.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
                let inner = if top { indent == 0 } else { found_indent(text, skipped) == Some(indent) };
                if inner && key == step {
                    found = Some(Place { file: known.file.clone(), line: index + 1, column: indent + 1 });
                    break;
                }
            }
            let Some(next) = found else { break };
            place = next;
        }
        place
    }

    /// Files that are not about one action.
    fn services(&self) -> Vec<&'a SourceFile> {
        let own = format!("{}/service.yaml", self.api);
        let shared = |file: &&SourceFile| file.path.starts_with("shared/") || file.path == "defects.yaml";
        let first = self.files.iter().filter(|file| file.path == own);
        first.chain(self.files.iter().filter(shared)).collect()
    }
}

/// How many steps of a path exist in a file, and the place where they end.
fn follow(file: &ParsedFile, way: &[String]) -> (usize, Place) {
    let mut at = file.at();
    let (mut depth, mut place) = (0, None);
    for step in way {
        let children = at.children();
        let named = children.iter().find(|(key, _)| *key == Some(step.as_str()));
        // An element of a list is identified by its content.
        let told = || {
            children.iter().find(|(key, child)| {
                key.is_none() && ["region", "id", "after"].iter().any(|name| child.scalar(name) == Some(step.as_str()))
                    || child.scalar("title") == Some(step.as_str())
            })
        };
        let Some((_, child)) = named.or_else(told) else { break };
        (at, depth) = (*child, depth + 1);
        place = Some(at.place());
    }
    (depth, place.unwrap_or_else(|| Place { file: file.path.clone(), line: 1, column: 1 }))
}

/// The indent of the first line with something on it after so many lines.
fn found_indent(text: &str, skipped: usize) -> Option<usize> {
    let lines = text.lines().skip(skipped);
    let mut bodies = lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    bodies.next().map(|line| line.len() - line.trim_start_matches(' ').len())
}
