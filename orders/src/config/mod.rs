//! What to order, how to prove, where to deploy, and the limits: as data, checked before anything is sent.
//!
//! [`Config::parse`] reports all problems of a file at once, each with its line, its key and what to do. It never repeats a value, because a key of
//! a cloud may stand in any place by mistake. It reads no other file; [`Config::check_files`] looks at the programs and folders that the
//! configuration names. [`EXAMPLE`] has every key, with an explanation.

mod applicant;
mod certificate;
mod example;
mod files;
mod flow;
mod general;
mod hooks;
mod names;
mod problems;
mod secrets;
mod section;
mod targets;

pub use applicant::{Company, Contact};
pub use certificate::{Certificate, KeySource, Prove, Renew, RenewBy};
pub use example::EXAMPLE;
pub use flow::{Cloud, Flow};
pub use general::{Dns, DnsCheck, JournalPlace, Limits};
pub use hooks::{Command, Notify};
pub use targets::{Deployment, Files, Target, TargetKind, Upload};

use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use crate::base::text::{Text, system};
use certificate::Known;
use problems::{Problems, shown};
use section::{Entry, Section};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::Path;
use toml::de::DeTable;

/// The most bytes of a configuration.
const MOST: usize = 1024 * 1024;

/// A configuration without problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file, as it was named.
    pub file: String,
    /// `[profiles]`: clouds and where their credentials are.
    pub profiles: Profiles,
    /// `[certificates]`.
    pub certificates: BTreeMap<Name, Certificate>,
    /// `[hooks]`: commands that publish proofs and are told of what happened.
    pub hooks: BTreeMap<String, Command>,
    /// `[deploy]`: targets, with `cas-upload` and `kcm-upload`, which need no table.
    pub deploy: BTreeMap<String, Target>,
    /// `[limits]`.
    pub limits: Limits,
    /// `[dns]`.
    pub dns: Dns,
    /// `[journal]`.
    pub journal: JournalPlace,
    /// `[notify]`: who is told how runs ended.
    pub notify: Option<Notify>,
}

/// The table `[profiles]`, which the program reads. `Debug` shows the names alone.
#[derive(Clone, PartialEq, Default)]
pub struct Profiles(toml::Table);

impl Profiles {
    /// The table as it stands in the file.
    #[must_use]
    pub fn table(&self) -> &toml::Table {
        &self.0
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Config {
    /// Reads a configuration. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// All problems, from the first line to the last, a hundred at most; each of the kind [`Unconfigured`](Kind::Unconfigured), with file and line as its
    /// place, and with what to do. A text that is not TOML has the errors of its syntax alone. More than 1 MiB is refused.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Failure>> {
        if text.len() > MOST {
            return Err(vec![too_large(file)]);
        }
        let mut problems = Problems::new(file, text);
        let (tree, errors) = DeTable::parse_recoverable(text);
        secrets::scan(tree.get_ref(), "", &mut problems);
        let is_whole = errors.is_empty();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let (message, remedy) = syntax(error.message());
            problems.add(at, message, remedy);
            if problems.is_full() {
                break;
            }
        }
        if !is_whole {
            return Err(problems.into_failures());
        }
        let config = Self::read_tree(tree.get_ref(), file, &mut problems);
        let found = problems.into_failures();
        if !found.is_empty() {
            return Err(found);
        }
        let mut tables = toml::from_str::<toml::Table>(text).unwrap_or_default();
        let profiles = match tables.remove("profiles") {
            Some(toml::Value::Table(profiles)) => Profiles(profiles),
            _ => Profiles::default(),
        };
        Ok(Self { profiles, ..config })
    }

