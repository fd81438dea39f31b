//! Links in a spec folder. Builds in a sandbox (Bazel, Buck) lay sources out as a folder of links, one for each file, that lead out of
//! it: to the real sources, at the same place below another folder. Those links are followed. A link that leads elsewhere is
//! refused, since its target is not part of the spec.

use super::about;
use crate::source::SourceFile;
use std::io;
use std::path::{Path, PathBuf};

/// The links to files in a spec.
#[derive(Default)]
pub(super) struct Links(Vec<Link>);

struct Link {
    path: PathBuf,
    /// Its place in the spec.
    relative: String,
    /// The file that it leads to in the end.
    target: PathBuf,
}

impl Links {
    /// The file that a link leads to.
    pub(super) fn follow(&mut self, path: PathBuf, relative: &str) -> io::Result<PathBuf> {
        let target = path.canonicalize().map_err(|e| about(&path, &e))?;
        let kind = target.symlink_metadata().map_err(|e| about(&path, &e))?.file_type();
        if kind.is_dir() {
            return Err(refused(&path, "a link to a folder; a spec may hold files only"));
        }
        // A pipe or a device might have no end.
        if !kind.is_file() {
            return Err(refused(&path, "a link to something that is not a file"));
        }
        self.0.push(Link { path, relative: relative.to_owned(), target: target.clone() });
        Ok(target)
    }

    /// Adds the other links whose files are needed.
    pub(super) fn join(&mut self, other: Self, wanted: &[String]) {
        self.0.extend(other.0.into_iter().filter(|link| wanted.contains(&link.relative)));
    }

    /// Refuses links that lead out of the spec, unless all of them lead to one other spec.
    pub(super) fn check(&self, root: &Path, files: &[SourceFile]) -> io::Result<()> {
        let mut other: Option<&Path> = None;
        for link in self.0.iter().filter(|link| !link.target.starts_with(root)) {
            let whole = |place: &Path| files.iter().all(|file| place.join(&file.path).is_file());
            match (root_of(&link.target, &link.relative), other) {
                (Some(place), Some(known)) if place == known => {}
                (Some(place), None) if whole(place) => other = Some(place),
                _ => {
                    return Err(refused(
                        &link.path,
                        "a link out of the spec; it may only lead to the same place in another copy of the whole spec",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The folder that a file lies in at a relative path.
fn root_of<'a>(target: &'a Path, relative: &str) -> Option<&'a Path> {
    target.ends_with(relative).then(|| target.ancestors().nth(Path::new(relative).components().count())).flatten()
}

pub(super) fn refused(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("{}: {why}", path.display()))
}
