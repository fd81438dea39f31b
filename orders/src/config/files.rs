//! The programs and folders that a configuration names.

use super::Config;
use super::certificate::Prove;
use super::hooks::Command;
use super::targets::{Files, TargetKind};
use crate::base::failure::{Failure, Kind};
use rustix::fs::{Access, access};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Write access of everybody.
const EVERYBODY: u32 = 0o002;
/// Access of everybody but the owner.
const NOT_OWNER: u32 = 0o077;
/// In a folder with this bit, nobody can rename or remove what others own.
const STICKY: u32 = 0o1000;

pub(super) fn check(config: &Config) -> Vec<Failure> {
    let mut found = Vec::new();
    let file = Path::new(&config.file);
    if let Ok(metadata) = file.metadata() {
        found.extend(owned(file, &metadata).err().map(|failure| failure.at(&config.file)));
    }
    let journal = &config.journal;
    for (path, bits) in [(&journal.password_file, NOT_OWNER), (&journal.roots, EVERYBODY)] {
        found.extend(
            path.as_ref().and_then(|path| of_journal(path, bits).err()).map(|failure| failure.at(&config.file)),
        );
    }
    for hook in config.hooks.values() {
        command(hook, &mut found);
    }
    for target in config.deploy.values() {
        match &target.kind {
            TargetKind::Command(hook) => command(hook, &mut found),
            TargetKind::Files(files) => deployed(files, &target.place, &mut found),
            TargetKind::CasUpload(_) | TargetKind::KcmUpload(_) | TargetKind::CasDeploy(_) => {}
        }
    }
    for certificate in config.certificates.values() {
        if let Prove::Webroot(folder) = &certificate.prove {
            found.extend(webroot(folder).err().map(|failure| failure.at(&certificate.place)));
        }
    }
    found
}

fn command(hook: &Command, found: &mut Vec<Failure>) {
    if let Some(first) = hook.command.first() {
        found.extend(program(first).err().map(|failure| failure.at(&hook.place)));
    }
}

fn deployed(files: &Files, place: &str, found: &mut Vec<Failure>) {
    if let Some(first) = files.reload.first() {
        found.extend(program(first).err().map(|failure| failure.at(place)));
    }
    found.extend(folder(&files.folder).err().map(|failure| failure.at(place)));
}

/// A file that connections to the journal need: there, and without these rights of others.
fn of_journal(path: &Path, bits: u32) -> Result<(), Failure> {
    let shown = path.display();
    let metadata = path.metadata().map_err(|error| {
        wrong(format!("the file {shown} cannot be looked at: {error}"), "Make it, or correct its path in `[journal]`.")
    })?;
    if !metadata.is_file() || access(path, Access::READ_OK).is_err() {
        return Err(wrong(format!("{shown} is not a file that this user can read"), "Check the path and its owner."));
    }
    if metadata.mode() & bits != 0 {
        let rights = if bits == NOT_OWNER { "go-rwx" } else { "o-w" };
        let message = format!("other users can read or change {shown}");
        return Err(wrong(message, format!("Run `chmod {rights} {shown}`.")));
    }
    owned(path, &metadata)
}

/// A program: there, executable, and not to be changed by others.
fn program(name: &str) -> Result<(), Failure> {
    let path = if name.contains('/') { Some(PathBuf::from(name)) } else { in_path(name) };
    let Some(path) = path else {
        let message = format!("the program `{name}` is in no folder of PATH");
        return Err(wrong(message, "Install it, or write its absolute path: a timer may have another PATH."));
    };
    let shown = path.display();
    let metadata = path.metadata().map_err(|error| {
        wrong(format!("the program {shown} cannot be looked at: {error}"), "Check the path, or install the program.")
    })?;
    if !metadata.is_file() || access(&path, Access::EXEC_OK).is_err() {
        return Err(wrong(
            format!("{shown} is not a program that this user can run"),
            format!("Run `chmod +x {shown}`."),
        ));
    }
    owned(&path, &metadata)?;
    for above in path.ancestors().skip(1) {
        if let Ok(metadata) = above.metadata()
            && metadata.mode() & EVERYBODY != 0
            && metadata.mode() & STICKY == 0
        {
            let message =
                format!("everybody can replace {shown}, because the folder {} is writable for all", above.display());
            return Err(wrong(message, format!("Run `chmod o-w {}`.", above.display())));
        }
    }
    Ok(())
}

fn in_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut all = std::env::split_paths(&folders).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name));
    all.find(|path| path.is_file())
}

/// Whether only its owner and root can change a file, and the owner is one of both or this user.
fn owned(path: &Path, metadata: &Metadata) -> Result<(), Failure> {
    let shown = path.display();
    if metadata.mode() & EVERYBODY != 0 {
        return Err(wrong(format!("everybody can change {shown}"), format!("Run `chmod o-w {shown}`.")));
    }
    if metadata.uid() != 0 && metadata.uid() != rustix::process::geteuid().as_raw() {
        let message = format!("{shown} belongs to another user, who could change what this program does");
        return Err(wrong(message, format!("Run `chown` on {shown}, or run this program as that user.")));
    }
    Ok(())
}

/// A folder that gets private keys: it, or what is there of the folders around it.
fn folder(path: &Path) -> Result<(), Failure> {
    let there = path.ancestors().find_map(|folder| Some((folder, folder.metadata().ok()?)));
    let Some((place, metadata)) = there else {
        return Err(wrong(format!("the folder {} cannot be looked at", path.display()), "Check the path."));
    };
    let shown = place.display();
    if !metadata.is_dir() {
        return Err(wrong(format!("{shown} is not a folder"), "Name another folder."));
    }
    let is_open = metadata.mode() & EVERYBODY != 0 && (place == path || metadata.mode() & STICKY == 0);
    if is_open {
        let message = format!("everybody can write to the folder {shown}, which is to get private keys");
        return Err(wrong(message, format!("Run `chmod o-w {shown}`, or name another folder.")));
    }
    if access(place, Access::WRITE_OK).is_err() {
        return Err(wrong(
            format!("this user cannot write to the folder {shown}"),
            "Run as its owner, or name another folder.",
        ));
    }
    Ok(())
}

fn webroot(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if !path.is_dir() {
        return Err(wrong(
            format!("the folder {shown} of the web server is not there"),
            "Make it, or correct `webroot`.",
        ));
    }
    if access(path, Access::WRITE_OK).is_err() {
        return Err(wrong(
            format!("this user cannot write to the folder {shown}"),
            "Run as its owner, or correct `webroot`.",
        ));
    }
    Ok(())
}

fn wrong(message: String, remedy: impl Into<String>) -> Failure {
    Failure::new(Kind::Unconfigured, message).remedy(remedy)
}
