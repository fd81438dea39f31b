//! `cloudcert explain`: what an error code or an action is about, from the description alone.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::{help, names};
use clap::{Arg, ArgMatches, Command};
use cloudcert::dynamic;
use cloudcert::model::{self, Retry};
use serde_json::{Value, json};

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("explain").about(lang.say("Explains an error code or an action", "解释错误码或接口")).arg(
        Arg::new("name")
            .value_name("CODE|ACTION")
            .required(true)
            .help(lang.say("An error code, an inner code, or the name of an action", "错误码、内层错误码或接口名")),
    )
}

/// Runs it.
pub(crate) fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let found: Vec<Value> = codes(context.lang, name).chain(actions(context.lang, name)).collect();
    if !found.is_empty() {
        return context.print(&Value::Array(found));
    }
    let lang = context.lang;
    let unknown = lang.say("the description has no error code and no action named", "描述中没有此错误码或接口：");
    Err(Failure::new(Exit::Failed, format!("{unknown} `{name}`")).remedy(lang.say(
        "codes that no document explains are the service's own: ask its support with the request id.",
        "文档未说明的错误码请携带请求 ID 咨询厂商。",
    )))
}

fn codes(lang: Lang, name: &str) -> impl Iterator<Item = Value> {
    let rows = model::apis().iter().flat_map(|api| api.errors.iter().map(move |row| (api, row)));
    rows.filter(move |(_, row)| row.code.covers(name) || row.inner_code.as_deref() == Some(name)).map(
        move |(api, row)| {
            let again = match row.retry {
                Retry::Never => lang.say("no", "否"),
                Retry::Throttle | Retry::Transient => lang.say("yes, after a while", "是，稍后重试"),
                Retry::Skew => lang.say("yes, with the right time", "是，校准时间后重试"),
                Retry::Renew => lang.say("yes, with new credentials", "是，更新凭证后重试"),
                Retry::Reconcile => lang.say("only after you know whether it was executed", "须先确认是否已执行"),
            };
            json!({
                "api": api.id,
                "code": row.code.as_str(),
                "inner_code": row.inner_code,
                "status": row.status,
                "meaning": lang.paragraph(&row.meaning),
                "cause": lang.paragraph(&row.cause),
                "remedy": lang.paragraph(&row.remedy),
                "send_again": again,
            })
        },
    )
}

fn actions(lang: Lang, name: &str) -> impl Iterator<Item = Value> {
    let all: Vec<&'static str> = dynamic::apis().collect();
    let every = model::apis().iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)));
    every.filter(move |(_, action)| action.name == name || names::command(&action.name) == name).map(move |(api, action)| {
        let command = format!("cloudcert {} {}", names::api(&api.id, &all), names::command(&action.name));
        json!({
            "api": api.id,
            "action": action.name,
            "title": lang.of(&action.title),
            "about": lang.paragraph(&action.doc),
            "effect": help::effect(action.effect, lang),
            "cost": action.cost.as_ref().map(|cost| lang.paragraph(&cost.doc)),
            "irreversible": action.irreversible,
            "guarded": !action.reconcile.is_empty(),
            "example": help::example(api, action, &command),
            "errors": action.errors.iter().filter_map(|row| api.errors.iter().find(|of| of.name == *row)).map(|row| row.inner_code.as_deref().unwrap_or(row.code.as_str())).collect::<Vec<_>>(),
            "help": format!("{command} --help"),
        })
    })
}
