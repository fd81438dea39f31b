//! Locks of the operating system on files: free when their holder ends, however it ends.

use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use crate::base::task::Task;
use crate::journal::sqlite::place::failed;
use crate::journal::{Lock, LockName};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A lock on a file. The file is never deleted: another process could lock its successor meanwhile.
#[derive(Debug)]
pub(super) struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock of this name, at once or not at all.
    pub(super) fn take(folder: &Path, name: &LockName) -> Result<Self, Failure> {
        let file = match name {
            LockName::Certificate(name) => format!("certificate.{name}"),
            LockName::Account { cloud, account } => format!("account.{}", digest(cloud, account)),
        };
        Self::open(folder.join(file))?.ok_or_else(|| {
            let message = match name {
                LockName::Certificate(name) => format!("another process works on the certificate `{name}`"),
                LockName::Account { cloud, .. } => format!("another process orders at this account of {cloud}"),
            };
            Failure::new(Kind::Busy, message).remedy("Run it again when that one has ended.")
        })
    }

    /// Takes the lock under which a database is made, and waits for it a little.
    pub(super) fn setup(folder: &Path) -> Result<Self, Failure> {
        const WAIT: Duration = Duration::from_secs(10);
        let began = Instant::now();
        loop {
            if let Some(lock) = Self::open(folder.join("setup"))? {
                return Ok(lock);
            }
            if began.elapsed() > WAIT {
                return Err(Failure::new(Kind::Busy, "another process makes the journal")
                    .remedy("Run it again when that one has ended."));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn open(path: PathBuf) -> Result<Option<Self>, Failure> {
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = opened.map_err(|error| failed(&path, "cannot be opened", &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(&path, "cannot be locked", &error)),
        }
        let lock = Self { file, path };
        // Somebody deleted the file in between: the one who locks its successor would not know of this lock.
        Ok(lock.held().then_some(lock))
    }
}

impl Lock for FileLock {
    fn held(&self) -> bool {
        let same = |here: &fs::Metadata, there: &fs::Metadata| here.ino() == there.ino() && here.dev() == there.dev();
        matches!((self.file.metadata(), fs::metadata(&self.path)), (Ok(here), Ok(there)) if same(&here, &there))
    }

    fn confirm(&self) -> Task<'_, ()> {
        Box::pin(async move {
            if self.held() {
                return Ok(());
            }
            let failure =
                Failure::new(Kind::Busy, "the lock is lost: its file was deleted or replaced").at(self.path.display());
            Err(failure.remedy("Leave the files in `locks` alone, and run it again."))
        })
    }
}

fn digest(cloud: &str, account: &str) -> String {
    let mut hash = Sha256::new();
    for part in [cloud, account] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}
