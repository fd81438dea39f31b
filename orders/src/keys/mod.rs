//! Private keys and certificate signing requests: made, written, synced and read back before anything is sent.
//!
//! A key lies in `keys/<certificate>/<cycle>.pem` below the state folder, as PKCS#8 in PEM. Its file has the mode 0600 and its folders 0700 from the
//! first byte, and is never overwritten. All functions block, and an RSA key of 4096 bits takes seconds: call them where blocking is allowed.

mod file;
mod key;
mod kind;

pub use key::{Key, Subject, names};
pub use kind::KeyKind;

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::watch::Watched;
use std::path::{Path, PathBuf};

/// The file of the key of an order, below the state folder: `keys/<certificate>/<cycle>.pem`.
#[must_use]
pub fn path(state: &Path, order: &OrderKey) -> PathBuf {
    state.join("keys").join(order.certificate.as_str()).join(format!("{}.pem", order.cycle))
}

/// Makes a private key, writes it to a new file, syncs the file and its folders, and reads it back. Next write down its path and
/// [`public_sha256`](Key::public_sha256) in the journal.
///
/// The two folders around the file are made if they are absent. Call it under the lock of the certificate: what a dead process left of an
/// unfinished file is removed.
///
/// # Errors
///
/// If the file exists, another user may enter its folders, it cannot be written or synced, or the disk returns something else than what was
/// written. The kind is [`Unconfigured`](Kind::Unconfigured) for folders, [`Failed`](Kind::Failed) otherwise. No other key is harmed.
pub fn make(kind: KeyKind, path: &Path, watched: &Watched) -> Result<Key, Failure> {
    if file::exists(path)? {
        return Err(occupied(path));
    }
    let pem = kind.generate().map_err(|failure| failure.at(path.display()))?;
    file::write(path, pem.expose(), watched)?;
    read_back(path, pem.expose(), watched)
}

/// Reads the key of an order, or makes it if its file does not exist: what a run does that does not know how far the last one came.
///
/// A key that is there was written whole by a process that ended before it could say so, and nothing was sent with it. It is synced again, since that
/// process may have ended before.
///
/// # Errors
///
/// As [`make`] and [`read`], and if the key that is there is of another kind.
pub fn obtain(kind: KeyKind, path: &Path, watched: &Watched) -> Result<Key, Failure> {
    if !file::exists(path)? {
        return make(kind, path, watched);
    }
    let key = read(path, watched)?;
    if key.kind() != Some(kind) {
        let message = format!("the private key is not of the kind {kind}, which the configuration asks for");
        let remedy = "Set `key` to the kind of the key, or move the file to another folder so that a new key is made.";
        return Err(Failure::new(Kind::Unconfigured, message).at(path.display()).remedy(remedy));
    }
    file::sync(path, watched)?;
    Ok(key)
}

/// Reads a private key: PKCS#8, PKCS#1 or SEC 1 in PEM.
///
/// # Errors
///
/// If the file cannot be read, belongs to another user, may be read or replaced by others, is larger than 64 KiB, or has no RSA, P-256, P-384 or
/// Ed25519 key in it. No error shows its contents.
pub fn read(path: &Path, watched: &Watched) -> Result<Key, Failure> {
    let pem = file::read(path, watched)?;
    Key::from_pem(&pem).map_err(|failure| failure.at(path.display()))
}

/// Writes the private key that a service made to a new file, in the same way as [`make`]. Do this before the journal says that the certificate
/// was issued: the service may not show the key again. Its text is kept as it is.
///
/// A file that has this key already is synced again. The key need not be of a kind that [`read`] knows, so that none is lost.
///
/// # Errors
///
/// As [`make`], if the text is not a private key in PEM, and if another key is there already.
pub fn keep(path: &Path, pem: &str, watched: &Watched) -> Result<(), Failure> {
    let is_key = pem.contains("-----BEGIN ") && pem.contains("PRIVATE KEY-----") && !pem.contains('\0');
    if !is_key || pem.len() as u64 > file::MOST {
        let remedy = "Fetch the certificate again; if this repeats, download the key in the service's console.";
        let message = "the service returned something else than a private key in PEM";
        return Err(Failure::new(Kind::Failed, message).at(path.display()).remedy(remedy));
    }
    if file::exists(path)? {
        let there = file::read(path, watched)?;
        return if there.as_str() == pem { file::sync(path, watched) } else { Err(occupied(path)) };
    }
    file::write(path, pem, watched)?;
    same(path, pem, watched).map(drop)
}

fn read_back(path: &Path, pem: &str, watched: &Watched) -> Result<Key, Failure> {
    let there = same(path, pem, watched)?;
    Key::from_pem(&there).map_err(|failure| failure.at(path.display()))
}

/// Reads a file that was just written.
fn same(path: &Path, pem: &str, watched: &Watched) -> Result<zeroize::Zeroizing<String>, Failure> {
    let there = file::read(path, watched)?;
    if there.as_str() == pem {
        return Ok(there);
    }
    let remedy = "Check the disk and its file system. Nothing was sent.";
    Err(Failure::new(Kind::Failed, "the private key reads otherwise than it was written")
        .at(path.display())
        .remedy(remedy))
}

fn occupied(path: &Path) -> Failure {
    let remedy = "A private key is never overwritten. If no certificate needs this one, move it to another folder.";
    Failure::new(Kind::Failed, "there is another file where the private key belongs").at(path.display()).remedy(remedy)
}
