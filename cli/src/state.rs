//! Where the state of orders is: journal, private keys and certificates; and the account that it belongs to.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::{profile, reported};
use clap::{Arg, ArgMatches};
use cloudcert::credentials::caller_identity;
use cloudcert::dynamic::Client;
use cloudcert_orders::base::text::system;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::config::{Config, JournalPlace};
use cloudcert_orders::journal::{Journal, PostgresJournal, PostgresSettings, SqliteJournal};
use cloudcert_orders::text;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The folder of rehearsals, below the state folder.
const LOCAL: &str = "local";

/// The option that names the state folder.
pub(crate) fn option(lang: Lang) -> Arg {
    Arg::new("state").long("state").value_name("FOLDER").help(lang.say(
        "Keeps journal, keys and certificates here [default: CLOUDCERT_STATE, else a folder of the user]",
        "日志、密钥和证书保存在此文件夹 [默认：CLOUDCERT_STATE，否则为用户的文件夹]",
    ))
}

/// The state folder: as named, else `CLOUDCERT_STATE`, else a folder of the user, for root below `/var/lib`.
///
/// # Errors
///
/// If nothing names one, or it is not an absolute path: a timer runs elsewhere.
pub(crate) fn state(context: &Context, matches: &ArgMatches) -> Result<PathBuf, Failure> {
    of(context, matches.get_one::<String>("state").map(PathBuf::from))
}

/// The state folder, if an option may have named one.
fn of(context: &Context, option: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = || {
        let folder = set("XDG_STATE_HOME").filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| set("HOME").map(|home| home.join(".local/state")));
        folder.map(|folder| folder.join("cloudcert"))
    };
    let of_root = || {
        let is_root = set("HOME").is_some_and(|home| home == Path::new("/root"));
        (is_root && set("XDG_STATE_HOME").is_none()).then(|| PathBuf::from("/var/lib/cloudcert"))
    };
    let named = option.or_else(|| set("CLOUDCERT_STATE"));
    let folder = named.or_else(|| of_root().or_else(of_user));
    let lang = context.lang;
    match folder {
        Some(folder) if folder.is_absolute() => Ok(folder),
        Some(folder) => {
            let wrong = lang.say("the state folder must be an absolute path:", "状态文件夹须为绝对路径：");
            Err(Failure::new(Exit::Unconfigured, format!("{wrong} `{}`", folder.display())).remedy(lang.say(
                "write it from the root on: a timer runs in another folder.",
                "请写出完整路径：定时器在其他文件夹中运行。",
            )))
        }
        None => {
            let wrong = lang.say("nothing names a folder for the state of orders", "没有指定保存订单状态的文件夹");
            Err(Failure::new(Exit::Unconfigured, wrong).remedy(lang.say(
                "set CLOUDCERT_STATE; commands of the order workflow also take --state FOLDER.",
                "请设置 CLOUDCERT_STATE；订单流程的命令也可使用 --state 文件夹。",
            )))
        }
    }
}

/// The folder for an endpoint: one on this machine has its own, so that a rehearsal is never mixed up with money.
pub(crate) fn folder(state: &Path, endpoint: &str) -> PathBuf {
    if is_local(endpoint) { state.join(LOCAL) } else { state.to_owned() }
}

/// Whether an address is on this machine.
pub(crate) fn is_local(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Now. At an endpoint on this machine `CLOUDCERT_NOW` may say otherwise, for rehearsals.
///
/// # Errors
///
/// If the variable is set for another endpoint, or is not a time.
pub(crate) fn now(context: &Context, endpoint: &str) -> Result<Option<jiff::Timestamp>, Failure> {
    let Ok(text) = std::env::var("CLOUDCERT_NOW") else { return Ok(None) };
    let lang = context.lang;
    if !is_local(endpoint) {
        let wrong = lang.say(
            "CLOUDCERT_NOW is for an endpoint on this machine alone, and was not used",
            "CLOUDCERT_NOW 只用于本机端点，未使用",
        );
        return Err(Failure::new(Exit::Unconfigured, wrong)
            .remedy(lang.say("unset it: nothing was sent.", "请取消设置：未发送任何请求。")));
    }
    let wrong = || {
        Failure::new(
            Exit::Unconfigured,
            lang.say("CLOUDCERT_NOW is not a time in RFC 3339", "CLOUDCERT_NOW 不是 RFC 3339 时间"),
        )
        .remedy(lang.say(
            "write it as in 2027-01-31T12:00:00Z, or unset it.",
            "请写成 2027-01-31T12:00:00Z 的形式，或取消设置。",
        ))
    };
    text.parse().map(Some).map_err(|_| wrong())
}

/// The journal. A rehearsal has a file of its own, wherever that of the configuration is.
pub(crate) async fn journal(
    folder: &Path,
    place: &JournalPlace,
    local: bool,
) -> Result<Box<dyn Journal>, cloudcert_orders::Failure> {
    let Some(postgres) = place.postgres.as_ref().filter(|_| !local) else {
        return Ok(Box::new(SqliteJournal::open(folder).await?));
    };
    let mut settings = PostgresSettings::new(postgres)?;
    if let Some(file) = &place.password_file {
        let password = std::fs::read_to_string(file).map_err(|error| {
            let error = system(&error);
            let message =
                text!("the password of the journal cannot be read: {error}", "无法读取日志的密码：{error}"; error);
            cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unconfigured, message).at(file.display())
        })?;
        settings = settings.password(password.trim_end_matches(['\r', '\n']));
    }
    if let Some(roots) = &place.roots {
        settings = settings.roots(roots)?;
    }
    if place.allow_plain {
        settings = settings.allow_plain();
    }
    Ok(Box::new(PostgresJournal::connect_with(settings).await?))
}

