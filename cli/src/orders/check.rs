//! What the next order of a certificate needs on this machine and in DNS. It is looked at, and nothing is changed or ordered.

use super::{desk, equipment, exit, place};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::lang::Lang;
use crate::profile;
use clap::{Arg, ArgMatches};
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::config::{Certificate, Config, DnsCheck, Flow, Prove, TargetKind, check_folder};
use cloudcert_orders::due::{Due, Life, when};
use cloudcert_orders::flow::key_of;
use cloudcert_orders::journal::state::{Call, State};
use cloudcert_orders::journal::{Journal, SqliteJournal};
use cloudcert_orders::store::{Store, access};
use jiff::Timestamp;
use std::fs::File;
use std::path::Path;

/// A certificate of the configuration that is checked.
pub(crate) struct Subject {
    config: Config,
    pub(crate) certificate: Certificate,
}

impl Subject {
    /// The package that it is ordered from, if it is ordered from one.
    pub(crate) fn package(&self) -> Option<&str> {
        self.certificate.product.as_deref().filter(|_| self.certificate.flow == Flow::CasPackage)
    }

    /// How many certificates of the configuration are ordered from the same package.
    fn sharers(&self) -> usize {
        let own = &self.certificate;
        let same = |other: &&Certificate| {
            (&other.profile, &other.product, other.flow) == (&own.profile, &own.product, own.flow)
        };
        self.config.certificates.values().filter(same).count()
    }
}

/// The options of the check of a certificate.
pub(crate) fn arguments(lang: Lang) -> [Arg; 2] {
    let name = Arg::new("certificate").long("certificate").value_name("NAME").conflicts_with("subject").help(lang.say(
        "The certificate of this name, also if an API version has that name",
        "此名称的证书，即使与 API 版本同名",
    ));
    [name, place::option(lang)]
}

fn told(failure: &cloudcert_orders::Failure) -> Failure {
    exit::failure(failure)
}

/// Reads the configuration, looks at the files that it names, and finds the certificate. `None` if the configuration cannot be used, which is a row.
///
/// # Errors
///
/// If there is no such file, or it has no certificate of this name.
pub(crate) fn subject(context: &Context, name: &str, findings: &mut Findings) -> Result<Option<Subject>, Failure> {
    let lang = context.lang;
    let Some(place) = profile::place(context).filter(|place| place.from != "default" || place.file.exists()) else {
        return Err(nothing(name, &[], lang));
    };
    let config = match Config::read(&place.file) {
        Ok(config) => config,
        Err(found) => {
            found.iter().for_each(|failure| findings.problem("configuration", &told(failure)));
            return Ok(None);
        }
    };
    let Some(certificate) = config.certificates.values().find(|one| one.name.as_str() == name).cloned() else {
        let known: Vec<&str> = config.certificates.keys().map(cloudcert_orders::Name::as_str).collect();
        return Err(nothing(name, &known, lang));
    };
    match config.check_files() {
        Ok(()) => findings.ok("configuration", &config.file),
        Err(found) => found.iter().for_each(|failure| findings.problem("configuration", &told(failure))),
    }
    Ok(Some(Subject { config, certificate }))
}

fn nothing(name: &str, known: &[&str], lang: Lang) -> Failure {
    let wrong = lang.say(
        "is neither an API version nor a certificate of the configuration, which has:",
        "既不是 API 版本，也不是配置中的证书；配置中有：",
    );
    let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
    Failure::new(Exit::Usage, format!("`{name}` {wrong} {known}")).remedy(lang.say(
        "name an API version as in `cloudcert --help`, or add a table [certificates.NAME] to the configuration.",
        "请使用 `cloudcert --help` 中的 API 版本，或在配置中添加 [certificates.名称] 表。",
    ))
}

/// Looks at the state folder, the journal and the last order. Returns when the certificate is due, if it has one.
pub(crate) async fn state(
    context: &Context,
    matches: &ArgMatches,
    subject: &Subject,
    (endpoint, account): (&str, Option<&str>),
    findings: &mut Findings,
) -> Option<Due> {
    let lang = context.lang;
    let now = match place::now(context, endpoint) {
        Ok(now) => now.unwrap_or_else(Timestamp::now),
        Err(failure) => {
            findings.problem("state", &failure);
            return None;
        }
    };
    let folder = match place::state(context, matches) {
        Ok(state) => place::folder(&state, endpoint),
        Err(failure) => {
            findings.problem("state", &failure);
            return None;
        }
    };
    let local = place::is_local(endpoint);
    let by_database = subject.config.journal.postgres.is_some() && !local;
    let shown = folder.display();
    let later = lang.say("made by the first order", "首次订购时创建");
    match look_at(&folder) {
        Err(failure) => {
            findings.problem("state", &told(&failure));
            return None;
        }
        Ok(false) => findings.ok("state", &format!("{shown}: {later}")),
        Ok(true) => {
            findings.ok("state", &format!("{shown}: {}", lang.say("this user alone writes here", "仅当前用户可写")))
        }
    }
    match SqliteJournal::is_there(&folder) {
        Ok(false) if !by_database => {
            findings.ok("journal", later);
            return None;
        }
        Err(failure) if !by_database => {
            findings.problem("journal", &told(&failure));
            return None;
        }
        _ => {}
    }
    match opened(&folder, subject, local).await {
        Ok(states) => order(subject, (endpoint, account), &states, now, findings),
        Err(failure) => {
            findings.problem("journal", &told(&failure));
            None
        }
    }
}

