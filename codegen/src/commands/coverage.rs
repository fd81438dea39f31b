//! `coverage`: counts of the items, examples and tests of each action.

use super::{Failure, Outcome};
use cloudcert_codegen::coverage::{self, Named, Played};
use cloudcert_codegen::disk;
use std::path::Path;

/// Prints a row for each action.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<Outcome, Failure> {
    let folder = super::folder(parser)?;
    let model = super::model(&folder)?;
    let mut named = Vec::new();
    let root = folder.canonicalize().unwrap_or(folder);
    for place in ["tests", "examples", "emulator/tests", "codegen/tests/it"] {
        for above in root.ancestors().skip(1).take(2) {
            gather(&above.join(place), DEPTH, &mut named);
        }
    }
    let list = root.ancestors().skip(1).take(2).find_map(|above| disk::text(&above.join(PLAYED)).ok());
    let played = list.as_deref().map(Played::parse);
    Ok(coverage::table(&coverage::coverage(&model, &named, played.as_ref())).into())
}

/// The endpoint's list of the actions that it plays, from the root of the repository.
const PLAYED: &str = "emulator/src/service/played.txt";

/// How many folders deep tests are looked for.
const DEPTH: usize = 8;

/// Collects the programs and flows of tests below a folder, if it exists. Links are skipped: one may lead to a folder that holds it.
fn gather(folder: &Path, depth: usize, named: &mut Vec<Named>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut found: Vec<_> = entries.filter_map(|entry| entry.ok().map(|e| (e.path(), e.file_type()))).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in found {
        let Ok(kind) = kind else { continue };
        if kind.is_dir() && depth > 1 {
            gather(&path, depth - 1, named);
        } else if kind.is_file()
            && path.extension().is_some_and(|end| end == "rs" || end == "py")
            && let Ok(text) = disk::text(&path)
        {
            named.push(Named { path: path.display().to_string(), text });
        }
    }
}
