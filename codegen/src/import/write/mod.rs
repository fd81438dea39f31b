//! From the plain model to edits of the spec's text: new actions become files, new items go to the end of their map, and whatever a person
//! wrote stays letter for letter.

mod compare;
mod edit;
mod errors;
mod hosts;
mod item;
mod names;
mod spec;
mod types;
mod yaml;

use super::plain::Api;
use super::remark::{Remarks, Subject};
use crate::diagnostic::Findings;
use crate::source::{Limits, SourceFile};
use crate::yaml::Node;
use compare::Comparison;
use edit::{Edit, entry, scalar};
use item::Maker;
use spec::Spec;
use std::collections::{BTreeMap, HashMap};
use yaml::{Yaml, word};

/// A source as it stands in `sources` of the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its label.
    pub label: String,
    /// Its kind, in a word of the language.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// Its version, or the date of its state.
    pub version: String,
}

/// A fact that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The item, `Action.Parameter`.
    pub path: String,
    /// Which fact: `type`, `required`, `values`, `methods`.
    pub what: String,
    /// What stands in the spec.
    pub old: String,
    /// What the sources say.
    pub new: String,
    /// Whether a person has to decide: it cannot be written.
    pub by_hand: bool,
    /// Whether it is written into the spec.
    pub written: bool,
}

/// What an import finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// New actions.
    pub actions: Vec<String>,
    /// New items of known actions, each with its type.
    pub new: Vec<String>,
    /// Facts that have changed.
    pub changed: Vec<Changed>,
    /// Items and actions that no source has. They stay in the spec.
    pub gone: Vec<String>,
    /// Hosts that no row of the spec gives for their regions, or gives otherwise. They are for a person.
    pub hosts: Vec<String>,
    /// Error codes without a row in the spec, with the actions that return them. They are for a person: a row needs a cause, a remedy and
    /// whether a call may be repeated.
    pub errors: Vec<String>,
    /// Sources that are new or have another version.
    pub sources: Vec<String>,
    /// The files that differ, by path; the whole text of each.
    pub files: BTreeMap<String, String>,
}

impl Outcome {
    /// Whether the sources have actions or items that the spec lacks.
    #[must_use]
    pub fn is_new(&self) -> bool {
        !self.actions.is_empty() || !self.new.is_empty()
    }
}

