//! Runs generated programs against endpoints on other descriptions. The plan comes as JSON in the file that the first argument names; each run
//! is printed as a line of JSON. What is run, and what it means, the test decides that makes the plan.

use cloudcert::api::Signature;
use cloudcert::http::{Format, Method};
use cloudcert::wire::{Members, Shown, Value as Held};
use cloudcert::{Config, Credentials, Error, Operation, Pages, Paginated, Pending, Retries, Wait};
use cloudcert_emulator::{Emulator, Handle, Rule};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What a call of a program has led to, as JSON.
pub(crate) type Result = Pin<Box<dyn Future<Output = Value> + Send>>;

/// The programs by name.
#[derive(Default)]
pub(crate) struct Programs {
    calls: BTreeMap<&'static str, fn(Config, Value) -> Result>,
    others: BTreeMap<&'static str, fn(Config) -> Result>,
    values: BTreeMap<&'static str, fn(&str) -> bool>,
}

impl Programs {
    /// Adds a program that sends a request.
    pub(crate) fn call(&mut self, name: &'static str, program: fn(Config, Value) -> Result) {
        self.calls.insert(name, program);
    }

    /// Adds a program that needs no request: it reads pages, or waits.
    pub(crate) fn other(&mut self, name: &'static str, program: fn(Config) -> Result) {
        self.others.insert(name, program);
    }

    /// Adds an enum: whether a program knows a value.
    pub(crate) fn values(&mut self, name: &'static str, knows: fn(&str) -> bool) {
        self.values.insert(name, knows);
    }
}

/// Sends a request that is given as JSON.
pub(crate) fn send<R: Operation + DeserializeOwned>(
    request: Value,
    send: impl FnOnce(R) -> std::result::Result<Pending<R::Response>, Error>,
    code: fn(&Error) -> String,
    view: fn(&R::Response) -> String,
) -> Result {
    let sent = serde_json::from_value(request).map(send);
    boxed(async move {
        match sent {
            Err(error) => json!({ "unwritable": error.to_string() }),
            Ok(Err(error)) => failure(&error, code),
            Ok(Ok(pending)) => match pending.await {
                Ok(response) => json!({ "ok": structure(&response), "more": more(&response), "view": view(&response) }),
                Err(error) => failure(&error, code),
            },
        }
    })
}

/// Reads all pages.
pub(crate) fn pages<R: Paginated>(pages: std::result::Result<Pages<R>, Error>) -> Result
where
    R::Item: Held,
{
    let items = pages.map(Pages::into_items).map(|items| items.max_pages(20).collect_all());
    boxed(async move {
        let items = match items {
            Ok(items) => items.await,
            Err(error) => Err(error),
        };
        match items {
            Ok(items) => json!({ "ok": items.iter().filter_map(|item| value(&item.show())).collect::<Vec<_>>() }),
            Err(error) => failure(&error, |_| String::new()),
        }
    })
}

/// Waits, for a moment.
pub(crate) fn wait<R: Operation>(wait: std::result::Result<Wait<R>, Error>) -> Result {
    let moment = Duration::from_millis(30);
    let wait = wait.map(|wait| wait.initial_interval(moment / 3).max_interval(moment / 3).deadline(moment));
    boxed(async move {
        match wait {
            Ok(wait) => match wait.await {
                Ok(_) => json!({ "ok": "the wait succeeds" }),
                Err(error) => failure(&error, |_| String::new()),
            },
            Err(error) => failure(&error, |_| String::new()),
        }
    })
}

fn boxed(future: impl Future<Output = Value> + Send + 'static) -> Result {
    Box::pin(future)
}

fn failure(error: &Error, code: fn(&Error) -> String) -> Value {
    json!({
        "error": format!("{:?}", error.kind()),
        "code": error.code(),
        "known": code(error),
        "status": error.status(),
        "outcome_unknown": error.outcome_unknown(),
        "already_done": error.already_done(),
        "retry_after": error.retry_after().map(|time| time.as_millis()),
        "row": error.info().map(|row| format!("{} {} {:?} {}", row.code, row.inner_code.unwrap_or_default(), row.retry, row.message_contains.unwrap_or_default())),
        "message": error.to_string(),
    })
}

fn structure(of: &dyn Members) -> Value {
    let mut members = Map::new();
    of.each(&mut |field, held| {
        if let Some(value) = value(&held.show()) {
            members.insert(field.wire.to_owned(), value);
        }
    });
    Value::Object(members)
}

