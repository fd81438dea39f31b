//! Guarded calls at the local endpoint, one for each recipe of the description, with everything that the recipe needs.

use super::living::Living;
use super::matrix::{logged, variants};
use super::stage::{Stage, side_by_side};
use super::{Case, cases, material};
use crate::setup::config::{config_at, keys_for};
use cloudcert::api::Effect;
use cloudcert::model::{Given, Probe, Reconcile as Recipe};
use cloudcert::{Config, Environment, Error, ErrorKind, Evidence, Guarded, Outcome, Reconcile, SavedProbe, Sleep};
use cloudcert_emulator::{Clock, Fault, Rule};
use serde_json::{Value, json};
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
    fn saved(&self) -> SavedProbe;
    /// Sends the call, and drops its future as soon as it was executed.
    fn abandon(&self, stage: &Stage, executed: &dyn Fn() -> bool);
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

    fn saved(&self) -> SavedProbe {
        Guarded::saved(self)
    }

    fn abandon(&self, stage: &Stage, executed: &dyn Fn() -> bool) {
        stage.run(async {
            let mut sent = Guarded::send(self);
            while !executed() {
                let early = tokio::time::timeout(Duration::from_millis(20), &mut sent).await;
                assert!(early.is_err(), "there was a response");
            }
        });
    }
}

/// Guards a request, or takes it up with a probe that was saved.
pub(super) type Begin = fn(&Stage, Config, &Value, Option<&SavedProbe>) -> Result<Box<dyn Call>, Error>;

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

/// Settings whose sleeps move the endpoint's clock.
pub(super) fn config_by_endpoint_clock(stage: &Stage, case: &Case) -> Config {
    let clock = stage.endpoint.clock();
    let environment = EndpointClock { clock, slept: Mutex::default(), nonces: AtomicU64::new(0) };
    config_at(stage.endpoint.url(), keys_for(case.api.protocol.family)).environment(environment)
}

/// What a call is played with in place of its example, so that another recipe than the first is the best. `null` removes a parameter.
type Change = fn(&Stage) -> Value;

/// Recipes for what the first one of an action cannot tell, by their number.
const OTHER_RECIPES: [(&str, usize, Change); 3] = [
    // Of an instance that had a certificate before.
    ("ApplyCertificate", 1, |stage| json!({"InstanceId": Living(stage).issued()["InstanceId"]})),
    // Of an order with a certificate.
    ("CancelCertificateForPackageRequest", 1, |stage| json!({"OrderId": stage.issued().get()})),
    // Of the latest certificate of an instance.
    (
        "RevokeCertificate",
        1,
        |stage| json!({"InstanceId": Living(stage).issued()["InstanceId"], "CertificateId": null}),
    ),
];

/// A guarded call and its surroundings.
pub(super) struct Play<'a> {
    pub(super) stage: &'a Stage,
    pub(super) case: &'a Case,
    /// The number of the best recipe that can be used.
    recipe: usize,
    request: Value,
    /// How many requests the endpoint had seen before this play.
    seen_before: u64,
}

impl<'a> Play<'a> {
    pub(super) fn new(stage: &'a Stage, case: &'a Case, recipe: usize) -> Self {
        // Only a call that must not be sent twice has something to find out.
        let must_not_repeat = |effect| !matches!(effect, Effect::Read | Effect::Idempotent);
        let wanted = variants(case).into_iter().find(|effect| effect.is_none_or(must_not_repeat));
        let mut request = stage.request(case, wanted.unwrap());
        let other = OTHER_RECIPES.iter().find(|(name, number, _)| *name == case.action.name && *number == recipe);
        if let Some((_, _, change)) = other.filter(|_| case.action.reconcile.len() > 1) {
            request.extend(change(stage).as_object().unwrap().clone());
            request.retain(|_, value| !value.is_null());
        }
        // With a key, the call might simply be repeated.
        if let Some(key) = case.action.repeat_key() {
            request.insert(key.wire.clone(), json!(""));
        }
        let seen_before = stage.endpoint.state()["requests"]["seen"].as_u64().unwrap();
        Self { stage, case, recipe, request: Value::Object(request), seen_before }
    }

    pub(super) fn config(&self) -> Config {
        config_by_endpoint_clock(self.stage, self.case)
    }

    pub(super) fn try_guard(&self) -> Result<Box<dyn Call>, Error> {
        self.case.guard.unwrap()(self.stage, self.config(), &self.request, None)
    }

