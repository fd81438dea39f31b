//! `diff driver`: what git calls for each changed file of a spec.

use super::Failure;
use cloudcert_codegen::diff::print::{self, DocsDetail};
use cloudcert_codegen::diff::{Report, Tree, compare};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load};
use std::path::Path;

/// Compares the tree around a file as it would be with the file before and after.
pub(crate) fn run(arguments: &[&str]) -> Result<String, Failure> {
    let [path, old, _, old_mode, new, _, new_mode, ..] = arguments else {
        return Err(Failure::usage(
            "git calls `diff driver` with a path and two files, each with its hash and its mode",
        ));
    };
    // The spec folder: that of the API version is in it, or it holds the file itself.
    let parents: Vec<&Path> = Path::new(path).ancestors().skip(1).collect();
    let has = |folder: &&&Path| {
        let is_api = folder.join("service.yaml").is_file();
        !is_api && (folder.join("defects.yaml").is_file() || folder.join("shared").is_dir())
    };
    let root = parents.iter().find(has).or_else(|| parents.get(1)).copied().unwrap_or(Path::new("."));
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let name = Path::new(path).strip_prefix(root).unwrap_or(Path::new(path)).to_string_lossy().into_owned();
    let tree = disk::read(root)
        .map_err(|error| Failure::unreadable(format!("`{}` cannot be read: {error}", root.display())))?;
    let with = |file: &str, mode: &str| -> Result<Vec<SourceFile>, Failure> {
        let mut files: Vec<SourceFile> = tree.iter().filter(|other| other.path != name).cloned().collect();
        if file != "/dev/null" {
            // `.` for what is not there.
            if !mode.starts_with("100") && mode != "." {
                return Err(Failure::unreadable(format!("{path} is a link: only files can be read")));
            }
            let bytes =
                disk::bytes(Path::new(file)).map_err(|error| Failure::unreadable(format!("{file}: {error}")))?;
            files.push(SourceFile::new(name.clone(), bytes));
            files.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(files)
    };
    let (before, after) = (with(old, old_mode)?, with(new, new_mode)?);
    let (base, head) = match (load(&before), load(&after)) {
        (Ok(base), Ok(head)) => (base, head),
        // A file that changed together with others may not load by itself; git must continue with the next file.
        (Err(_), _) => return Ok(format!("{path}: the spec does not load with the old version of this file alone\n")),
        (_, Err(findings)) => return Ok(format!("{path}: the spec does not load\n\n{findings}\n")),
    };
    let findings = compare(Tree { model: &base, files: &before }, Tree { model: &head, files: &after });
    let report = Report::new(format!("a/{path}"), format!("b/{path}"), findings);
    Ok(print::text(&report, DocsDetail::Full))
}
