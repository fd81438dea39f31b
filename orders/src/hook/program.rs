//! The program of a hook: where it is, and whether it can be run.

use crate::base::failure::{Failure, Kind};
use crate::base::text::{Text, system};
use crate::hook::output::printable;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The program of a command: an absolute path, or the first executable file of that name in the folders of `PATH`.
pub(super) fn find(command: &[String], folders: Option<&OsStr>) -> Result<PathBuf, Failure> {
    let wrong = |message: Text, remedy: Text| Failure::new(Kind::Unconfigured, message).at("hook").remedy(remedy);
    let list = text!(
        "Give it as a list, such as `[\"/usr/local/bin/dns-hook\", \"--zone\", \"example.com\"]`.",
        "请写成列表，例如 `[\"/usr/local/bin/dns-hook\", \"--zone\", \"example.com\"]`。"
    );
    let Some(program) = command.first().filter(|program| !program.is_empty()) else {
        return Err(wrong(text!("the hook has no command", "钩子没有命令"), list));
    };
    let shown = printable(program);
    if command.iter().any(|part| part.contains('\0')) {
        return Err(wrong(
            text!("the command of `{shown}` contains a NUL character", "`{shown}` 的命令含有 NUL 字符"),
            list,
        ));
    }
    let path = Path::new(program);
    if path.is_absolute() {
        return runnable(path)
            .map(|()| path.to_owned())
            .map_err(|why| wrong(why.map(|why| format!("`{shown}` {why}")), chmod()));
    }
    if program.contains('/') {
        let remedy = text!(
            "Write the absolute path, since the program runs in another folder.",
            "请写绝对路径：程序在其他文件夹中运行。"
        );
        return Err(wrong(text!("`{shown}` is a relative path", "`{shown}` 是相对路径"), remedy));
    }
    let mut why = None;
    // An empty or relative folder of PATH means another file in each working folder.
    for folder in std::env::split_paths(folders.unwrap_or_default()).filter(|folder| folder.is_absolute()) {
        let path = folder.join(program);
        match runnable(&path) {
            Ok(()) => return Ok(path),
            Err(_) if !path.exists() => {}
            Err(reason) => why = why.or(Some(reason.map(|reason| format!("`{}` {reason}", path.display())))),
        }
    }
    if let Some(why) = why {
        return Err(wrong(why, chmod()));
    }
    let install = text!(
        "Install it, or write its absolute path: a timer may have another PATH.",
        "请安装，或写绝对路径：定时器的 PATH 可能不同。"
    );
    let remedy = if program.contains(char::is_whitespace) { list } else { install };
    Err(wrong(text!("`{shown}` was not found in PATH", "PATH 中找不到 `{shown}`"), remedy))
}

fn chmod() -> Text {
    text!("Check the path, and make the file executable with `chmod +x`.", "请检查路径，并用 `chmod +x` 使文件可执行。")
}

fn runnable(path: &Path) -> Result<(), Text> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(text!("does not exist", "不存在")),
        Err(error) => {
            let error = system(&error);
            return Err(text!("cannot be examined: {error}", "无法查看：{error}"; error));
        }
        Ok(found) if !found.is_file() => return Err(text!("is not a file", "不是文件")),
        Ok(_) => {}
    }
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK)
        .map_err(|_| text!("is not executable by this user", "当前用户不能执行"))
}
