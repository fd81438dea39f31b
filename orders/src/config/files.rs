//! The programs and folders that a configuration names.

use super::Config;
use super::certificate::Prove;
use super::hooks::Command;
use super::targets::{Files, TargetKind};
use crate::base::failure::{Failure, Kind};
use crate::base::text::{Text, system};
use rustix::fs::{Access, access};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Write access of everybody.
const EVERYBODY: u32 = 0o002;
/// Write access of the group.
const GROUP: u32 = 0o020;
/// Access of everybody but the owner.
const NOT_OWNER: u32 = 0o077;
/// In a folder with this bit, nobody can rename or remove what others own.
const STICKY: u32 = 0o1000;

pub(super) fn check(config: &Config) -> Vec<Failure> {
    let mut found = itself(config);
    let journal = &config.journal;
    for (path, bits) in [(&journal.password_file, NOT_OWNER), (&journal.roots, EVERYBODY)] {
        found.extend(
            path.as_ref().and_then(|path| of_journal(path, bits).err()).map(|failure| failure.at(&config.file)),
        );
    }
    let proves = |name: &String| config.certificates.values().any(|one| one.prove.hook() == Some(name.as_str()));
    let is_told = |name: &String| config.notify.as_ref().is_some_and(|notify| notify.hook == *name);
    for (_, hook) in config.hooks.iter().filter(|(name, _)| proves(name) || !is_told(name)) {
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

/// The file of the configuration, which names programs.
fn itself(config: &Config) -> Vec<Failure> {
    let file = Path::new(&config.file);
    let found = file.metadata().ok().and_then(|metadata| owned(file, &metadata).err());
    found.map(|failure| failure.at(&config.file)).into_iter().collect()
}

/// The program of the hook that is told how runs ended.
pub(super) fn check_notify(config: &Config) -> Vec<Failure> {
    let mut found = itself(config);
    if let Some(hook) = config.notify.as_ref().and_then(|notify| config.hooks.get(&notify.hook)) {
        command(hook, &mut found);
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
        let error = system(&error);
        wrong(
            text!("the file {shown} cannot be looked at: {error}", "无法查看文件 {shown}：{error}"; error),
            text!("Make it, or correct its path in `[journal]`.", "请创建该文件，或更正 `[journal]` 中的路径。"),
        )
    })?;
    if !metadata.is_file() || access(path, Access::READ_OK).is_err() {
        return Err(wrong(
            text!("{shown} is not a file that this user can read", "{shown} 不是当前用户可读的文件"),
            text!("Check the path and its owner.", "请检查路径及其所有者。"),
        ));
    }
    if metadata.mode() & bits != 0 {
        let rights = if bits == NOT_OWNER { "go-rwx" } else { "o-w" };
        let message = text!("other users can read or change {shown}", "其他用户可以读取或修改 {shown}");
        return Err(wrong(message, text!("Run `chmod {rights} {shown}`.", "请运行 `chmod {rights} {shown}`。")));
    }
    owned(path, &metadata)
}

/// A program: there, executable, and not to be changed by others.
fn program(name: &str) -> Result<(), Failure> {
    let path = if name.contains('/') { Some(PathBuf::from(name)) } else { in_path(name) };
    let Some(path) = path else {
        let message = text!("the program `{name}` is in no folder of PATH", "PATH 中找不到程序 `{name}`");
        return Err(wrong(
            message,
            text!(
                "Install it, or write its absolute path: a timer may have another PATH.",
                "请安装，或写绝对路径：定时器的 PATH 可能不同。"
            ),
        ));
    };
    let shown = path.display();
    let metadata = path.metadata().map_err(|error| {
        let error = system(&error);
        wrong(
            text!("the program {shown} cannot be looked at: {error}", "无法查看程序 {shown}：{error}"; error),
            text!("Check the path, or install the program.", "请检查路径，或安装该程序。"),
        )
    })?;
    if !metadata.is_file() || access(&path, Access::EXEC_OK).is_err() {
        return Err(wrong(
            text!("{shown} is not a program that this user can run", "{shown} 不是当前用户可运行的程序"),
            text!("Run `chmod +x {shown}`.", "请运行 `chmod +x {shown}`。"),
        ));
    }
    owned(&path, &metadata)?;
    for above in path.ancestors().skip(1) {
        let Ok(metadata) = above.metadata() else { continue };
        if !is_ours(&metadata) {
            let message = text!(
                "another user can replace {shown}: the folder {} belongs to that user",
                "其他用户可以替换 {shown}：文件夹 {} 属于该用户",
                above.display()
            );
            let remedy = text!("Move it to a folder of your own, or of root.", "请移到自己的或 root 的文件夹。");
            return Err(wrong(message, remedy));
        }
        if metadata.mode() & EVERYBODY != 0 && metadata.mode() & STICKY == 0 {
            let message = text!(
                "everybody can replace {shown}, because the folder {} is writable for all",
                "任何用户都可以替换 {shown}，因为文件夹 {} 对所有人可写",
                above.display()
            );
            return Err(wrong(message, text!("Run `chmod o-w {}`.", "请运行 `chmod o-w {}`。", above.display())));
        }
    }
    Ok(())
}

fn in_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut all = std::env::split_paths(&folders).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name));
    all.find(|path| path.is_file())
}

