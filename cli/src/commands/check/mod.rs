//! `cloudcert check`: whether all that calls need is there and works, and what to do where it does not. It changes nothing.

mod service;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::{Findings, ended, worse};
use crate::lang::Lang;
use crate::names;
use crate::orders::check as subject;
use crate::profile::{self, Cloud, surroundings};
use clap::{Arg, ArgMatches, Command};
use cloudcert::Error;
use cloudcert::api::Provider;
use cloudcert::credentials::{self, Credentials, CredentialsError};
use cloudcert::dynamic::{self, Client};
use service::{left, of_package, service};

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("check")
        .about(lang.say(
            "Checks what a call or the order of a certificate needs; changes nothing",
            "检查调用或订购证书所需的一切，不做任何更改",
        ))
        .after_help(lang.say(
            "Exit 0: all is well. 4: configuration or credentials, 6: the service cannot be reached now, 1: anything else. A word that names an API version \
             is one; a certificate of that name is checked with --certificate.",
            "退出码 0：一切正常；4：配置或凭证有问题；6：暂时无法访问服务；1：其他问题。与 API 版本同名的证书用 --certificate 检查。",
        ))
        .arg(Arg::new("subject").value_name("API|NAME").help(lang.say(
            "Only this API version, or all that a certificate of the configuration needs [default: each cloud that is set up]",
            "仅此 API 版本，或配置中某张证书所需的一切 [默认：已配置的每家云]",
        )))
        .args(subject::arguments(lang))
}

/// Runs it.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let word = matches.get_one::<String>("subject");
    let api = word.and_then(|word| names::find(word));
    match (matches.get_one::<String>("certificate"), api, word) {
        (Some(name), ..) | (None, None, Some(name)) => certificate(context, matches, name).await,
        (None, api, _) => clouds(context, api).await,
    }
}

/// Checks an API version, or each cloud that is set up.
async fn clouds(context: &Context, wanted: Option<&'static str>) -> Result<(), Failure> {
    let (mut rows, mut worst, mut usable) = (Vec::new(), None, false);
    for api in chosen(context, wanted)? {
        let mut findings = Findings::new(context.lang, ("api", api));
        match client(context, &mut findings, api, None, wanted.is_some()).await {
            Access::None => {}
            Access::Broken => usable = true,
            Access::Usable { client, .. } => {
                usable = true;
                service(context, &mut findings, &client, true).await;
            }
        }
        rows.append(&mut findings.rows);
        worst = worse(worst, findings.exit);
    }
    context.print_rows(rows, &["api", "check", "status", "result", "next"])?;
    let lang = context.lang;
    if !usable && worst.is_none() {
        let message = lang.say("no credentials are set up", "未配置任何凭证");
        return Err(Failure::new(Exit::Unconfigured, message).remedy(set_up(lang)));
    }
    ended(worst, lang)
}

/// Checks all that the next order of a certificate needs.
async fn certificate(context: &Context, matches: &ArgMatches, name: &str) -> Result<(), Failure> {
    let mut findings = Findings::new(context.lang, ("certificate", name));
    if let Some(subject) = subject::subject(context, name, &mut findings)? {
        let (api, profile) = (subject.certificate.flow.api(), subject.certificate.profile.as_str());
        let endpoint = context.client_config(api, Some(profile)).and_then(|config| {
            let made = Client::new(api, config).map_err(|error| context.failure(&error, api, &[]));
            made.map(|client| client.endpoint())
        });
        let endpoint = endpoint.ok();
        let access = client(context, &mut findings, api, Some(profile), true).await;
        let account = if let Access::Usable { account, .. } = &access { account.as_deref() } else { None };
        let mut known = subject::Known::default();
        if let Some(endpoint) = &endpoint {
            known = subject::state(context, matches, &subject, (endpoint, account), &mut findings).await;
        }
        if let Access::Usable { client, .. } = &access {
            if let Some((product, call)) =
                subject.package().and_then(|product| Some((product, of_package(api, product)?)))
            {
                if let Some(left) = left(context, &mut findings, client, &call).await {
                    subject::package(&subject, product, left, &known, &mut findings);
                }
            } else {
                let by_instance = subject.is_by_instance();
                service(context, &mut findings, client, !by_instance).await;
                if by_instance && !["endpoint", "call"].iter().any(|check| findings.has_problem(check)) {
                    subject::instance(context, &subject, account, &known, &mut findings).await;
                }
            }
        }
        subject::others(context, &subject, endpoint.as_deref(), &mut findings).await;
    }
    let columns = findings.columns();
    context.print_table(findings.rows, &columns, !context.named_form)?;
    ended(findings.exit, context.lang)
}

