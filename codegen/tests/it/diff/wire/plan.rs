//! Which programs are run against which endpoints, with what.

use super::code::{Code, code_of, program};
use super::endpoint::{advice_differs, all_rounds, counterpart, enforced, responses, rows, with_all_rows};
use super::requests::{effects, requests};
use super::run::{Key, Round, What};
use cloudcert_codegen::model::{Action, Api, Envelope, Family, Field, Method, Model, Need, Type};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All runs, each once.
#[derive(Default)]
pub(super) struct Plan {
    runs: BTreeMap<Key, Value>,
}

/// The enums in a response: places, and names.
fn enums(api: &Api, fields: &[Field], way: &[String], all: &mut Vec<(Vec<String>, String)>) {
    for field in fields {
        let way = [way, std::slice::from_ref(&field.wire)].concat();
        match innermost(&field.kind) {
            Type::Enum(name) => all.push((way, name.clone())),
            Type::Structure(name) | Type::JsonText(name) if way.len() < 4 => {
                let members = field.defines.as_ref().or_else(|| api.structure(name));
                enums(api, members.map_or(&[][..], |of| &of.fields), &way, all);
            }
            _ => {}
        }
    }
}

fn innermost(kind: &Type) -> &Type {
    kind.element().map_or(kind, innermost)
}

impl Plan {
    /// Adds what the programs of one model do against endpoints on another. `other` is the model that the requests are tried for: what
    /// differs there is tried with all its values.
    pub(super) fn add(&mut self, code: &mut Code, models: &[&Model], [client, endpoint, other]: [usize; 3]) {
        for (at, api) in models[client].apis.iter().enumerate() {
            for action in &api.actions {
                let there = counterpart(models[endpoint], at, api);
                let stands = code.stands_for(models, client, at, action);
                let key = |round, what| Key {
                    endpoint,
                    against: None,
                    round,
                    client,
                    api: at,
                    action: action.name.clone(),
                    what,
                };
                let base = Base { code: stands, api, at, action };
                let different =
                    counterpart(models[other], at, api).and_then(|api| Some((api, api.action(&action.name)?)));
                let requests = requests(api, action, different);
                for (name, request) in &requests {
                    let run = base.run(&action.name, Some(request));
                    let key = key(Round::Whole(0), What::Request(name.clone()));
                    // An endpoint on the older description is compared with one on the newer.
                    let against = if endpoint == client { other } else { client };
                    if advice_differs(models[endpoint], models[against]) {
                        self.runs.insert(Key { against: Some(against), ..key.clone() }, run.clone());
                    }
                    self.runs.insert(key, run);
                }
                let Some((there, same)) = there.and_then(|api| Some((api, api.action(&action.name)?))) else {
                    continue;
                };
                // What is the same in both descriptions is looked at once.
                let touched = different.is_none_or(|(other, same)| code_of(other, same) != code_of(api, action));
                let (_, request) = &requests[1];
                let rounds = all_rounds(models[endpoint]);
                for round in rounds.iter().copied().take(if touched { usize::MAX } else { 1 }) {
                    for xml in [false, true].into_iter().take(if touched { 2 } else { 1 }) {
                        let run = with(base.run(&action.name, Some(request)), "xml", json!(xml));
                        self.runs.insert(key(round, What::Response { xml }), run);
                    }
                }
                if !touched {
                    continue;
                }
                for (what, run) in base.variants(request, there, same) {
                    self.runs.insert(key(Round::Whole(0), what), run);
                }
                for (name, request) in &requests {
                    let fault = json!({ "times": 1, "fault": { "kind": "close-after-commit" } });
                    let run = with(base.run(&action.name, Some(request)), "fault", fault);
                    if name == "full"
                        || effects(action) != different.map(|(_, other)| effects(other)).unwrap_or_default()
                    {
                        self.runs.insert(key(Round::Whole(0), What::Lost(name.clone())), run);
                    }
                }
                for (what, run) in base.flows(same) {
                    let whole =
                        |round: &&Round| what != What::Pages || matches!(round, Round::Whole(round) if round % 2 == 0);
                    for round in rounds.iter().filter(whole) {
                        self.runs.insert(key(*round, what.clone()), run.clone());
                    }
                }
            }
        }
    }