/// Members of a response that its program does not know.
fn more(of: &dyn Members) -> Value {
    let unknown = of.unknown().into_iter().flat_map(|unknown| unknown.iter());
    unknown.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// A value as a program holds it, secrets too: everything here is made up.
fn value(shown: &Shown<'_>) -> Option<Value> {
    Some(match shown {
        Shown::Text(text) => json!(text),
        Shown::Secret(secret) => json!(secret.expose()),
        Shown::Integer(number) => json!(number),
        Shown::Float(number) => json!(number),
        Shown::Boolean(truth) => json!(truth),
        Shown::List(list) => (0..list.count()).filter_map(|at| value(&list.at(at)?.show())).collect(),
        Shown::Map(map) => {
            let mut entries = Map::new();
            map.each_entry(&mut |name, held| {
                if let Some(value) = value(&held.show()) {
                    entries.insert(name.to_owned(), value);
                }
            });
            Value::Object(entries)
        }
        Shown::Structure(of) => structure(*of),
        Shown::Any(any) => (*any).clone(),
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Plan {
    models: Vec<Value>,
    endpoints: Vec<Planned>,
}

/// An endpoint, and the runs against it.
#[derive(Deserialize)]
struct Planned {
    model: usize,
    /// The response of each action, by the places of its API and of itself in the description.
    responses: Vec<(usize, usize, Value)>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    program: String,
    /// Absent for a program that reads pages or waits.
    request: Option<Value>,
    key: String,
    xml: bool,
    method: Option<String>,
    signature: Option<String>,
    fault: Option<Value>,
    retries: bool,
    /// Places of enums in the response, each with the name of the enum.
    enums: Vec<(Vec<String>, String)>,
}

/// Carries out the plan, on a thread for each processor.
pub(crate) fn run(programs: &Programs) {
    let file = std::env::args().nth(1).expect("the plan is the first argument");
    let plan: Plan = serde_json::from_slice(&std::fs::read(file).expect("the plan can be read")).expect("a plan");
    let next = AtomicUsize::new(0);
    let lines = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(planned) = plan.endpoints.get(at) else { break };
                    let seen = runtime.block_on(all(programs, &plan.models[planned.model], planned));
                    lines.lock().expect("no thread has failed").insert(at, seen);
                }
            });
        }
    });
    for line in lines.into_inner().expect("no thread has failed").into_values().flatten() {
        println!("{line}");
    }
}

/// All runs against an endpoint.
async fn all(programs: &Programs, model: &Value, planned: &Planned) -> Vec<Value> {
    let mut model = model.clone();
    for (api, action, response) in &planned.responses {
        let example = json!({ "title": {"en": "", "zh": ""}, "request": {}, "response": response, "error": null });
        model["apis"][*api]["actions"][*action]["examples"] = json!([example]);
    }
    let model = serde_json::from_value(model).expect("a model");
    let endpoint = Emulator::new().model(model).serve().await.expect("the endpoint answers from the model");
    let mut seen = Vec::new();
    for run in &planned.runs {
        seen.push(one(programs, &endpoint, run).await);
    }
    endpoint.stop().await;
    seen
}

fn named<'a, T>(all: &'a BTreeMap<&'static str, T>, name: &str) -> &'a T {
    all.get(name).unwrap_or_else(|| panic!("there is no program {name}"))
}

/// One run, and what the endpoint has seen of it.
async fn one(programs: &Programs, endpoint: &Handle, run: &Run) -> Value {
    endpoint.reset();
    if let Some(fault) = &run.fault {
        let rule: Rule = serde_json::from_value(fault.clone()).expect("a rule");
        endpoint.inject(rule).expect("a rule for this endpoint");
    }
    let mut config = Config::new(Credentials::new(run.key.as_str(), "testsecret"))
        .endpoint(endpoint.url())
        .format(if run.xml { Format::Xml } else { Format::Json })
        .retries(if run.retries {
            Retries::new().initial_backoff(Duration::from_millis(1)).max_backoff(Duration::from_millis(2))
        } else {
            Retries::none()
        });
    if let Some(method) = &run.method {
        config = config.method(if method == "GET" { Method::Get } else { Method::Post });
    }
    if let Some(signature) = &run.signature {
        config = config.signature(match signature.as_str() {
            "aliyun-v1" => Signature::AliyunV1,
            "acs3" => Signature::Acs3,
            "aws4" => Signature::Aws4,
            _ => Signature::KsyunSimple,
        });
    }
    let result = match &run.request {
        Some(request) => named(&programs.calls, &run.program)(config, request.clone()),
        None => named(&programs.others, &run.program)(config),
    };
    let mut result = result.await;
    let mut unknown = Vec::new();
    for (path, name) in &run.enums {
        let knows = named(&programs.values, name);
        held(result.get("ok"), path, &mut |text| {
            if !knows(&text) {
                unknown.push(json!([path.join("."), text]));
            }
        });
    }
    result["unknown"] = Value::Array(unknown);
    result["log"] = endpoint.state()["requests"]["latest"].clone();
    result
}

/// The single values at a path, through lists.
fn held(value: Option<&Value>, path: &[String], each: &mut dyn FnMut(String)) {
    match (value, path) {
        (Some(Value::Array(items)), _) => items.iter().for_each(|item| held(Some(item), path, each)),
        (Some(Value::Object(members)), [name, rest @ ..]) => held(members.get(name), rest, each),
        (Some(Value::String(text)), []) => each(text.clone()),
        (Some(other @ (Value::Number(_) | Value::Bool(_))), []) => each(other.to_string()),
        _ => {}
    }
}
