//! Proofs as files in the folder of a web server.

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::watch::Watched;
use crate::journal::event::Challenge;
use crate::proof::name::shown;
use crate::proof::solver::{Context, Solver};
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
            let message = format!("the service wants a file at `{}`, which is not written", shown(path));
            let remedy =
                "Look at the order in the console of the cloud. If the path is right, publish the file by a hook.";
            return Err(Failure::new(Kind::Failed, message).at(self.root.display()).remedy(remedy));
        }
        Ok(parts)
    }

    fn failed(&self, what: &str, part: &str, error: Errno) -> Failure {
        let place = self.root.join(part);
        if matches!(error, Errno::LOOP | Errno::NOTDIR) {
            let message = format!("cannot {what}: it is a symbolic link, or not a folder");
            let remedy =
                "Links below the web root are not followed. Replace it by a folder or a bind mount, or use a hook.";
            return Failure::new(Kind::Unconfigured, message).at(place.display()).remedy(remedy);
        }
        let kind = if matches!(error, Errno::NOSPC | Errno::DQUOT | Errno::IO | Errno::STALE) {
            Kind::NotNow
        } else {
            Kind::Unconfigured
        };
        let message = format!("cannot {what}: {}", std::io::Error::from(error));
        Failure::new(kind, message)
            .at(place.display())
            .remedy("Give this user the right to write there, then run it again.")
    }

    fn open_root(&self) -> Result<OwnedFd, Errno> {
        fs::open(&self.root, OPEN_FOLDER.difference(OFlags::NOFOLLOW), Mode::empty())
    }

    fn no_root(&self, error: Errno) -> Failure {
        let message = format!("cannot open the web root: {}", std::io::Error::from(error));
        let remedy = "Create the folder, or correct the web root in the configuration.";
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
            folder = opened.map_err(|error| self.failed("open the folder", &place(), error))?;
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
            return Err(Failure::new(Kind::Failed, "the content of the proof is too large").at(self.root.display()));
        }
        let Some((name, folders)) = parts.split_last() else { return Ok(Value::Null) };
        let Some(folder) = self.folder(folders, true)? else { return Ok(Value::Null) };
        let state = json!({ "file": self.root.join(parts.join("/")) });
        if Self::content(&folder, name).as_deref() == Some(content.as_bytes()) {
            return Ok(state);
        }
        let temporary = temporary(name, content);
        let failed = |what: &str, error: Errno| self.failed(what, &parts.join("/"), error);
        self.watched.reach("before write web file");
        match fs::unlinkat(&folder, &temporary, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(failed("remove an old temporary file", error)),
        }
        let file = fs::openat(&folder, &temporary, MAKE, FILE_MODE).map_err(|error| failed("write the file", error))?;
        let written =
            fs::fchmod(&file, FILE_MODE).map_err(|error| failed("set the mode of the file", error)).and_then(|()| {
                let mut file = File::from(file);
                let done = file.write_all(content.as_bytes()).and_then(|()| file.sync_all());
                done.map_err(|error| failed("write the file", Errno::from_io_error(&error).unwrap_or(Errno::IO)))
            });
        let renamed = written.and_then(|()| {
            self.watched.reach("before rename web file");
            fs::renameat(&folder, &temporary, &folder, *name)
                .map_err(|error| failed("put the file in its place", error))
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
            Err(error) => Err(self.failed("remove the file", &parts.join("/"), error)),
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
                let message = "a web root proves by files, and the service wants a DNS record";
                let remedy = "Set a hook in `prove.dns`, or choose validation by file.";
                return Err(Failure::new(Kind::Unconfigured, message).remedy(remedy));
            };
            let (path, content) = (path.clone(), content.clone());
            let done = tokio::task::spawn_blocking(move || work(&own, &path, &content)).await;
            done.unwrap_or_else(|_| Err(Failure::new(Kind::Failed, "the work with the web root was interrupted")))
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
            let message = "the web root is not an absolute path";
            let remedy = "Write the whole path: a timer runs in another folder.";
            return Err(Failure::new(Kind::Unconfigured, message).at(self.root.display()).remedy(remedy));
        }
        self.open_root().map_err(|error| self.no_root(error))?;
        let rights = fs::Access::WRITE_OK | fs::Access::EXEC_OK;
        fs::access(&self.root, rights).map_err(|error| self.failed("write into the web root", "", error))
    }
}
