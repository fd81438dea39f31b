//! Every action with a recipe, at the local endpoint: its response is lost, and probes find out whether it was executed. The endpoint
//! counts how often it was.

use super::stage::{Stage, csr};
use super::{Case, case_of, cases};
use crate::setup::config::{config_at, keys_for};
use crate::setup::requests::application;
use cloudcert::model::Probe;
use cloudcert::{Config, Environment, Error, ErrorKind, Evidence, Guarded, Outcome, Reconcile, Sleep};
use cloudcert_emulator::{Clock, Fault, Rule};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A guarded call of any action.
pub(super) trait Call {
    fn send(&self, stage: &Stage) -> Result<(), Error>;
    fn try_find_out(&self, stage: &Stage) -> Result<Outcome, Error>;
    fn find_out(&self, stage: &Stage) -> Outcome {
        self.try_find_out(stage).unwrap_or_else(|e| panic!("{e}"))
    }
    fn found(&self) -> usize;
    /// Sends the call, and drops its future when there is no response after a while.
    fn abandon(&self, stage: &Stage);
}

impl<R: Reconcile> Call for Guarded<R> {
    fn send(&self, stage: &Stage) -> Result<(), Error> {
        stage.run(Guarded::send(self)).map(|_| ())
    }

    fn try_find_out(&self, stage: &Stage) -> Result<Outcome, Error> {
        stage.run(Guarded::find_out(self))
    }

    fn found(&self) -> usize {
        Guarded::found(self).len()
    }

    fn abandon(&self, stage: &Stage) {
        let sent = stage.run(async { tokio::time::timeout(Duration::from_millis(300), Guarded::send(self)).await });
        assert!(sent.is_err(), "there was a response");
    }
}

type Begin = fn(&Stage, Config, &Value) -> Result<Box<dyn Call>, Error>;

macro_rules! guards {
    ($($api:literal $name:literal $module:ident :: $version:ident $file:ident,)*) => {
        /// Every action with a recipe.
        const GUARDS: &[(&str, &str, Begin)] = &[$(($api, $name, |stage, config, request| {
            use cloudcert::$module::$version::{Client, $file::Request};
            let request: Request = serde_json::from_value(request.clone()).unwrap();
            let client = Client::new(config)?;
            Ok(Box::new(stage.run(client.guard(request))?))
        }),)*];
    };
}

guards! {
    "aliyun-cas-2020-04-07" "CreateCertificateRequest" aliyun_cas::v2020_04_07 create_certificate_request,
    "aliyun-cas-2020-04-07" "CreateCertificateWithCsrRequest" aliyun_cas::v2020_04_07 create_certificate_with_csr_request,
    "aliyun-cas-2020-04-07" "DeleteCertificateRequest" aliyun_cas::v2020_04_07 delete_certificate_request,
    "aliyun-cas-2018-07-13" "CreateDVOrderAudit" aliyun_cas::v2018_07_13 create_dv_order_audit,
    "aliyun-cas-2018-07-13" "CreateUserCertificate" aliyun_cas::v2018_07_13 create_user_certificate,
    "ksyun-kcm-2016-03-04" "ApplyCertificate" ksyun_kcm::v2016_03_04 apply_certificate,
    "ksyun-kcm-2016-03-04" "ExtendCertificate" ksyun_kcm::v2016_03_04 extend_certificate,
    "ksyun-kcm-2016-03-04" "RevokeCertificate" ksyun_kcm::v2016_03_04 revoke_certificate,
    "ksyun-kcm-2016-03-04" "UpdateCertificate" ksyun_kcm::v2016_03_04 update_certificate,
}

/// Sleeps return at once and move the endpoint's clock.
#[derive(Debug)]
struct EndpointClock {
    clock: Clock,
    slept: Mutex<Duration>,
    nonces: AtomicU64,
}

impl Environment for EndpointClock {
    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn elapsed(&self) -> Duration {
        *self.slept.lock().unwrap()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        static CLIENTS: AtomicU64 = AtomicU64::new(0);
        let client = CLIENTS.fetch_add(1, Ordering::Relaxed);
        Ok(format!("recipe-{client}-{}", self.nonces.fetch_add(1, Ordering::Relaxed)))
    }

    fn sleep(&self, time: Duration) -> Sleep {
        self.clock.advance(time);
        *self.slept.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }
}

