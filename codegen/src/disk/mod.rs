//! Reads a spec folder and writes generated files. No other part of this library touches files; build scripts and the command line call it.

#[cfg(feature = "import")]
mod gather;
mod links;
mod write;

#[cfg(feature = "import")]
pub use gather::{Most, gather, is_inside, put};
pub use write::{create, write};

use crate::source::{Limits, SourceFile};
use crate::yaml::{self, Kind};
use links::Links;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

/// Files that may be in a spec folder without being part of the spec.
pub const BESIDE: [&str; 2] = ["README.md", "schema.json"];

/// Reads every file of a spec folder, sorted by path, so that the order of a directory listing has no effect.
///
/// A file may be a link to a file, as builds in a sandbox lay sources out, if it stays in the folder or leads to the same place of
/// one other spec: a folder that has a file at the place of every file here. All other links are errors. [`BESIDE`] and hidden
/// files are left out. A folder of one API version alone is read with those files of the `shared` folder beside it that it uses, and with the
/// `defects.yaml` that describes their defects.
///
/// # Errors
///
/// Fails if something cannot be read or the tree is far beyond the limits. The message holds the path.
pub fn read(folder: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    let mut links = Links::default();
    if folder.join("service.yaml").is_file() {
        let whole = folder.canonicalize().map_err(|e| about(folder, &e))?;
        let name = whole.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        walk(folder, &name, &mut files, &mut links)?;
        let uses = uses(&files);
        let shared = folder.join("../shared");
        if let Ok(found) = shared.symlink_metadata() {
            if found.is_symlink() {
                return Err(links::refused(&shared, "a link to a folder; a spec may hold files only"));
            }
            let (mut all, mut beside) = (Vec::new(), Links::default());
            walk(&shared, "shared", &mut all, &mut beside)?;
            files.extend(all.into_iter().filter(|file| uses.contains(&file.path)));
            links.join(beside, &uses);
        }
        let defects = folder.join("../defects.yaml");
        if let (Ok(found), false) = (defects.symlink_metadata(), uses.is_empty()) {
            add(defects, found.file_type(), "defects.yaml".to_owned(), &mut files, &mut links)?;
        }
        links.check(whole.parent().unwrap_or(&whole), &files)?;
    } else {
        walk(folder, "", &mut files, &mut links)?;
        links.check(&folder.canonicalize().map_err(|e| about(folder, &e))?, &files)?;
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The folder that the paths of [`read`] are relative to.
#[must_use]
pub fn root(folder: &Path) -> PathBuf {
    if !folder.join("service.yaml").is_file() {
        return folder.to_owned();
    }
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => parent.to_owned(),
        None => folder.join(".."),
    }
}

/// The shared files that a service.yaml names. Other mistakes in it are left for the loader to report.
#[must_use]
pub fn uses(files: &[SourceFile]) -> Vec<String> {
    let service = files.iter().find(|file| file.path.ends_with("/service.yaml"));
    // The loader's own parser: its time is linear, and it stops at deep nesting.
    let parsed = service.and_then(|file| yaml::read(file, &Limits::default(), &mut Vec::new()).1);
    let Some(parsed) = parsed else { return Vec::new() };
    let names = parsed.at().get("uses").children().into_iter().filter_map(|(key, at)| match at.kind() {
        Kind::Scalar(name) if key.is_none() => Some(format!("shared/{name}.yaml")),
        _ => None,
    });
    names.collect()
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>, links: &mut Links) -> io::Result<()> {
    let limits = Limits::default();
    let mut size: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| about(folder, &e))? {
        entries.push(entry.map_err(|e| about(folder, &e))?.path());
    }
    entries.sort();
    for path in entries {
        let Some(name) = path.file_name().map(|n| n.to_string_lossy().into_owned()) else {
            continue;
        };
        if name.starts_with('.') || BESIDE.contains(&name.as_str()) {
            continue;
        }
        let relative = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let kind = path.symlink_metadata().map_err(|e| about(&path, &e))?.file_type();
        if kind.is_dir() {
            if relative.matches('/').count() > 8 {
                return Err(io::Error::other(format!("{}: folders are nested too deeply", path.display())));
            }
            walk(&path, &relative, files, links)?;
            size = files.iter().map(|file| file.bytes.len()).sum();
        } else if kind.is_file() || kind.is_symlink() {
            size += add(path, kind, relative, files, links)?;
            if size > limits.tree_bytes {
                return Err(io::Error::other(format!("{}: more than {} bytes", folder.display(), limits.tree_bytes)));
            }
        }
        if files.len() > limits.files {
            return Err(io::Error::other(format!("{}: more than {} files", folder.display(), limits.files)));
        }
    }
    Ok(())
}

/// Reads a file, or what a link leads to. Returns its size.
fn add(
    path: PathBuf,
    kind: FileType,
    relative: String,
    files: &mut Vec<SourceFile>,
    links: &mut Links,
) -> io::Result<usize> {
    let path = if kind.is_symlink() { links.follow(path, &relative)? } else { path };
    // One byte above the limit is enough for the loader to report it.
    let bytes = read_at_most(&path, Limits::default().file_bytes as u64 + 1).map_err(|e| about(&path, &e))?;
    let size = bytes.len();
    files.push(SourceFile { path: relative, bytes });
    Ok(size)
}

/// Reads the text of a file that is not part of a spec, such as a manifest or waivers.
///
/// # Errors
///
/// Fails if it cannot be read, is longer than a file of a spec may be, or is not UTF-8.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bytes(path)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

/// Like [`text`](fn@text), for any bytes.
///
/// # Errors
///
/// Fails if it cannot be read or is longer than a file of a spec may be.
pub fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let most = Limits::default().file_bytes;
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let bytes = read_at_most(path, most as u64 + 1)?;
    if bytes.len() > most {
        return Err(io::Error::other(format!("more than {most} bytes")));
    }
    Ok(bytes)
}

fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    bytes.shrink_to_fit();
    Ok(bytes)
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
