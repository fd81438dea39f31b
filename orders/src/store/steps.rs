//! Operations on a disk, watched, with failures that name the path.

use crate::base::failure::{Failure, Kind};
use crate::base::text::{Text, system};
use crate::base::watch::Watched;
use crate::store::access::Access;
use crate::store::disk::{Disk, FileKind, Look};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes of a file of the store.
const MOST: u64 = 1024 * 1024;

/// A disk whose operations tests can watch.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    disk: Arc<dyn Disk>,
    watched: Watched,
}

impl Steps {
    pub(crate) fn new(disk: Arc<dyn Disk>, watched: Watched) -> Self {
        Self { disk, watched }
    }

    /// Does one operation that changes the disk.
    fn step(&self, what: &str, path: &Path, act: impl FnOnce(&dyn Disk) -> io::Result<()>) -> Result<(), Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.watched.reach(format_args!("before {what} {name}"));
        act(&*self.disk).map_err(|error| failed(cannot(what), &error, path))?;
        self.watched.reach(format_args!("after {what} {name}"));
        Ok(())
    }

    pub(crate) fn look(&self, path: &Path) -> Result<Option<Look>, Failure> {
        present(self.disk.look(path), path)
    }

    pub(crate) fn entries(&self, folder: &Path) -> Result<Vec<String>, Failure> {
        present(self.disk.entries(folder), folder).map(Option::unwrap_or_default)
    }

    /// The content of a file, or `None` if it is absent.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
        present(self.disk.read(path, MOST), path)
    }

    /// Where a link leads, or `None` if there is nothing.
    pub(crate) fn read_link(&self, path: &Path) -> Result<Option<PathBuf>, Failure> {
        present(self.disk.read_link(path), path)
    }

    pub(crate) fn make_folder(&self, path: &Path, access: &Access) -> Result<(), Failure> {
        self.step("make", path, |disk| disk.make_folder(path, access))
    }

    pub(crate) fn give_folder(&self, path: &Path, access: &Access) -> Result<(), Failure> {
        self.step("change", path, |disk| disk.give_folder(path, access))
    }

    /// Writes a new file, and syncs it.
    pub(crate) fn create(&self, path: &Path, content: &[u8], access: &Access) -> Result<(), Failure> {
        self.step("write", path, |disk| disk.create(path, content, access))?;
        self.sync_file(path)
    }

    pub(crate) fn sync_file(&self, path: &Path) -> Result<(), Failure> {
        self.step("sync", path, |disk| disk.sync_file(path))
    }

    pub(crate) fn sync_folder(&self, path: &Path) -> Result<(), Failure> {
        self.step("sync", path, |disk| disk.sync_folder(path))
    }

    pub(crate) fn link(&self, target: &Path, path: &Path) -> Result<(), Failure> {
        self.step("link", path, |disk| disk.link(target, path))
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        self.step("rename", to, |disk| disk.rename(from, to))
    }

    /// Removes whatever lies there. A link is removed and not followed.
    pub(crate) fn remove(&self, path: &Path) -> Result<(), Failure> {
        let Some(look) = self.look(path)? else { return Ok(()) };
        if look.kind != FileKind::Folder {
            return self.step("remove", path, |disk| disk.remove_file(path));
        }
        for name in self.entries(path)? {
            self.remove(&path.join(name))?;
        }
        self.step("remove", path, |disk| disk.remove_folder(path))
    }

    /// Makes a folder and those above it that are missing, for this user alone.
    pub(crate) fn make_folders(&self, folder: &Path) -> Result<(), Failure> {
        let missing =
            |path: &&Path| matches!(self.disk.follow(path), Err(error) if error.kind() == ErrorKind::NotFound);
        let missing: Vec<&Path> = folder.ancestors().take_while(missing).collect();
        // A process may have died after it made the last one and before it synced its parent.
        if let Some(last) = missing.last().unwrap_or(&folder).parent() {
            self.sync_parent(last)?;
        }
        for path in missing.into_iter().rev().filter(|path| !path.as_os_str().is_empty()) {
            // Another process may open the store at the same time and make it first.
            self.step("make", path, |disk| match disk.make_folder(path, &Access::default()) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                result => result,
            })?;
            self.sync_parent(path)?;
        }
        self.sync_parent(folder)
    }

    /// Syncs the folder that a path is in, if this user may open it.
    fn sync_parent(&self, path: &Path) -> Result<(), Failure> {
        let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
        self.step("sync", parent, |disk| match disk.sync_folder(parent) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
            result => result,
        })
    }

    /// Checks that nobody else can replace what is in a folder.
    pub(crate) fn check_folder(&self, folder: &Path, may_be_link: bool) -> Result<(), Failure> {
        let user = self.disk.user();
        let found = self
            .disk
            .look(folder)
            .map_err(|error| failed(text!("cannot examine this folder", "无法查看此文件夹"), &error, folder))?;
        let wrong = |message: Text, remedy: Text| {
            Err(Failure::new(Kind::Unconfigured, message).at(folder.display()).remedy(remedy))
        };
        if found.kind == FileKind::Link && !may_be_link {
            return wrong(
                text!("this is a link where a folder belongs", "此处应为文件夹，而实为链接"),
                text!("Replace it by a folder.", "请换成文件夹。"),
            );
        }
        if found.kind == FileKind::Link && ![user, 0].contains(&found.owner) {
            let remedy = text!("Remove the link, and name the folder itself.", "请删除链接，直接指定文件夹。");
            return wrong(text!("this is a link that another user owns", "此链接属于其他用户"), remedy);
        }
        let found = self
            .disk
            .follow(folder)
            .map_err(|error| failed(text!("cannot examine this folder", "无法查看此文件夹"), &error, folder))?;
        if found.kind != FileKind::Folder {
            return wrong(text!("this is not a folder", "不是文件夹"), text!("Name a folder.", "请指定文件夹。"));
        }
        if found.owner != user {
            let remedy = text!(
                "Name a folder of the user who runs the program, or change its owner.",
                "请指定运行用户的文件夹，或更改其所有者。"
            );
            return wrong(text!("another user owns this folder", "此文件夹属于其他用户"), remedy);
        }
        if found.mode & 0o022 != 0 {
            let remedy = text!(
                "Run `chmod go-w {}`, if nobody else has written to it.",
                "若他人未写入，请运行 `chmod go-w {}`。",
                folder.display()
            );
            return wrong(
                text!(
                    "other users can write to this folder (mode {:04o})",
                    "其他用户可以写入此文件夹（权限 {:04o}）",
                    found.mode
                ),
                remedy,
            );
        }
        Ok(())
    }
}

