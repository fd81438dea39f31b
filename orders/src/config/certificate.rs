//! Certificates of the configuration.

use super::applicant::{self, Company, Contact};
use super::flow::{self, Cloud, Flow};
use super::names;
use super::problems::Problems;
use super::section::{Entry, Section};
use crate::base::name::Name;
use crate::base::text::Text;
use crate::due::Before;
use crate::keys::KeyKind;
use crate::proof::caa;
use cloudcert::model;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The service knows 801 and 805. Others may come.
const MOST_BILL_TYPE: u32 = 99_999;

/// A certificate: what to order, how to prove it, where to deploy it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its name: its identity for ever, in the journal and in the store.
    pub name: Name,
    /// Where it stands: file and line.
    pub place: String,
    /// The profile whose cloud and credentials are used.
    pub profile: String,
    /// The cloud of the profile.
    pub cloud: Cloud,
    /// How it is ordered.
    pub flow: Flow,
    /// Its domains in their encoded form and in lower case, the main one first.
    pub names: Vec<String>,
    /// The code of the product, which costs money: required by the flows that buy, and never guessed.
    pub product: Option<String>,
    /// The bought instance, for `cas-instance` and `cas-2018`. Without one, `cas-2018` takes a paid instance that no other order has.
    pub instance: Option<String>,
    /// The project of Kingsoft Cloud.
    pub project: Option<String>,
    /// How Kingsoft Cloud bills the order. Without it, as the service does by itself.
    pub bill_type: Option<u32>,
    /// Whether others order from the same package too. What is new there after a lost response may be theirs then.
    pub shared: bool,
    /// The applicant.
    pub contact: Contact,
    /// The company, which also is the subject of certificate signing requests.
    pub company: Company,
    /// Who makes the private key.
    pub key: KeySource,
    /// How the domains are proved.
    pub prove: Prove,
    /// When and how it is renewed.
    pub renew: Renew,
    /// The targets that it is deployed to, in this order.
    pub deploy: Vec<String>,
}

impl Certificate {
    /// By which names the authority of its product calls itself in CAA records. Empty if the description does not tell the brand of the product, or the
    /// authority's names are not known.
    #[must_use]
    pub fn issuers(&self) -> Vec<String> {
        let Some((api, product)) = model::api(self.flow.api()).zip(self.product.as_ref()) else { return Vec::new() };
        let brand = api.tables.iter().find_map(|table| {
            let column = table.columns.iter().position(|column| column.name == "brand")?;
            let row = table.rows.iter().find(|row| row.value == *product)?;
            row.cells.get(column)?.as_str()
        });
        brand.map(caa::issuers).unwrap_or_default().iter().map(|&name| name.to_owned()).collect()
    }
}

/// Who makes the private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// This machine, which never shows it to anybody.
    Own(KeyKind),
    /// The cloud, which knows it then.
    Service,
}

/// How domains are proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prove {
    /// A hook publishes DNS records.
    Dns {
        /// The name of the hook.
        hook: String,
    },
    /// A hook publishes files.
    File {
        /// The name of the hook.
        hook: String,
    },
    /// Files are written below a folder that a web server shows.
    Webroot(PathBuf),
    /// A person publishes DNS records.
    ManualDns,
    /// A person publishes files.
    ManualFile,
}

impl Prove {
    /// Whether it is by DNS. Wildcard domains need it.
    #[must_use]
    pub fn is_dns(&self) -> bool {
        matches!(self, Self::Dns { .. } | Self::ManualDns)
    }

    /// The hook, if there is one.
    #[must_use]
    pub fn hook(&self) -> Option<&str> {
        match self {
            Self::Dns { hook } | Self::File { hook } => Some(hook),
            Self::Webroot(_) | Self::ManualDns | Self::ManualFile => None,
        }
    }
}

/// When and how a certificate is renewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renew {
    /// How long before its end.
    pub before: Before,
    /// Whether a renewal may order without asking a person.
    pub auto: bool,
    /// Whether the renewal is an order of its own or an extension.
    pub by: RenewBy,
}

/// What a renewal is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RenewBy {
    /// A new order.
    #[default]
    Order,
    /// `ExtendCertificate` of Kingsoft Cloud. If its response is lost, nobody may ever find out what became of it.
    Extend,
}

/// What a certificate may name.
pub(super) struct Known<'a> {
    pub(super) profiles: &'a BTreeMap<String, Option<Cloud>>,
    pub(super) hooks: Vec<String>,
    pub(super) targets: Vec<String>,
}

