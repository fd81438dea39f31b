//! The public items of the runtime, one a line, as a reviewer reads them; `cloudcert-codegen api` does the same for what is generated.

use cloudcert_codegen::emit::Output;
use cloudcert_codegen::listing;
use std::collections::BTreeSet;
use std::path::Path;

fn collect(folder: &Path, prefix: &str, out: &mut Vec<Output>) {
    let mut entries: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), out);
        } else {
            out.push(Output { path: format!("{prefix}{name}"), text: std::fs::read_to_string(entry.path()).unwrap() });
        }
    }
}

/// The declarations of a file that begin with these words, without what is hidden from documentation.
fn declared<'a>(file: &'a str, words: &str) -> Vec<&'a str> {
    let all = file
        .split_inclusive(';')
        .filter_map(|text| text.split_once(words))
        .filter(|(before, _)| !before.contains("doc(hidden)"));
    all.map(|(_, rest)| rest.trim_end_matches(';')).collect()
}

/// From the room and the name of an item to where users find it: what `lib.rs`, or a public room, makes public of other rooms.
fn re_exports(file: &str, public: &str) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for path in declared(file, "\npub use ") {
        let path = path.strip_prefix("crate::").unwrap_or(path);
        let (home, names) = path.rsplit_once("::").unwrap();
        let room = home.split("::").next().unwrap();
        for name in names.trim_matches(['{', '}']).split(',').map(str::trim).filter(|name| !name.is_empty()) {
            out.push((room.to_owned(), name.to_owned(), format!("{public}{name}")));
        }
    }
    out
}

#[test]
fn the_public_api_of_the_runtime_is_that_of_the_snapshot() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/src"), "", &mut files);
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    let lib = text("lib.rs").unwrap();
    let rooms = declared(lib, "\npub mod ");
    let mut homes = re_exports(lib, "");
    for room in &rooms {
        let of_room = text(&format!("{room}/mod.rs")).map(|file| re_exports(file, &format!("{room}::")));
        homes.extend(of_room.into_iter().flatten().filter(|(home, ..)| text(&format!("{home}/mod.rs")).is_some()));
    }
    let listed = listing::api(&files);
    let shown = listed.lines().flat_map(|line| {
        let end = line.find(['(', ' ', '<', '.']).unwrap_or(line.len());
        let path: Vec<&str> = line[..end].split("::").collect();
        let names = |name: &str| match path.as_slice() {
            [_, module, _, ..] if name.starts_with(|c: char| c.is_ascii_lowercase()) => *module == name,
            _ => path.iter().skip(1).any(|part| *part == name && part.starts_with(|c: char| c.is_ascii_uppercase())),
        };
        // Files inside a room are nobody's business, and a file above the rooms adds to items of any.
        let is_here = |room: &str| room == path[0] || text(&format!("{}.rs", path[0])).is_some();
        let public = homes.iter().filter(|(room, name, _)| is_here(room) && names(name));
        let mut out: Vec<String> = public
            .map(|(_, name, public)| {
                format!("{public}{}", &line[line.find(&format!("::{name}")).unwrap() + 2 + name.len()..])
            })
            .collect();
        if rooms.contains(&path[0]) && out.is_empty() {
            out.push(line.to_owned());
        }
        out
    });
    let shown: BTreeSet<String> = shown.collect();
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("runtime", shown.into_iter().collect::<Vec<_>>().join("\n"));
    });
}
