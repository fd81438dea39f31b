//! `cloudcert check`: whether all that calls need is there and works, and what to do where it does not. It changes nothing.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::names;
use crate::profile::{self, Cloud, surroundings};
use clap::{Arg, ArgMatches, Command};
use cloudcert::api::{Provider, Retry};
use cloudcert::credentials::{self, Credentials, CredentialsError};
use cloudcert::dynamic::{self, Client, Request, Response};
use cloudcert::model::{self, Action, Api, Effect, ErrorScope, Probe};
use cloudcert::{CallOptions, Error, ErrorKind};
use jiff::fmt::rfc2822;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long a call may take, if no option says it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How far clocks may be apart where the description names no window: what signatures with a time stamp usually allow.
const USUAL_WINDOW: u32 = 900;

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    Command::new("check")
        .about(lang.say(
            "Checks credentials, account, endpoint, clock and quota; changes nothing",
            "检查凭证、账号、端点、时钟和配额，不做任何更改",
        ))
        .after_help(lang.say(
            "Exit 0: all is well. 4: credentials, 6: the service cannot be reached now, 1: anything else.",
            "退出码 0：一切正常；4：凭证有问题；6：暂时无法访问服务；1：其他问题。",
        ))
        .arg(Arg::new("api").value_name("API").value_parser(names::apis()).help(
            lang.say(
                "Only this API version [default: each cloud that is set up]",
                "仅此 API 版本 [默认：已配置的每家云]",
            ),
        ))
}

/// Runs it.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let (mut rows, mut worst, mut usable) = (Vec::new(), None, false);
    let wanted = matches.get_one::<String>("api");
    for api in chosen(context, wanted)? {
        let mut findings = Findings { api, lang: context.lang, rows: Vec::new(), exit: None };
        usable |= !of_api(context, &mut findings, wanted.is_some()).await;
        rows.append(&mut findings.rows);
        worst = worse(worst, findings.exit);
    }
    context.print_rows(rows, &["api", "check", "status", "result", "next"])?;
    let lang = context.lang;
    if !usable && worst.is_none() {
        let message = lang.say("no credentials are set up", "未配置任何凭证");
        return Err(Failure::new(Exit::Unconfigured, message).remedy(set_up(lang)));
    }
    worst.map_or(Ok(()), |exit| {
        let message = lang.say("something is missing or does not work", "有缺失或无法正常工作的项目");
        Err(Failure::new(exit, message).remedy(
            lang.say("do what `next` says in the rows with a problem.", "请按有问题的行中 `next` 的提示处理。"),
        ))
    })
}

/// The API version that was named; otherwise the newest of each cloud that the profile is for.
fn chosen(context: &Context, wanted: Option<&String>) -> Result<Vec<&'static str>, Failure> {
    if let Some(name) = wanted {
        return Ok(names::find(name).into_iter().collect());
    }
    let file = profile::read(context)?;
    let only = profile::name(context).and_then(|(name, _)| file.profiles.get(&name).map(|entry| entry.cloud));
    Ok(names::newest().into_iter().filter(|id| only.is_none() || Cloud::of(id) == only).collect())
}

/// What was found about an API version.
struct Findings {
    api: &'static str,
    lang: Lang,
    rows: Vec<Value>,
    exit: Option<Exit>,
}

impl Findings {
    fn row(&mut self, check: &str, status: &str, result: &str, next: Option<&str>) {
        self.rows.push(json!({ "api": self.api, "check": check, "status": status, "result": result, "next": next }));
    }

    fn ok(&mut self, check: &str, result: &str) {
        self.row(check, "ok", result, None);
    }

    fn skipped(&mut self, check: &str, why: &str) {
        self.row(check, "skipped", why, None);
    }

    fn problem(&mut self, check: &str, failure: &Failure) {
        self.exit = worse(self.exit, Some(failure.exit));
        let lang = self.lang.into();
        let next = failure.report.remedy.as_ref().map(|remedy| remedy.of(lang));
        self.row(check, "problem", failure.report.message.of(lang), next);
    }
}

/// The exit code that counts of two: credentials first, then whether the service was reached.
fn worse(one: Option<Exit>, other: Option<Exit>) -> Option<Exit> {
    let rank = |exit: &Exit| match exit {
        Exit::Unconfigured => 0,
        Exit::NotNow => 1,
        _ => 2,
    };
    one.into_iter().chain(other).min_by_key(rank)
}

