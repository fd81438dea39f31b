//! The rooms of `cli/src`: a module imports only from rooms below its own, or from its own folder.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, the lowest first. Modules of one line do not know each other.
const ROOMS: [&[&str]; 11] = [
    &["lang", "exit", "printable"],
    &["duration", "failure", "names", "rules"],
    &["options", "reported"],
    &["input", "output"],
    &["help", "context", "findings", "usage"],
    &["profile"],
    &["state"],
    &["send"],
    &["orders"],
    &["commands", "described"],
    &["lib", "main"],
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The modules that a line names by `crate::`, in braces too.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').map(str::trim).collect::<Vec<_>>(),
            None => vec![rest],
        })
        .map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn a_room_imports_only_from_rooms_below_it() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let height = |room: &str| ROOMS.iter().position(|all| all.contains(&room));
    let (mut upward, mut imports) = (Vec::new(), 0);
    for file in sources(&top) {
        let place = file.strip_prefix(&top).unwrap().to_str().unwrap();
        let room = place.split_once('/').map_or_else(|| place.trim_end_matches(".rs"), |(room, _)| room);
        let own = height(room).unwrap_or_else(|| panic!("cli/src/{room} is no known room: add it at its height"));
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            for module in named(line) {
                imports += 1;
                let is_below = module == room || height(module).is_some_and(|other| other < own);
                // Items of lib.rs are named by their own modules.
                if !is_below {
                    upward.push(format!("cli/src/{place}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(imports > 60, "the test reads next to nothing: {imports} imports");
    assert!(upward.is_empty(), "imports that run upwards:\n{}", upward.join("\n"));
}

#[test]
fn files_stay_short() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", file.display());
    }
}
