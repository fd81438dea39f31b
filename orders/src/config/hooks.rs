//! Commands of the user.

use super::problems::Problems;
use super::section::{Entry, Section};
use std::path::Path;
use std::time::Duration;

/// How long a command may run unless the configuration says otherwise.
const USUAL: Duration = Duration::from_secs(120);
/// The longest time that a command may have.
const LONGEST: Duration = Duration::from_secs(3_600);
/// Variables that hold access keys begin so. No command gets them.
const CLOUDS: [&str; 7] = ["ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "ALIYUN_", "KSYUN_", "KSC_", "KS_"];

/// A command of the user: a list, which no shell reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where it stands: file and line.
    pub place: String,
    /// The program, and its arguments.
    pub command: Vec<String>,
    /// When it is ended: after 2 minutes, unless the configuration says otherwise.
    pub timeout: Duration,
    /// The variables that it gets besides those of every command.
    pub env: Vec<String>,
}

/// Who is told how runs ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The name of the hook.
    pub hook: String,
    /// The events that it is told of, by name; all of them unless the configuration says otherwise.
    pub events: Vec<String>,
}

/// The events that a hook can be told of besides those of a proof and a deployment.
pub(super) const EVENTS: [&str; 4] = ["done", "failure", "attention", "due-soon"];

/// Reads a hook.
pub(super) fn read(mut section: Section<'_>, problems: &mut Problems<'_>) -> Command {
    let hook = command(&mut section, problems);
    section.finish(problems);
    hook
}

/// Reads the keys of a command.
pub(super) fn command(section: &mut Section<'_>, problems: &mut Problems<'_>) -> Command {
    let place = problems.place(section.at);
    let remedy = text!(
        "Write the program and its arguments as a list: command = [\"/usr/local/lib/cloudcert/hook\"].",
        "请以列表写程序及其参数：command = [\"/usr/local/lib/cloudcert/hook\"]。"
    );
    let command = section.need("command", remedy, problems);
    let command = command.map(|entry| arguments(&entry, false, problems)).unwrap_or_default();
    let timeout = timeout(section, problems);
    let path = section.name("env");
    let mut env = Vec::new();
    for (at, name) in section.texts("env", problems) {
        let is_variable = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.starts_with(|first: char| first.is_ascii_digit());
        if !is_variable {
            let remedy = text!(
                "Name the variable alone: its value comes from the environment of the program.",
                "请只写变量名：其值取自本程序的环境。"
            );
            problems.add(
                at,
                text!("`{path}` has a text that is not the name of a variable", "`{path}` 中有不是变量名的文本"),
                remedy,
            );
        } else if CLOUDS.iter().any(|cloud| name.to_ascii_uppercase().starts_with(cloud)) {
            let remedy = text!(
                "Give the hook a key of its own, by a variable with another name or by a file.",
                "请为钩子配置自己的密钥：使用其他变量名或文件。"
            );
            problems.add(
                at,
                text!(
                    "`{path}` names a variable of a cloud, which no command gets",
                    "`{path}` 指定了云的变量，任何命令都不会得到它"
                ),
                remedy,
            );
        } else {
            env.push(name);
        }
    }
    Command { place, command, timeout, env }
}

/// Reads the time that a command has.
pub(super) fn timeout(section: &mut Section<'_>, problems: &mut Problems<'_>) -> Duration {
    let Some(entry) = section.take("timeout") else { return USUAL };
    let Some(timeout) = entry.duration(problems) else { return USUAL };
    if timeout.is_zero() || timeout > LONGEST {
        problems.add(
            entry.at,
            text!("`{}` must be from 1 second to 1 hour", "`{}` 须为 1 秒至 1 小时", entry.path),
            text!("Write it as in \"2m\".", "请写成 \"2m\" 的形式。"),
        );
    }
    timeout
}

/// Reads a command: a list whose first text is a program. With `bare`, the program may be a name that is looked for in PATH.
pub(super) fn arguments(entry: &Entry<'_>, bare: bool, problems: &mut Problems<'_>) -> Vec<String> {
    let mut texts = entry.texts(problems).into_iter();
    let Some((at, program)) = texts.next() else {
        let message = text!("`{}` names no program", "`{}` 未指定程序", entry.path);
        problems.add(
            entry.at,
            message,
            text!("Write the program and its arguments as a list of texts.", "请以文本列表写程序及其参数。"),
        );
        return Vec::new();
    };
    let fits = Path::new(&program).is_absolute() || (bare && !program.contains('/'));
    if !fits {
        let remedy = text!(
            "Write the absolute path: a timer starts the program in another folder.",
            "请写绝对路径：定时器会在其他文件夹中启动程序。"
        );
        problems.add(at, text!("`{}` begins with a relative path", "`{}` 以相对路径开头", entry.path), remedy);
    }
    std::iter::once(program).chain(texts.map(|(_, text)| text)).collect()
}

/// Reads who is told.
pub(super) fn notify(mut section: Section<'_>, hooks: &[String], problems: &mut Problems<'_>) -> Option<Notify> {
    let hook = section.need("hook", text!("Name a hook of `[hooks]`.", "请指定 `[hooks]` 中的钩子。"), problems);
    let hook =
        hook.and_then(|entry| super::certificate::reference(&entry, &text!("hook", "钩子"), hooks.iter(), problems));
    let all = || EVENTS.map(str::to_owned).to_vec();
    let path = section.name("events");
    let events = match section.take("events") {
        None => all(),
        Some(entry) => {
            let mut events = Vec::new();
            for (at, event) in entry.texts(problems) {
                if EVENTS.contains(&event.as_str()) {
                    events.push(event);
                } else {
                    let message = text!("`{path}` has a text that is not an event", "`{path}` 中有不是事件的文本");
                    problems.add(at, message, text!("Use {}.", "请使用 {}。", EVENTS.join(", ")));
                }
            }
            events
        }
    };
    section.finish(problems);
    hook.map(|hook| Notify { hook, events })
}
