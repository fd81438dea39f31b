//! Files that others read while they are written.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file as a whole: readers see the old text or the new one. Everybody may read it. A pipe or a device, such as
/// `/dev/null`, is written to and not replaced.
///
/// # Errors
///
/// Those of the file system. The old file is there then.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "names no file"))?;
    let beside = path.with_file_name(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
    let create = || OpenOptions::new().write(true).create_new(true).open(&beside);
    let file = match create() {
        // A process of the same number has left it behind, as the first one of a container always does.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(&beside).and_then(|()| create())?
        }
        created => created?,
    };
    let done = write(file, text).and_then(|()| std::fs::rename(&beside, path));
    if done.is_err() {
        // The first error counts.
        let _ = std::fs::remove_file(&beside);
    }
    done
}

fn write(mut file: File, text: &str) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o644))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