/// Looks at the state folder, and syncs it: what a disk does not keep is no journal. Returns whether it is there.
fn look_at(folder: &Path) -> Result<bool, cloudcert_orders::Failure> {
    check_folder(folder)?;
    if !folder.is_dir() {
        return Ok(false);
    }
    // A store that is there already is checked; none is made.
    if folder.join("live").is_dir() {
        Store::open(folder)?;
    }
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(|error| {
        let message = format!("the folder cannot be synced: {error}");
        cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unconfigured, message)
            .at(folder.display())
            .remedy("Name a folder on a disk of this machine.")
    })?;
    Ok(true)
}

/// Opens the journal, checks all of it, and returns the orders of the certificate.
async fn opened(folder: &Path, subject: &Subject, local: bool) -> Result<Vec<State>, cloudcert_orders::Failure> {
    let journal = desk::journal(folder, &subject.config.journal, local).await?;
    journal.verify().await?;
    if let Some(why) = journal.older_copy().await? {
        let message = format!("the journal may be an older copy: {why}");
        let failure = cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unknown, message);
        return Err(failure.remedy("Run `cloudcert order verify`, which compares it with the clouds."));
    }
    own(journal.as_ref(), subject).await
}

async fn own(journal: &dyn Journal, subject: &Subject) -> Result<Vec<State>, cloudcert_orders::Failure> {
    let mut states = Vec::new();
    for key in journal.orders().await? {
        if key.certificate == subject.certificate.name {
            states.extend(State::of(&journal.events(&key).await?)?);
        }
    }
    Ok(states)
}

/// Looks at the last order, and at when its certificate is due.
fn order(
    subject: &Subject,
    (endpoint, account): (&str, Option<&str>),
    states: &[State],
    now: Timestamp,
    findings: &mut Findings,
) -> Option<Due> {
    let lang = findings.lang;
    findings.ok("journal", lang.say("whole, with settings that keep commits", "完整，设置可保证提交持久"));
    let Some(last) = states.iter().max_by_key(|state| state.key.cycle) else {
        findings.ok("order", lang.say("none yet", "尚无"));
        return None;
    };
    open_order(last, (endpoint, account), findings);
    let issued = states.iter().filter_map(|state| Some((state, state.issued.as_ref()?)));
    let (holder, issued) = issued.max_by_key(|(_, issued)| issued.not_after)?;
    let revoked = holder.revocation == Call::Executed;
    let life = Life { not_before: issued.not_before, not_after: issued.not_after, revoked };
    let before = subject.certificate.renew.before;
    match when(life, before, &subject.certificate.name, &holder.opened.account, now) {
        Ok(due) => {
            findings.ok("due", &format!("{:.0}: {}", due.at, due.why));
            Some(due)
        }
        Err(failure) => {
            findings.problem("due", &told(&failure));
            None
        }
    }
}

/// An order that is open goes on only with its account, its endpoint and its private key.
fn open_order(last: &State, (endpoint, account): (&str, Option<&str>), findings: &mut Findings) {
    let (lang, key, name) = (findings.lang, &last.key, &last.key.certificate);
    if last.is_closed() {
        let closed = lang.say("is closed", "已结束");
        return findings.ok("order", &format!("{key} {closed}"));
    }
    if last.unknown().is_some() {
        let wrong = lang.say("nobody knows whether a call of it was executed", "无法判断其调用是否已执行");
        let next = format!("{} `cloudcert order find-out {name}`.", lang.say("run", "请运行"));
        return findings.problem("order", &Failure::new(Exit::Failed, format!("{key}: {wrong}")).remedy(next));
    }
    let opened = &last.opened;
    let strange = [(opened.endpoint.as_str(), Some(endpoint)), (opened.account.as_str(), account)];
    if let Some((was, Some(is))) = strange.into_iter().find(|(was, is)| is.is_some_and(|is| is != *was)) {
        let wrong = lang.say("was opened with", "建立时使用的是");
        let failure = Failure::new(Exit::Unconfigured, format!("{key} {wrong} {was}; {is}"));
        let next = lang.say("use the profile that it was opened with.", "请使用建立订单时的配置。");
        return findings.problem("order", &failure.remedy(next));
    }
    match key_of(last, &Watched::default()) {
        Ok(_) => {
            let goes_on = lang.say("is open; it goes on with", "未结束，可用此命令继续：");
            findings.ok("order", &format!("{key} {goes_on} `cloudcert resume {name}`"));
        }
        Err(failure) => findings.problem("order", &told(&failure.at(key))),
    }
}

