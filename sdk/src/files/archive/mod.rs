//! Zip archives, as certificates come in them, read with suspicion.
//!
//! An archive is read from memory into memory; nothing is written to a disk. What is refused: more entries, or larger ones, than the
//! [`Limits`] allow; contents that do not have the size or the check sum that the archive tells; entries that share bytes; names that lead
//! out of a folder, or that are there twice; links, encryption, and any compression but deflate. One entry that is refused is the end of the
//! archive.
//!
//! ```
//! # fn example(bytes: &[u8]) -> Result<(), cloudcert::Error> {
//! let archive = cloudcert::archive::Archive::read(bytes)?;
//! for file in archive.files() {
//!     println!("{}, {} bytes", file.name(), file.expose().len());
//! }
//! let bundle = archive.bundle()?;
//! # let _ = bundle;
//! # Ok(())
//! # }
//! ```

mod entry;
mod name;

use crate::base::error::Error;
use crate::base::pem::sections::has_sections;
use crate::files::pem::Bundle;
use rawzip::ZipArchive;
use secrecy::{ExposeSecret, SecretSlice};
use std::collections::HashSet;
use std::fmt;

/// How much of an archive is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    entries: usize,
    file_size: usize,
    total_size: usize,
    ratio: usize,
}

impl Limits {
    /// 100 entries; files of 1 MiB each and 16 MiB together; no file larger than 100 times what it takes in the archive.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: 100, file_size: 1 << 20, total_size: 16 << 20, ratio: 100 }
    }

    /// Most entries, folders too.
    #[must_use]
    pub fn entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// Most bytes of a file.
    #[must_use]
    pub fn file_size(mut self, bytes: usize) -> Self {
        self.file_size = bytes;
        self
    }

    /// Most bytes of all files together.
    #[must_use]
    pub fn total_size(mut self, bytes: usize) -> Self {
        self.total_size = bytes;
        self
    }

    /// How many times larger a file may be than what it takes in the archive.
    #[must_use]
    pub fn ratio(mut self, times: usize) -> Self {
        self.ratio = times;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// The files of an archive. It holds keys, so debug output shows names and sizes.
#[derive(Debug)]
pub struct Archive {
    files: Vec<File>,
}

/// A file of an archive.
pub struct File {
    name: String,
    bytes: SecretSlice<u8>,
}

impl File {
    /// Its path within the archive, with slashes. It leads to no place outside of a folder; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is in it: perhaps a private key. Its memory is zeroed when the archive is dropped; copies are out of this type's reach.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.expose_secret()
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("name", &self.name).field("bytes", &self.expose().len()).finish()
    }
}

impl Archive {
    /// Reads an archive with the usual limits.
    ///
    /// # Errors
    ///
    /// If it is no zip archive, is damaged, or holds what is refused. The error names the entry, never what is in it.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::read_with(bytes, Limits::new())
    }

    /// Reads an archive with limits of its own.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_with(bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        let archive = ZipArchive::from_slice(bytes).map_err(|_| wrong("it is no zip archive, or it is cut off"))?;
        if archive.entries_hint() > limits.entries as u64 {
            return Err(wrong(format!("it has {} entries; {} are allowed", archive.entries_hint(), limits.entries)));
        }
        let (mut files, mut names, mut ranges) = (Vec::new(), HashSet::new(), Vec::new());
        let (mut count, mut left) = (0, limits.total_size);
        for header in archive.entries() {
            let header = header.map_err(|_| wrong("its list of entries is damaged"))?;
            count += 1;
            if count > archive.entries_hint() {
                return Err(wrong("it has more entries than it tells"));
            }
            let name = name::checked(header.file_path().as_bytes()).map_err(wrong)?;
            let shown = || name.escape_debug().to_string();
            // Some systems do not tell names apart by the case of their letters.
            if !names.insert(name.trim_end_matches('/').to_lowercase()) {
                return Err(wrong(format!("`{}` is there twice", shown())));
            }
            let read = entry::read(&archive, &header, limits, left);
            let read = read.map_err(|why| wrong(format!("`{}` {why}", shown())))?;
            ranges.push(read.range);
            left -= read.bytes.len();
            if !name.ends_with('/') {
                files.push(File { name, bytes: read.bytes.into() });
            }
        }
        if count != archive.entries_hint() {
            return Err(wrong("it has fewer entries than it tells"));
        }
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| matches!(pair, [one, next] if one.1 > next.0)) {
            return Err(wrong("two entries share bytes"));
        }
        Ok(Self { files })
    }

    /// All files, in the order of the archive; folders are left out.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The certificate with its chain and its key, from whatever files they stand in; see [`Bundle::read`]. Files without PEM are passed over:
    /// archives hold the same in other forms too, and their passwords.
    ///
    /// # Errors
    ///
    /// As [`Bundle::read`].
    pub fn bundle(&self) -> Result<Bundle, Error> {
        Bundle::read(self.files.iter().map(File::expose).filter(|text| has_sections(text)))
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::response("Archive::read", message)
}
