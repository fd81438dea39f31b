//! The first stage: finds the files, and reads each by itself.

use super::view::{Definitions, Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::source::{Limits, SourceFile};
use crate::spec::{Action, DefectRegister, Service};
use crate::yaml::{self, At, ParsedFile};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Every file, read according to its place.
#[derive(Debug, Default)]
pub(crate) struct SpecFiles {
    /// The texts, by path.
    pub(crate) texts: Vec<(String, String)>,
    /// `defects.yaml`.
    pub(crate) register: Option<Read<DefectRegister>>,
    /// `shared/<name>.yaml`, by name.
    shared: BTreeMap<String, Option<Read<Service>>>,
    /// API folders, by name.
    folders: BTreeMap<String, Folder>,
}

/// The files of an API version.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Whether there is a `service.yaml`, with or without findings.
    has_service: bool,
    service: Option<Read<Service>>,
    /// The files beside it that hold some of its keys, by name.
    rooms: BTreeMap<String, Option<Read<Service>>>,
    defects: Option<Read<DefectRegister>>,
    /// Whether its `defects.yaml` has findings.
    has_broken_defects: bool,
    actions: BTreeMap<String, Option<Read<Action>>>,
}

impl Folder {
    /// `service.yaml` and the files beside it.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &Service> {
        self.service.iter().chain(self.rooms.values().flatten()).map(|read| &read.value)
    }

    /// The same, to change.
    pub(crate) fn definitions_mut(&mut self) -> impl Iterator<Item = &mut Service> {
        self.service.iter_mut().chain(self.rooms.values_mut().flatten()).map(|read| &mut read.value)
    }

    /// Its actions.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.values().flatten().map(|read| &read.value)
    }

    /// The same, to change.
    pub(crate) fn actions_mut(&mut self) -> impl Iterator<Item = &mut Action> {
        self.actions.values_mut().flatten().map(|read| &mut read.value)
    }

    /// Whether no file has findings.
    fn is_sound(&self) -> bool {
        self.rooms.values().all(Option::is_some)
            && self.actions.values().all(Option::is_some)
            && !self.has_broken_defects
    }
}

/// A file with its content.
#[derive(Debug)]
pub(crate) struct Read<T> {
    pub(crate) file: ParsedFile,
    pub(crate) value: T,
}

impl<T> Read<T> {
    /// The value with its place.
    pub(crate) fn item(&self) -> Located<'_, T> {
        Located { value: &self.value, at: self.file.at() }
    }
}

/// Reads every file by itself.
pub(crate) fn read(sources: &[SourceFile], limits: &Limits, out: &mut Vec<Finding>) -> SpecFiles {
    let mut tree = SpecFiles::default();
    let total: usize = sources.iter().map(|s| s.bytes.len()).sum();
    if total > limits.tree_bytes || sources.len() > limits.files {
        let (files, most_bytes, most_files) = (sources.len(), limits.tree_bytes, limits.files);
        let message = format!(
            "the spec has {files} files with {total} bytes, more than {most_files} files or {most_bytes} bytes"
        );
        out.push(about_file(Code::TooLarge, "", message));
        return tree;
    }
    for source in sources {
        let parts: Vec<&str> = source.path.split('/').collect();
        match parts.as_slice() {
            ["defects.yaml"] => tree.register = tree.file(source, limits, out),
            ["shared", file] if stem(file).is_some() => {
                let read = tree.versioned(source, limits, out);
                tree.shared.insert(stem(file).unwrap_or_default().to_owned(), read);
            }
            [folder, "service.yaml"] => {
                let read = tree.versioned(source, limits, out);
                let folder = tree.folders.entry((*folder).to_owned()).or_default();
                (folder.has_service, folder.service) = (true, read);
            }
            [folder, "defects.yaml"] => {
                let read = tree.file(source, limits, out);
                let folder = tree.folders.entry((*folder).to_owned()).or_default();
                (folder.has_broken_defects, folder.defects) = (read.is_none(), read);
            }
            [folder, file] if *folder != "shared" && room(file).is_some() => {
                let read = tree.room(source, room(file).unwrap_or_default(), limits, out);
                tree.folders.entry((*folder).to_owned()).or_default().rooms.insert((*file).to_owned(), read);
            }
            [folder, file] if *folder != "shared" && stem(file).is_some() => {
                let read = tree.action(source, file, limits, out);
                let action = stem(file).unwrap_or_default().to_owned();
                tree.folders.entry((*folder).to_owned()).or_default().actions.insert(action, read);
            }
            _ => out.push(unexpected(&source.path)),
        }
    }
    // Everything else that would be found follows from the version.
    if out.iter().any(|finding| finding.code == Code::LanguageVersion) {
        out.retain(|finding| finding.code == Code::LanguageVersion);
        tree.folders.clear();
        tree.shared.clear();
        return tree;
    }
    for (name, folder) in &tree.folders {
        if !folder.has_service {
            let path = format!("{name}/service.yaml");
            out.push(about_file(Code::MissingFile, &path, format!("the folder `{name}` has no service.yaml")));
        }
    }
    if tree.folders.is_empty() && out.is_empty() {
        let mut finding = about_file(Code::MissingFile, "", "the folder describes no API version".to_owned());
        finding.help = Some("add a folder for each API version, with a service.yaml in it".to_owned());
        out.push(finding);
    }
    tree
}