/// Why nothing can be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The files of the API version cannot be read: mend these first.
    Spec(Findings),
    /// The sources do not describe this API version: choose other sources, or another folder.
    Sources(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Spec(findings) => findings.fmt(f),
            Self::Sources(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refusal {}

/// What an import of this API changes in the folder of an API version. Changed facts are written only if they are accepted.
///
/// # Errors
///
/// Fails if the files of the API version are not YAML, or if the sources have no action, are of another version, or are of a style that the language
/// lacks.
pub fn write(
    folder: &str,
    files: &[SourceFile],
    api: &Api,
    rows: &[Row],
    accept: bool,
    remarks: &mut Remarks,
) -> Result<Outcome, Refusal> {
    let spec = Spec::read(folder, files).map_err(Refusal::Spec)?;
    fits(&spec, api).map_err(Refusal::Sources)?;
    let maker = Maker {
        types: spec.type_names(),
        remarks,
        common_parameters: spec.common_parameters(),
        common_response: spec.common_response(),
    };
    let mut comparison = Comparison::new(&spec, accept, maker);
    let known = spec.actions();
    let mut new = Vec::new();
    for (name, action) in &api.actions {
        match known.get(name.as_str()) {
            Some(file) => comparison.action(name, *file, action),
            None => new.push((name, action)),
        }
    }
    comparison.finish();
    for (name, action) in new {
        let path = format!("{folder}/{name}.yaml");
        let taken = spec.files.iter().any(|file| file.path.eq_ignore_ascii_case(&path));
        let twin = comparison.outcome.files.keys().any(|other| other.eq_ignore_ascii_case(&path));
        if !names::is_action(name) || taken || twin {
            let message = format!("`{name}` cannot be the name of an action, or of its file; it was left out");
            comparison.maker.remarks.add(Subject::LeftOut, "", 0, message);
            continue;
        }
        let text = comparison.maker.action(name, action);
        comparison.outcome.files.insert(path, text);
        comparison.outcome.actions.push(name.clone());
    }
    let mut gone: Vec<&str> = known.keys().copied().filter(|name| !api.actions.contains_key(*name)).collect();
    gone.sort_unstable();
    comparison.outcome.gone.extend(gone.into_iter().map(str::to_owned));
    comparison.outcome.errors = errors::compare(&spec, &api.actions);
    comparison.outcome.hosts = hosts::compare(&spec, &api.hosts);
    sources(&spec, rows, &mut comparison);
    let Comparison { edits, mut outcome, maker, .. } = comparison;
    apply(&spec, edits, &mut outcome, maker.remarks);
    // The reader takes the mark of the byte order away.
    for file in files.iter().filter(|file| file.bytes.starts_with("\u{feff}".as_bytes())) {
        if let Some(text) = outcome.files.get_mut(&file.path) {
            text.insert(0, '\u{feff}');
        }
    }
    Ok(outcome)
}

/// Whether the sources describe this API version. If not, the message says what to do.
fn fits(spec: &Spec, api: &Api) -> Result<(), String> {
    if api.actions.is_empty() {
        return Err("no action was found in the sources: look at their paths and formats".to_owned());
    }
    if let (Some(ours), Some(theirs)) = (spec.api("version"), api.version.as_deref())
        && ours != theirs
    {
        return Err(format!(
            "the sources are of version `{theirs}`, the spec of `{ours}`: name the folder of that version"
        ));
    }
    if api.style.as_deref().is_some_and(|style| style != "RPC") {
        return Err(
            "the sources are of a style that the language lacks: their parameters are parts of paths".to_owned()
        );
    }
    Ok(())
}

/// Names the sources and their versions in `service.yaml`. What stands in a shared file is of other APIs too and stays.
fn sources(spec: &Spec, rows: &[Row], comparison: &mut Comparison<'_, '_>) {
    let Some(service) = spec.files.get(spec.service) else { return };
    let mut new = Vec::new();
    for row in rows {
        let said = format!("{} {}", row.label, row.version);
        let Some(place) = spec.source(&row.label) else {
            let keys = [("kind", row.kind.to_owned()), ("title", word(&row.title)), ("version", word(&row.version))];
            let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), Yaml::Word(value)));
            new.push((row.label.clone(), Yaml::Map(keys.collect())));
            comparison.outcome.sources.push(said);
            continue;
        };
        let Some(version) = entry(place.owner, "version") else { continue };
        let of_several = one_of_several(place.owner, row);
        let old = of_several.as_ref().map(|(old, _)| *old).or_else(|| scalar(place.owner, "version"));
        if old == Some(row.version.as_str()) {
            continue;
        }
        if place.file == spec.service {
            let whole = of_several.map_or_else(|| row.version.clone(), |(_, whole)| whole);
            let edit = edit::replace(&version.value, &word(&whole));
            comparison.edits.entry(place.file).or_default().push(edit);
            comparison.outcome.sources.push(said);
        } else {
            let Row { label, title, version, .. } = row;
            let message = match of_several {
                Some((old, _)) => format!(
                    "the source `{label}` has `{title}` in version `{old}`, which is `{version}` now: change it by hand, because other API \
                     versions use this file"
                ),
                None => format!("the source `{label}` has another version here; give this one a label of its own"),
            };
            let file = spec.files.get(place.file).map_or("", |file| file.path.as_str());
            comparison.maker.remarks.add(Subject::LeftOut, file, 0, message);
        }
    }
    if new.is_empty() {
        return;
    }
    if let Some(edits) = edit::append(&service.text, &service.root, Some("sources"), &new) {
        comparison.edits.entry(spec.service).or_default().extend(edits);
    } else {
        let message = "`sources` is written in a way that cannot be edited; write it as a block";
        comparison.maker.remarks.add(Subject::LeftOut, &service.path, 0, message);
    }
}

/// The version of a package in an entry that stands for several, whose titles and versions are lists with commas; and the versions with the one of the
/// row in its place.
fn one_of_several<'a>(owner: &'a Node, row: &'a Row) -> Option<(&'a str, String)> {
    let titles: Vec<&str> = scalar(owner, "title")?.split(", ").collect();
    let mut versions: Vec<&str> = scalar(owner, "version")?.split(", ").collect();
    if titles.len() < 2 || titles.len() != versions.len() {
        return None;
    }
    // A package index takes hyphens and underscores for the same.
    let plain = |title: &str| title.to_lowercase().replace('_', "-");
    let at = titles.iter().position(|title| plain(title) == plain(&row.title))?;
    let old = std::mem::replace(versions.get_mut(at)?, &row.version);
    Some((old, versions.join(", ")))
}

/// Applies the edits, and takes a file only if it is sound afterwards.
fn apply(spec: &Spec, edits: HashMap<usize, Vec<Edit>>, outcome: &mut Outcome, remarks: &mut Remarks) {
    for (at, edits) in edits {
        let Some(file) = spec.files.get(at).filter(|_| !edits.is_empty()) else { continue };
        let text = edit::apply(&file.text, edits);
        let sound = |text: &String| {
            let mut findings = Vec::new();
            let read =
                crate::yaml::read(&SourceFile::new(&*file.path, text.as_str()), &Limits::default(), &mut findings);
            read.1.is_some() && findings.is_empty()
        };
        if let Some(text) = text.filter(sound) {
            outcome.files.insert(file.path.clone(), text);
        } else {
            let message =
                "the file is written in a way that cannot be edited, or would become too large; it stays as it is";
            remarks.add(Subject::LeftOut, &file.path, 0, message);
        }
    }
}
