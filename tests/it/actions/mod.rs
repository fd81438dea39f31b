//! Every action of the description, one by one: what is sent, and what responses and errors become.

mod by_name;
mod dry_runs;
mod endpoint;
mod errors;
mod living;
mod logs;
mod material;
mod matrix;
mod methods;
mod plays;
mod probes;
mod proof;
mod recipes;
mod recorded;
mod requests;
mod responses;
mod sample;
mod secrets;
mod stage;

use crate::setup::futures::{now, run};
use crate::setup::script::{Script, response_with_headers};
use cloudcert::api::Signature;
use cloudcert::model::{self, Action, Api, Family};
use cloudcert::wire::{Members, Structure};
use cloudcert::{CallOptions, Config, DryRun, Error, Operation, Reconcile};
use plays::{Begin, Call};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// An action, with functions that do the same for every action whatever its types are.
struct Case {
    api: &'static Api,
    action: &'static Action,
    /// Sends a request that is given as JSON, without validation.
    call: fn(Config, &Value) -> Result<Outcome, Error>,
    /// The same with options.
    call_with: fn(Config, &Value, CallOptions) -> Result<Outcome, Error>,
    /// Signs a request without sending it, and without validation.
    dry_run: fn(Config, &Value) -> Result<DryRun, Error>,
    /// The same with options.
    dry_run_with: fn(Config, &Value, CallOptions) -> Result<DryRun, Error>,
    /// Reads a response, without a call, and shows it.
    shown: fn(&Value) -> Outcome,
    /// A request in both forms of debug output, and as JSON.
    request: fn(&Value) -> Outcome,
    /// The names of the typed codes of an error.
    codes: fn(&Error) -> [Option<String>; 2],
    /// The effect of a request.
    effect: fn(&Value) -> cloudcert::api::Effect,
    /// Begins a guarded call, if the action has a recipe.
    guard: Option<Begin>,
}

impl Case {
    /// The signature schemes of the action's cloud, the default first.
    fn schemes(&self) -> [Signature; 2] {
        match self.api.protocol.family {
            Family::AliyunRpc => [Signature::AliyunV1, Signature::Acs3],
            Family::KsyunQuery => [Signature::Aws4, Signature::KsyunSimple],
        }
    }
}

/// The case of an action of this API version. Versions have actions of one name.
fn case_of(api: &str, action: &str) -> Case {
    cases().into_iter().find(|case| case.api.id == api && case.action.name == action).unwrap()
}

/// The request of an example that is answered. What no document describes may lack one: then the required parameters, made from their types.
fn example(case: &Case, wanted: impl Fn(&Map<String, Value>) -> bool) -> Map<String, Value> {
    let answered = case.action.examples.iter().filter(|example| example.error.is_none());
    let mut all = answered.map(|example| example.request.clone().into_iter().collect());
    let mut request = all.find(&wanted).unwrap_or_else(|| {
        assert!(case.action.examples.is_empty(), "{} has no such example", case.action.name);
        let required = case.action.parameters.iter().filter(|field| field.need == model::Need::Required);
        sample::members(case.api, required, sample::Style::default())
    });
    // Without it the client makes one, and the effect depends on it.
    if let Some(key) = case.action.repeat_key() {
        request.insert(key.wire.clone(), format!("key-{}", case.action.name).into());
    }
    request
}

/// What a structure shows: its JSON, its debug output and its unknown fields.
struct Outcome {
    json: Value,
    debug: String,
    unknown: Vec<String>,
}