    /// Reads the configuration of a file.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and if the file cannot be read, is not a file, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, Vec<Failure>> {
        let name = path.display().to_string();
        let wrong =
            |message: Text, remedy: Text| vec![Failure::new(Kind::Unconfigured, message).at(&name).remedy(remedy)];
        let unreadable = |error: std::io::Error| {
            let error = system(&error);
            wrong(
                text!("the configuration cannot be read: {error}", "无法读取配置：{error}"; error),
                text!("Check the path and its owner.", "请检查路径及其所有者。"),
            )
        };
        if !path.metadata().map_err(unreadable)?.is_file() {
            return Err(wrong(
                text!("the configuration is not a file", "配置不是文件"),
                text!("Name the file of the configuration.", "请指定配置文件。"),
            ));
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(MOST as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() > MOST {
            return Err(vec![too_large(&name)]);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = valid.split(|byte| *byte == b'\n').count();
            let remedy = text!("Save the file as UTF-8.", "请将文件保存为 UTF-8。");
            vec![
                Failure::new(Kind::Unconfigured, text!("this line is not UTF-8", "此行不是 UTF-8"))
                    .at(format!("{name}:{line}"))
                    .remedy(remedy),
            ]
        })?;
        Self::parse(&text, &name)
    }

    /// Looks at the programs and folders that orders need: whether they are there, can be run, and cannot be changed by other users.
    ///
    /// # Errors
    ///
    /// All that is wrong, of the kind [`Unconfigured`](Kind::Unconfigured), with the line that names it.
    pub fn check_files(&self) -> Result<(), Vec<Failure>> {
        let found = files::check(self);
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Looks at the program of the hook that is told how runs ended, as [`check_files`](Self::check_files) does at all others. It stands apart, because
    /// no order depends on it.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, of the kind [`Unconfigured`](Kind::Unconfigured). Do not run it then.
    pub fn check_notify(&self) -> Result<(), Vec<Failure>> {
        let found = files::check_notify(self);
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    fn read_tree<'a>(tree: &'a DeTable<'a>, file: &str, problems: &mut Problems<'_>) -> Self {
        let mut root = Section::new("", 0, tree);
        let profiles = profiles(&mut root, problems);
        let mut hooks = BTreeMap::new();
        for (name, entry) in tables(&mut root, "hooks", problems) {
            if let Some(section) = named(&name, &entry, problems).then(|| entry.section(problems)).flatten() {
                hooks.insert(name, hooks::read(section, problems));
            }
        }
        // Also those that have problems, so that each is reported once.
        let hook_names = names_of(tree, "hooks");
        let mut deploy: BTreeMap<String, Target> =
            targets::usual().into_iter().map(|target| (target.name.clone(), target)).collect();
        let mut target_names: Vec<String> = deploy.keys().cloned().collect();
        target_names.extend(names_of(tree, "deploy"));
        for (name, entry) in tables(&mut root, "deploy", problems) {
            let section = named(&name, &entry, problems).then(|| entry.section(problems)).flatten();
            let target = section.and_then(|section| targets::read(name.clone(), section, &profiles, problems));
            deploy.extend(target.map(|target| (name, target)));
        }
        let known = Known { profiles: &profiles, hooks: hook_names, targets: target_names };
        let mut certificates = BTreeMap::new();
        for (name, entry) in tables(&mut root, "certificates", problems) {
            let Some(name) = named(&name, &entry, problems).then(|| name.parse::<Name>().ok()).flatten() else {
                continue;
            };
            if let Some(section) = entry.section(problems) {
                let certificate = certificate::read(name.clone(), section, &known, problems);
                certificates.insert(name, (entry.at, certificate));
            }
        }
        targets::check(&certificates, &deploy, problems);
        let mut section =
            |key, problems: &mut Problems<'_>| root.take(key).and_then(|entry: Entry<'_>| entry.section(problems));
        let limits = section("limits", problems).map(|section| general::limits(section, problems)).unwrap_or_default();
        let dns = section("dns", problems).map(|section| general::dns(section, problems)).unwrap_or_default();
        let journal =
            section("journal", problems).map(|section| general::journal(section, problems)).unwrap_or_default();
        let notify = section("notify", problems).and_then(|section| hooks::notify(section, &known.hooks, problems));
        root.finish(problems);
        let certificates = certificates.into_iter().map(|(name, (_, certificate))| (name, certificate)).collect();
        Self {
            file: file.to_owned(),
            profiles: Profiles::default(),
            certificates,
            hooks,
            deploy,
            limits,
            dns,
            journal,
            notify,
        }
    }
}