/// The version of the spec language that this loader reads.
const LANGUAGE: &str = "2";

/// The files beside a `service.yaml`, with the keys that each may hold.
const ROOMS: [(&str, &[&str]); 4] = [
    ("types.yaml", &["ids", "types"]),
    ("enums.yaml", &["enums"]),
    ("tables.yaml", &["tables"]),
    ("errors.yaml", &["errors"]),
];

/// The keys of a file beside a `service.yaml`.
fn room(file: &str) -> Option<&'static [&'static str]> {
    ROOMS.iter().find(|(name, _)| *name == file).map(|(_, keys)| *keys)
}

/// The file that a key belongs in.
fn home(key: &str) -> &'static str {
    ROOMS.iter().find(|(_, keys)| keys.contains(&key)).map_or("service.yaml", |(file, _)| *file)
}

/// Reports keys that belong in another file, in place of what else is wrong with them.
fn belongs(at: At<'_>, keys: &[&str], found: &mut Vec<Finding>) {
    for (key, child) in at.children() {
        let Some(key) = key.filter(|key| !keys.contains(key)) else { continue };
        let span = child.key_span();
        // No file has such a key.
        if found.iter().any(|finding| finding.code == Code::UnknownKey && finding.span == span) {
            continue;
        }
        let reach = child.reach();
        found.retain(|finding| !reach.contains(&finding.span.start));
        let message = format!("`{key}` belongs in {}", home(key));
        found.push(child.key_finding(Code::UnknownKey, message).help("move it there"));
    }
}

/// The name that a file should have which differs from it in capitals only.
fn in_other_capitals(file: &str) -> Option<&'static str> {
    let rooms = ROOMS.iter().map(|(name, _)| *name).chain(["service.yaml", "defects.yaml"]);
    rooms.into_iter().find(|name| name.eq_ignore_ascii_case(file))
}

impl SpecFiles {
    /// The shared files that have no findings, by name.
    pub(super) fn shared(&self) -> impl Iterator<Item = (&str, &Read<Service>)> {
        self.shared.iter().filter_map(|(name, read)| Some((name.as_str(), read.as_ref()?)))
    }

    /// The same, to change.
    pub(super) fn shared_mut(&mut self) -> impl Iterator<Item = (&str, &mut Service)> {
        self.shared.iter_mut().filter_map(|(name, read)| Some((name.as_str(), &mut read.as_mut()?.value)))
    }

    /// The folders, to change.
    pub(super) fn folders_mut(&mut self) -> impl Iterator<Item = &mut Folder> {
        self.folders.values_mut()
    }

    /// A file that says which version of the language it is in. A file in another version is not read.
    fn versioned(&mut self, source: &SourceFile, limits: &Limits, out: &mut Vec<Finding>) -> Option<Read<Service>> {
        let parsed = yaml::read(source, limits, &mut Vec::new()).1;
        let found = parsed.as_ref().map(ParsedFile::at).and_then(|at| Some((at, at.scalar("spec")?)));
        if let Some((at, version)) = found.filter(|(_, version)| *version != LANGUAGE) {
            let version = version.trim();
            let given = if version.is_empty() { "an empty one" } else { version };
            let message = format!("this loader reads version {LANGUAGE} of the spec language, not {given}");
            let finding = at.get("spec").finding(Code::LanguageVersion, message);
            out.push(match version.parse::<u32>() {
                Ok(1) => finding.help("rewrite the spec as \"From version 1\" in spec/README.md says"),
                Ok(later) if later > 2 => finding.help("use the release of this crate that the spec is written for"),
                _ => finding.help(format!("write `spec: {LANGUAGE}`")),
            });
            self.texts.extend(parsed.map(|parsed| (source.path.clone(), parsed.text)));
            return None;
        }
        let read: Option<Read<Service>> = self.file(source, limits, out);
        if let Some(read) = read.as_ref().filter(|read| read.value.spec.is_none()) {
            let finding = read.file.at().finding(Code::MissingKey, "the key `spec` is missing");
            out.push(finding.help(format!("begin with `spec: {LANGUAGE}`, the version of the language")));
        }
        read.filter(|read| read.value.spec.is_some())
    }

    /// A file beside a `service.yaml`.
    fn room(
        &mut self,
        source: &SourceFile,
        keys: &[&str],
        limits: &Limits,
        out: &mut Vec<Finding>,
    ) -> Option<Read<Service>> {
        let mut found = Vec::new();
        let read = self.file(source, limits, &mut found);
        if let Some(parsed) = yaml::read(source, limits, &mut Vec::new()).1 {
            belongs(parsed.at(), keys, &mut found);
        }
        let read = read.filter(|_| found.is_empty());
        out.append(&mut found);
        read
    }