/// The journal of raw calls at this endpoint: that of the configuration, else a file in the state folder.
///
/// # Errors
///
/// If it cannot be opened. Nothing was sent.
pub(crate) async fn of_calls(context: &Context, endpoint: &str) -> Result<Box<dyn Journal>, Failure> {
    let folder = folder(&of(context, None)?, endpoint);
    let told = |failure: cloudcert_orders::Failure| {
        // Whatever keeps it from being opened: nothing was sent.
        let mut failure = reported::failure(&failure);
        failure.exit = Exit::Unconfigured;
        failure.report.outcome_unknown = false;
        failure
    };
    journal(&folder, &place(context)?, is_local(endpoint)).await.map_err(told)
}

/// Where the configuration keeps the journal, if there is one that says so.
///
/// # Errors
///
/// All that is wrong with the configuration.
fn place(context: &Context) -> Result<JournalPlace, Failure> {
    let file = profile::place(context).filter(|_| profile::read(context).is_ok_and(|file| file.journal.is_some()));
    match file {
        Some(place) => Ok(Config::read(&place.file).map_err(|found| reported::all(&found))?.journal),
        None => Ok(JournalPlace::default()),
    }
}

/// The journals of all endpoints that the profiles and variables of the user name. One that nobody has made yet is left out.
///
/// # Errors
///
/// If the configuration cannot be read, or a journal cannot be opened.
pub(crate) async fn journals(context: &Context, matches: &ArgMatches) -> Result<Vec<Box<dyn Journal>>, Failure> {
    let (state, place) = (state(context, matches)?, place(context)?);
    let mut endpoints = Vec::new();
    for api in cloudcert::dynamic::apis() {
        let of_cloud = |entry: &profile::Entry| profile::Cloud::of(api) == Some(entry.cloud);
        let named = profile::read(context)?.profiles;
        let named = named.iter().filter(|(_, entry)| of_cloud(entry)).map(|(name, _)| Some(name.as_str()));
        for name in named.chain([None]) {
            // The profile that counts may be of another cloud.
            if let Ok(client) = context.client_config(api, name).map(|config| Client::new(api, config)) {
                endpoints.push(client.map_err(|error| context.failure(&error, api, &[]))?.endpoint());
            }
        }
    }
    let all = endpoints.iter().map(|endpoint| (folder(&state, endpoint), is_local(endpoint)));
    let mut out = Vec::new();
    for (folder, local) in all.collect::<BTreeSet<_>>() {
        if folder.is_dir() || (place.postgres.is_some() && !local) {
            let opened = journal(&folder, &place, local).await;
            out.push(opened.map_err(|failure| reported::failure(&failure))?);
        }
    }
    Ok(out)
}

/// The account that pays at an API version, and the clients that reach it: of a profile, else of the one that counts.
///
/// # Errors
///
/// If no credentials are found, or the service cannot be asked whose they are. Nothing that changes anything was sent.
pub(crate) async fn session(context: &Context, api: &str, named: Option<&str>) -> Result<Session, Failure> {
    let config = context.client_config(api, named)?;
    let client = Client::new(api, config.clone()).map_err(|error| context.failure(&error, api, &[]))?;
    let keys = client.credentials().await.map_err(|error| context.failure(&error, api, &[]))?;
    let account = if is_local(&client.endpoint()) {
        "local".to_owned()
    } else if profile::Cloud::of(api) == Some(profile::Cloud::Aliyun) {
        let identity = caller_identity(&keys, &profile::surroundings()).await;
        identity
            .map_err(|error| {
                let wrong = context
                    .lang
                    .say("the account of the access key could not be asked for:", "无法查询访问密钥所属账号：");
                Failure::new(Exit::NotNow, format!("{wrong} {error}"))
            })?
            .account_id
    } else {
        // Kingsoft Cloud has no action that tells the account.
        let named = named.map(str::to_owned).or_else(|| profile::name(context).map(|(name, _)| name));
        let account = named.map(|name| context.account(&name)).transpose()?.flatten();
        account.unwrap_or_else(|| format!("key:{}", keys.access_key_id()))
    };
    let region = context.region.clone();
    let session = Session::open(api, config, Fence::new(Watched::default()), account, region).await;
    session.map_err(|failure| reported::failure(&failure))
}
