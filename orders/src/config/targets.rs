//! Targets of deployments.

use super::certificate::{Certificate, project, reference};
use super::flow::Cloud;
use super::hooks::{self, Command};
use super::problems::Problems;
use super::section::{Entry, Section};
use crate::base::name::Name;
use crate::base::text::Text;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Where certificates are deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Where it stands: file and line. Empty for one that the configuration has without a table.
    pub place: String,
    /// What kind it is.
    pub kind: TargetKind,
    /// The servers that must show the certificate afterwards, each as `host:port`.
    pub verify: Vec<String>,
}

/// What a deployment does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetKind {
    /// `files`: copies the files of the certificate into a folder.
    Files(Files),
    /// `command`: runs a command, which gets the paths of the files.
    Command(Command),
    /// `cas-upload`: uploads the certificate and its key to Alibaba Cloud.
    CasUpload(Upload),
    /// `kcm-upload`: uploads the certificate and its key to Kingsoft Cloud.
    KcmUpload(Upload),
    /// `cas-deploy`: uploads to Alibaba Cloud, and has it deploy to resources there.
    CasDeploy(Deployment),
}

/// Files in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The folder.
    pub folder: PathBuf,
    /// Whether certificate, chain and key are in one file, `combined.pem`, in place of four.
    pub combined: bool,
    /// The user who owns the files; the user of the program unless the configuration says otherwise.
    pub owner: Option<String>,
    /// The group of the files.
    pub group: Option<String>,
    /// The mode of the private key: 0600 unless the configuration says otherwise, and never readable by everybody.
    pub key_mode: u32,
    /// The command that makes the server read them again. Its program may be a name that is looked for in PATH.
    pub reload: Vec<String>,
    /// When that command is ended.
    pub timeout: Duration,
}

/// An upload to a cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// The profile whose credentials are used; that of the certificate unless the configuration says otherwise.
    pub profile: Option<String>,
    /// The name there; that of the certificate unless the configuration says otherwise. A taken name gets a suffix.
    pub name: Option<String>,
    /// The project of Kingsoft Cloud.
    pub project: Option<String>,
}

/// A deployment by Alibaba Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The profile whose credentials are used; that of the certificate unless the configuration says otherwise.
    pub profile: Option<String>,
    /// The ids of the resources, as `ListCloudResources` shows them.
    pub resources: Vec<String>,
    /// The ids of the contacts of the job.
    pub contacts: Vec<String>,
}

#[derive(Clone, Copy)]
enum Word {
    Files,
    Command,
    CasUpload,
    KcmUpload,
    CasDeploy,
}

const WORDS: [(&str, Word); 5] = [
    ("files", Word::Files),
    ("command", Word::Command),
    ("cas-upload", Word::CasUpload),
    ("kcm-upload", Word::KcmUpload),
    ("cas-deploy", Word::CasDeploy),
];

/// The targets that need no table, unless there is one of this name: uploads with the profile of the certificate.
pub(super) fn usual() -> [Target; 2] {
    let target = |name: &str, kind| Target { name: name.to_owned(), place: String::new(), kind, verify: Vec::new() };
    [
        target("cas-upload", TargetKind::CasUpload(Upload::default())),
        target("kcm-upload", TargetKind::KcmUpload(Upload::default())),
    ]
}

/// Reads a target.
pub(super) fn read(
    name: String,
    mut section: Section<'_>,
    profiles: &BTreeMap<String, Option<Cloud>>,
    problems: &mut Problems<'_>,
) -> Option<Target> {
    let place = problems.place(section.at);
    let remedy = text!(
        "Name what it does: files, command, cas-upload, kcm-upload or cas-deploy.",
        "请指定种类：files、command、cas-upload、kcm-upload 或 cas-deploy。"
    );
    let kind = section.need("kind", remedy, problems).and_then(|entry| entry.choice(&WORDS, problems))?;
    let kind = match kind {
        Word::Files => TargetKind::Files(files(&mut section, problems)),
        Word::Command => TargetKind::Command(hooks::command(&mut section, problems)),
        Word::CasUpload => TargetKind::CasUpload(upload(&mut section, Cloud::Aliyun, profiles, problems)),
        Word::KcmUpload => TargetKind::KcmUpload(upload(&mut section, Cloud::Ksyun, profiles, problems)),
        Word::CasDeploy => TargetKind::CasDeploy(deployment(&mut section, profiles, problems)),
    };
    let verify = section.take("verify").map(|entry| servers(&entry, problems)).unwrap_or_default();
    section.finish(problems);
    Some(Target { name, place, kind, verify })
}