impl Outcome {
    fn of<T: Members + std::fmt::Debug + serde::Serialize>(of: &T) -> Self {
        Self {
            json: serde_json::to_value(of).unwrap(),
            debug: format!("{of:?}\n{of:#?}"),
            unknown: of.unknown().map(|all| all.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default(),
        }
    }
}

fn read<R: Operation + serde::de::DeserializeOwned>(request: &Value) -> R {
    serde_json::from_value(request.clone()).unwrap()
}

fn shown<T: Structure + Default + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned>(
    response: &Value,
) -> Outcome {
    Outcome::of(&serde_json::from_value::<T>(response.clone()).unwrap())
}

macro_rules! each_action {
    ($($feature:literal $module:path { $($file:ident $inner:ident,)* })*) => {
        /// Every action that this test program knows.
        fn cases() -> Vec<Case> {
            let mut cases = Vec::new();
            $({
                use $module as api;

                /// Has one method for requests with a recipe, and another for all.
                struct Guard<R>(PhantomData<R>);

                impl<R: Reconcile + serde::de::DeserializeOwned> Guard<R> {
                    fn begin(&self) -> Option<Begin> {
                        let Self(PhantomData) = self;
                        Some(|stage, config, request, saved| {
                            let (client, request) = (api::Client::new(config)?, read::<R>(request));
                            let call = match saved {
                                Some(saved) => client.guard_again(request, saved),
                                None => client.guard(request),
                            };
                            Ok(Box::new(stage.run(call)?) as Box<dyn Call>)
                        })
                    }
                }

                trait Unguarded {
                    fn begin(&self) -> Option<Begin> {
                        None
                    }
                }

                impl<R> Unguarded for Guard<R> {}

                $(cases.push({
                    use api::$file::Request;
                    type Response = <Request as Operation>::Response;
                    let api = model::api($feature).unwrap();
                    Case {
                        api,
                        action: api.action(Request::ACTION.name).unwrap(),
                        call: |config, request| {
                            let client = api::Client::new(config).unwrap();
                            let options = CallOptions::new().skip_validation();
                            run(client.send_with(read::<Request>(request), options)).map(|response| Outcome::of(&response))
                        },
                        call_with: |config, request, options| {
                            let client = api::Client::new(config).unwrap();
                            run(client.send_with(read::<Request>(request), options)).map(|response| Outcome::of(&response))
                        },
                        dry_run: |config, request| {
                            let client = api::Client::new(config).unwrap();
                            let options = CallOptions::new().skip_validation();
                            now(client.dry_run_with(read::<Request>(request), options))
                        },
                        dry_run_with: |config, request, options| {
                            let client = api::Client::new(config).unwrap();
                            now(client.dry_run_with(read::<Request>(request), options))
                        },
                        shown: shown::<Response>,
                        request: |request| Outcome::of(&read::<Request>(request)),
                        codes: |error| {
                            [api::ErrorCode::of(error).map(|c| format!("{c:?}")), each_action!(@ $inner api error)]
                        },
                        effect: |request| read::<Request>(request).effect(),
                        guard: Guard::<Request>(PhantomData).begin(),
                    }
                });)*
            })*
            cases
        }
    };
    (@ inner $api:ident $error:ident) => { $api::InnerCode::of($error).map(|c| format!("{c:?}")) };
    (@ none $api:ident $error:ident) => { None };
}

// Made by the build script, so that a new action is tested by itself.
include!(concat!(env!("OUT_DIR"), "/generated/actions.rs"));

#[test]
fn every_action_of_the_description_is_tested() {
    let name = |api: &Api, action: &Action| format!("{} {}", api.id, action.name);
    let described: BTreeSet<String> =
        model::apis().iter().flat_map(|api| api.actions.iter().map(|action| name(api, action))).collect();
    let tested: BTreeSet<String> = cases().iter().map(|case| name(case.api, case.action)).collect();
    assert_eq!(tested, described);
}

/// Calls the action over a script with this response, which has a request id as every service gives one.
fn call_with_response(case: &Case, status: u16, body: impl Into<String>) -> Result<Outcome, Error> {
    let headers = vec![("content-type", "application/json"), ("x-acs-request-id", "R-0"), ("x-kss-request-id", "R-0")];
    (case.call)(Script::reply(response_with_headers(status, headers, body)).config(), &serde_json::json!({}))
}