fn present<T>(result: io::Result<T>, path: &Path) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(text!("cannot read this", "无法读取"), &error, path)),
    }
}

/// An operation has failed.
fn cannot(what: &str) -> Text {
    let what = match what {
        "make" => text!("make", "创建"),
        "change" => text!("change", "更改"),
        "write" => text!("write", "写入"),
        "sync" => text!("sync", "同步到磁盘"),
        "link" => text!("link", "链接"),
        "rename" => text!("rename", "重命名"),
        "remove" => text!("remove", "删除"),
        other => Text::quote(other),
    };
    text!("cannot {what} this", "无法{what}"; what)
}

#[expect(clippy::needless_pass_by_value, reason = "each call makes its own text")]
fn failed(what: Text, error: &io::Error, path: &Path) -> Failure {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            text!("Make room on the disk, then run it again.", "请腾出磁盘空间，再次运行。")
        }
        ErrorKind::PermissionDenied => text!(
            "Run it as the user who owns the folder, or change its owner.",
            "请以文件夹的所有者运行，或更改其所有者。"
        ),
        ErrorKind::ReadOnlyFilesystem => {
            text!("Mount the file system writable, then run it again.", "请以可写方式挂载文件系统，再次运行。")
        }
        _ => text!("Check the path and the disk, then run it again.", "请检查路径和磁盘，再次运行。"),
    };
    let kind = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => Kind::Unconfigured,
        _ => Kind::Failed,
    };
    let error = system(error);
    Failure::new(kind, text!("{what}: {error}", "{what}：{error}"; what, error)).at(path.display()).remedy(remedy)
}
