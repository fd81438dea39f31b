//! What the next order of a certificate needs on this machine and in DNS. It is looked at, and nothing is changed or ordered.

mod names;
mod state;

pub(crate) use state::{Known, state};

use super::{desk, equipment};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::lang::Lang;
use crate::reported as exit;
use crate::{profile, state as place};
use clap::Arg;
use cloudcert::model::{self, Effect, Type};
use cloudcert_orders::Text;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::config::{Certificate, Config, DnsCheck, Flow, Prove, TargetKind};
use cloudcert_orders::proof::check::Ask;
use cloudcert_orders::store::access;
use std::collections::BTreeSet;

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

    /// Whether it is ordered with an instance that was bought before.
    pub(crate) fn is_by_instance(&self) -> bool {
        matches!(self.certificate.flow, Flow::CasInstance | Flow::Cas2018)
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
/// If the configuration was not found, or lacks a certificate of this name.
pub(crate) fn subject(context: &Context, name: &str, findings: &mut Findings) -> Result<Option<Subject>, Failure> {
    let lang = context.lang;
    let Some(place) = profile::place(context).filter(|place| place.from != "default" || place.file.exists()) else {
        return Err(nothing(name, &[], lang));
    };
    let config = match Config::read(&place.file) {
        Ok(config) => config,
        Err(found) => {
            configured(&found, findings);
            return Ok(None);
        }
    };
    let Some(certificate) = config.certificates.values().find(|one| one.name.as_str() == name).cloned() else {
        let known: Vec<&str> = config.certificates.keys().map(cloudcert_orders::Name::as_str).collect();
        return Err(nothing(name, &known, lang));
    };
    match config.check_files() {
        Ok(()) => findings.ok("configuration", &config.file),
        Err(found) => configured(&found, findings),
    }
    Ok(Some(Subject { config, certificate }))
}

/// All that is wrong with a configuration.
fn configured(found: &[cloudcert_orders::Failure], findings: &mut Findings) {
    for failure in found {
        findings.problem("configuration", &told(failure));
    }
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

/// Says what is left of the package of a certificate.
pub(crate) fn package(subject: &Subject, product: &str, left: i64, known: &Known, findings: &mut Findings) {
    let lang = findings.lang;
    let when = match &known.due {
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

/// Looks for the bought instance that an order would use. Nothing is sent but reads.
pub(crate) async fn instance(
    context: &Context,
    subject: &Subject,
    account: Option<&str>,
    known: &Known,
    findings: &mut Findings,
) {
    let certificate = &subject.certificate;
    let api = certificate.flow.api();
    let found = async {
        let config = context.client_config(api, Some(&certificate.profile))?;
        let (fence, account) = (Fence::new(Watched::default()), account.unwrap_or_default().to_owned());
        let session = Session::open(api, config, fence, account, None).await.map_err(|failure| told(&failure))?;
        let cloud = desk::cloud(certificate.flow, session).map_err(|failure| told(&failure))?;
        cloud.reserve(&desk::plan(certificate), &known.taken, None).await.map_err(|failure| told(&failure))
    };
    match found.await {
        Ok(reserved) => {
            findings.ok("quota", &format!("{} {}", context.lang.say("instance", "实例"), reserved.instance));
        }
        Err(mut failure) => {
            let next = "look at the instances in the console, and name one with `instance`.";
            let next = context.lang.say(next, "请在控制台查看实例，并用 `instance` 指定一个。");
            // The service refused the instance that is named, or none is free.
            if failure.exit == Exit::Refused || failure.report.remedy.is_none() {
                failure.report.remedy = Some(Text::quote(next));
            }
            findings.problem("quota", &failure);
        }
    }
}

/// Advises if the description lacks the product of a certificate. The service may have it all the same.
fn product(subject: &Subject, findings: &mut Findings) {
    let certificate = &subject.certificate;
    let (Some(product), Some(parameter)) = (&certificate.product, certificate.flow.product_parameter()) else { return };
    let Some(api) = model::api(certificate.flow.api()) else { return };
    let orders = api.actions.iter().filter(|action| action.effect == Effect::Order);
    let kinds = orders.filter_map(|action| match &action.parameter(parameter)?.kind {
        Type::Enum(name) => api.enumeration(name),
        _ => None,
    });
    let known: BTreeSet<&str> = kinds.flat_map(|of| &of.values).map(|value| value.wire.as_str()).collect();
    if known.is_empty() || known.contains(product.as_str()) {
        return;
    }
    let lang = findings.lang;
    let wrong = lang.say("is not one of the documented products", "不是文档中的产品");
    let next = match lang {
        Lang::En => format!(
            "correct `product` of the certificate, unless the console shows it. Documented: {}.",
            joined(&known)
        ),
        Lang::Zh => format!("请更正证书的 `product`，除非控制台中有该产品。文档中的产品：{}。", joined(&known)),
    };
    findings.advice("product", &format!("{product}: {wrong}"), &next);
}

fn joined(all: &BTreeSet<&str>) -> String {
    all.iter().copied().collect::<Vec<_>>().join(", ")
}

/// Looks at the product, at what publishes the proof, at the names, and at the targets.
pub(crate) async fn others(context: &Context, subject: &Subject, endpoint: Option<&str>, findings: &mut Findings) {
    product(subject, findings);
    proof(subject, findings).await;
    let dns = equipment::dns(&subject.config, endpoint.is_some_and(place::is_local));
    if subject.config.dns.check == DnsCheck::Off {
        findings.skipped("dns", context.lang.say("`dns.check` is off", "`dns.check` 为 off"));
    } else if dns.ask == Ask::Off {
        findings.skipped(
            "dns",
            context
                .lang
                .say("a rehearsal asks only servers that `dns.servers` names", "演练只查询 `dns.servers` 指定的服务器"),
        );
    } else {
        names::look(&subject.certificate, &dns, findings).await;
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
