//! The rooms of the generator: which may import which, read from the paths in their sources.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms of `codegen/src`, the lowest first: a room imports from lower lines only. A room is a file or a folder.
const ROOMS: &[&[&str]] = &[
    &["diagnostic", "format", "naming", "reserved", "source"],
    &["yaml"],
    &["spec"],
    &["resolve"],
    &["cargo_features"],
    &["emit", "schema", "skeleton", "summary"],
    &["coverage", "defects", "disk", "listing"],
    &["review"],
    &["build_script", "diff", "import"],
    &["explain"],
    &["commands"],
    &["main"],
];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files below a folder, by their path in `src` without `.rs`.
fn files(folder: &Path, found: &mut BTreeMap<String, TokenStream>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let name = path.strip_prefix(sources()).unwrap().with_extension("");
            let name = name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            found.insert(name, std::fs::read_to_string(&path).unwrap().parse().unwrap());
        }
    }
}

/// The first names after `crate::`, `super::` and the like in all paths, `{...}` included. What stands in `quote!` is generated code.
fn named_after(root: &[&str], tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |index: usize, wanted: &str| matches!(tokens.get(index), Some(TokenTree::Ident(of)) if of == wanted);
    let sign =
        |index: usize, wanted: char| matches!(tokens.get(index), Some(TokenTree::Punct(of)) if of.as_char() == wanted);
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(_) if index > 1 && sign(index - 1, '!') && word(index - 2, "quote") => {}
            TokenTree::Group(group) => named_after(root, group.stream(), found),
            TokenTree::Ident(_) => {
                let mut at = index;
                let whole = root.iter().all(|name| {
                    let here = word(at, name) && sign(at + 1, ':') && sign(at + 2, ':');
                    at += 3;
                    here
                });
                let goes_on = index > 1 && sign(index - 1, ':') && sign(index - 2, ':');
                if whole && !goes_on {
                    match tokens.get(at) {
                        Some(TokenTree::Ident(of)) => drop(found.insert(of.to_string())),
                        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Brace => {
                            first_names(list, found);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// The first name of each part of `{a, b::c}`.
fn first_names(list: &proc_macro2::Group, found: &mut BTreeSet<String>) {
    let mut begins = true;
    for token in list.stream() {
        match &token {
            TokenTree::Ident(of) if begins => drop(found.insert(of.to_string())),
            _ => {}
        }
        begins = matches!(&token, TokenTree::Punct(of) if of.as_char() == ',');
    }
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap()
}

#[test]
fn a_room_imports_from_lower_rooms_only() {
    let mut all = BTreeMap::new();
    files(&sources(), &mut all);
    let level = |name: &str| ROOMS.iter().position(|rooms| rooms.contains(&name));
    let (mut upwards, mut ties) = (Vec::new(), 0);
    for (file, tokens) in all.iter().filter(|(file, _)| *file != "lib") {
        let here = level(room(file)).unwrap_or_else(|| panic!("{file} belongs to no room of the list"));
        let mut named = BTreeSet::new();
        let out = vec!["super"; file.trim_end_matches("/mod").matches('/').count() + 1];
        for root in [&["crate"][..], &["cloudcert_codegen"], &out] {
            named_after(root, tokens.clone(), &mut named);
        }
        for other in named.iter().filter(|other| *other != room(file)) {
            // The rest are `load` and what lib.rs hands out of the model.
            let Some(there) = level(other) else { continue };
            ties += 1;
            if there >= here {
                upwards.push(format!("{file} imports {other}"));
            }
        }
    }
    assert!(ties > 50, "only {ties} imports were read");
    assert!(upwards.is_empty(), "{upwards:#?}");
    for name in ROOMS.iter().copied().flatten() {
        assert!(all.keys().any(|file| room(file) == *name), "there is no room {name}");
    }
}

#[test]
fn no_two_files_of_the_generator_import_each_other_in_a_circle() {
    let mut all = BTreeMap::new();
    files(&sources().join("emit"), &mut all);
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, tokens) in &all {
        let name = file.trim_start_matches("emit/").to_owned();
        let mut named = BTreeSet::new();
        if name != "mod" {
            named_after(&["super"], tokens.clone(), &mut named);
            named_after(&["crate", "emit"], tokens.clone(), &mut named);
            for other in &named {
                assert!(
                    all.contains_key(&format!("emit/{other}")),
                    "{file} imports {other}, which is in no file of its own"
                );
            }
        }
        imports.insert(name, named);
    }
    let ties: usize = imports.values().map(BTreeSet::len).sum();
    assert!(ties > 50, "only {ties} imports were read");
    // Files that import none of those that are left are taken away, until nothing is left but circles.
    loop {
        let free: Vec<String> = imports.iter().filter(|(_, of)| of.is_empty()).map(|(name, _)| name.clone()).collect();
        if free.is_empty() {
            break;
        }
        imports.retain(|name, _| !free.contains(name));
        for of in imports.values_mut() {
            of.retain(|name| !free.contains(name));
        }
    }
    assert!(imports.is_empty(), "these files import each other in a circle, or import from such: {imports:#?}");
}
