//! The import: small sources of an invented product, one test for each trap of the formats, and the vendors' packages where they are at hand.

mod anything;
mod broken;
mod json;
mod keeping;
mod kingsoft;
mod laying;
mod packages;
mod places;
mod program;
mod python;
mod releases;
mod words;
mod writing;

use crate::fixture::data;
use cloudcert_codegen::import::plain::{Action, Api, Item, Shape};
use cloudcert_codegen::import::{Format, Input, Limits, Remarks, read};
use cloudcert_codegen::source::SourceFile;
use std::path::Path;

/// All files below a folder that a format wants, by their path in it.
fn files(folder: &Path, format: Format) -> Vec<SourceFile> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if format.wants(&name) {
                found.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// A source of the invented product, with a part of one file replaced.
fn edited(folder: &str, format: Format, edit: Option<(&str, &str, &str)>) -> Input {
    let mut files = files(&data().join("import").join(folder), format);
    if let Some((name, old, new)) = edit {
        let file = files.iter_mut().find(|file| file.path.ends_with(name)).unwrap_or_else(|| panic!("no {name}"));
        let text = String::from_utf8(std::mem::take(&mut file.bytes)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        file.bytes = text.replacen(old, new, 1).into_bytes();
    }
    Input { label: format.label().to_owned(), format, files }
}

/// What a source says, and the remarks about it.
fn said(input: &Input) -> (Api, Vec<String>) {
    let mut remarks = Remarks::default();
    let api = read(input, &Limits::default(), &mut remarks);
    (api, remarks.items().iter().map(ToString::to_string).collect())
}

fn action<'a>(api: &'a Api, name: &str) -> &'a Action {
    api.actions.get(name).unwrap_or_else(|| panic!("there is no {name} in {:?}", api.actions.keys()))
}

/// A parameter, or a member of one by a path.
fn parameter<'a>(api: &'a Api, of: &str, path: &str) -> &'a Item {
    below(&action(api, of).parameters, path)
}

/// A field of a response, or a member of one by a path.
fn field<'a>(api: &'a Api, of: &str, path: &str) -> &'a Item {
    below(action(api, of).response.as_ref().unwrap(), path)
}

fn below<'a>(items: &'a cloudcert_codegen::import::plain::Items, path: &str) -> &'a Item {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let item = items.get(first).unwrap_or_else(|| panic!("there is no {first} in {:?}", items.keys()));
    rest.map_or(item, |rest| below(item.shape.members().unwrap(), rest))
}

fn list(of: Shape) -> Shape {
    Shape::List(Box::new(of))
}

/// Asserts that a remark holds all of these texts.
fn remarked(remarks: &[String], parts: &[&str]) {
    assert!(
        remarks.iter().any(|remark| parts.iter().all(|part| remark.contains(part))),
        "no {parts:?} in {remarks:#?}"
    );
}
