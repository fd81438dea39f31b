//! Where the state of orders is: journal, private keys and certificates.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::{Arg, ArgMatches};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The folder of rehearsals, below the state folder.
const LOCAL: &str = "local";

/// The option that names the state folder.
pub(super) fn option(lang: Lang) -> Arg {
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
pub(super) fn state(context: &Context, matches: &ArgMatches) -> Result<PathBuf, Failure> {
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
    let named = matches.get_one::<String>("state").map(PathBuf::from).or_else(|| set("CLOUDCERT_STATE"));
    let folder = named.or_else(|| of_root().or_else(of_user));
    let lang = context.lang;
    match folder {
        Some(folder) if folder.is_absolute() => Ok(folder),
        Some(folder) => {
            let wrong = lang.say("the state folder must be an absolute path:", "状态文件夹须为绝对路径：");
            Err(Failure::new(Exit::Unconfigured, format!("{wrong} `{}`", folder.display())))
        }
        None => {
            let wrong = lang.say("nothing names a folder for the state of orders", "没有指定保存订单状态的文件夹");
            Err(Failure::new(Exit::Unconfigured, wrong).remedy(
                lang.say(
                    "add --state FOLDER, or set CLOUDCERT_STATE.",
                    "请添加 --state 文件夹，或设置 CLOUDCERT_STATE。",
                ),
            ))
        }
    }
}

/// The folder for an endpoint: one on this machine has its own, so that a rehearsal is never mixed up with money.
pub(super) fn folder(state: &Path, endpoint: &str) -> PathBuf {
    if is_local(endpoint) { state.join(LOCAL) } else { state.to_owned() }
}

/// Whether an address is on this machine.
pub(super) fn is_local(endpoint: &str) -> bool {
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
pub(super) fn now(context: &Context, endpoint: &str) -> Result<Option<jiff::Timestamp>, Failure> {
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
    };
    text.parse().map(Some).map_err(|_| wrong())
}
