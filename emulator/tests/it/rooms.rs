//! The rooms of `emulator/src`: each imports only from rooms below it, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, the lowest first. What is in no room stands above all of them.
const ROOMS: [&str; 10] =
    ["base", "pki", "service", "request", "dialect", "response", "faults", "endpoint", "manage", "http"];

/// The code of each file without comments, by its module path: `http::api`. Tests may import from anywhere, and the program in
/// `program/` uses the public API alone.
fn files() -> BTreeMap<Vec<String>, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
    let mut out = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            match (name, path.is_dir()) {
                ("tests" | "program" | "main", _) => {}
                (_, true) => folders.push(path),
                _ => drop(out.insert(module(&path, &src), code(&path))),
            }
        }
    }
    out
}

fn module(path: &Path, src: &Path) -> Vec<String> {
    let parts = path.strip_prefix(src).unwrap().with_extension("");
    let parts = parts.iter().map(|part| part.to_str().unwrap().to_owned());
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

fn code(path: &PathBuf) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("mod tests {").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The modules that a file imports, each as far as it is one of the files. A `mod.rs` imports the modules that it declares and uses.
fn imports(own: &[String], code: &str, files: &BTreeMap<Vec<String>, String>) -> BTreeSet<Vec<String>> {
    let mut out = BTreeSet::new();
    // Not within a path, and not in `pub(in crate::service)`.
    let is_root = |at: usize| {
        let before = &code[..at];
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') && !before.ends_with("(in ")
    };
    for (at, start) in code.match_indices("crate::").chain(code.match_indices("super::")).filter(|(at, _)| is_root(*at))
    {
        let base = if start == "crate::" { &own[..0] } else { &own[..own.len().saturating_sub(1)] };
        expand(base, &code[at + start.len()..], &mut out);
    }
    let uses = |name: &str| code.contains(&format!("use {name}::")) || code.contains(&format!("{name}::"));
    for declared in
        code.lines().filter_map(|line| line.trim().strip_suffix(';')?.rsplit_once("mod ")).map(|(_, name)| name)
    {
        if uses(declared) {
            out.insert([own, &[declared.to_owned()]].concat());
        }
    }
    let known = |path: &Vec<String>| {
        (0..=path.len()).rev().map(|end| path[..end].to_vec()).find(|path| files.contains_key(path))
    };
    out.iter().filter_map(known).filter(|path| path != own).collect()
}

/// The paths that begin here: `a::b`, or `{a, b::{c, d}}`, with a base before them.
fn expand(base: &[String], text: &str, out: &mut BTreeSet<Vec<String>>) {
    if let Some(inner) = text.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => return expand(base, inner[start..at].trim(), out),
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(base, inner[start..at].trim(), out);
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = match name {
        "super" => base[..base.len().saturating_sub(1)].to_vec(),
        "" | "self" => base.to_vec(),
        name => [base, &[name.to_owned()]].concat(),
    };
    match rest.strip_prefix("::") {
        Some(rest) => expand(&path, rest, out),
        None => drop(out.insert(path)),
    }
}

#[test]
fn rooms_import_only_from_rooms_below() {
    let files = files();
    let level = |path: &[String]| {
        let room = path.first().and_then(|name| ROOMS.iter().position(|room| room == name));
        room.unwrap_or(ROOMS.len())
    };
    let found: BTreeSet<&str> = files.keys().filter(|path| path.len() > 1).map(|path| path[0].as_str()).collect();
    assert_eq!(found, BTreeSet::from(ROOMS), "the folders are the rooms");
    let upward = |(own, code): (&Vec<String>, &String)| {
        let up = imports(own, code, &files).into_iter().filter(|path| level(path) > level(own));
        up.map(|path| format!("{} imports {}", own.join("::"), path.join("::"))).collect::<Vec<_>>()
    };
    let upward: Vec<String> = files.iter().flat_map(upward).collect();
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = files();
    let mut left: BTreeMap<_, _> = files.iter().map(|(own, code)| (own.clone(), imports(own, code, &files))).collect();
    assert!(left.values().map(BTreeSet::len).sum::<usize>() > 100, "imports are found at all");
    // A file that imports none of those that are left is in no circle.
    loop {
        let done: Vec<_> = left
            .iter()
            .filter(|(_, of)| of.iter().all(|path| !left.contains_key(path)))
            .map(|(own, _)| own.clone())
            .collect();
        if done.is_empty() {
            break;
        }
        for own in &done {
            left.remove(own);
        }
    }
    let circle: Vec<String> = left.iter().map(|(own, of)| format!("{} -> {of:?}", own.join("::"))).collect();
    assert!(circle.is_empty(), "{circle:#?}");
}

#[test]
fn only_dialects_tell_protocol_families_apart() {
    let apart: Vec<String> = files()
        .into_iter()
        .filter(|(own, code)| code.contains("Family::") && own.first().is_none_or(|room| room != "dialect"))
        .map(|(own, _)| own.join("::"))
        .collect();
    assert!(apart.is_empty(), "{apart:?}");
}
