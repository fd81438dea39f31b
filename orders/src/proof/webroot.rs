//! Proofs as files in the folder of a web server.

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::text::{Text, system};
use crate::base::watch::Watched;
use crate::journal::event::Challenge;
use crate::proof::name::shown;
use crate::proof::solver::{Context, Solver, record};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// The most folders that a path may have, and its file.
const MOST_PARTS: usize = 8;
/// The longest name in a path: what file systems take.
const LONGEST_PART: usize = 255;
/// The largest content.
const MOST_BYTES: usize = 64 * 1024;
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const OPEN_FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const READ: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);
const MAKE: OFlags =
    OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Writes files below the folder that a web server shows, so that `http://domain/path` is the file `root/path`.
///
/// Nothing outside of the folder is read or written: a path with `..` or anything else unusual is refused, and below the folder no symbolic link
/// is followed. The folder itself may be one. New folders get the mode 0755, the file 0644, whatever the umask. The file appears at once with all of its
/// content, and replaces an older one. `cleanup` removes it only if it has the content of this proof; folders stay.
///
/// Services want all their files at the same path, so domains that are proved at the same time need a folder each.
#[derive(Debug, Clone)]
pub struct Webroot {
    root: PathBuf,
    watched: Watched,
}

impl Webroot {
    /// Writes below this folder. It must be an absolute path: a timer runs elsewhere than you do.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), watched: Watched::default() }
    }

    /// Tells a test before and after each file operation.
    #[must_use]
    pub fn watched(mut self, watched: Watched) -> Self {
        self.watched = watched;
        self
    }

    /// The parts of a path that a service wrote.
    fn parts<'a>(&self, path: &'a str) -> Result<Vec<&'a str>, Failure> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+=@,".contains(&byte);
        let is_plain =
            |part: &str| !matches!(part, "" | "." | "..") && part.len() <= LONGEST_PART && part.bytes().all(allowed);
        let parts: Vec<&str> = path.strip_prefix('/').map(|rest| rest.split('/').collect()).unwrap_or_default();
        if parts.is_empty() || parts.len() > MOST_PARTS || !parts.iter().all(|part| is_plain(part)) {
            let message = text!(
                "the service wants a file at `{}`, which is not written",
                "服务要求的文件路径 `{}` 不予写入",
                shown(path)
            );
            let remedy = text!(
                "Look at the order in the console of the cloud. If the path is right, publish the file by a hook.",
                "请在控制台查看订单。若路径正确，请用钩子发布该文件。"
            );
            return Err(Failure::new(Kind::Failed, message).at(self.root.display()).remedy(remedy));
        }
        Ok(parts)
    }

    #[expect(clippy::needless_pass_by_value, reason = "each call makes its own text")]
    fn failed(&self, what: Text, part: &str, error: Errno) -> Failure {
        let place = self.root.join(part);
        if matches!(error, Errno::LOOP | Errno::NOTDIR) {
            let message = text!("cannot {what}: it is a symbolic link, or not a folder", "无法{what}：它是符号链接，或不是文件夹"; what);
            let remedy = text!(
                "Links below the web root are not followed. Replace it by a folder or a bind mount, or use a hook.",
                "不跟随 Web 根目录下的链接。请换成文件夹或绑定挂载，或使用钩子。"
            );
            return Failure::new(Kind::Unconfigured, message).at(place.display()).remedy(remedy);
        }
        let kind = if matches!(error, Errno::NOSPC | Errno::DQUOT | Errno::IO | Errno::STALE) {
            Kind::NotNow
        } else {
            Kind::Unconfigured
        };
        let error = system(&std::io::Error::from(error));
        let message = text!("cannot {what}: {error}", "无法{what}：{error}"; what, error);
        Failure::new(kind, message).at(place.display()).remedy(text!(
            "Give this user the right to write there, then run it again.",
            "请授予当前用户写权限，再次运行。"
        ))
    }

    fn open_root(&self) -> Result<OwnedFd, Errno> {
        fs::open(&self.root, OPEN_FOLDER.difference(OFlags::NOFOLLOW), Mode::empty())
    }

    fn no_root(&self, error: Errno) -> Failure {
        let error = system(&std::io::Error::from(error));
        let message = text!("cannot open the web root: {error}", "无法打开 Web 根目录：{error}"; error);
        let remedy = text!(
            "Create the folder, or correct the web root in the configuration.",
            "请创建文件夹，或更正配置中的 Web 根目录。"
        );
        Failure::new(Kind::Unconfigured, message).at(self.root.display()).remedy(remedy)
    }

    /// Opens the folder of a file. With `make`, folders that are missing are made; without, one that is missing is `None`.
    fn folder(&self, folders: &[&str], make: bool) -> Result<Option<OwnedFd>, Failure> {
        let mut folder = match self.open_root() {
            Ok(root) => root,
            Err(Errno::NOENT) if !make => return Ok(None),
            Err(error) => return Err(self.no_root(error)),
        };
        for (depth, &part) in folders.iter().enumerate() {
            let place = || folders.get(..=depth).unwrap_or_default().join("/");
            let mut opened = fs::openat(&folder, part, OPEN_FOLDER, Mode::empty());
            if opened.as_ref().err() == Some(&Errno::NOENT) {
                if !make {
                    return Ok(None);
                }
                opened = self.make_folder(&folder, part);
            }
            folder = opened.map_err(|error| self.failed(text!("open the folder", "打开文件夹"), &place(), error))?;
        }
        Ok(Some(folder))
    }

    /// Makes a folder that all may read. It gets its name last: a process that dies before leaves no folder that the server cannot read.
    fn make_folder(&self, parent: &OwnedFd, part: &str) -> Result<OwnedFd, Errno> {
        let temporary = temporary(part, "");
        self.watched.reach("before make web folder");
        match fs::mkdirat(parent, &temporary, FOLDER_MODE) {
            // What a process left that died.
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        let folder = fs::openat(parent, &temporary, OPEN_FOLDER, Mode::empty())?;
        // The umask may have taken the server's right to read.
        fs::fchmod(&folder, FOLDER_MODE)?;
        self.watched.reach("before rename web folder");
        let renamed = fs::renameat(parent, &temporary, parent, part);
        self.watched.reach("after make web folder");
        if renamed.is_ok() {
            return Ok(folder);
        }
        // Another process was faster, or the next line says what is wrong.
        let _ = fs::unlinkat(parent, &temporary, AtFlags::REMOVEDIR);
        fs::openat(parent, part, OPEN_FOLDER, Mode::empty())
    }

    /// The content of a file. `None` if there is none, or it is too large to be ours, or no file.
    fn content(folder: &OwnedFd, name: &str) -> Option<Vec<u8>> {
        let file = fs::openat(folder, name, READ, Mode::empty()).ok()?;
        let is_file = fs::fstat(&file).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile);
        let mut content = Vec::new();
        let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
        (is_file && File::from(file).take(most + 1).read_to_end(&mut content).is_ok()).then_some(content)
    }

    fn write(&self, path: &str, content: &str) -> Result<Value, Failure> {
        let parts = self.parts(path)?;
        if content.len() > MOST_BYTES {
            return Err(Failure::new(Kind::Failed, text!("the content of the proof is too large", "验证内容过大"))
                .at(self.root.display()));
        }
        let Some((name, folders)) = parts.split_last() else { return Ok(Value::Null) };
        let Some(folder) = self.folder(folders, true)? else { return Ok(Value::Null) };
        let state = json!({ "file": self.root.join(parts.join("/")) });
        if Self::content(&folder, name).as_deref() == Some(content.as_bytes()) {
            return Ok(state);
        }
        let temporary = temporary(name, content);
        let failed = |what: Text, error: Errno| self.failed(what, &parts.join("/"), error);
        self.watched.reach("before write web file");
        match fs::unlinkat(&folder, &temporary, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(failed(text!("remove an old temporary file", "删除旧的临时文件"), error)),
        }
        let file = fs::openat(&folder, &temporary, MAKE, FILE_MODE)
            .map_err(|error| failed(text!("write the file", "写入文件"), error))?;
        let written = fs::fchmod(&file, FILE_MODE)
            .map_err(|error| failed(text!("set the mode of the file", "设置文件权限"), error))
            .and_then(|()| {
                let mut file = File::from(file);
                let done = file.write_all(content.as_bytes()).and_then(|()| file.sync_all());
                done.map_err(|error| {
                    failed(text!("write the file", "写入文件"), Errno::from_io_error(&error).unwrap_or(Errno::IO))
                })
            });
        let renamed = written.and_then(|()| {
            self.watched.reach("before rename web file");
            fs::renameat(&folder, &temporary, &folder, *name)
                .map_err(|error| failed(text!("put the file in its place", "将文件放到目标位置"), error))
        });
        if renamed.is_err() {
            let _ = fs::unlinkat(&folder, &temporary, AtFlags::empty());
        }
        self.watched.reach("after write web file");
        renamed.map(|()| state)
    }

    fn remove(&self, path: &str, content: &str) -> Result<(), Failure> {
        let parts = self.parts(path)?;
        let Some((name, folders)) = parts.split_last() else { return Ok(()) };
        let Some(folder) = self.folder(folders, false)? else { return Ok(()) };
        if Self::content(&folder, name).as_deref() != Some(content.as_bytes()) {
            return Ok(());
        }
        self.watched.reach("before remove web file");
        let removed = match fs::unlinkat(&folder, *name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(self.failed(text!("remove the file", "删除文件"), &parts.join("/"), error)),
        };
        self.watched.reach("after remove web file");
        removed
    }

    /// Does slow work with files outside of the threads that serve futures.
    fn with_file<'a, T: Send + 'static>(
        &self,
        challenge: &'a Challenge,
        work: impl FnOnce(&Self, &str, &str) -> Result<T, Failure> + Send + 'static,
    ) -> Task<'a, T> {
        let own = self.clone();
        Box::pin(async move {
            let Challenge::File { path, content, .. } = challenge else {
                let message = text!(
                    "a web root proves by files, and the service wants a DNS record",
                    "Web 根目录用于文件验证，而服务要求 DNS 记录"
                );
                return Err(Failure::new(Kind::Unconfigured, message).remedy(record()));
            };
            let (path, content) = (path.clone(), content.clone());
            let done = tokio::task::spawn_blocking(move || work(&own, &path, &content)).await;
            done.unwrap_or_else(|_| {
                Err(Failure::new(
                    Kind::Failed,
                    text!("the work with the web root was interrupted", "Web 根目录的操作被中断"),
                ))
            })
        })
    }
}

