//! The program of a hook: where it is, and whether it can be run.

use crate::base::failure::{Failure, Kind};
use crate::hook::output::printable;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The program of a command: an absolute path, or the first executable file of that name in the folders of `PATH`.
pub(super) fn find(command: &[String], folders: Option<&OsStr>) -> Result<PathBuf, Failure> {
    let wrong = |message: String, remedy: &str| Failure::new(Kind::Unconfigured, message).at("hook").remedy(remedy);
    let list = "Give it as a list, such as `[\"/usr/local/bin/dns-hook\", \"--zone\", \"example.com\"]`.";
    let Some(program) = command.first().filter(|program| !program.is_empty()) else {
        return Err(wrong("the hook has no command".to_owned(), list));
    };
    let shown = printable(program);
    if command.iter().any(|part| part.contains('\0')) {
        return Err(wrong(format!("the command of `{shown}` contains a NUL character"), list));
    }
    let path = Path::new(program);
    if path.is_absolute() {
        return runnable(path).map(|()| path.to_owned()).map_err(|why| wrong(format!("`{shown}` {why}"), CHMOD));
    }
    if program.contains('/') {
        let remedy = "Write the absolute path, since the program runs in another folder.";
        return Err(wrong(format!("`{shown}` is a relative path"), remedy));
    }
    let mut why = None;
    // An empty or relative folder of PATH means another file in each working folder.
    for folder in std::env::split_paths(folders.unwrap_or_default()).filter(|folder| folder.is_absolute()) {
        let path = folder.join(program);
        match runnable(&path) {
            Ok(()) => return Ok(path),
            Err(_) if !path.exists() => {}
            Err(reason) => why = why.or(Some(format!("`{}` {reason}", path.display()))),
        }
    }
    if let Some(why) = why {
        return Err(wrong(why, CHMOD));
    }
    let install = "Install it, or write its absolute path: a timer may have another PATH.";
    let remedy = if program.contains(char::is_whitespace) { list } else { install };
    Err(wrong(format!("`{shown}` was not found in PATH"), remedy))
}

const CHMOD: &str = "Check the path, and make the file executable with `chmod +x`.";

fn runnable(path: &Path) -> Result<(), String> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err("does not exist".to_owned()),
        Err(error) => return Err(format!("cannot be examined: {error}")),
        Ok(found) if !found.is_file() => return Err("is not a file".to_owned()),
        Ok(_) => {}
    }
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).map_err(|_| "is not executable by this user".to_owned())
}
