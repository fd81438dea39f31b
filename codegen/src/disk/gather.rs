//! Reads a source of an import, and writes what an import changes.

use super::write::{Temporary, create};
use super::{about, read_at_most};
use crate::source::SourceFile;
use std::io;
use std::path::{Path, PathBuf};

/// Most bytes and files of a source.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Bytes of a file; one more is read, so that the reader notices.
    pub file_bytes: usize,
    /// Bytes of all files.
    pub bytes: usize,
    /// Files.
    pub files: usize,
}

/// Deepest level of folders.
const DEPTH: usize = 12;

/// Reads a file, or the files below a folder that are wanted, sorted by path. Links and hidden files are left out.
///
/// # Errors
///
/// Fails if something cannot be read or the limits are exceeded. The message holds the path.
pub fn gather(place: &Path, most: Most, wants: impl Fn(&str) -> bool) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    if place.metadata().map_err(|e| about(place, &e))?.is_file() {
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = read_at_most(place, most.file_bytes as u64 + 1).map_err(|e| about(place, &e))?;
        files.push(SourceFile::new(name, bytes));
        return Ok(files);
    }
    let (mut folders, mut size) = (vec![(place.to_owned(), 0)], 0);
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| about(&folder, &e))? {
            let path = entry.map_err(|e| about(&folder, &e))?.path();
            let kind = path.symlink_metadata().map_err(|e| about(&path, &e))?.file_type();
            let relative = path.strip_prefix(place).unwrap_or(&path);
            let name =
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if kind.is_dir() && !hidden {
                if depth >= DEPTH {
                    return Err(io::Error::other(format!("{}: folders are nested too deeply", path.display())));
                }
                folders.push((path, depth + 1));
            } else if kind.is_file() && !hidden && wants(&name) {
                let bytes = read_at_most(&path, most.file_bytes as u64 + 1).map_err(|e| about(&path, &e))?;
                size += bytes.len();
                files.push(SourceFile::new(name, bytes));
                if size > most.bytes || files.len() > most.files {
                    return Err(io::Error::other(format!("{}: more than a source may hold", place.display())));
                }
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Writes a file as a whole, whether it is there or not. What is no file, such as a link, stays.
///
/// # Errors
///
/// Fails if it cannot be written. The message holds the path.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(_) => create(path, text),
        Ok(found) if found.is_file() => Temporary::new(path, text)?.replace(path).map_err(|e| about(path, &e)),
        Ok(_) => Err(io::Error::other(format!("{}: not a file, so it is not replaced", path.display()))),
    }
}

/// Whether a file would be in the repository of a folder, or anywhere below the folder if there is none.
///
/// # Errors
///
/// Fails if a path cannot be followed. The message holds the path.
pub fn is_inside(file: &Path, folder: &Path) -> io::Result<bool> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(|e| about(parent, &e))?;
    let folder = folder.canonicalize().map_err(|e| about(folder, &e))?;
    let whole: Option<PathBuf> = folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned);
    Ok(parent.starts_with(whole.unwrap_or(folder)))
}