    /// A file that should describe an action. It may be another one whose name is written in other capitals.
    fn action(
        &mut self,
        source: &SourceFile,
        file: &str,
        limits: &Limits,
        out: &mut Vec<Finding>,
    ) -> Option<Read<Action>> {
        if let Some(meant) = in_other_capitals(file)
            && let Some(parsed) = yaml::read(source, limits, &mut Vec::new()).1
            && !parsed.at().children().iter().any(|(key, _)| *key == Some("action"))
        {
            let message = format!("`{file}` is the file of an action, and describes none");
            let finding = parsed.at().finding(Code::UnexpectedFile, message);
            out.push(finding.help(format!("rename it to `{meant}`")));
            self.texts.push((source.path.clone(), parsed.text));
            return None;
        }
        self.file(source, limits, out)
    }

    fn file<T: DeserializeOwned>(
        &mut self,
        source: &SourceFile,
        limits: &Limits,
        out: &mut Vec<Finding>,
    ) -> Option<Read<T>> {
        let before = out.len();
        let (text, parsed) = yaml::read(source, limits, out);
        self.texts.extend(text.map(|text| (source.path.clone(), text)));
        let file = parsed?;
        let shape = out.len();
        let value = yaml::typed(&file, limits, out);
        let mut texts = Vec::new();
        yaml::missing_translations(file.at(), &mut texts);
        // A value that is not a text has been reported, and needs no second language.
        let wrong = out.get(shape..).unwrap_or_default();
        texts.retain(|text| !wrong.iter().any(|finding| finding.span.start == text.span.start));
        out.append(&mut texts);
        if out.len() > before + limits.findings_per_file {
            out.truncate(before + limits.findings_per_file);
        }
        // A file with findings does not take part in the second stage.
        (out.len() == before).then_some(value).flatten().map(|value| Read { file, value })
    }

    /// The API versions whose files have no findings.
    pub(crate) fn apis<'a>(&'a self, out: &mut Vec<Finding>) -> Vec<RawApi<'a>> {
        let mut used = Vec::new();
        let mut apis = Vec::new();
        for (name, folder) in &self.folders {
            let Some(service) = &folder.service else { continue };
            let mut files = vec![service.item()];
            files.extend(folder.rooms.values().flatten().map(Read::item));
            let mut sound = folder.is_sound();
            for (index, wanted) in service.value.uses.iter().enumerate() {
                if service.value.uses.iter().take(index).any(|other| other == wanted) {
                    let at = service.file.at().get("uses").index(index);
                    out.push(at.finding(Code::DuplicateDefinition, format!("`{wanted}` is listed twice")));
                    continue;
                }
                used.push(wanted.as_str());
                match self.shared.get(wanted) {
                    Some(Some(shared)) => files.push(shared.item()),
                    Some(None) => sound = false,
                    None => {
                        out.push(self.no_such_shared_file(service, index, wanted));
                        sound = false;
                    }
                }
            }
            if !sound {
                continue;
            }
            let actions =
                folder.actions.iter().filter_map(|(stem, read)| Some((stem.as_str(), read.as_ref()?.item()))).collect();
            let definitions = Definitions::merge(&files, out);
            let defects = folder.defects.as_ref().map(Read::item);
            apis.push(RawApi::new(name, service.item(), files, actions, definitions, defects));
        }
        for (name, read) in &self.shared {
            // A service.yaml with findings may use it.
            let all_read = self.folders.values().all(|folder| folder.service.is_some());
            if let (Some(read), false, true) = (read, used.contains(&name.as_str()), all_read) {
                let message = format!("no service.yaml uses the shared file `{name}`");
                out.push(read.file.at().finding(Code::Unused, message).help("add it to `uses`, or delete the file"));
            }
        }
        apis
    }

    fn no_such_shared_file(&self, service: &Read<Service>, index: usize, wanted: &str) -> Finding {
        let at = service.file.at().get("uses").index(index);
        let finding = at.finding(Code::DanglingReference, format!("there is no shared file `{wanted}`"));
        match yaml::did_you_mean(wanted, self.shared.keys().map(String::as_str)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("add it as `shared/{wanted}.yaml`, or correct the name")),
        }
    }
}

fn stem(file: &str) -> Option<&str> {
    file.strip_suffix(".yaml").filter(|stem| !stem.is_empty())
}

fn unexpected(path: &str) -> Finding {
    let mut finding = about_file(Code::UnexpectedFile, path, "a spec has no such file".to_owned());
    finding.help = Some(if path.rsplit_once('.').is_some_and(|(_, end)| end == "yml") {
        "rename it to end in `.yaml`".to_owned()
    } else {
        "a spec holds `defects.yaml`, `shared/<name>.yaml`, and in the folder of each API version `service.yaml` with its rooms and one file for each action"
            .to_owned()
    });
    finding
}

fn about_file(code: Code, path: &str, message: String) -> Finding {
    Finding::new(code, path, 0..0, message)
}