/// A guarded call and its surroundings.
pub(super) struct Play<'a> {
    pub(super) stage: &'a Stage,
    pub(super) case: Case,
    begin: Begin,
    request: Value,
    executed_before: usize,
}

impl<'a> Play<'a> {
    pub(super) fn new(stage: &'a Stage, number: usize) -> Self {
        let (api, name, begin) = GUARDS[number];
        let case = case_of(api, name);
        let submits = |e: &cloudcert::model::Example| e.request.get("IsSubmit").is_none_or(|is| *is == json!(true));
        let example = case.action.examples.iter().find(|e| e.error.is_none() && submits(e)).unwrap();
        let mut request: Map<String, Value> = example.request.clone().into_iter().collect();
        request.entry("CSR").and_modify(|made_up| *made_up = json!(csr()));
        request.entry("Name").and_modify(|made_up| *made_up = json!(stage.instance()));
        request.extend(stage.real(&case).as_object().unwrap().clone());
        if name.starts_with("CreateCertificate") {
            request.insert("ProductCode".to_owned(), json!("geotrust-dv-1-starter"));
        }
        let mut play = Self { stage, case, begin, request: Value::Object(request), executed_before: 0 };
        play.executed_before = play.count();
        play
    }

    pub(super) fn config_by_endpoint_clock(&self) -> Config {
        let environment =
            EndpointClock { clock: self.stage.endpoint.clock(), slept: Mutex::default(), nonces: AtomicU64::new(0) };
        config_at(self.stage.endpoint.url(), keys_for(self.case.api.protocol.family)).environment(environment)
    }

    pub(super) fn try_guard(&self) -> Result<Box<dyn Call>, Error> {
        (self.begin)(self.stage, self.config_by_endpoint_clock(), &self.request)
    }

    pub(super) fn guard(&self) -> Box<dyn Call> {
        self.try_guard().unwrap_or_else(|e| panic!("{}: {e}", self.about()))
    }

    fn inject(&self, fault: Fault) {
        self.stage.endpoint.clear_faults();
        self.stage.endpoint.inject(Rule::new(fault).action(&*self.case.action.name).times(1)).unwrap();
    }

    /// Sends the same call by another client.
    fn somebody_else(&self) {
        (self.case.call)(self.config_by_endpoint_clock(), &self.request)
            .unwrap_or_else(|e| panic!("{}: {e}", self.about()));
    }

    pub(super) fn about(&self) -> &str {
        &self.case.action.name
    }

    /// How often the endpoint has executed the action, by its log.
    fn count(&self) -> usize {
        let state = self.stage.endpoint.state();
        let latest = state["requests"]["latest"].as_array().unwrap();
        let of = |call: &&Value| call["action"] == json!(self.about()) && call["executed"] == json!(true);
        latest.iter().filter(of).count()
    }

    /// How often it was executed since this play began.
    pub(super) fn happened(&self) -> usize {
        self.count() - self.executed_before
    }

    pub(super) fn probe(&self) -> &'static Probe {
        &self.case.action.reconcile.first().unwrap().probe
    }

    /// The evidence for a verdict on the action.
    fn evidence(&self) -> Evidence {
        match self.probe() {
            Probe::Counter { .. } => Evidence::Counter,
            Probe::State { .. } => Evidence::State,
            Probe::Listing { .. } => Evidence::List,
        }
    }

    pub(super) fn executed(&self) -> Outcome {
        Outcome::Executed { evidence: self.evidence() }
    }

    /// Sends the call and gets no response that tells whether it was executed.
    pub(super) fn lose(&self, call: &dyn Call, fault: Fault) {
        self.inject(fault);
        let error = call.send(self.stage).unwrap_err();
        assert!(error.outcome_unknown(), "{}: {error}", self.about());
        let recipe = error.how_to_find_out().unwrap();
        assert!(error.to_string().contains(recipe), "{error}");
        self.refuses(call);
    }

    /// Checks that a further call is refused and sends nothing.
    pub(super) fn refuses(&self, call: &dyn Call) {
        let before = self.stage.endpoint.state()["requests"]["seen"].clone();
        let error = call.send(self.stage).unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Guarded, false), "{}", self.about());
        assert_eq!(self.stage.endpoint.state()["requests"]["seen"], before);
    }
}