/// Reads a certificate. Where something is wrong, which is reported, it has a usual value, which nobody gets to see.
pub(super) fn read(
    name: Name,
    mut section: Section<'_>,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Certificate {
    let place = problems.place(section.at);
    let profile = section.need(
        "profile",
        text!("Name the profile whose credentials are used.", "请指定所用凭证的配置（profile）。"),
        problems,
    );
    let profile = profile
        .and_then(|entry| reference(&entry, &text!("profile", "配置（profile）"), known.profiles.keys(), problems));
    let cloud = profile.as_ref().and_then(|profile| known.profiles.get(profile).copied().flatten());
    let api = section.take("api");
    let named = api.as_ref().and_then(|entry| entry.choice(&Flow::CHOICES, problems));
    let flow = if api.is_some() { named } else { cloud.map(Flow::of) };
    if let Some((flow, cloud)) = flow.zip(cloud).filter(|(flow, cloud)| flow.cloud() != *cloud) {
        let cloud = cloud.title();
        let message = text!("`{}` is {flow}, which {cloud} does not have", "`{}` 为 {flow}，而{cloud}没有此方式", section.name("api"); cloud);
        problems.add(
            api.map_or(section.at, |entry| entry.at),
            message,
            text!("Name another profile, or another `api`.", "请指定其他配置（profile）或其他 `api`。"),
        );
    }
    let domains = names::read(&mut section, flow, problems);
    let prove = section.need(
        "prove",
        text!(
            "Write `prove = {{ dns = {{ hook = \"NAME\" }} }}`, or webroot, file or manual.",
            "请写 `prove = {{ dns = {{ hook = \"NAME\" }} }}`，或使用 webroot、file、manual。"
        ),
        problems,
    );
    let prove = prove.and_then(|entry| prove_of(&entry, known, problems).map(|prove| (entry.at, prove)));
    if let Some((at, _)) = prove.as_ref().filter(|(_, prove)| !prove.is_dns() && names::has_wildcard(&domains)) {
        let remedy = text!(
            "Prove it by DNS: authorities accept no file for a wildcard domain.",
            "请用 DNS 验证：证书颁发机构不接受通配符域名的文件验证。"
        );
        problems.add(
            *at,
            text!(
                "`{}` is by file, and a name is a wildcard domain",
                "`{}` 为文件验证，而域名中有通配符域名",
                section.name("prove")
            ),
            remedy,
        );
    }
    let mut certificate = Certificate {
        place,
        profile: profile.unwrap_or_default(),
        cloud: cloud.unwrap_or(Cloud::Aliyun),
        flow: flow.unwrap_or(Flow::CasPackage),
        names: domains,
        product: section.id("product", problems),
        instance: section.id("instance", problems),
        project: project(&mut section, problems),
        bill_type: section.take("bill_type").and_then(|entry| entry.number(MOST_BILL_TYPE, problems)),
        shared: section.flag("shared", problems),
        contact: Contact::default(),
        company: Company::default(),
        key: key_of(&mut section, problems),
        prove: prove.map_or(Prove::ManualDns, |(_, prove)| prove),
        renew: Renew::default(),
        deploy: Vec::new(),
        name,
    };
    if let Some(contact) = section.take("contact").and_then(|entry| entry.section(problems)) {
        certificate.contact = applicant::contact(contact, problems);
    }
    if let Some(company) = section.take("company").and_then(|entry| entry.section(problems)) {
        certificate.company = applicant::company(company, problems);
    }
    if let Some(renew) = section.take("renew").and_then(|entry| entry.section(problems)) {
        certificate.renew = renew_of(renew, flow, problems);
    }
    certificate.deploy = deploy_of(&mut section, known, problems);
    if flow.is_some() {
        flow::check(&certificate, &mut section, problems);
    }
    section.finish(problems);
    certificate
}

/// A project of Kingsoft Cloud. Anything but a number would be ordered in the default project.
pub(super) fn project(section: &mut Section<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let entry = section.take("project")?;
    let id = entry.id(problems)?;
    if id.parse::<i64>().is_err() {
        let message = text!("`{}` is not the number of a project", "`{}` 不是项目编号", entry.path);
        let remedy =
            text!("Write the number that the console shows, such as 100001.", "请写控制台显示的编号，例如 100001。");
        problems.add(entry.at, message, remedy);
    }
    Some(id)
}

fn key_of(section: &mut Section<'_>, problems: &mut Problems<'_>) -> KeySource {
    let own = KeyKind::ALL.map(|kind| (kind.name(), KeySource::Own(kind)));
    let choices: Vec<_> = own.into_iter().chain([("service", KeySource::Service)]).collect();
    let chosen = section.take("key").and_then(|entry| entry.choice(&choices, problems));
    chosen.unwrap_or(KeySource::Own(KeyKind::EcP256))
}