/// Looks at a folder that gets private keys, or at what is there of the folders around it: whether this user can write there and not everybody.
/// Makes and changes nothing.
///
/// # Errors
///
/// What is wrong, of the kind [`Unconfigured`](Kind::Unconfigured).
pub fn check_folder(path: &Path) -> Result<(), Failure> {
    files::folder(path)
}

/// The names of the profiles, with their clouds.
fn profiles(root: &mut Section<'_>, problems: &mut Problems<'_>) -> BTreeMap<String, Option<Cloud>> {
    let mut profiles = BTreeMap::new();
    for (name, entry) in tables(root, "profiles", problems) {
        // The other keys are the program's to check.
        let cloud = entry.section(problems).and_then(|mut section| {
            section.need("cloud", text!("Write aliyun or ksyun.", "请写 aliyun 或 ksyun。"), problems)
        });
        profiles.insert(name, cloud.and_then(|entry| entry.choice(&Cloud::CHOICES, problems)));
    }
    profiles
}

/// The tables of a table whose keys are names.
fn tables<'a>(root: &mut Section<'a>, key: &'static str, problems: &mut Problems<'_>) -> Vec<(String, Entry<'a>)> {
    root.take(key).and_then(|entry| entry.section(problems)).map(|section| section.entries()).unwrap_or_default()
}

fn names_of(tree: &DeTable<'_>, key: &str) -> Vec<String> {
    let table = tree.iter().find(|(name, _)| name.get_ref() == key).and_then(|(_, value)| value.get_ref().as_table());
    table.into_iter().flatten().map(|(name, _)| name.get_ref().to_string()).collect()
}

/// Whether a name can be one. Only lower-case letters can, so no two names differ by case alone.
fn named(name: &str, entry: &Entry<'_>, problems: &mut Problems<'_>) -> bool {
    let fits = name.parse::<Name>().is_ok_and(|name| !name.is_direct());
    if !fits {
        let remedy = text!(
            "Use 1 to 64 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or a digit.",
            "请使用 1 至 64 个小写字母、数字、`-`、`_`、`.`，并以字母或数字开头。"
        );
        problems.add(entry.at, text!("`{}` cannot be a name", "`{}` 不能作为名称", shown(name)), remedy);
    }
    fits
}

/// What is wrong with the syntax, without what stands there.
fn syntax(message: &str) -> (Text, Text) {
    if message.contains("duplicate key") {
        return (
            text!("this key or table is there twice", "此键或表重复出现"),
            text!("Leave one, or give it another name.", "请只保留一个，或改用其他名称。"),
        );
    }
    if message.contains("recursion") {
        return (text!("this is nested too deeply", "嵌套过深"), text!("Write it flatter.", "请减少嵌套层数。"));
    }
    let expected = message.rsplit_once("expected ").map(|(_, what)| what);
    // Only the names of tokens, and no part of the file.
    let expected = expected.filter(|what| what.len() <= 80 && !what.chars().any(char::is_control));
    let message = expected.map_or_else(
        || text!("this is not TOML", "不是有效的 TOML"),
        |words| text!("this is not TOML: expected {words}", "不是有效的 TOML"),
    );
    (
        message,
        text!(
            "Correct the line: texts are in quotes, and tables have a name in brackets.",
            "请更正此行：文本须加引号，表名写在方括号中。"
        ),
    )
}

fn too_large(file: &str) -> Failure {
    let message = text!("the configuration has more than {MOST} bytes", "配置超过 {MOST} 字节");
    Failure::new(Kind::Unconfigured, message)
        .at(file)
        .remedy(text!("Name the file of the configuration.", "请指定配置文件。"))
}
