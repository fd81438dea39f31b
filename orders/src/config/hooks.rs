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
    let remedy = "Write the program and its arguments as a list: command = [\"/usr/local/lib/cloudcert/hook\"].";
    let command = section.need("command", remedy, problems);
    let command = command.map(|entry| arguments(&entry, false, problems)).unwrap_or_default();
    let timeout = timeout(section, problems);
    let path = section.name("env");
    let mut env = Vec::new();
    for (at, name) in section.texts("env", problems) {
        let is_variable = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.starts_with(|first: char| first.is_ascii_digit());
        if !is_variable {
            let remedy = "Name the variable alone: its value comes from the environment of the program.";
            problems.add(at, format!("`{path}` has a text that is not the name of a variable"), remedy);
        } else if CLOUDS.iter().any(|cloud| name.to_ascii_uppercase().starts_with(cloud)) {
            let remedy = "Give the hook a key of its own, by a variable with another name or by a file.";
            problems.add(at, format!("`{path}` names a variable of a cloud, which no command gets"), remedy);
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
        problems.add(entry.at, format!("`{}` must be from 1 second to 1 hour", entry.path), "Write it as in \"2m\".");
    }
    timeout
}

/// Reads a command: a list whose first text is a program. With `bare`, the program may be a name that is looked for in PATH.
pub(super) fn arguments(entry: &Entry<'_>, bare: bool, problems: &mut Problems<'_>) -> Vec<String> {
    let mut texts = entry.texts(problems).into_iter();
    let Some((at, program)) = texts.next() else {
        let message = format!("`{}` names no program", entry.path);
        problems.add(entry.at, message, "Write the program and its arguments as a list of texts.");
        return Vec::new();
    };
    let fits = Path::new(&program).is_absolute() || (bare && !program.contains('/'));
    if !fits {
        let remedy = "Write the absolute path: a timer starts the program in another folder.";
        problems.add(at, format!("`{}` begins with a relative path", entry.path), remedy);
    }
    std::iter::once(program).chain(texts.map(|(_, text)| text)).collect()
}

/// Reads who is told.
pub(super) fn notify(mut section: Section<'_>, hooks: &[String], problems: &mut Problems<'_>) -> Option<Notify> {
    let hook = section.need("hook", "Name a hook of `[hooks]`.", problems);
    let hook = hook.and_then(|entry| super::certificate::reference(&entry, "hook", hooks.iter(), problems));
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
                    let message = format!("`{path}` has a text that is not an event");
                    problems.add(at, message, format!("Use {}.", EVENTS.join(", ")));
                }
            }
            events
        }
    };
    section.finish(problems);
    hook.map(|hook| Notify { hook, events })
}