fn files(section: &mut Section<'_>, problems: &mut Problems<'_>) -> Files {
    let folder =
        section.need("folder", text!("Name the folder that the server reads.", "请指定服务器读取的文件夹。"), problems);
    let formats = [("pem", false), ("combined", true)];
    let mode = section.take("key_mode").map(|entry| mode(&entry, problems));
    Files {
        folder: folder.and_then(|entry| entry.path(problems)).unwrap_or_default(),
        combined: section.take("format").and_then(|entry| entry.choice(&formats, problems)).unwrap_or_default(),
        owner: account(section, "owner", problems),
        group: account(section, "group", problems),
        key_mode: mode.unwrap_or(0o600),
        reload: section.take("reload").map(|entry| hooks::arguments(&entry, true, problems)).unwrap_or_default(),
        timeout: hooks::timeout(section, problems),
    }
}

/// The name or number of a user or a group of this machine.
fn account(section: &mut Section<'_>, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
    let entry = section.take(key)?;
    let name = entry.text(problems)?;
    let fits = name.len() <= 32
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.$".contains(&byte));
    if !fits {
        problems.add(
            entry.at,
            text!("`{}` is not the name of a user or group", "`{}` 不是用户或用户组的名称", entry.path),
            text!("Write it as `id` shows it.", "请按 `id` 显示的写。"),
        );
    }
    fits.then(|| name.to_owned())
}

fn mode(entry: &Entry<'_>, problems: &mut Problems<'_>) -> u32 {
    let text = entry.text(problems).unwrap_or_default();
    let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match u32::from_str_radix(text, 8).ok().filter(|_| digits) {
        Some(mode) if mode & !0o660 == 0 && mode & 0o400 != 0 => return mode,
        Some(_) => {
            let message = text!(
                "`{}` lets everybody read the private key, or its owner not",
                "`{}` 使任何人可读私钥，或使所有者不可读",
                entry.path
            );
            problems.add(
                entry.at,
                message,
                text!("Use \"0600\", or \"0640\" with a group.", "请使用 \"0600\"，或配合用户组使用 \"0640\"。"),
            );
        }
        None if text.is_empty() => {}
        None => problems.add(
            entry.at,
            text!("`{}` is not a file mode", "`{}` 不是文件权限", entry.path),
            text!("Write it as in \"0640\".", "请写成 \"0640\" 的形式。"),
        ),
    }
    0o600
}

fn profile(
    section: &mut Section<'_>,
    cloud: Cloud,
    profiles: &BTreeMap<String, Option<Cloud>>,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let entry = section.take("profile")?;
    let name = reference(&entry, &text!("profile", "配置（profile）"), profiles.keys(), problems)?;
    if profiles.get(&name).copied().flatten().is_some_and(|own| own != cloud) {
        let message = text!("`{}` names a profile of another cloud", "`{}` 指定了其他云的配置（profile）", entry.path);
        let cloud = cloud.title();
        problems.add(entry.at, message, text!("Name a profile of {cloud}.", "请指定{cloud}的配置（profile）。"; cloud));
    }
    Some(name)
}

