//! Reads zip archives of certificates safely.
//!
//! An archive is read from memory into memory, and nothing is written to a disk. An archive is refused as a whole if it has:
//!
//! - more or larger entries than the [`Limits`] allow,
//! - contents with another size or checksum than stated,
//! - entries that overlap,
//! - names that lead out of the folder, or that occur twice,
//! - links, encryption, or any compression but deflate.
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

/// Limits on the size of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    entries: usize,
    file_size: usize,
    total_size: usize,
    ratio: usize,
}

impl Limits {
    /// Creates the default limits: 100 entries, 1 MiB for each file, 16 MiB for all, and an expansion by a factor of 100.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: 100, file_size: 1 << 20, total_size: 16 << 20, ratio: 100 }
    }

    /// Sets the maximum number of entries, including folders.
    #[must_use]
    pub fn entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// Sets the maximum size of a file in bytes.
    #[must_use]
    pub fn file_size(mut self, bytes: usize) -> Self {
        self.file_size = bytes;
        self
    }

    /// Sets the maximum size of all files together in bytes.
    #[must_use]
    pub fn total_size(mut self, bytes: usize) -> Self {
        self.total_size = bytes;
        self
    }

    /// Sets how many times larger than its compressed size a file may be.
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

/// The files of an archive. They may contain keys, so debug output only shows names and sizes.
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
    /// The path within the archive, with slashes. It never leads out of the folder. Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The contents, which may be a private key. Their memory is zeroed when the archive is dropped; that of copies is not.
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
    /// Reads an archive with the default limits.
    ///
    /// # Errors
    ///
    /// If it is not a zip archive, is damaged, or is refused. The error names the entry, never its contents.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::read_with(bytes, Limits::new())
    }

    /// Reads an archive with these limits.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_with(bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        let archive = ZipArchive::from_slice(bytes).map_err(|_| wrong("it is not a zip archive, or it is cut off"))?;
        if archive.entries_hint() > limits.entries as u64 {
            return Err(wrong(format!(
                "it has {} entries, more than the {} that are allowed",
                archive.entries_hint(),
                limits.entries
            )));
        }
        let (mut files, mut names, mut ranges) = (Vec::new(), HashSet::new(), Vec::new());
        let (mut count, mut left) = (0, limits.total_size);
        for header in archive.entries() {
            let header = header.map_err(|_| wrong("its list of entries is damaged"))?;
            count += 1;
            if count > archive.entries_hint() {
                return Err(wrong("it has more entries than its header states"));
            }
            let name = name::checked(header.file_path().as_bytes()).map_err(wrong)?;
            let shown = || name.escape_debug().to_string();
            // Some file systems ignore case.
            if !names.insert(name.trim_end_matches('/').to_lowercase()) {
                return Err(wrong(format!("`{}` occurs twice", shown())));
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
            return Err(wrong("it has fewer entries than its header states"));
        }
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| matches!(pair, [one, next] if one.1 > next.0)) {
            return Err(wrong("two entries overlap"));
        }
        Ok(Self { files })
    }

    /// All files, in the order of the archive, without folders.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file with this path.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Finds the certificate, its chain and its key in the files; see [`Bundle::read`]. Files without PEM are ignored, because archives also contain
    /// other formats and their passwords.
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
