//! Files of private keys: new ones that appear whole, and old ones that nobody else could read or replace.

use crate::base::failure::{Failure, Kind};
use crate::base::text::{Text, system};
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
        Err(error) => Err(failed(text!("the private key cannot be looked for", "无法查找私钥"), &error, path)),
    }
}

/// Writes a new file whole, and syncs it and its folders.
pub(super) fn write(path: &Path, text: &str, watched: &Watched) -> Result<(), Failure> {
    let (folder, name) = parts(path)?;
    make_folders(folder, watched)?;
    remove_leftovers(folder, name, watched)?;
    let wrong = |error: &io::Error| failed(text!("the private key cannot be written", "无法写入私钥"), error, path);
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
    synced.map_err(|error| failed(text!("the private key cannot be synced", "无法将私钥同步到磁盘"), &error, path))?;
    watched.reach("after sync key");
    sync_folders(path, watched)
}

/// Reads a file, if only this user can read and replace it.
pub(super) fn read(path: &Path, watched: &Watched) -> Result<Zeroizing<String>, Failure> {
    let (folder, _) = parts(path)?;
    let wrong = |error: &io::Error| failed(text!("the private key cannot be read", "无法读取私钥"), error, path);
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
        let remedy = text!(
            "Move it to another folder, and restore the key from a backup.",
            "请移到其他文件夹，并从备份恢复私钥。"
        );
        let message = text!(
            "this is not a private key: it is not a file, or has more than {MOST} bytes",
            "不是私钥：它不是文件，或超过 {MOST} 字节"
        );
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
        let remedy = text!(
            "Name a file in a folder of its own below the state folder.",
            "请指定状态文件夹下独立文件夹中的文件。"
        );
        Failure::new(Kind::Unconfigured, text!("a private key cannot have this path", "私钥不能使用此路径"))
            .at(path.display())
            .remedy(remedy)
    })
}

/// Makes the folder of a key and the one around it, or checks them.
fn make_folders(folder: &Path, watched: &Watched) -> Result<(), Failure> {
    watched.reach("before make key folder");
    let wrong = |error: &io::Error| {
        failed(text!("the folder of the private key cannot be made", "无法创建私钥的文件夹"), error, folder)
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| wrong(&error))?;
    for place in folder.ancestors().take(2) {
        private(place, &place.metadata().map_err(|error| wrong(&error))?, 0o077, "700")?;
    }
    watched.reach("after make key folder");
    Ok(())
}

/// Removes what a process that died while it wrote this file has left: it has no name that anybody looks for, and may hold a whole key.
fn remove_leftovers(folder: &Path, name: &str, watched: &Watched) -> Result<(), Failure> {
    let wrong = |error: &io::Error| {
        failed(text!("an unfinished private key cannot be removed", "无法删除未写完的私钥"), error, folder)
    };
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
        synced.map_err(|error| {
            failed(
                text!("the folder of the private key cannot be synced", "无法将私钥的文件夹同步到磁盘"),
                &error,
                folder,
            )
        })?;
    }
    watched.reach("after sync key folders");
    Ok(())
}

/// Whether only this user can do with it what these bits allow.
fn private(path: &Path, metadata: &Metadata, bits: u32, wanted: &str) -> Result<(), Failure> {
    let shown = path.display();
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        let remedy =
            text!("Run as its owner, or run `chown` on {shown}.", "请以其所有者运行，或对 {shown} 运行 `chown`。");
        let message =
            text!("another user owns this file or folder of a private key", "私钥的此文件或文件夹属于其他用户");
        return Err(Failure::new(Kind::Unconfigured, message).at(shown).remedy(remedy));
    }
    if metadata.mode() & bits != 0 {
        let mode = metadata.mode() & 0o7777;
        let message = text!(
            "other users can read or replace a private key here (mode {mode:04o})",
            "其他用户可以读取或替换此处的私钥（权限 {mode:04o}）"
        );
        let remedy = text!(
            "Run `chmod {wanted} {shown}`. If other users were on this machine, replace the key.",
            "请运行 `chmod {wanted} {shown}`。若本机曾有其他用户，请更换私钥。"
        );
        return Err(Failure::new(Kind::Unconfigured, message).at(shown).remedy(remedy));
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "each call makes its own text")]
fn failed(what: Text, error: &io::Error, path: &Path) -> Failure {
    let remedy = text!("Check the path, its owner and the space on the disk.", "请检查路径、所有者和磁盘空间。");
    let error = system(error);
    Failure::new(Kind::Failed, text!("{what}: {error}", "{what}：{error}"; what, error))
        .at(path.display())
        .remedy(remedy)
}
