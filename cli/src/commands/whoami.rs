//! `cloudcert whoami`: which credentials a call would use, where they come from, and whose they are.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::names;
use crate::profile::surroundings;
use clap::{Arg, ArgMatches, Command};
use cloudcert::api::Provider;
use cloudcert::credentials::{self, CredentialsError};
use cloudcert::dynamic;
use serde_json::{Value, json};

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("whoami")
        .about(
            lang.say(
                "Shows which credentials a call would use, and whose they are",
                "显示调用将使用的凭证及其所属账号",
            ),
        )
        .arg(
            Arg::new("api")
                .value_name("API")
                .value_parser(names::apis())
                .help(lang.say("Only this API version [default: each cloud once]", "仅此 API 版本 [默认：每家云一次]")),
        )
}

/// Runs it.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let wanted = matches.get_one::<String>("api");
    let chosen = wanted.map_or_else(names::newest, |name| names::find(name).into_iter().collect());
    let (mut rows, mut usable) = (Vec::new(), false);
    for api in chosen {
        let row = who(context, api).await?;
        usable |= row.get("access_key_id").is_some_and(Value::is_string);
        rows.push(row);
    }
    context.print(&Value::Array(rows))?;
    if usable {
        return Ok(());
    }
    let lang = context.lang;
    Err(Failure::new(Exit::Unconfigured, lang.say("no usable credentials were found", "未找到可用的凭证")).remedy(
        lang.say(
            "set the variables of the cloud, or use the files of its own tools: the list above says what was tried.",
            "请设置该云的环境变量，或使用其官方工具的配置文件：上面列出了尝试过的来源。",
        ),
    ))
}

async fn who(context: &Context, api: &'static str) -> Result<Value, Failure> {
    let profile = context.profile(api)?.from;
    let client = context.client(api)?;
    let mut row = json!({ "api": api, "profile": profile, "endpoint": client.endpoint() });
    let found = client.credentials().await;
    let Some(out) = row.as_object_mut() else { return Ok(row) };
    match found {
        Ok(keys) => {
            out.insert("access_key_id".to_owned(), keys.access_key_id().into());
            out.insert("source".to_owned(), keys.source().into());
            out.insert("temporary".to_owned(), keys.token().is_some().into());
            let is_local = client.endpoint().starts_with("http://");
            if dynamic::provider(api) == Some(Provider::Aliyun) && !is_local {
                match credentials::caller_identity(&keys, &surroundings()).await {
                    Ok(identity) => {
                        out.insert("account_id".to_owned(), identity.account_id.into());
                        out.insert("arn".to_owned(), identity.arn.into());
                    }
                    Err(error) => {
                        out.insert("account_problem".to_owned(), error.to_string().into());
                    }
                }
            }
        }
        Err(error) => {
            let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<CredentialsError>());
            let tried = source.map(CredentialsError::tried).unwrap_or_default();
            let tried: Vec<Value> =
                tried.iter().map(|tried| json!({ "source": tried.name, "why": tried.error.to_string() })).collect();
            out.insert("problem".to_owned(), error.message().into());
            out.insert("tried".to_owned(), tried.into());
        }
    }
    Ok(row)
}