/// The name of a file or folder before it is complete. One proof always has the same, so what a process left that died is replaced by the next one; two proofs
/// that are written at the same time have two.
fn temporary(name: &str, content: &str) -> String {
    let digest = Sha256::digest(content);
    let number = digest.first_chunk().copied().map_or(0, u64::from_be_bytes);
    format!(".{}.{number:016x}.cloudcert", name.get(..200).unwrap_or(name))
}

impl Solver for Webroot {
    fn present<'a>(&'a self, _: &'a Context, challenge: &'a Challenge) -> Task<'a, Value> {
        self.with_file(challenge, Self::write)
    }

    fn cleanup<'a>(&'a self, _: &'a Context, challenge: &'a Challenge, _: &'a Value) -> Task<'a, ()> {
        self.with_file(challenge, Self::remove)
    }

    fn check(&self) -> Result<(), Failure> {
        if !Path::is_absolute(&self.root) {
            let message = text!("the web root is not an absolute path", "Web 根目录不是绝对路径");
            let remedy = text!(
                "Write the whole path: a timer runs in another folder.",
                "请写完整路径：定时器在其他文件夹中运行。"
            );
            return Err(Failure::new(Kind::Unconfigured, message).at(self.root.display()).remedy(remedy));
        }
        self.open_root().map_err(|error| self.no_root(error))?;
        let rights = fs::Access::WRITE_OK | fs::Access::EXEC_OK;
        fs::access(&self.root, rights)
            .map_err(|error| self.failed(text!("write into the web root", "写入 Web 根目录"), "", error))
    }
}
