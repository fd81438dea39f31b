//! Writes a bundle to files, so that no moment and no failure leaves half a file or loses a key.

use super::key::KeyMatch;
use super::{Bundle, Parts};
use crate::base::random;
use secrecy::zeroize::Zeroizing;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

const KEY: &str = "privkey.pem";
const CERTIFICATE: &str = "cert.pem";
const CHAIN: &str = "chain.pem";
const FULLCHAIN: &str = "fullchain.pem";
/// Larger files hold no key.
const LARGEST: u64 = 1 << 20;

/// Saves a [`Bundle`] to a folder, by the names that servers and other tools know.
///
/// | file | what is in it |
/// |---|---|
/// | `privkey.pem` | the private key, if the bundle has one; readable by its owner only |
/// | `cert.pem` | the certificate |
/// | `chain.pem` | its issuers; removed if there are none |
/// | `fullchain.pem` | both |
///
/// Each file is written beside its place, synced and renamed, so that a reader sees the old file or the new one. All are written before the
/// first is renamed. A crash between two renames can leave a new key beside an old certificate: save again.
///
/// A key is never overwritten by another one, unless [`replace_key`](Self::replace_key) says so. A key that belongs to the certificate already
/// stays as it is, so a renewal with the same key, or of a key that only you have, changes the certificates only.
///
/// ```
/// # fn example(bundle: &cloudcert::pem::Bundle) -> std::io::Result<()> {
/// use cloudcert::pem::Save;
///
/// bundle.save("/etc/tls/www.example.com")?;
/// // The key has changed, and HAProxy wants everything in one file.
/// Save::to("/etc/tls/www.example.com").replace_key().combined("haproxy.pem").write(bundle)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is written before `write`"]
pub struct Save {
    folder: PathBuf,
    replace_key: bool,
    combined: Option<String>,
}

/// A file to be written.
struct NewFile {
    name: String,
    text: Zeroizing<String>,
    is_secret: bool,
}

/// What a file of the folder holds before.
enum Present {
    /// No key.
    Nothing,
    /// The key of the certificate.
    SameKey(Zeroizing<String>),
    /// The key of another certificate.
    OtherKey,
    /// Something that may be a key: it is encrypted, damaged, or of an unsupported kind.
    Unknown,
}

