//! The rooms of `sdk/src`: a room imports from rooms below it, from the home of a thing, and nothing stands between the rooms.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, the lowest first.
const ROOMS: [&str; 15] = [
    "base",
    "wire",
    "sign",
    "http",
    "protocol",
    "action",
    "credentials",
    "setup",
    "call",
    "flow",
    "files",
    "model",
    "dynamic",
    "testing",
    "guide", // documentation only
];
/// Files above all rooms.
const ROOF: [&str; 2] = ["lib.rs", "blocking.rs"];
/// What the generator writes for rooms.
const GENERATED: [&str; 2] = ["TABLES", "data"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The modules of this crate that a line names by `crate::`, macros and documentation apart.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let parts = code.split("crate::").collect::<Vec<_>>();
    let pairs = parts.windows(2).filter(|pair| !pair[0].ends_with('$'));
    pairs.map(|pair| pair[1].split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()).collect()
}

#[test]
fn a_room_imports_only_from_rooms_below_it() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/src");
    let height = |room: &str| ROOMS.iter().position(|known| *known == room);
    let mut upward = Vec::new();
    let mut imports = 0;
    for file in sources(&top) {
        let place = file.strip_prefix(&top).unwrap().to_str().unwrap();
        let Some((room, _)) = place.split_once('/') else {
            assert!(ROOF.contains(&place), "sdk/src/{place} belongs into a room");
            continue;
        };
        let own = height(room).unwrap_or_else(|| panic!("sdk/src/{room} is no known room: add it at its height"));
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            for module in named(line) {
                imports += 1;
                // Any other name is a re-export of lib.rs, or above all rooms.
                if !GENERATED.contains(&module) && height(module).is_none_or(|other| other > own) {
                    upward.push(format!("sdk/src/{place}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(imports > 300, "the test reads next to nothing: {imports} imports");
    assert!(upward.is_empty(), "imports that run upwards:\n{}", upward.join("\n"));
}

#[test]
fn only_the_dialects_know_which_protocol_it_is() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/src");
    let all = sources(&top).into_iter().filter(|file| !file.starts_with(top.join("protocol")));
    let names = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let code = text.lines().filter_map(|line| line.split("//").next());
        code.filter(|line| {
            ["Family::", "Signature::AliyunV1 =>", "Signature::Aws4 =>"].iter().any(|name| line.contains(name))
        })
        .count()
            > 0
    };
    assert_eq!(all.filter(names).collect::<Vec<_>>(), Vec::<PathBuf>::new());
}
