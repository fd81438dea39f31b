//! Where the journal lies: a folder and a file that only their user can write, on a disk of this machine.

use crate::base::failure::{Failure, Kind};
use crate::base::text::{Text, system};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const FILE: &str = "journal.sqlite3";

/// The folder of a journal.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    pub(super) locks: PathBuf,
    /// The identity of the file when it was opened.
    opened: Option<String>,
}

impl Place {
    /// Makes folder and file if they are missing, and checks who can write them.
    pub(super) fn prepare(folder: &Path) -> Result<Self, Failure> {
        let mut place = Self { file: folder.join(FILE), locks: folder.join("locks"), opened: None };
        make_folder(folder)?;
        refuse_network(folder)?;
        make_folder(&place.locks)?;
        // Only a file that did not exist is opened: closing a second handle of an open database would free its locks.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place.file) {
            Ok(file) => file
                .sync_all()
                .and_then(|()| sync(folder))
                .map_err(|error| failed(&place.file, text!("cannot be written", "无法写入"), &error))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&place.file, text!("cannot be made", "无法创建"), &error)),
        }
        let known = fs::symlink_metadata(&place.file)
            .map_err(|error| failed(&place.file, text!("cannot be read", "无法读取"), &error))?;
        if !known.is_file() {
            return Err(Failure::new(Kind::Unconfigured, text!("is not a file", "不是文件"))
                .at(place.file.display())
                .remedy(text!("Move it away.", "请移走。")));
        }
        if known.permissions().mode() & 0o077 != 0 {
            let failure =
                Failure::new(Kind::Unconfigured, text!("other users can open the journal", "其他用户可以打开日志"))
                    .at(place.file.display());
            return Err(failure.remedy(text!(
                "Run `chmod 600` on it, if nobody else has written it.",
                "若他人未写入，请对其运行 `chmod 600`。"
            )));
        }
        place.opened = place.identity();
        Ok(place)
    }

    /// Whether a folder has a journal. Checks who can write the folder, if it is there.
    pub(super) fn is_there(folder: &Path) -> Result<bool, Failure> {
        match fs::metadata(folder) {
            Ok(known) => refuse_shared(folder, &known)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(folder, text!("cannot be read", "无法读取"), &error)),
        }
        refuse_network(folder)?;
        Ok(folder.join(FILE).exists())
    }

    /// Refuses to go on with a file that was deleted or replaced while it was open: what is written to it is lost.
    pub(super) fn there(&self) -> Result<(), Failure> {
        if self.opened.is_some() && self.opened == self.identity() {
            return Ok(());
        }
        let failure = Failure::new(
            Kind::Failed,
            text!("the journal was deleted or replaced while it was open", "日志在打开期间被删除或替换"),
        )
        .at(self.file.display());
        Err(failure.remedy(text!(
            "Order nothing before `cloudcert order verify` has compared it with the clouds.",
            "在 `cloudcert order verify` 与云上比较之前请勿订购。"
        )))
    }

    /// What tells this file from a copy of it: its number on the disk, and when it was made. `None` if it is gone.
    pub(super) fn identity(&self) -> Option<String> {
        let known = fs::symlink_metadata(&self.file).ok()?;
        let made = known.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Some(format!("{}-{}", known.ino(), made.map_or(0, |at| at.as_nanos())))
    }
}

/// Makes a folder that only its user can open, or checks one that exists.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    match fs::metadata(folder) {
        Ok(known) => return refuse_shared(folder, &known),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(folder, text!("cannot be read", "无法读取"), &error)),
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| failed(folder, text!("cannot be made", "无法创建"), &error))?;
    // A journal in a folder that a power loss takes away would be lost with it.
    for path in folder.ancestors().take(3).filter(|path| !path.as_os_str().is_empty()) {
        sync(path).map_err(|error| failed(path, text!("cannot be synced", "无法同步到磁盘"), &error))?;
    }
    let known = fs::metadata(folder).map_err(|error| failed(folder, text!("cannot be read", "无法读取"), &error))?;
    refuse_shared(folder, &known)
}

