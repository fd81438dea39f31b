//! Files with keys or tokens.

use super::Surroundings;
use crate::base::credentials::CredentialsError;
use crate::base::trace;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The maximum size of a file with keys, in bytes.
pub(super) const KEYS_LIMIT: u64 = 1 << 20;
/// The maximum size of a file with a token, in bytes.
pub(super) const TOKEN_LIMIT: u64 = 64 << 10;

/// A file and its name in errors. A path from a variable is a value, and errors never show values.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) name: String,
}

impl SourceFile {
    /// A file in the home folder.
    pub(super) fn at_home(surroundings: &Surroundings, below: &str) -> Option<Self> {
        let path = surroundings.home_folder()?.join(below);
        Some(Self { path, name: format!("~/{below}") })
    }

    /// The file that a variable names.
    pub(super) fn of_variable(variable: &str, value: &str) -> Self {
        Self::named(value, &format!("the file that {variable} names"))
    }

    /// Finds the file that a variable names, or else the one in the home folder, and reads it.
    pub(super) fn find(
        surroundings: &Surroundings,
        variable: &str,
        below: &str,
    ) -> Result<(Self, String), CredentialsError> {
        let place = match surroundings.variable(variable) {
            Some(path) => Self::of_variable(variable, &path),
            None => {
                Self::at_home(surroundings, below).ok_or_else(|| CredentialsError::absent("there is no home folder"))?
            }
        };
        match place.read_keys()? {
            Some(text) => Ok((place, text)),
            None => Err(CredentialsError::absent(format!("{} does not exist", place.name))),
        }
    }

    /// A file whose path errors must not show.
    pub(super) fn named(path: &str, name: &str) -> Self {
        Self { path: path.into(), name: name.to_owned() }
    }

    /// A file that the program names.
    pub(super) fn given(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.display().to_string() }
    }

    /// Reads the text. `None` if the file does not exist.
    pub(super) fn read(&self, limit: u64) -> Result<Option<String>, CredentialsError> {
        let failed = |why: &str| CredentialsError::failed(format!("{} {why}", self.name));
        let unreadable = |error: &std::io::Error| failed(&format!("cannot be read: {}", error.kind()));
        match std::fs::metadata(&self.path) {
            Ok(found) if !found.is_file() => return Err(failed("is not a regular file")),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(unreadable(&error)),
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&self.path).map_err(|error| unreadable(&error))?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err(failed("is too large"));
        }
        // Editors on Windows put a byte order mark at the beginning.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        Ok(Some(String::from_utf8(text.to_vec()).map_err(|_| failed("is not UTF-8"))?))
    }

    /// Reads a file that only its owner should have access to, and logs a warning if others have.
    pub(super) fn read_keys(&self) -> Result<Option<String>, CredentialsError> {
        let text = self.read(KEYS_LIMIT)?;
        if text.is_some() && is_open_to_others(&self.path) {
            trace::open_to_others(&self.name);
        }
        Ok(text)
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}
