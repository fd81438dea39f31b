//! Files of private keys: new ones that appear whole, and old ones that nobody else could read or replace.

use crate::base::failure::{Failure, Kind};
use crate::base::watch::Watched;
use rustix::fs::{Mode, OFlags};
use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// The most bytes of a key file.
pub(super) const MOST: u64 = 64 * 1024;

/// Whether anything has this name, a broken link too.
pub(super) fn exists(path: &Path) -> Result<bool, Failure> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("the private key cannot be looked for", &error, path)),
    }
}

/// Writes a new file whole, and syncs it and its folders.
pub(super) fn write(path: &Path, text: &str, watched: &Watched) -> Result<(), Failure> {
    let (folder, name) = parts(path)?;
    make_folders(folder, watched)?;
    remove_leftovers(folder, name, watched)?;
    let wrong = |error: &io::Error| failed("the private key cannot be written", error, path);
    watched.reach("before write key");
    let prefix = prefix(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp").permissions(PermissionsExt::from_mode(0o600));
    let mut file = builder.tempfile_in(folder).map_err(|error| wrong(&error))?;
    file.write_all(text.as_bytes()).map_err(|error| wrong(&error))?;
    watched.reach("after write key");
    file.as_file().sync_all().map_err(|error| wrong(&error))?;
    watched.reach("before name key");
    file.persist_noclobber(path).map_err(|error| wrong(&error.error))?;
    watched.reach("after name key");
    sync_folders(path, watched)
}

/// Syncs a file that is there, and its folders.
pub(super) fn sync(path: &Path, watched: &Watched) -> Result<(), Failure> {
    watched.reach("before sync key");
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| failed("the private key cannot be synced", &error, path))?;
    watched.reach("after sync key");
    sync_folders(path, watched)
}

/// Reads a file, if only this user can read and replace it.
pub(super) fn read(path: &Path, watched: &Watched) -> Result<Zeroizing<String>, Failure> {
    let (folder, _) = parts(path)?;
    let wrong = |error: &io::Error| failed("the private key cannot be read", error, path);
    watched.reach("before read key");
    // A link leads elsewhere, and a pipe would wait for ever.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| wrong(&error.into()))?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(|error| wrong(&error))?;
    private(path, &metadata, 0o077, "600")?;
    let around = folder.metadata().map_err(|error| wrong(&error))?;
    private(folder, &around, 0o022, "700")?;
    if !metadata.is_file() || metadata.len() > MOST {
        let remedy = "Move it to another folder, and restore the key from a backup.";
        let message = format!("this is not a private key: it is not a file, or has more than {MOST} bytes");
        return Err(Failure::new(Kind::Failed, message).at(path.display()).remedy(remedy));
    }
    // Room for all of it, so that no copy is left behind when it grows.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(MOST).unwrap_or(65_536) + 1));
    file.take(MOST).read_to_string(&mut text).map_err(|error| wrong(&error))?;
    watched.reach("after read key");
    Ok(text)
}

/// How the name of an unfinished file begins.
fn prefix(name: &str) -> String {
    format!(".{name}.")
}

fn parts(path: &Path) -> Result<(&Path, &str), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.zip(path.file_name().and_then(|name| name.to_str())).ok_or_else(|| {
        let remedy = "Name a file in a folder of its own below the state folder.";
        Failure::new(Kind::Unconfigured, "a private key cannot have this path").at(path.display()).remedy(remedy)
    })
}

/// Makes the folder of a key and the one around it, or checks them.
fn make_folders(folder: &Path, watched: &Watched) -> Result<(), Failure> {
    watched.reach("before make key folder");
    let wrong = |error: &io::Error| failed("the folder of the private key cannot be made", error, folder);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| wrong(&error))?;
    for place in folder.ancestors().take(2) {
        private(place, &place.metadata().map_err(|error| wrong(&error))?, 0o077, "700")?;
    }
    watched.reach("after make key folder");
    Ok(())
}

/// Removes what a process that died while it wrote this file has left: it has no name that anybody looks for, and may hold a whole key.
fn remove_leftovers(folder: &Path, name: &str, watched: &Watched) -> Result<(), Failure> {
    let wrong = |error: &io::Error| failed("an unfinished private key cannot be removed", error, folder);
    let prefix = prefix(name);
    for entry in folder.read_dir().map_err(|error| wrong(&error))? {
        let entry = entry.map_err(|error| wrong(&error))?;
        let is_leftover = entry.file_name().to_str().is_some_and(|other| {
            other.starts_with(&prefix) && Path::new(other).extension().is_some_and(|end| end == "tmp")
        });
        if is_leftover {
            watched.reach("before remove unfinished key");
            std::fs::remove_file(entry.path()).map_err(|error| wrong(&error))?;
        }
    }
    Ok(())
}

/// Syncs the folder of a key, the one around it, and the state folder: their entries are new, or a process died before it synced them.
fn sync_folders(path: &Path, watched: &Watched) -> Result<(), Failure> {
    watched.reach("before sync key folders");
    for folder in path.ancestors().skip(1).take(3).filter(|folder| !folder.as_os_str().is_empty()) {
        let synced = File::open(folder).and_then(|file| file.sync_all());
        synced.map_err(|error| failed("the folder of the private key cannot be synced", &error, folder))?;
    }
    watched.reach("after sync key folders");
    Ok(())
}

/// Whether only this user can do with it what these bits allow.
fn private(path: &Path, metadata: &Metadata, bits: u32, wanted: &str) -> Result<(), Failure> {
    let shown = path.display();
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        let remedy = format!("Run as its owner, or run `chown` on {shown}.");
        let message = "another user owns this file or folder of a private key";
        return Err(Failure::new(Kind::Unconfigured, message).at(shown).remedy(remedy));
    }
    if metadata.mode() & bits != 0 {
        let mode = metadata.mode() & 0o7777;
        let message = format!("other users can read or replace a private key here (mode {mode:04o})");
        let remedy = format!("Run `chmod {wanted} {shown}`. If other users were on this machine, replace the key.");
        return Err(Failure::new(Kind::Unconfigured, message).at(shown).remedy(remedy));
    }
    Ok(())
}

fn failed(what: &str, error: &io::Error, path: &Path) -> Failure {
    let remedy = "Check the path, its owner and the space on the disk.";
    Failure::new(Kind::Failed, format!("{what}: {error}")).at(path.display()).remedy(remedy)
}