    /// The plan as the program reads it, and the runs in its order.
    pub(super) fn written(&self, models: &[&Model]) -> (Value, Vec<Key>) {
        let mut endpoints: BTreeMap<(usize, Option<usize>, Round), Vec<Value>> = BTreeMap::new();
        for (key, run) in &self.runs {
            endpoints.entry((key.endpoint, key.against, key.round)).or_default().push(run.clone());
        }
        let (mut described, mut places) = (Vec::new(), BTreeMap::new());
        let mut planned = Vec::new();
        for ((model, against, round), runs) in endpoints {
            let place = *places.entry((model, against)).or_insert_with(|| {
                described.push(json!(enforced(&with_all_rows(models[model]), against.map(|other| models[other]))));
                described.len() - 1
            });
            let written = responses(models[model], round);
            let written: Vec<_> = written.into_iter().map(|(api, action, of)| (api, action, of.written)).collect();
            planned.push(json!({ "model": place, "responses": written, "runs": runs }));
        }
        (json!({ "models": described, "endpoints": planned }), self.runs.keys().cloned().collect())
    }
}

/// An action that runs are made of.
struct Base<'a> {
    code: usize,
    api: &'a Api,
    at: usize,
    action: &'a Action,
}

fn with(mut run: Value, name: &str, value: Value) -> Value {
    run[name] = value;
    run
}

impl Base<'_> {
    fn run(&self, name: &str, request: Option<&Value>) -> Value {
        let mut found = Vec::new();
        if request.is_some() {
            enums(self.api, &self.action.response, &[], &mut found);
        }
        let enums: Vec<_> = found.into_iter().map(|(way, name)| (way, program(self.code, self.at, &name))).collect();
        let key = if self.api.protocol.family == Family::AliyunRpc { "testid" } else { "AKLTtestid" };
        json!({
            "program": program(self.code, self.at, name), "request": request, "key": key, "xml": false,
            "method": null, "signature": null, "fault": null, "retries": true, "enums": enums,
        })
    }

    /// Envelopes, methods, signatures, errors, and a response that is lost. `there` is what the endpoint describes.
    fn variants(&self, request: &Value, there: &Api, same: &Action) -> Vec<(What, Value)> {
        let run = || self.run(&self.action.name, Some(request));
        let once = |fault: Value| json!({ "times": 1, "fault": fault });
        let mut all = Vec::new();
        if there.protocol.envelope == Envelope::Optional || self.api.protocol.envelope == Envelope::Optional {
            all.push((What::Wrapped, with(run(), "fault", once(json!({ "kind": "envelope" })))));
        }
        for method in &self.action.methods {
            let name = if *method == Method::Get { "GET" } else { "POST" };
            all.push((What::Method(name.to_owned()), with(run(), "method", json!(name))));
        }
        for scheme in &self.api.protocol.signatures {
            let name = json!(scheme);
            let what = What::Signature(name.as_str().unwrap().to_owned());
            all.push((what, with(run(), "signature", name)));
        }
        for row in rows(there, same) {
            let fault = json!({ "kind": "service", "row": row, "committed": false });
            all.push((What::Error(row.clone()), with(run(), "fault", once(fault))));
        }
        // Every attempt is throttled, so that the client tells how long it was to wait.
        let throttled = json!({ "fault": { "kind": "throttle", "retry_after_ms": 700 } });
        all.push((What::Throttled, with(with(run(), "fault", throttled), "retries", json!(false))));
        all
    }

    /// Pages and waits. Where only one description has pages, an endpoint on the other would repeat the first one without end.
    fn flows(&self, same: &Action) -> Vec<(What, Value)> {
        if self.action.parameters.iter().any(|field| field.need == Need::Required) {
            return Vec::new();
        }
        let mut all = Vec::new();
        if self.action.paginator.is_some() && same.paginator.is_some() {
            all.push((What::Pages, self.run(&format!("{} pages", self.action.name), None)));
        }
        for waiter in &self.action.waiters {
            let what = What::Wait(waiter.name.clone());
            all.push((what, self.run(&format!("{} {}", self.action.name, waiter.name), None)));
        }
        all
    }
}