impl Save {
    /// Saves to this folder. It is created if it is absent.
    pub fn to(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), replace_key: false, combined: None }
    }

    /// Allows to overwrite the key of another certificate. Without it, that is an error and nothing is written.
    pub fn replace_key(mut self) -> Self {
        self.replace_key = true;
        self
    }

    /// Writes also a file of this name with certificate, chain and key, readable by its owner only, as `HAProxy` needs it.
    pub fn combined(mut self, name: impl Into<String>) -> Self {
        self.combined = Some(name.into());
        self
    }

    /// Writes the files.
    ///
    /// # Errors
    ///
    /// - [`AlreadyExists`](ErrorKind::AlreadyExists): a file holds another key. Nothing was written.
    /// - [`InvalidInput`](ErrorKind::InvalidInput): the combined file has no plain name, or there is no key to put into it; or the key in the
    ///   folder belongs to another certificate, and the bundle has none. Nothing was written.
    /// - Those of the file system. The error names the file.
    pub fn write(&self, bundle: &Bundle) -> io::Result<()> {
        let present = self.present(KEY, bundle)?;
        let key = self.key(bundle, &present)?;
        let mut files = Vec::new();
        if let (Some(key), false) = (&bundle.key, matches!(present, Present::SameKey(_))) {
            files.push(NewFile { name: KEY.to_owned(), text: key.expose().to_owned().into(), is_secret: true });
        }
        let chain = bundle.chain.concat();
        let texts = [(CHAIN, &chain), (CERTIFICATE, &bundle.certificate), (FULLCHAIN, &bundle.fullchain())];
        for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            files.push(NewFile { name: name.to_owned(), text: text.clone().into(), is_secret: false });
        }
        if let Some(name) = &self.combined {
            let key = key.ok_or_else(|| invalid("there is no private key for the combined file"))?;
            self.check_combined(name, bundle)?;
            let text = Zeroizing::new([bundle.fullchain().as_str(), key.as_str()].concat());
            files.push(NewFile { name: name.clone(), text, is_secret: true });
        }
        fs::create_dir_all(&self.folder).map_err(|error| at(&self.folder, &error))?;
        replace(&self.folder, &files)?;
        if chain.is_empty() {
            let old = self.folder.join(CHAIN);
            match fs::remove_file(&old) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&old, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The key that belongs to the certificate, from the bundle or the folder. Fails if another one would be lost or kept beside it.
    fn key(&self, bundle: &Bundle, present: &Present) -> io::Result<Option<Zeroizing<String>>> {
        match (&bundle.key, present) {
            (_, Present::SameKey(key)) => Ok(Some(key.clone())),
            (Some(_), Present::OtherKey | Present::Unknown) if !self.replace_key => Err(self.occupied(KEY)),
            (Some(key), _) => Ok(Some(key.expose().to_owned().into())),
            (None, Present::OtherKey) => {
                let path = self.folder.join(KEY);
                Err(invalid(&format!("{} belongs to another certificate: choose another folder", path.display())))
            }
            (None, Present::Nothing | Present::Unknown) => Ok(None),
        }
    }

    fn check_combined(&self, name: &str, bundle: &Bundle) -> io::Result<()> {
        let is_plain = Path::new(name).file_name().is_some_and(|last| last == name) && !name.contains(['/', '\\']);
        if !is_plain || [KEY, CERTIFICATE, CHAIN, FULLCHAIN].contains(&name) {
            return Err(invalid("the combined file needs a plain name of its own, such as haproxy.pem"));
        }
        match self.present(name, bundle)? {
            Present::OtherKey | Present::Unknown if !self.replace_key => Err(self.occupied(name)),
            _ => Ok(()),
        }
    }

    fn occupied(&self, name: &str) -> io::Error {
        let path = self.folder.join(name);
        let text = format!("{} holds another key: choose another folder, or allow `replace_key`", path.display());
        io::Error::new(ErrorKind::AlreadyExists, text)
    }

    /// What a file holds, as far as the certificate of a bundle tells.
    fn present(&self, name: &str, bundle: &Bundle) -> io::Result<Present> {
        let path = self.folder.join(name);
        let text = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Present::Nothing),
            Err(error) => return Err(at(&path, &error)),
            Ok(file) if file.len() > LARGEST || !file.is_file() => return Ok(Present::Unknown),
            Ok(_) => Zeroizing::new(fs::read(&path).map_err(|error| at(&path, &error))?),
        };
        let mut parts = Parts::default();
        if !text.iter().all(u8::is_ascii_whitespace) && parts.add(&text).is_err() {
            return Ok(Present::Unknown);
        }
        if parts.keys.is_empty() {
            return Ok(Present::Nothing);
        }
        let Some(public) = bundle.fields().map(|fields| fields.key) else { return Ok(Present::Unknown) };
        let proofs: Vec<_> = parts.keys.iter().map(|key| (key, key.belongs(&public))).collect();
        Ok(match proofs.iter().find(|(_, proof)| *proof != KeyMatch::Differs) {
            Some((key, KeyMatch::Matches)) => Present::SameKey(super::write(key.label, &key.der).into()),
            Some(_) => Present::Unknown,
            None => Present::OtherKey,
        })
    }
}

/// Writes files beside their places, then renames all of them.
fn replace(folder: &Path, files: &[NewFile]) -> io::Result<()> {
    let mut random = [0; 8];
    random::fill(&mut random).map_err(io::Error::other)?;
    let mark = crate::base::secret::hex(&random);
    let beside = |file: &NewFile| folder.join(format!(".{}.{mark}", file.name));
    let written = files.iter().try_for_each(|file| write_new(&beside(file), file));
    let renamed = written.and_then(|()| {
        files.iter().try_for_each(|file| {
            let place = folder.join(&file.name);
            fs::rename(beside(file), &place).map_err(|error| at(&place, &error))
        })
    });
    if renamed.is_err() {
        for file in files {
            // Those that were renamed are gone already.
            let _ = fs::remove_file(beside(file));
        }
    }
    // Makes the renames durable. Not every system can open a folder.
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    renamed
}

fn write_new(path: &Path, file: &NewFile) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.is_secret { 0o600 } else { 0o644 });
    let write = |mut to: fs::File| to.write_all(file.text.as_bytes()).and_then(|()| to.sync_all());
    options.open(path).and_then(write).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, text)
}
