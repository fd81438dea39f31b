//! `cloudcert call`: operations that the description lacks.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::names;
use crate::send::{self, is_grave, is_repeatable, journaled, lost, until_stopped};
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert::model::{self, Action, Sensitivity, Type};
use cloudcert::{CallOptions, REDACTED};
use cloudcert_orders::cloud::what::{Plain, Reply, What};
use cloudcert_orders::direct::Executed;
use serde_json::Value;

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("call")
        .about(lang.say("Calls an action that this version does not know", "调用本版本不认识的接口"))
        .after_help(lang.say(
            "Nothing is checked. Members of the response that may be secret are shown as [redacted].",
            "不做任何校验。响应中可能是秘密的成员显示为 [redacted]。",
        ))
        .arg(
            Arg::new("api")
                .value_name("API")
                .required(true)
                .value_parser(names::apis())
                .help(lang.say("The API version", "API 版本")),
        )
        .arg(
            Arg::new("action")
                .value_name("ACTION")
                .required(true)
                .help(lang.say("The action as on the wire", "报文中的接口名")),
        )
        .arg(
            Arg::new("parameters")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help(lang.say("Its parameters as on the wire", "报文中的参数")),
        )
        .arg(
            Arg::new("effect")
                .long("effect")
                .value_name("EFFECT")
                .required(true)
                .value_parser(["read", "idempotent", "name-guarded", "submit-once", "create", "order", "unknown"])
                .help(lang.say("What a call does, which decides about retries", "调用的影响，决定能否重试")),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help(lang.say("Shows the signed request, and sends nothing", "显示已签名的请求，不发送")),
        )
        .arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .help(lang.say("Calls it without asking, whatever its effect", "无论影响如何都不再询问")),
        )
}

/// Runs it.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let api = names::find(text("api")).unwrap_or_default();
    let lang = context.lang;
    let mut parameters = Vec::new();
    for pair in matches.get_many::<String>("parameters").into_iter().flatten() {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Failure::new(
                Exit::Usage,
                lang.say("parameters are written as NAME=VALUE", "参数须写作 名称=值"),
            ));
        };
        if is_secret(api, name) || value.contains("PRIVATE KEY-----") {
            let wrong = lang.say(
                "is a secret, which other programs would see on the command line: use the command of an action",
                "是秘密，命令行会被其他程序看到：请使用对应接口的命令",
            );
            return Err(Failure::new(Exit::Usage, format!("`{name}` {wrong}")));
        }
        parameters.push((name.to_owned(), value.to_owned()));
    }
    let effect = match text("effect") {
        "read" => Effect::Read,
        "idempotent" => Effect::Idempotent,
        "name-guarded" => Effect::NameGuarded,
        "submit-once" => Effect::SubmitOnce,
        "create" => Effect::Create,
        "order" => Effect::Order,
        _ => Effect::Unknown,
    };
    let client = context.client(api)?;
    let mut options = CallOptions::new();
    if let Some(timeout) = context.timeout {
        options = options.operation_timeout(timeout);
    }
    let failed = |error: &cloudcert::Error| context.failure(error, api, &[]);
    if matches.get_flag("dry-run") {
        let dry = client.dry_run_call(text("action"), parameters, options).await.map_err(|error| failed(&error))?;
        return context.print_text(&dry.to_string());
    }
    // What the description knows of an action counts more than what was said of it here.
    let known = model::api(api).and_then(|of| of.action(text("action")));
    if let Some(action) = known.filter(|action| journaled::has_needed(action)) {
        return Err(refused(text("api"), action, lang));
    }
    let is_grave = !is_repeatable(effect) || known.is_some_and(|action| is_grave(action, send::effect(action.effect)));
    if is_grave && !matches.get_flag("yes") {
        let worse = known.map(|action| send::effect(action.effect)).filter(|_| is_repeatable(effect));
        send::ask(context, text("action"), known, worse.unwrap_or(effect))?;
    }
    let mut value = if journaled::is_needed(effect) {
        let action = text("action").to_owned();
        let what = What::Plain(Plain { api: api.to_owned(), action, parameters, effect });
        match journaled::send(context, (&what, effect), (options, Vec::new())).await? {
            Executed::Response { reply: Reply::Plain(response), .. } => response.value,
            Executed::Response { reply: Reply::Described(response), .. } => response.json(),
            Executed::Found { items, .. } => lost(&items),
        }
    } else {
        let response = until_stopped(context, effect, client.call(text("action"), parameters, effect, options)).await?;
        response.map_err(|error| failed(&error))?.value
    };
    redact(api, &mut value);
    context.print_kept(&value, !is_repeatable(effect))
}

/// The command of an action knows when two orders are the same one, and how to find out about a lost response. This one does not.
fn refused(api: &str, action: &Action, lang: Lang) -> Failure {
    let wrong = lang.say(
        "orders or submits something, so it has to be called by its own command",
        "会下单或提交，须使用其专用命令",
    );
    let command = format!("`cloudcert {api} {}`", names::command(&action.name));
    let next = lang.say(
        "it records the call in the journal; parameters that it lacks are added by --extra NAME=VALUE.",
        "该命令会将调用记入日志；缺少的参数可用 --extra 名称=值 添加。",
    );
    let colon = lang.say(": ", "：");
    Failure::new(Exit::Usage, format!("`{}` {wrong}", action.name)).remedy(format!("{command}{colon}{next}"))
}

/// Whether any action of the API has a secret of this name, which may be a member: `Contact.1.Token`.
fn is_secret(api: &str, name: &str) -> bool {
    let name = name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(name);
    let Some(api) = model::api(api) else { return false };
    let of_actions = api.actions.iter().flat_map(|action| action.parameters.iter().chain(&action.response));
    let of_types = api.structures().into_iter().flat_map(|of| &of.fields);
    of_actions.chain(of_types).any(|field| {
        let is_secret = field.sensitivity == Some(Sensitivity::Secret) || field.kind == Type::SecretUrl;
        is_secret && field.wire.eq_ignore_ascii_case(name)
    })
}

/// Hides what has the name of a secret elsewhere in the API, and private keys wherever they stand.
fn redact(api: &str, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                if is_secret(api, name) && !inner.is_null() {
                    *inner = REDACTED.into();
                } else {
                    redact(api, inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(api, item)),
        Value::String(text) if text.contains("PRIVATE KEY-----") => *value = REDACTED.into(),
        _ => {}
    }
}
