//! The operations on files that the store is made of. Tests have a disk in memory that forgets what was not synced.

use crate::store::access::Access;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown, lchown, symlink};
use std::path::{Path, PathBuf};

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Which kind of thing.
    pub kind: FileKind,
    /// Its permission bits.
    pub mode: u32,
    /// The user who owns it.
    pub owner: u32,
}

/// A kind of thing on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something else, such as a pipe.
    Other,
}

/// A disk. Each operation does one thing; only what was synced outlives a power loss.
///
/// # Errors
///
/// All operations return those of the file system, with the kinds of [`std::io::ErrorKind`].
#[allow(clippy::missing_errors_doc, reason = "said once, for all of them")]
pub trait Disk: Send + Sync + fmt::Debug {
    /// The user who works with the disk.
    fn user(&self) -> u32;
    /// What lies there. A link is not followed.
    fn look(&self, path: &Path) -> io::Result<Look>;
    /// What lies there, at the end of all links.
    fn follow(&self, path: &Path) -> io::Result<Look>;
    /// The names in a folder.
    fn entries(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// The content of a file, if it is not longer than `most` bytes.
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>>;
    /// Where a link leads.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// Makes a folder that only its user can enter, then gives it group and mode.
    fn make_folder(&self, path: &Path, access: &Access) -> io::Result<()>;
    /// Gives a folder group and mode.
    fn give_folder(&self, path: &Path, access: &Access) -> io::Result<()>;
    /// Makes a new file that only its user can read, gives it owner and group, writes it, then gives it its mode.
    fn create(&self, path: &Path, content: &[u8], access: &Access) -> io::Result<()>;
    /// Makes a symbolic link.
    fn link(&self, target: &Path, path: &Path) -> io::Result<()>;
    /// Renames in one step, and replaces what has the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file or a link.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Writes a file to the disk for good.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Writes the names in a folder to the disk for good.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn user(&self) -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn look(&self, path: &Path) -> io::Result<Look> {
        fs::symlink_metadata(path).map(|found| Look::of(&found))
    }

    fn follow(&self, path: &Path) -> io::Result<Look> {
        fs::metadata(path).map(|found| Look::of(&found))
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<String>> {
        let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let file = OpenOptions::new().read(true).custom_flags(no_surprise()).open(path)?;
        let length = file.metadata()?.len();
        if length > most {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has more than {most} bytes")));
        }
        // Room for all of it, so that no copy is left behind when it grows.
        let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default().saturating_add(1));
        file.take(most).read_to_end(&mut content)?;
        Ok(content)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        fs::read_link(path)
    }

    fn make_folder(&self, path: &Path, access: &Access) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)?;
        self.give_folder(path, access)
    }

    fn give_folder(&self, path: &Path, access: &Access) -> io::Result<()> {
        // The folder stays ours: whoever owns it can replace what is in it.
        if access.group.is_some() {
            lchown(path, None, access.group)?;
        }
        // The mask of the process may have taken bits.
        fs::set_permissions(path, Permissions::from_mode(access.folder_mode()))
    }

    fn create(&self, path: &Path, content: &[u8], access: &Access) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        if access.is_given_away() {
            fchown(&file, access.owner, access.group)?;
        }
        file.write_all(content)?;
        file.set_permissions(Permissions::from_mode(access.file_mode()))
    }

    fn link(&self, target: &Path, path: &Path) -> io::Result<()> {
        symlink(target, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

/// A link is not followed, and a pipe does not wait for somebody who writes.
fn no_surprise() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    flags.bits().cast_signed()
}

impl Look {
    fn of(found: &fs::Metadata) -> Self {
        let kind = match found.file_type() {
            kind if kind.is_symlink() => FileKind::Link,
            kind if kind.is_dir() => FileKind::Folder,
            kind if kind.is_file() => FileKind::File,
            _ => FileKind::Other,
        };
        Self { kind, mode: found.mode() & 0o7777, owner: found.uid() }
    }
}