/// The API version that was named; otherwise the newest of each cloud that the profile is for.
fn chosen(context: &Context, wanted: Option<&'static str>) -> Result<Vec<&'static str>, Failure> {
    if let Some(api) = wanted {
        return Ok(vec![api]);
    }
    let file = profile::read(context)?;
    let only = profile::name(context).and_then(|(name, _)| file.profiles.get(&name).map(|entry| entry.cloud));
    Ok(names::newest().into_iter().filter(|id| only.is_none() || Cloud::of(id) == only).collect())
}

/// Whether calls can be made.
enum Access {
    /// Nothing is set up.
    None,
    /// What is set up does not work.
    Broken,
    /// A client, and the account if the cloud tells it.
    Usable { client: Client, account: Option<String> },
}

/// Checks configuration, credentials and account. That nothing is set up is a problem only if it was asked for.
async fn client(context: &Context, findings: &mut Findings, api: &str, profile: Option<&str>, asked: bool) -> Access {
    let lang = findings.lang;
    let made = context.client_config(api, profile);
    let made = made.and_then(|config| Client::new(api, config).map_err(|error| context.failure(&error, api, &[])));
    let client = match made {
        Ok(client) => client,
        Err(mut failure) => {
            failure.exit = Exit::Unconfigured;
            findings.problem("configuration", &failure);
            return Access::Broken;
        }
    };
    let keys = match client.credentials().await {
        Ok(keys) => keys,
        Err(error) => {
            let absent = is_absent(&error);
            if absent && !asked {
                findings.skipped("credentials", &format!("{} {}", lang.say("not set up:", "未配置："), tried(&error)));
            } else {
                let failure = Failure::new(Exit::Unconfigured, tried(&error)).remedy(set_up(lang));
                findings.problem("credentials", &failure);
            }
            return if absent { Access::None } else { Access::Broken };
        }
    };
    let kind = if keys.token().is_some() { lang.say(", temporary", "，临时凭证") } else { "" };
    findings.ok("credentials", &format!("{}: {}{kind}", from(keys.source(), lang), keys.access_key_id()));
    let account = account(findings, api, &client, &keys).await;
    Access::Usable { client, account }
}

/// Where keys are from. Chinese quotes what the SDK calls a source, but for the one that most users have.
fn from(source: &str, lang: Lang) -> String {
    match (lang, source.strip_prefix("the environment variable ")) {
        (Lang::En, _) => source.to_owned(),
        (Lang::Zh, Some(name)) => format!("环境变量 {name}"),
        (Lang::Zh, None) => format!("“{source}”"),
    }
}

fn source(error: &Error) -> Option<&CredentialsError> {
    std::error::Error::source(error).and_then(|source| source.downcast_ref())
}

/// Whether no source of credentials is set up, as opposed to one that does not work.
fn is_absent(error: &Error) -> bool {
    source(error).is_some_and(|error| {
        if error.tried().is_empty() { error.is_absent() } else { error.tried().iter().all(|one| one.error.is_absent()) }
    })
}

/// The sources that were tried, each with the reason why it has no keys.
fn tried(error: &Error) -> String {
    let all = source(error).map(CredentialsError::tried).unwrap_or_default();
    if all.is_empty() {
        return error.message().to_owned();
    }
    all.iter().map(|one| format!("{}: {}", one.name, one.error)).collect::<Vec<_>>().join("; ")
}

/// What to do about missing credentials.
fn set_up(lang: Lang) -> &'static str {
    lang.say(
        "set the variables of the cloud, or name a profile: `cloudcert config init` writes an example.",
        "请设置该云的环境变量或指定配置：`cloudcert config init` 可写出示例。",
    )
}

/// Whose credentials they are, if the cloud tells it.
async fn account(findings: &mut Findings, api: &str, client: &Client, keys: &Credentials) -> Option<String> {
    let lang = findings.lang;
    if client.endpoint().starts_with("http://") {
        findings.skipped("account", lang.say("a local endpoint has no accounts", "本地端点没有账号"));
        return None;
    }
    if dynamic::provider(api) != Some(Provider::Aliyun) {
        findings.skipped("account", lang.say("the cloud does not tell whose a key is", "该云不提供密钥所属账号"));
        return None;
    }
    match credentials::caller_identity(keys, &surroundings()).await {
        Ok(identity) => {
            findings.ok("account", &format!("{} {}", identity.account_id, identity.arn));
            Some(identity.account_id)
        }
        Err(error) => {
            let failure = Failure::new(Exit::Failed, error.to_string()).remedy(lang.say(
                "see whether the key is active, and whether this machine reaches the cloud's STS.",
                "请确认密钥已启用，且本机可访问该云的 STS。",
            ));
            findings.problem("account", &failure);
            None
        }
    }
}