    /// Takes the call up by a new client, with the text that was saved.
    pub(super) fn guard_again(&self, saved: &str) -> Box<dyn Call> {
        let saved = SavedProbe::from_json(saved).unwrap();
        let call = self.case.guard.unwrap()(self.stage, self.config(), &self.request, Some(&saved));
        call.unwrap_or_else(|e| panic!("{}: {e}", self.about()))
    }

    pub(super) fn guard(&self) -> Box<dyn Call> {
        self.try_guard().unwrap_or_else(|e| panic!("{}: {e}", self.about()))
    }

    pub(super) fn inject(&self, fault: Fault) {
        self.stage.endpoint.clear_faults();
        self.stage.endpoint.inject(Rule::new(fault).action(&*self.case.action.name).times(1)).unwrap();
    }

    /// Sends the call by another client, for the same thing or one that looks alike. Returns whether the endpoint executed it.
    pub(super) fn somebody_else(&self) -> bool {
        let mut request = self.request.as_object().unwrap().clone();
        material::put(self.case, &mut request);
        if let Some(worker) = request.get_mut("WorkerId") {
            // The job has two of them, with numbers one after the other.
            *worker = json!(worker.as_i64().unwrap() + 1);
        }
        let before = self.happened();
        // What a further call of this name is refused with is tested elsewhere.
        let _ = (self.case.call)(self.config(), &Value::Object(request));
        self.happened() > before
    }

    pub(super) fn about(&self) -> String {
        format!("{} by recipe {}", self.case.action.name, self.recipe)
    }

    /// How often the endpoint has executed the action since this play began, by its log.
    pub(super) fn happened(&self) -> usize {
        let [_, executed] = logged(&self.stage.endpoint.state(), &self.case.action.name, self.seen_before);
        executed
    }

    pub(super) fn best(&self) -> &'static Recipe {
        &self.case.action.reconcile[self.recipe]
    }

    pub(super) fn probe(&self) -> &'static Probe {
        &self.best().probe
    }

    /// The numbers of all recipes that can be used, the best first.
    pub(super) fn usable(&self) -> Vec<usize> {
        let all = self.case.action.reconcile.iter().enumerate().skip(self.recipe);
        all.filter(|(number, recipe)| *number == self.recipe || self.may_join(recipe))
            .map(|(number, _)| number)
            .collect()
    }

    /// Whether a recipe can be used beside the best one: its parameters are set, and it is not for another state of the same thing.
    fn may_join(&self, recipe: &Recipe) -> bool {
        let set = recipe.with.values().all(|given| match given {
            Given::Parameter(ours) => self.request.get(ours).is_some(),
            Given::Value(_) => true,
        });
        let other_state = match (self.probe(), &recipe.probe) {
            (Probe::State { field, before, .. }, Probe::State { field: same, before: other, .. }) => {
                field == same && before.iter().all(|state| !other.contains(state))
            }
            _ => false,
        };
        set && !(other_state && self.best().action == recipe.action)
    }

    /// Whether the recipes can never prove that the call was not executed, because one of them cannot.
    pub(super) fn is_silent(&self) -> bool {
        let probes = self.usable().into_iter().map(|number| &self.case.action.reconcile[number].probe);
        probes.into_iter().any(|probe| match probe {
            Probe::State { not_executed, .. } => not_executed.is_empty(),
            Probe::Listing { may_lag, .. } => *may_lag,
            Probe::Counter { .. } => false,
        })
    }

    /// Whether each call adds one, so that a second one looks like the first.
    pub(super) fn counts(&self) -> bool {
        matches!(self.probe(), Probe::Counter { .. } | Probe::Listing { compare_before: true, .. })
    }

    /// The evidence for a verdict on the action.
    pub(super) fn evidence(&self) -> Evidence {
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

/// Every action with a recipe, and the numbers of those of its recipes that may be the best.
fn all() -> Vec<(Case, usize)> {
    let guarded = || cases().into_iter().filter(|case| case.guard.is_some());
    let first = guarded().map(|case| (case, 0));
    let others = OTHER_RECIPES.iter().flat_map(|(name, number, _)| {
        let several = guarded().filter(move |case| case.action.name == *name && case.action.reconcile.len() > *number);
        several.map(|case| (case, *number))
    });
    first.chain(others).collect()
}

/// Plays each of them, at an endpoint of its own.
pub(super) fn for_each<R: Send>(of: impl Fn(Play<'_>) -> R + Sync) -> Vec<R> {
    side_by_side(&all(), |(case, recipe)| {
        let stage = Stage::new();
        of(Play::new(&stage, case, *recipe))
    })
}