fn refuse_shared(folder: &Path, known: &Metadata) -> Result<(), Failure> {
    let refused = |message: Text, remedy: Text| {
        Err(Failure::new(Kind::Unconfigured, message).at(folder.display()).remedy(remedy))
    };
    if !known.is_dir() {
        return refused(
            text!("is not a folder", "不是文件夹"),
            text!("Name another folder for the state.", "请指定其他状态文件夹。"),
        );
    }
    if known.uid() != rustix::process::geteuid().as_raw() {
        return refused(
            text!("the folder of the journal belongs to another user", "日志的文件夹属于其他用户"),
            text!(
                "Run the program as that user, or name another folder for the state.",
                "请以该用户运行程序，或指定其他状态文件夹。"
            ),
        );
    }
    if known.permissions().mode() & 0o022 != 0 {
        return refused(
            text!("other users can write into the folder of the journal", "其他用户可以写入日志的文件夹"),
            text!(
                "Run `chmod 700` on it, if nobody else has written into it.",
                "若他人未写入，请对其运行 `chmod 700`。"
            ),
        );
    }
    Ok(())
}

/// Locks of a file system that several machines share may hold on one of them only.
#[cfg(target_os = "linux")]
fn refuse_network(folder: &Path) -> Result<(), Failure> {
    // As in `linux/magic.h`, and of Ceph, Lustre and GPFS. FUSE is among them, because it tells neither what is behind it nor how its locks work.
    const SHARED: [(u32, &str); 13] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0x0102_1997, "9P"),
        (0x6573_5546, "FUSE"),
        (0x7375_7245, "Coda"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
        (0x0bd0_0bd0, "Lustre"),
        (0x4750_4653, "GPFS"),
        (0x0116_1970, "GFS2"),
        (0x7461_636f, "OCFS2"),
    ];
    let Ok(known) = rustix::fs::statfs(folder) else { return Ok(()) };
    // The field's type differs between architectures, and with it the sign of the larger numbers.
    let kind = i128::from(known.f_type) & 0xffff_ffff;
    let Some((_, name)) = SHARED.iter().find(|(number, _)| i128::from(*number) == kind) else { return Ok(()) };
    let message = text!(
        "the journal lies on a file system ({name}) whose locks may hold on one machine only",
        "日志所在的文件系统（{name}）的锁可能只在一台机器上有效"
    );
    let remedy = text!(
        "Name a folder on a disk of this machine, or use PostgreSQL for several machines.",
        "请指定本机磁盘上的文件夹，多台机器请使用 PostgreSQL。"
    );
    Err(Failure::new(Kind::Unconfigured, message).at(folder.display()).remedy(remedy))
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_folder: &Path) -> Result<(), Failure> {
    Ok(())
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A failure of the operating system at a path.
#[expect(clippy::needless_pass_by_value, reason = "each call makes its own text")]
pub(super) fn failed(path: &Path, what: Text, error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::NotADirectory => {
            Kind::Unconfigured
        }
        _ => Kind::Failed,
    };
    let remedy = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            text!("Make room on the disk, then run it again.", "请腾出磁盘空间，再次运行。")
        }
        io::ErrorKind::PermissionDenied => text!(
            "Run it as the user who owns the folder, or name another one for the state.",
            "请以文件夹的所有者运行，或指定其他状态文件夹。"
        ),
        io::ErrorKind::ReadOnlyFilesystem => {
            text!("Mount the file system writable, then run it again.", "请以可写方式挂载文件系统，再次运行。")
        }
        _ => text!("Check the path and the disk, then run it again.", "请检查路径和磁盘，再次运行。"),
    };
    let error = system(error);
    Failure::new(kind, text!("{what}: {error}", "{what}：{error}"; what, error)).at(path.display()).remedy(remedy)
}