/// Whether only root, this user and its group can change a file.
fn owned(path: &Path, metadata: &Metadata) -> Result<(), Failure> {
    let shown = path.display();
    let groups = [0, rustix::process::getegid().as_raw()];
    if metadata.mode() & GROUP != 0 && !groups.contains(&metadata.gid()) {
        return Err(wrong(
            text!("another group can change {shown}", "其他用户组可以修改 {shown}"),
            text!("Run `chmod g-w {shown}`.", "请运行 `chmod g-w {shown}`。"),
        ));
    }
    if metadata.mode() & EVERYBODY != 0 {
        return Err(wrong(
            text!("everybody can change {shown}", "任何用户都可以修改 {shown}"),
            text!("Run `chmod o-w {shown}`.", "请运行 `chmod o-w {shown}`。"),
        ));
    }
    if !is_ours(metadata) {
        let message = text!(
            "{shown} belongs to another user, who could change what this program does",
            "{shown} 属于其他用户，该用户可以改变本程序的行为"
        );
        return Err(wrong(
            message,
            text!(
                "Run `chown` on {shown}, or run this program as that user.",
                "请对 {shown} 运行 `chown`，或以该用户运行本程序。"
            ),
        ));
    }
    Ok(())
}

/// Whether something belongs to root or to this user.
fn is_ours(metadata: &Metadata) -> bool {
    [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid())
}

/// A folder that gets private keys: it, or what is there of the folders around it.
pub(super) fn folder(path: &Path) -> Result<(), Failure> {
    let there = path.ancestors().find_map(|folder| Some((folder, folder.metadata().ok()?)));
    let Some((place, metadata)) = there else {
        return Err(wrong(
            text!("the folder {} cannot be looked at", "无法查看文件夹 {}", path.display()),
            text!("Check the path.", "请检查路径。"),
        ));
    };
    let shown = place.display();
    if !metadata.is_dir() {
        return Err(wrong(
            text!("{shown} is not a folder", "{shown} 不是文件夹"),
            text!("Name another folder.", "请指定其他文件夹。"),
        ));
    }
    let is_open = metadata.mode() & EVERYBODY != 0 && (place == path || metadata.mode() & STICKY == 0);
    if is_open {
        let message = text!(
            "everybody can write to the folder {shown}, which is to get private keys",
            "任何用户都可以写入文件夹 {shown}，而它要保存私钥"
        );
        return Err(wrong(
            message,
            text!("Run `chmod o-w {shown}`, or name another folder.", "请运行 `chmod o-w {shown}`，或指定其他文件夹。"),
        ));
    }
    if access(place, Access::WRITE_OK).is_err() {
        return Err(wrong(
            text!("this user cannot write to the folder {shown}", "当前用户不能写入文件夹 {shown}"),
            text!("Run as its owner, or name another folder.", "请以其所有者运行，或指定其他文件夹。"),
        ));
    }
    Ok(())
}

fn webroot(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if !path.is_dir() {
        return Err(wrong(
            text!("the folder {shown} of the web server is not there", "Web 服务器的文件夹 {shown} 不存在"),
            text!("Make it, or correct `webroot`.", "请创建，或更正 `webroot`。"),
        ));
    }
    if access(path, Access::WRITE_OK).is_err() {
        return Err(wrong(
            text!("this user cannot write to the folder {shown}", "当前用户不能写入文件夹 {shown}"),
            text!("Run as its owner, or correct `webroot`.", "请以其所有者运行，或更正 `webroot`。"),
        ));
    }
    Ok(())
}

fn wrong(message: Text, remedy: Text) -> Failure {
    Failure::new(Kind::Unconfigured, message).remedy(remedy)
}