/// Says what is left of the package of a certificate.
pub(crate) fn package(subject: &Subject, product: &str, left: i64, due: Option<&Due>, findings: &mut Findings) {
    let lang = findings.lang;
    let when = match due {
        Some(due) => format!("; {} {:.0}", lang.say("the certificate is due on", "证书到期续费时间："), due.at),
        None => String::new(),
    };
    let result = format!("{product}: {left} {}{when}", lang.say("left", "张可用"));
    let next = lang.say("buy more in the console before a certificate is due.", "请在证书需要续期之前在控制台购买。");
    let sharers = subject.sharers();
    if left <= 0 {
        findings.problem("quota", &Failure::new(Exit::Failed, result).remedy(next));
    } else if usize::try_from(left).is_ok_and(|left| left < sharers) {
        let few = lang.say("certificates are ordered from it", "张证书由此订购");
        findings.advice("quota", &format!("{result}; {sharers} {few}"), next);
    } else {
        findings.ok("quota", &result);
    }
}

/// Looks at what publishes the proof, at the names, and at the targets.
pub(crate) async fn others(context: &Context, subject: &Subject, endpoint: Option<&str>, findings: &mut Findings) {
    proof(subject, findings).await;
    let dns = equipment::dns(&subject.config, endpoint.is_some_and(place::is_local));
    if subject.config.dns.check == DnsCheck::Off {
        findings.skipped("dns", context.lang.say("`dns.check` is off", "`dns.check` 为 off"));
    } else if dns.ask == cloudcert_orders::proof::check::Ask::Off {
        findings.skipped(
            "dns",
            context
                .lang
                .say("a rehearsal asks only servers that `dns.servers` names", "演练只查询 `dns.servers` 指定的服务器"),
        );
    } else {
        super::names::look(&subject.certificate, &dns, findings).await;
    }
    for name in &subject.certificate.deploy {
        target(context, subject, name, findings).await;
    }
}

async fn proof(subject: &Subject, findings: &mut Findings) {
    let (lang, certificate) = (findings.lang, &subject.certificate);
    let by = match &certificate.prove {
        Prove::Dns { hook } => format!("{} {hook}", lang.say("DNS records by the hook", "DNS 记录，由钩子发布：")),
        Prove::File { hook } => format!("{} {hook}", lang.say("files by the hook", "文件，由钩子发布：")),
        Prove::Webroot(folder) => format!("{} {}", lang.say("files in", "文件，写入"), folder.display()),
        Prove::ManualDns => lang.say("DNS records, which a person publishes", "DNS 记录，由人工发布").to_owned(),
        Prove::ManualFile => lang.say("files, which a person publishes", "文件，由人工发布").to_owned(),
    };
    match equipment::solver(&subject.config, certificate).await {
        Ok(_) => findings.ok("proof", &by),
        // It is told with its line already.
        Err(_) if findings.has_problem("configuration") => findings.skipped("proof", &by),
        Err(failure) => findings.problem("proof", &told(&failure)),
    }
}

/// Looks at a target. What its folder and its commands are is checked with the configuration.
async fn target(context: &Context, subject: &Subject, name: &str, findings: &mut Findings) {
    let Some(target) = subject.config.deploy.get(name) else { return };
    let lang = findings.lang;
    let found = match &target.kind {
        TargetKind::Files(files) => {
            let owner = files.owner.as_deref().map(access::user).transpose();
            let group = files.group.as_deref().map(access::group).transpose();
            match owner.and(group) {
                Ok(_) => {
                    let reload = files.reload.first().map(|program| format!("; {program}")).unwrap_or_default();
                    Ok(format!("{name}: {}{reload}", files.folder.display()))
                }
                Err(failure) => Err(told(&failure.at(&target.place))),
            }
        }
        TargetKind::Command(command) => Ok(format!("{name}: {}", command.command.first().map_or("", String::as_str))),
        TargetKind::CasUpload(upload) | TargetKind::KcmUpload(upload) => {
            client(context, subject, &target.kind, upload.profile.as_deref()).await.map(|at| format!("{name}: {at}"))
        }
        TargetKind::CasDeploy(deployment) => client(context, subject, &target.kind, deployment.profile.as_deref())
            .await
            .map(|at| format!("{name}: {at}")),
    };
    match found {
        Ok(text) if findings.has_problem("configuration") => {
            let see = lang.say("see the problems of the configuration", "请先处理配置的问题");
            findings.skipped("target", &format!("{text} ({see})"));
        }
        Ok(text) => findings.ok("target", &text),
        Err(failure) => findings.problem("target", &failure),
    }
}

/// The endpoint of an upload, if there are credentials for it. Nothing is sent.
async fn client(context: &Context, subject: &Subject, kind: &TargetKind, own: Option<&str>) -> Result<String, Failure> {
    let api = if matches!(kind, TargetKind::KcmUpload(_)) { Flow::Kcm.api() } else { Flow::CasPackage.api() };
    let config = context.client_config(api, Some(own.unwrap_or(&subject.certificate.profile)))?;
    let failed = |error: &cloudcert::Error| context.failure(error, api, &[]);
    let client = cloudcert::dynamic::Client::new(api, config).map_err(|error| failed(&error))?;
    client.credentials().await.map_err(|error| failed(&error))?;
    Ok(client.endpoint())
}