fn upload(
    section: &mut Section<'_>,
    cloud: Cloud,
    profiles: &BTreeMap<String, Option<Cloud>>,
    problems: &mut Problems<'_>,
) -> Upload {
    let profile = profile(section, cloud, profiles, problems);
    let name = section.text("name", problems);
    if name.as_ref().is_some_and(|name| name.chars().count() > 63) {
        let message = text!("`{}` has more than 63 characters", "`{}` 超过 63 个字符", section.name("name"));
        problems.add(section.at, message, text!("Choose a shorter name.", "请使用更短的名称。"));
    }
    let project = if cloud == Cloud::Ksyun { project(section, problems) } else { None };
    Upload { profile, name, project }
}

fn deployment(
    section: &mut Section<'_>,
    profiles: &BTreeMap<String, Option<Cloud>>,
    problems: &mut Problems<'_>,
) -> Deployment {
    let profile = profile(section, Cloud::Aliyun, profiles, problems);
    let mut ids = |key, remedy: Text| {
        let entry = section.need(key, remedy.clone(), problems);
        let ids = entry.as_ref().map(|entry| entry.ids(problems)).unwrap_or_default();
        if let Some(entry) = entry.filter(|_| ids.is_empty()) {
            problems.add(entry.at, text!("`{}` has no id", "`{}` 中没有编号", entry.path), remedy);
        }
        ids
    };
    let resources = ids(
        "resources",
        text!("List the ids that ListCloudResources shows.", "请列出 ListCloudResources 显示的编号。"),
    );
    let contacts = ids("contacts", text!("List the ids that ListContact shows.", "请列出 ListContact 显示的编号。"));
    Deployment { profile, resources, contacts }
}

/// Servers, each as `host:port`: a text or a list.
fn servers(entry: &Entry<'_>, problems: &mut Problems<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for (at, server) in entry.one_or_more(problems) {
        let fits = server.rsplit_once(':').is_some_and(|(host, port)| {
            let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
                && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        if fits {
            all.push(server);
        } else {
            problems.add(
                at,
                text!("`{}` is not a server", "`{}` 不是服务器", entry.path),
                text!("Write host and port: \"www.example.com:443\".", "请写主机和端口：\"www.example.com:443\"。"),
            );
        }
    }
    all
}

/// Reports targets that cannot serve the certificates which name them.
pub(super) fn check(
    certificates: &BTreeMap<Name, (usize, Certificate)>,
    targets: &BTreeMap<String, Target>,
    problems: &mut Problems<'_>,
) {
    let mut folders: BTreeMap<&PathBuf, &str> = BTreeMap::new();
    for (at, certificate) in certificates.values() {
        let path = format!("certificates.{}.deploy", certificate.name);
        for target in certificate.deploy.iter().filter_map(|name| targets.get(name)) {
            let needed = match &target.kind {
                TargetKind::CasUpload(Upload { profile: None, .. })
                | TargetKind::CasDeploy(Deployment { profile: None, .. }) => Some(Cloud::Aliyun),
                TargetKind::KcmUpload(Upload { profile: None, .. }) => Some(Cloud::Ksyun),
                _ => None,
            };
            if let Some(cloud) = needed.filter(|cloud| *cloud != certificate.cloud) {
                let cloud = cloud.title();
                let message = text!("`{path}` has {}, which needs a profile of {cloud}", "`{path}` 中的 {} 需要{cloud}的配置（profile）", target.name; cloud);
                let remedy = text!(
                    "Set `profile` in [deploy.{}] to one of that cloud.",
                    "请将 [deploy.{}] 的 `profile` 设为该云的配置。",
                    target.name
                );
                problems.add(*at, message, remedy);
            }
            let TargetKind::Files(files) = &target.kind else { continue };
            if let Some(other) = folders.insert(&files.folder, certificate.name.as_str()) {
                let message = text!(
                    "`{path}` has the folder of {}, which already takes the files of `{other}`",
                    "`{path}` 中 {} 的文件夹已用于 `{other}` 的文件",
                    target.name
                );
                problems.add(
                    *at,
                    message,
                    text!(
                        "Give each certificate a target with a folder of its own.",
                        "请为每张证书设置独立文件夹的目标。"
                    ),
                );
            }
        }
    }
}