fn prove_of(entry: &Entry<'_>, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<Prove> {
    let mut section = entry.section(problems)?;
    let hook_of = |entry: Entry<'_>, problems: &mut Problems<'_>| {
        let mut section = entry.section(problems)?;
        let hook = section.need("hook", text!("Name a hook of `[hooks]`.", "请指定 `[hooks]` 中的钩子。"), problems);
        let hook = hook.and_then(|entry| reference(&entry, &text!("hook", "钩子"), known.hooks.iter(), problems));
        section.finish(problems);
        hook
    };
    let dns = section.take("dns").map(|entry| hook_of(entry, problems).map(|hook| Prove::Dns { hook }));
    let file = section.take("file").map(|entry| hook_of(entry, problems).map(|hook| Prove::File { hook }));
    let webroot = section.take("webroot").map(|entry| entry.path(problems).map(Prove::Webroot));
    let manual = section.take("manual").map(|entry| entry.choice(&[("dns", true), ("file", false)], problems));
    let manual = manual.map(|dns| dns.map(|dns| if dns { Prove::ManualDns } else { Prove::ManualFile }));
    let mut ways: Vec<Option<Prove>> = [dns, file, webroot, manual].into_iter().flatten().collect();
    if ways.len() != 1 {
        let message = text!(
            "`{}` must have one of dns, file, webroot, manual, and has {}",
            "`{}` 须在 dns、file、webroot、manual 中选一个，实际有 {} 个",
            section.path,
            ways.len()
        );
        problems.add(section.at, message, text!("Leave one way.", "请只保留一种。"));
    }
    section.finish(problems);
    ways.pop().flatten()
}

fn renew_of(mut section: Section<'_>, flow: Option<Flow>, problems: &mut Problems<'_>) -> Renew {
    let mut renew = Renew::default();
    if let Some(entry) = section.take("before")
        && let Some(before) = entry.duration(problems)
    {
        renew.before = Before::Fixed(before);
        if let Err(failure) = renew.before.check() {
            problems.fail(entry.at, failure);
        }
    }
    renew.auto = section.flag("auto", problems);
    if let Some(entry) = section.take("by") {
        renew.by =
            entry.choice(&[("order", RenewBy::Order), ("extend", RenewBy::Extend)], problems).unwrap_or_default();
        if renew.by == RenewBy::Extend && flow.is_some_and(|flow| flow != Flow::Kcm) {
            let message = text!("`{}` is extend, which kcm alone has", "`{}` 为 extend，只有 kcm 支持", entry.path);
            problems.add(
                entry.at,
                message,
                text!("Leave it out: then a renewal is a new order.", "请删除：续期即为新订单。"),
            );
        }
    }
    section.finish(problems);
    renew
}

fn deploy_of(section: &mut Section<'_>, known: &Known<'_>, problems: &mut Problems<'_>) -> Vec<String> {
    let path = section.name("deploy");
    let mut targets: Vec<String> = Vec::new();
    for (at, target) in section.texts("deploy", problems) {
        if targets.contains(&target) {
            problems.add(
                at,
                text!("`{path}` names a target twice", "`{path}` 重复指定了同一目标"),
                text!("Name each target once.", "请每个目标只写一次。"),
            );
        } else if known.targets.contains(&target) {
            targets.push(target);
        } else {
            unknown(at, &path, &text!("target", "目标"), known.targets.iter(), problems);
        }
    }
    targets
}

/// A text that names something else of the configuration. What stands there is not repeated, since it may be a secret by mistake.
pub(super) fn reference<'a>(
    entry: &Entry<'_>,
    what: &Text,
    known: impl Iterator<Item = &'a String>,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let text = entry.text(problems)?;
    let all: Vec<&String> = known.collect();
    if all.iter().any(|known| *known == text) {
        return Some(text.to_owned());
    }
    unknown(entry.at, &entry.path, what, all.into_iter(), problems);
    None
}

fn unknown<'a>(
    at: usize,
    path: &str,
    what: &Text,
    known: impl Iterator<Item = &'a String>,
    problems: &mut Problems<'_>,
) {
    let all: Vec<&str> = known.map(String::as_str).take(20).collect();
    let remedy = match all.as_slice() {
        [] => text!("The configuration has no {what}s: add one.", "配置中没有任何{what}：请添加。"; what),
        all => text!("Use one of {}, or add it.", "请使用 {} 之一，或添加它。", all.join(", ")),
    };
    problems.add(at, text!("`{path}` names a {what} that the configuration does not have", "`{path}` 指定的{what}在配置中不存在"; what), remedy);
}