pub(super) fn for_each(of: impl Fn(Play<'_>)) {
    let stage = Stage::new();
    for number in 0..GUARDS.len() {
        of(Play::new(&stage, number));
    }
}

#[test]
fn every_recipe_of_the_description_is_played() {
    let recipes = cases().into_iter().filter(|case| !case.action.reconcile.is_empty());
    let described = recipes.map(|case| (case.api.id.as_str(), case.action.name.as_str())).collect();
    assert_eq!(GUARDS.iter().map(|(api, name, _)| (*api, *name)).collect::<BTreeSet<_>>(), described);
}

#[test]
fn a_call_whose_response_was_lost_is_proved_executed_and_not_sent_again() {
    for_each(|play| {
        let call = play.guard();
        play.lose(&*call, Fault::CloseAfterCommit);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        let listed = matches!(play.probe(), Probe::Listing { .. });
        assert_eq!(call.found(), usize::from(listed), "{}", play.about());
        play.refuses(&*call);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn a_call_that_did_not_arrive_is_proved_not_executed_and_may_be_sent_again() {
    for fault in [Fault::CloseBeforeReading, Fault::Internal { committed: false }] {
        for_each(|play| {
            let call = play.guard();
            play.lose(&*call, fault.clone());
            let outcome = call.find_out(play.stage);
            // This recipe can never prove that the call was not executed.
            let silent = matches!(play.probe(), Probe::State { not_executed, .. } if not_executed.is_empty());
            assert_eq!(silent, matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
            if silent {
                play.refuses(&*call);
                assert_eq!(play.happened(), 0, "{}", play.about());
                return;
            }
            assert_eq!(outcome, Outcome::NotExecuted { evidence: play.evidence() }, "{}", play.about());
            call.send(play.stage).unwrap_or_else(|e| panic!("{}: {e}", play.about()));
            play.refuses(&*call);
            let outcome = call.find_out(play.stage);
            assert_eq!(outcome, Outcome::Executed { evidence: Evidence::Response }, "{}", play.about());
            assert_eq!(play.happened(), 1, "{}", play.about());
        });
    }
}

#[test]
fn the_same_call_by_somebody_else_makes_the_verdict_ambiguous() {
    for_each(|play| {
        let ours = match play.probe() {
            // One more than expected.
            Probe::Counter { .. } | Probe::Listing { compare_before: true, .. } => {
                let call = play.guard();
                play.lose(&*call, Fault::CloseAfterCommit);
                play.somebody_else();
                call
            }
            // It is there already.
            Probe::State { .. } | Probe::Listing { compare_before: false, .. } => {
                play.somebody_else();
                let call = play.guard();
                play.lose(&*call, Fault::Internal { committed: false });
                call
            }
        };
        let outcome = ours.find_out(play.stage);
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
        play.refuses(&*ours);
        let wanted = if matches!(play.probe(), Probe::Counter { .. } | Probe::Listing { compare_before: true, .. }) {
            2
        } else {
            1
        };
        assert_eq!(play.happened(), wanted, "{}", play.about());
    });
}

#[test]
fn the_outcome_of_a_dropped_call_is_found_by_probes() {
    for_each(|play| {
        let call = play.guard();
        play.inject(Fault::Stall { ms: 1_000 });
        call.abandon(play.stage);
        play.refuses(&*call);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn an_application_can_be_completed_at_once_because_the_client_waits() {
    use cloudcert::ksyun_kcm::v2016_03_04::Client;
    let stage = Stage::new();
    let apply = GUARDS.iter().position(|(_, name, _)| *name == "ApplyCertificate").unwrap();
    let play = Play::new(&stage, apply);
    let client = Client::new(play.config_by_endpoint_clock()).unwrap();
    let apply = || stage.run(application(&client).send()).unwrap().certificate.certificate_id;
    let update = |client: &Client, id| stage.run(client.update_certificate().certificate_id(id).city("Beijing").send());
    // Another client does not know of the application.
    let stranger = Client::new(play.config_by_endpoint_clock()).unwrap();
    assert_eq!(update(&stranger, apply()).unwrap_err().inner_code(), Some("order_not_exist"));
    let before = stage.endpoint.clock().now();
    update(&client, apply()).unwrap();
    assert!(stage.endpoint.clock().now() - before >= 2, "two seconds have passed, by the endpoint's clock");
}
