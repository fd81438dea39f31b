//! Writes generated files: atomically, never through a link, and never over a file that was not generated.
//!
//! A file is written only if it differs, so an edit that changes one module does not make cargo rebuild the others.

use super::about;
use crate::emit::Output;
use crate::format::MARK;
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The deepest level of generated files. Deeper files are never touched.
const DEPTH: usize = 4;

/// Writes generated files. A file with the same content is left alone, so that it is not compiled again. Generated files in
/// `folder` that are not in the list are deleted.
///
/// `folder` itself may be a link or lie below one. Inside it, nothing is written, read or deleted through a link. A file that was
/// not generated is neither deleted nor replaced. Somebody who reads meanwhile sees each file as it was or as it becomes, never half of
/// it. Folders are checked again right before a file is put into them; only in the moment between check and write could somebody with
/// write access replace a folder by a link.
///
/// # Errors
///
/// Fails if something cannot be written, is a link, or was not generated. The message holds the path.
pub fn write(folder: &Path, files: &[Output]) -> io::Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| about(folder, &e))?;
    let root = folder.canonicalize().map_err(|e| about(folder, &e))?;
    // Everything is checked before anything is changed.
    let paths = files.iter().map(|file| place(&root, &file.path)).collect::<io::Result<Vec<_>>>()?;
    for (path, file) in paths.iter().zip(files) {
        replaceable(&root, path, file)?;
    }
    let mut old = Vec::new();
    generated(&root, DEPTH, &mut old)?;
    let new: HashSet<&PathBuf> = paths.iter().collect();
    for path in old.iter().filter(|path| !new.contains(path)) {
        unlinked(path.parent().unwrap_or(&root))?;
        std::fs::remove_file(path).map_err(|e| about(path, &e))?;
    }
    for (path, file) in paths.iter().zip(files) {
        if std::fs::read(path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
            continue;
        }
        let parent = path.parent().unwrap_or(&root);
        folders(&root, parent)?;
        let temporary = Temporary::new(path, &file.text)?;
        unlinked(parent)?;
        temporary.replace(path)?;
    }
    Ok(())
}

/// Writes a new file. Anything that is already there stays, even a dangling link.
///
/// # Errors
///
/// Fails if the file exists or cannot be written. The message holds the path.
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(about(path, &io::ErrorKind::AlreadyExists.into()));
    }
    let temporary = Temporary::new(path, text)?;
    // Unlike a rename, this fails if the file was created meanwhile.
    match std::fs::hard_link(&temporary.path, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(about(path, &error)),
        // Not every file system has hard links.
        Err(_) if path.symlink_metadata().is_err() => temporary.replace(path),
        other => other.map_err(|e| about(path, &e)),
    }
}

/// The path of an output. Only plain names are allowed, so it stays below the folder.
fn place(root: &Path, relative: &str) -> io::Result<PathBuf> {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
    if relative.split('/').all(plain) {
        return Ok(relative.split('/').fold(root.to_owned(), |path, part| path.join(part)));
    }
    Err(io::Error::other(format!("{relative}: not a valid path of a generated file")))
}

/// Checks that a place is free or holds a generated file, and that no folder on the way is a link.
fn replaceable(root: &Path, path: &Path, file: &Output) -> io::Result<()> {
    let mut way: Vec<&Path> = path.ancestors().take_while(|above| *above != root).collect();
    way.reverse();
    let mut found = None;
    for part in way {
        found = part.symlink_metadata().ok();
        match &found {
            None => return Ok(()),
            Some(found) if found.is_symlink() => return Err(linked(part)),
            Some(_) => {}
        }
    }
    let Some(found) = found else { return Ok(()) };
    // JSON has no header; a generated description begins like this.
    let begins = if file.text.starts_with(MARK) { MARK } else { "{\"id\":" };
    if !found.is_file() || (found.len() > 0 && !begins_with(path, begins)) {
        return Err(io::Error::other(format!(
            "{}: this file was not generated, so it is not replaced",
            path.display()
        )));
    }
    Ok(())
}

fn begins_with(path: &Path, mark: &str) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(mark.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == mark.as_bytes()
}

/// Creates the folders down to `parent` one by one, so that a link on the way is noticed.
fn folders(root: &Path, parent: &Path) -> io::Result<()> {
    let mut folder = root.to_owned();
    for part in parent.strip_prefix(root).unwrap_or(Path::new("")).components() {
        folder.push(part);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(about(&folder, &error)),
            _ => unlinked(&folder)?,
        }
    }
    Ok(())
}

/// Fails if a folder below the root is a link or is below one. The root's own path has no links.
fn unlinked(folder: &Path) -> io::Result<()> {
    if folder.canonicalize().map_err(|e| about(folder, &e))? == folder {
        return Ok(());
    }
    Err(linked(folder))
}

fn linked(path: &Path) -> io::Error {
    io::Error::other(format!("{}: this is a link; generated files are not written through links", path.display()))
}

/// The Rust files below a folder that have the generator's header. Links are skipped.
fn generated(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|e| about(folder, &e))? {
        let entry = entry.map_err(|e| about(folder, &e))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|e| about(folder, &e))?);
        if kind.is_dir() && depth > 1 {
            generated(&path, depth - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|end| end == "rs") && begins_with(&path, MARK) {
            found.push(path);
        }
    }
    Ok(())
}

/// A temporary file that replaces another one when it is complete, and is deleted otherwise.
pub(super) struct Temporary {
    path: PathBuf,
}

impl Temporary {
    pub(super) fn new(beside: &Path, text: &str) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = beside.file_name().unwrap_or_default().to_string_lossy();
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = beside.with_file_name(format!(".{name}.{}.{count}.tmp", std::process::id()));
            // Follows no link and never opens an existing file.
            let mut file = match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                other => other.map_err(|e| about(&path, &e))?,
            };
            let temporary = Self { path };
            file.write_all(text.as_bytes()).map_err(|e| about(beside, &e))?;
            return Ok(temporary);
        }
    }

    pub(super) fn replace(self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path).map_err(|e| about(path, &e))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing left to delete.
        let _ = std::fs::remove_file(&self.path);
    }
}
