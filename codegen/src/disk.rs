//! Reads a spec folder and writes generated files. The one place of this library that touches files; build scripts and the command line call it.

use crate::emit::Output;
use crate::format::HEADER;
use crate::source::{Limits, SourceFile};
use std::io;
use std::path::{Path, PathBuf};

/// What may lie in a spec folder without being part of the spec.
pub const BESIDE: [&str; 2] = ["README.md", "schema.json"];

/// Every file of a spec folder, sorted by path, so that the order of a directory listing never shows.
///
/// A link is an error. [`BESIDE`] and hidden files are left out. A folder of one API version alone is read with those
/// files of the `shared` folder beside it that it uses.
///
/// # Errors
///
/// With the path in its message, if something cannot be read or the tree is far beyond the limits.
pub fn read(folder: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    if folder.join("service.yaml").is_file() {
        let name = folder.canonicalize().map_err(|e| about(folder, &e))?;
        let name = name.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        walk(folder, &name, &mut files)?;
        let shared = folder.join("../shared");
        if shared.is_dir() {
            let uses = uses(&files);
            let mut all = Vec::new();
            walk(&shared, "shared", &mut all)?;
            files.extend(all.into_iter().filter(|file| uses.contains(&file.path)));
        }
    } else {
        walk(folder, "", &mut files)?;
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

/// The shared files that a service.yaml names; what else is wrong with it is the loader's business.
#[must_use]
pub fn uses(files: &[SourceFile]) -> Vec<String> {
    let service = files.iter().find(|file| file.path.ends_with("/service.yaml"));
    let value: Option<serde_yaml::Value> = service.and_then(|file| serde_yaml::from_slice(&file.bytes).ok());
    let names = value.as_ref().and_then(|v| v.get("uses")).and_then(serde_yaml::Value::as_sequence);
    names.into_iter().flatten().filter_map(|name| Some(format!("shared/{}.yaml", name.as_str()?))).collect()
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    let limits = Limits::default();
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
                return Err(io::Error::other(format!("{}: folders nested too deeply", path.display())));
            }
            walk(&path, &relative, files)?;
        } else if kind.is_symlink() {
            return Err(io::Error::other(format!("{}: a link; the spec holds files", path.display())));
        } else if kind.is_file() {
            // One byte more than allowed is enough to know; the loader says it with its words.
            let bytes = read_at_most(&path, limits.file_bytes as u64 + 1).map_err(|e| about(&path, &e))?;
            files.push(SourceFile { path: relative, bytes });
            if files.iter().map(|file| file.bytes.len()).sum::<usize>() > limits.tree_bytes {
                return Err(io::Error::other(format!("{}: more than {} bytes", folder.display(), limits.tree_bytes)));
            }
        }
        if files.len() > limits.files {
            return Err(io::Error::other(format!("{}: more than {} files", folder.display(), limits.files)));
        }
    }
    Ok(())
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

/// Writes generated files. A file that is the same already is left alone, so that nothing is compiled again for it; a generated
/// file that is not among them is deleted.
///
/// # Errors
///
/// With the path in its message, if something cannot be written.
pub fn write(folder: &Path, files: &[Output]) -> io::Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| about(folder, &e))?;
    let mut old = Vec::new();
    generated(folder, "", &mut old)?;
    for path in old.iter().filter(|path| files.iter().all(|file| file.path != **path)) {
        let path = folder.join(path);
        // Whoever names a folder with code of their own in it loses nothing.
        if !std::fs::read_to_string(&path).is_ok_and(|text| text.starts_with(HEADER)) {
            continue;
        }
        std::fs::remove_file(&path).map_err(|e| about(&path, &e))?;
    }
    for file in files {
        let path = folder.join(&file.path);
        if std::fs::read(&path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| about(parent, &e))?;
        }
        std::fs::write(&path, &file.text).map_err(|e| about(&path, &e))?;
    }
    Ok(())
}

/// The `.rs` files below a folder.
fn generated(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|e| about(folder, &e))? {
        let path = entry.map_err(|e| about(folder, &e))?.path();
        let Some(name) = path.file_name().map(|n| n.to_string_lossy().into_owned()) else { continue };
        let relative = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            generated(&path, &relative, found)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(relative);
        }
    }
    Ok(())
}
