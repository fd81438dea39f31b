//! Files in other folders, for servers that cannot read the store.

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::watch::Watched;
use crate::hook::Hook;
use crate::store::{Access, NewFile, Steps, Store, Stored, Switch, SystemDisk, Texts};
use crate::target::command;
use crate::target::deploy::Target;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What the files of a folder look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `cert.pem`, `chain.pem`, `fullchain.pem` and `privkey.pem`.
    #[default]
    Pem,
    /// `combined.pem`: certificate, chain and key in one file.
    Combined,
}

/// What a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The certificate.
    Certificate,
    /// The certificates above it.
    Chain,
    /// The certificate, then those above it.
    Fullchain,
    /// The private key.
    Key,
    /// The certificate, those above it, and the private key.
    Combined,
}

/// A file that is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTarget {
    /// Its absolute path.
    pub path: PathBuf,
    /// What it has.
    pub content: Content,
}

/// Where the files go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder with generations and the link `current`, as the store has: all files change in one step.
    Folder {
        /// Its absolute path.
        path: PathBuf,
        /// What the files look like.
        format: Format,
    },
    /// Single files, each of which changes in one step. If the process dies between two of them, key and certificate do not fit until the next run:
    /// prefer a folder, or one file with everything.
    List(Vec<FileTarget>),
}

/// Copies certificates to other places, then runs a command that loads them.
#[derive(Debug, Clone)]
pub struct Files {
    /// The name of the target.
    pub name: String,
    /// Where the certificates come from.
    pub store: Store,
    /// Where the files go.
    pub place: Place,
    /// Who may read them.
    pub access: Access,
    /// Is run after the files are there, with the event `deploy`.
    pub reload: Option<Hook>,
}

impl Target for Files {
    fn name(&self) -> &str {
        &self.name
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, previous: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            if let Some(reload) = &self.reload {
                reload.check()?;
            }
            let (files, of) = (self.clone(), stored.clone());
            let written = tokio::task::spawn_blocking(move || files.write(&of)).await;
            written.map_err(|_| Failure::new(Kind::Failed, "the files were not written").at(&self.name))??;
            if let Some(reload) = &self.reload {
                reload.run(&command::event(stored, previous)).await?;
            }
            Ok(json!({ "fingerprint": stored.fingerprint }))
        })
    }
}

impl Files {
    fn write(&self, stored: &Stored) -> Result<(), Failure> {
        self.access.check().map_err(|failure| failure.at(&self.name))?;
        let texts = self.store.texts(stored)?;
        let steps = Steps::new(Arc::new(SystemDisk), Watched::default());
        match &self.place {
            Place::Folder { path, format } => {
                absolute(path)?;
                steps.make_folders(path)?;
                Switch::new(&steps, path.clone()).write(stored.order.cycle, &format.files(&texts), &self.access, path)
            }
            Place::List(files) => files.iter().try_for_each(|file| self.replace(&steps, file, &texts)),
        }
    }

    /// Replaces a file in one step, if it differs.
    fn replace(&self, steps: &Steps, file: &FileTarget, texts: &Texts) -> Result<(), Failure> {
        let path = absolute(&file.path)?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            let failure = Failure::new(Kind::Unconfigured, "this is not the path of a file").at(path.display());
            return Err(failure.remedy("Write an absolute path, such as `/etc/haproxy/www.pem`."));
        };
        steps.make_folders(folder)?;
        steps.check_folder(folder, true)?;
        let content = file.content.of(texts);
        let beside = folder.join(format!(".{}.cloudcert", name.to_string_lossy()));
        steps.remove(&beside)?;
        steps.create(&beside, &content, &self.access)?;
        // A disk may keep a rename and forget what came before it, so the old name is kept first.
        steps.sync_folder(folder)?;
        steps.rename(&beside, path)?;
        steps.sync_folder(folder)
    }
}

impl Format {
    fn files(self, texts: &Texts) -> Vec<NewFile> {
        let files: &[(&str, Content)] = match self {
            Self::Pem => &[
                ("privkey.pem", Content::Key),
                ("cert.pem", Content::Certificate),
                ("chain.pem", Content::Chain),
                ("fullchain.pem", Content::Fullchain),
            ],
            Self::Combined => &[("combined.pem", Content::Combined)],
        };
        files.iter().map(|(name, content)| NewFile::new(name, content.of(texts).to_vec())).collect()
    }
}

impl Content {
    fn of(self, texts: &Texts) -> Zeroizing<Vec<u8>> {
        let (certificate, chain, key) = (texts.certificate.as_str(), texts.chain.as_str(), texts.key.expose());
        let parts: &[&str] = match self {
            Self::Certificate => &[certificate],
            Self::Chain => &[chain],
            Self::Fullchain => &[certificate, chain],
            Self::Key => &[key],
            Self::Combined => &[certificate, chain, key],
        };
        Zeroizing::new(parts.concat().into_bytes())
    }
}

fn absolute(path: &Path) -> Result<&Path, Failure> {
    if path.is_absolute() {
        return Ok(path);
    }
    let failure = Failure::new(Kind::Unconfigured, "this path is relative").at(path.display());
    Err(failure.remedy("Write the absolute path, since the program runs in another folder."))
}
