//! What the last run came to, in a file of the state folder: for metrics, and so that nobody is told the same over and over.
//!
//! Nothing that is ordered depends on it, so a file that is lost or damaged counts as none. Each machine has its own, also where several share a
//! journal: its timer is what the file is about.

use super::report::{Notice, Report};
use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use crate::base::text::Text;
use crate::base::watch::Watched;
use crate::store::{Access, Steps, SystemDisk};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The file, in the state folder.
const FILE: &str = "last-run.json";
/// The version of the file.
const VERSION: u32 = 1;

/// What the last run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    version: u32,
    /// When the run ended.
    pub ended: Timestamp,
    certificates: BTreeMap<Name, Remembered>,
}

/// What is remembered of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    /// What its last run had to tell of it.
    notice: Option<Notice>,
    /// How many runs in a row had to tell that.
    attempts: u32,
    /// What was told of it days before it is due.
    due_soon: Option<Ahead>,
}

/// What was told of a certificate that is due soon. It is told again only if it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ahead {
    /// Until when it is valid.
    pub(super) not_after: Timestamp,
    /// Whether its package was used up.
    pub(super) used_up: bool,
}

impl Memory {
    /// Reads what the last run came to. `None` if there was none.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is damaged or of a newer version. Go on without it.
    pub fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(FILE);
        let wrong = |message: Text| {
            let failure = Failure::new(Kind::Failed, message).at(path.display());
            failure.remedy(text!(
                "The next run writes it anew. Nothing that is ordered depends on it.",
                "下次运行会重新写入。订购不依赖它。"
            ))
        };
        let Some(bytes) = steps().read(&path)? else { return Ok(None) };
        let memory: Self = serde_json::from_slice(&bytes).map_err(|words| {
            wrong(text!("what the last run came to cannot be read: {words}", "无法读取上次运行的结果"))
        })?;
        if memory.version > VERSION {
            return Err(wrong(text!(
                "this file has the version {}, this program knows {VERSION}",
                "此文件的版本为 {}，本程序支持到 {VERSION}",
                memory.version
            )));
        }
        Ok(Some(memory))
    }

    /// What a run came to. With `all` it was a run over all certificates of the configuration, so others are forgotten.
    #[must_use]
    pub fn follow(before: Option<Self>, report: &Report, all: bool) -> Self {
        let mut old = before.map(|before| before.certificates).unwrap_or_default();
        let mut certificates = BTreeMap::new();
        for line in &report.certificates {
            let last = old.remove(&line.name).unwrap_or_default();
            let notice = line.outcome.notice();
            let attempts = match notice {
                Some(_) if notice == last.notice => last.attempts.saturating_add(1),
                Some(_) => 1,
                None => 0,
            };
            certificates.insert(line.name.clone(), Remembered { notice, attempts, due_soon: last.due_soon });
        }
        if !all {
            certificates.append(&mut old);
        }
        Self { version: VERSION, ended: report.ended, certificates }
    }

    /// Replaces the file as a whole, durably: whoever reads it finds the old text or the new one.
    ///
    /// # Errors
    ///
    /// If others can write to the folder; those of the file system. The old file is there then.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let steps = steps();
        steps.make_folders(folder)?;
        steps.check_folder(folder, true)?;
        let text = serde_json::to_string_pretty(self).map_err(|words| {
            Failure::new(Kind::Failed, text!("what the run came to cannot be written: {words}", "无法写出运行结果"))
                .at(folder.display())
        })?;
        // Two runs at once must not write into the same file.
        let beside = folder.join(format!(".{FILE}.{}", std::process::id()));
        steps.remove(&beside)?;
        steps.create(&beside, format!("{text}\n").as_bytes(), &Access::default())?;
        steps.rename(&beside, &folder.join(FILE))?;
        steps.sync_folder(folder)
    }

    /// How many certificates failed in their last run, or want a person.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.certificates.values().filter(|one| one.notice.is_some()).count()
    }

    /// How many runs in a row have told the same of a certificate.
    pub(super) fn attempts(&self, name: &Name) -> u32 {
        self.certificates.get(name).map_or(1, |one| one.attempts.max(1))
    }

    /// What was told of a certificate that is due soon.
    pub(super) fn told(&self, name: &Name) -> Option<Ahead> {
        self.certificates.get(name)?.due_soon
    }

    /// Remembers what was told of a certificate that is due soon.
    pub(super) fn tell(&mut self, name: &Name, ahead: Ahead) {
        self.certificates.entry(name.clone()).or_default().due_soon = Some(ahead);
    }
}

fn steps() -> Steps {
    Steps::new(Arc::new(SystemDisk), Watched::default())
}