/// Checks an API version. Returns whether nothing is set up for it, which is a problem only if it was asked for.
async fn of_api(context: &Context, findings: &mut Findings, asked: bool) -> bool {
    let lang = findings.lang;
    let client = match context.client(findings.api) {
        Ok(client) => client,
        Err(mut failure) => {
            failure.exit = Exit::Unconfigured;
            findings.problem("configuration", &failure);
            return false;
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
            return absent;
        }
    };
    let kind = if keys.token().is_some() { lang.say(", temporary", "，临时凭证") } else { "" };
    findings.ok("credentials", &format!("{}: {}{kind}", keys.source(), keys.access_key_id()));
    account(findings, &client, &keys).await;
    service(context, findings, &client).await;
    false
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

/// Whose credentials they are.
async fn account(findings: &mut Findings, client: &Client, keys: &Credentials) {
    let lang = findings.lang;
    if client.endpoint().starts_with("http://") {
        return findings.skipped("account", lang.say("a local endpoint has no accounts", "本地端点没有账号"));
    }
    if dynamic::provider(findings.api) != Some(Provider::Aliyun) {
        return findings
            .skipped("account", lang.say("the cloud does not tell whose a key is", "该云不提供密钥所属账号"));
    }
    match credentials::caller_identity(keys, &surroundings()).await {
        Ok(identity) => findings.ok("account", &format!("{} {}", identity.account_id, identity.arn)),
        Err(error) => {
            let failure = Failure::new(Exit::Failed, error.to_string()).remedy(lang.say(
                "see whether the key is active, and whether this machine reaches the cloud's STS.",
                "请确认密钥已启用，且本机可访问该云的 STS。",
            ));
            findings.problem("account", &failure);
        }
    }
}

/// Calls what counts quota, or a list if nothing does, and judges endpoint, clock and quota by the responses.
async fn service(context: &Context, findings: &mut Findings, client: &Client) {
    let lang = findings.lang;
    let Some(api) = client.model() else { return };
    let counters = probes(api, |probe| matches!(probe, Probe::Counter { .. }));
    let has_counters = !counters.is_empty();
    let calls = if has_counters { counters } else { a_list(api).into_iter().collect() };
    if calls.is_empty() {
        return findings
            .skipped("endpoint", lang.say("nothing can be called without parameters", "没有无需参数的接口"));
    }
    for (index, (action, request)) in calls.iter().enumerate() {
        let options = CallOptions::new().operation_timeout(context.timeout.unwrap_or(PATIENCE));
        let answer = client.send_with(request, options).await;
        if index == 0 && !reached(findings, client, api, &answer) {
            return;
        }
        let check = if has_counters { "quota" } else { "call" };
        if !judge(context, findings, check, action, answer) {
            return;
        }
    }
    if !has_counters {
        findings.skipped("quota", lang.say("no action counts it", "没有接口可查询"));
    }
}

/// Judges endpoint and clock by the first answer. Returns whether there was one.
fn reached(findings: &mut Findings, client: &Client, api: &Api, answer: &Result<Response, Error>) -> bool {
    let lang = findings.lang;
    let unreachable = |kind| matches!(kind, ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout);
    if let Err(error) = answer
        && unreachable(error.kind())
    {
        let message = format!("{}: {}", client.endpoint(), error.message());
        let failure = Failure::new(Exit::NotNow, message).remedy(lang.say(
            "check the network, the proxy and `--endpoint`, then check again.",
            "请检查网络、代理和 `--endpoint` 后重试。",
        ));
        findings.problem("endpoint", &failure);
        return false;
    }
    findings.ok("endpoint", &client.endpoint());
    let ahead = match answer {
        Ok(response) => ahead(response),
        Err(error) => error.clock_offset().map(|offset| -offset),
    };
    let Some(ahead) = ahead else {
        findings.skipped("clock", lang.say("the response does not tell the time", "响应中没有时间"));
        return true;
    };
    let window = api.protocol.clock_window_seconds.unwrap_or(USUAL_WINDOW);
    let difference = match (lang, ahead) {
        (Lang::En, 0..) => format!("{ahead} s ahead of the service; {window} s are allowed"),
        (Lang::En, _) => format!("{} s behind the service; {window} s are allowed", ahead.unsigned_abs()),
        (Lang::Zh, 0..) => format!("比服务快 {ahead} 秒，允许 {window} 秒"),
        (Lang::Zh, _) => format!("比服务慢 {} 秒，允许 {window} 秒", ahead.unsigned_abs()),
    };
    if ahead.unsigned_abs() <= u64::from(window) {
        findings.ok("clock", &difference);
    } else {
        let next = lang.say("set the clock of this machine, best by NTP.", "请校准本机时钟，建议使用 NTP。");
        findings.problem("clock", &Failure::new(Exit::Failed, difference).remedy(next));
    }
    true
}

/// By how many seconds the clock of this machine is ahead of that of the service.
fn ahead(response: &Response) -> Option<i64> {
    let date = response.metadata().headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"))?;
    let service = rfc2822::DateTimeParser::new().parse_timestamp(&date.1).ok()?;
    Some(jiff::Timestamp::now().as_second().saturating_sub(service.as_second()))
}

/// Says what an action answered, or why it was refused. Returns whether it is worth calling another one.
fn judge(
    context: &Context,
    findings: &mut Findings,
    check: &str,
    action: &Action,
    answer: Result<Response, Error>,
) -> bool {
    let name = &action.name;
    match answer {
        Ok(response) => {
            let plain = plain(&response.json());
            let result = if check == "quota" { format!("{name}: {plain}") } else { name.clone() };
            findings.ok(check, &result);
            true
        }
        // That there is nothing to count is an answer too.
        Err(error) if is_of_service(findings.api, &error) => {
            let failure = context.failure(&error, findings.api, &[]);
            let code = format!("{name}: {}", error.code().unwrap_or_default());
            let next = failure.report.remedy.as_ref().map(|remedy| remedy.of(findings.lang.into()));
            findings.row(check, "ok", &code, next);
            true
        }
        Err(error) => {
            let mut failure = context.failure(&error, findings.api, &[]);
            let keys = error.info().is_some_and(|info| info.retry == Retry::Renew);
            failure.exit = match failure.exit {
                _ if keys || error.signature_difference().is_some() => Exit::Unconfigured,
                exit @ (Exit::Unconfigured | Exit::NotNow) => exit,
                _ => Exit::Failed,
            };
            findings.problem(check, &failure);
            false
        }
    }
}

/// Whether the service behind the gateway refused the call, by a code that the description has for it.
fn is_of_service(api: &str, error: &Error) -> bool {
    let code = error.code().unwrap_or_default();
    let rows = model::api(api).map(|api| api.errors.as_slice()).unwrap_or_default();
    rows.iter().any(|row| row.scope == ErrorScope::Business && row.code.covers(code))
}

/// The plain fields of a response in one line.
fn plain(response: &Value) -> String {
    let fields =
        response.as_object().into_iter().flatten().filter(|(_, value)| !value.is_object() && !value.is_array());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    fields.map(|(name, value)| format!("{name} {}", text(value))).collect::<Vec<_>>().join(", ")
}

/// The reads with such evidence of what costs, as far as they can be called without parameters and cost nothing themselves.
fn probes(api: &'static Api, wanted: impl Fn(&Probe) -> bool) -> Vec<(&'static Action, Request)> {
    let recipes = || api.actions.iter().filter(|action| action.cost.is_some()).flat_map(|action| &action.reconcile);
    let named = |action: &&Action| recipes().any(|recipe| recipe.action == action.name && wanted(&recipe.probe));
    api.actions.iter().filter(named).filter_map(|action| Some((action, bare(api, action)?))).collect()
}

/// A list that can be called without parameters: one that recipes look into, or any other.
fn a_list(api: &'static Api) -> Option<(&'static Action, Request)> {
    let lists = probes(api, |probe| matches!(probe, Probe::Listing { .. })).into_iter();
    let others = api.actions.iter().filter_map(|action| Some((action, bare(api, action)?)));
    lists.chain(others).next()
}

/// A request without parameters, if the action is a read that needs none and costs nothing.
fn bare(api: &Api, action: &Action) -> Option<Request> {
    if action.effect != Effect::Read || action.cost.is_some() {
        return None;
    }
    let request = dynamic::operation(&api.id, &action.name)?.request(&Map::new().into()).ok()?;
    // Advice too would say that a parameter is missing.
    request.problems().is_empty().then_some(request)
}
