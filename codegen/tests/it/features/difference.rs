//! What is different between two outputs, for people.

use cloudcert_codegen::emit::Output;
use similar::{DiffTag, TextDiff};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The lines that came and went, with the items that they stand in. Of a new file only its name.
pub(super) fn between(before: &[Output], after: &[Output]) -> String {
    let old: BTreeMap<&str, &str> = before.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut out = String::new();
    for file in after {
        match old.get(file.path.as_str()) {
            None => {
                let _ = writeln!(out, "new file {}\n", file.path);
            }
            Some(text) if **text != file.text => {
                let _ = writeln!(out, "{}\n{}", file.path, lines(text, &file.text));
            }
            Some(_) => {}
        }
    }
    for gone in before.iter().filter(|file| after.iter().all(|other| other.path != file.path)) {
        let _ = writeln!(out, "no file {}\n", gone.path);
    }
    out
}

fn lines(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let sides = [old.lines().collect::<Vec<_>>(), new.lines().collect::<Vec<_>>()];
    let mut out = String::new();
    let mut last = Vec::new();
    for op in diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal) {
        let (side, place) = if op.tag() == DiffTag::Delete { (0, op.old_range()) } else { (1, op.new_range()) };
        let around = enclosing(&sides[side], place.start);
        if around != last {
            let _ = writeln!(out, "{}", format!("@ {}", around.join(" ")).trim_end());
            last = around;
        }
        for change in diff.iter_changes(op) {
            let _ = writeln!(out, "{}{}", change.tag(), change.value().trim_end());
        }
    }
    out
}

/// The beginnings of the items around a line, the outermost first.
fn enclosing<'a>(lines: &[&'a str], index: usize) -> Vec<&'a str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let first = lines[index..].iter().find(|line| !line.trim().is_empty());
    let mut limit = first.map_or(0, |line| depth(line));
    let mut around = Vec::new();
    for line in lines[..index].iter().rev().filter(|line| !line.trim().is_empty()) {
        if depth(line) < limit && line.ends_with(['{', '(', '[']) {
            limit = depth(line);
            around.insert(0, line.trim());
        }
    }
    around
}
