//! What the service says: endpoint, clock and quota by the responses of reads that cost nothing.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::lang::Lang;
use crate::state as place;
use cloudcert::api::Retry;
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

/// Calls what counts quota, or a list if nothing does or it is not `counted`, and judges endpoint, clock and quota by the responses.
pub(super) async fn service(context: &Context, findings: &mut Findings, client: &Client, counted: bool) {
    let lang = findings.lang;
    let Some(api) = client.model() else { return };
    let counters = if counted { probes(api, |probe| matches!(probe, Probe::Counter { .. })) } else { Vec::new() };
    let has_counters = !counters.is_empty();
    let calls = if has_counters { counters } else { a_list(api).into_iter().collect() };
    if calls.is_empty() {
        return findings
            .skipped("endpoint", lang.say("nothing can be called without parameters", "没有无需参数的接口"));
    }
    for (index, (action, request)) in calls.iter().enumerate() {
        let options = CallOptions::new().operation_timeout(context.timeout.unwrap_or(PATIENCE));
        let answer = client.send_with(request, options).await;
        if index == 0 && !reached(context, findings, client, api, &answer) {
            return;
        }
        let check = if has_counters { "quota" } else { "call" };
        if !judge(context, findings, &api.id, (check, action), answer) {
            return;
        }
    }
    if counted && !has_counters {
        findings.skipped("quota", lang.say("no action counts it", "没有接口可查询"));
    }
}

/// Judges endpoint and clock by the first answer. Returns whether there was one.
fn reached(
    context: &Context,
    findings: &mut Findings,
    client: &Client,
    api: &Api,
    answer: &Result<Response, Error>,
) -> bool {
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
    // In a rehearsal whose clock was moved, the moved time counts.
    let moved = place::now(context, &client.endpoint()).ok().flatten();
    let moved = moved.map_or(0, |now| now.as_second().saturating_sub(jiff::Timestamp::now().as_second()));
    let Some(ahead) = ahead.map(|ahead| ahead.saturating_add(moved)) else {
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
    api: &str,
    (check, action): (&str, &Action),
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
        Err(error) if is_of_service(api, &error) => {
            let failure = context.failure(&error, api, &[]);
            let code = format!("{name}: {}", error.code().unwrap_or_default());
            let next = failure.report.remedy.as_ref().map(|remedy| remedy.of(findings.lang.into()));
            findings.fine(check, &code, next);
            true
        }
        Err(error) => {
            findings.problem(check, &refused(context, api, &error));
            false
        }
    }
}

/// Why a read was refused, with the exit code of a check.
fn refused(context: &Context, api: &str, error: &Error) -> Failure {
    let mut failure = context.failure(error, api, &[]);
    let keys = error.info().is_some_and(|info| info.retry == Retry::Renew);
    failure.exit = match failure.exit {
        _ if keys || error.signature_difference().is_some() => Exit::Unconfigured,
        exit @ (Exit::Unconfigured | Exit::NotNow) => exit,
        _ => Exit::Failed,
    };
    failure
}

/// The read that counts a package.
pub(super) fn of_package(api: &str, product: &str) -> Option<Request> {
    dynamic::operation(api, "DescribePackageState")?.request(&json!({ "ProductCode": product })).ok()
}

/// How many certificates are left in a package, after endpoint and clock were judged by the response.
pub(super) async fn left(context: &Context, findings: &mut Findings, client: &Client, call: &Request) -> Option<i64> {
    let api = client.model()?;
    let options = CallOptions::new().operation_timeout(context.timeout.unwrap_or(PATIENCE));
    let answer = client.send_with(call, options).await;
    if !reached(context, findings, client, api, &answer) {
        return None;
    }
    let response = match answer {
        Ok(response) => response.json(),
        Err(error) => {
            let mut failure = refused(context, &api.id, &error);
            if failure.exit == Exit::Failed && error.kind() == ErrorKind::Service {
                let next = "correct `product` of the certificate: the service does not know it, or no package of it was bought.";
                let next = findings.lang.say(next, "请更正证书的 `product`：服务不认识该产品，或未购买其资源包。");
                failure = failure.remedy(next);
            }
            findings.problem("quota", &failure);
            return None;
        }
    };
    let count = |name: &str| {
        let value = response.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    };
    let left = count("TotalCount").zip(count("UsedCount")).map(|(total, used)| total.saturating_sub(used));
    if left.is_none() {
        let lang = findings.lang;
        findings.skipped("quota", lang.say("the service does not say what is left", "服务未说明剩余数量"));
    }
    left
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
