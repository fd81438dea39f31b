//! How operations ended, and what the endpoint has executed.

use crate::operations::{ROUND, instance};
use cloudcert::model::{self, Effect};
use cloudcert::{Error, ErrorKind};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

/// How an operation ended.
pub(crate) enum Ended {
    /// A success that must be seen at the endpoint once.
    Guarded,
    GuardedError(Error),
    /// A success that leaves nothing to count.
    Open,
    OpenError(Error),
}

const SUCCEEDED: u8 = 1;
const FAILED: u8 = 2;
const UNKNOWN: u8 = 3;

/// How operations ended, and what the endpoint has executed. It takes all its memory at the beginning, so that only the client can grow later.
pub(crate) struct Tally {
    /// By number: how a guarded operation ended.
    fates: Vec<AtomicU8>,
    /// By number: how often the endpoint has executed it.
    executed: Vec<AtomicU8>,
    /// What was counted at the endpoint, by service and id.
    counted: Mutex<HashSet<(u8, u64)>>,
    outcomes: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    pub(crate) fn new(count: usize) -> Self {
        Self {
            fates: (0..count).map(|_| AtomicU8::new(0)).collect(),
            executed: (0..count).map(|_| AtomicU8::new(0)).collect(),
            counted: Mutex::new(HashSet::with_capacity(count)),
            outcomes: Mutex::default(),
        }
    }

    pub(crate) fn executed(&self, number: usize) -> u8 {
        self.executed[number].load(Ordering::Relaxed)
    }

    pub(crate) fn note(&self, number: usize, ended: &Ended) {
        let (fate, outcome) = match ended {
            Ended::Guarded => (SUCCEEDED, "success".to_owned()),
            Ended::Open => (0, "success".to_owned()),
            Ended::GuardedError(error) => (if error.outcome_unknown() { UNKNOWN } else { FAILED }, classified(error)),
            Ended::OpenError(error) => (0, classified(error)),
        };
        self.fates[number].store(fate, Ordering::Relaxed);
        *self.outcomes.lock().unwrap().entry(outcome).or_default() += 1;
    }

    /// Counts what the endpoint has executed since the last time. Its lists show only the latest thousand, so this must be called often.
    pub(crate) fn count(&self, state: &Value) {
        let lists = [
            ("/services/aliyun-cas-2020-04-07/orders/latest", "domain"),
            ("/services/aliyun-cas-2018-07-13/certificates/latest", "name"),
            ("/services/ksyun-kcm-2016-03-04/certificates/latest", "domain"),
        ];
        let mut counted = self.counted.lock().unwrap();
        for (service, (path, mark)) in (0..).zip(lists) {
            for item in state.pointer(path).and_then(Value::as_array).unwrap() {
                let id = item["id"].as_u64().or_else(|| item["id"].as_str()?.parse().ok()).unwrap();
                if counted.insert((service, id)) {
                    let number = item[mark].as_str().unwrap().trim_start_matches("op-").split('.').next().unwrap();
                    self.executed[number.parse::<usize>().unwrap()].fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Compares the outcomes that clients saw with what was executed.
    pub(crate) fn judge(&self, state: &Value) {
        let submitted = state.pointer("/services/aliyun-cas-2018-07-13/instances").and_then(Value::as_array).unwrap();
        for number in (0..self.fates.len()).filter(|number| number % ROUND == 11) {
            if let Some(instance) = instance(number) {
                let of = &submitted[usize::try_from(instance - 1).unwrap()];
                assert_eq!(of["id"], format!("cas-cn-example{instance:05}"));
                let times = of["submitted"].as_u64().unwrap().try_into().unwrap();
                assert_eq!(times > 0, of["status"] != "PAYED", "{of}");
                self.executed[number].store(times, Ordering::Relaxed);
            }
        }
        for number in 0..self.fates.len() {
            let fate = self.fates[number].load(Ordering::Relaxed);
            let executed = self.executed(number);
            let agrees = match fate {
                SUCCEEDED => executed == 1,
                UNKNOWN => executed <= 1,
                _ => executed == 0,
            };
            assert!(agrees, "operation {number} ended as {fate} and was executed {executed} times");
        }
        // Nothing was done that was not seen, and nothing was paid twice.
        let number = |path: &str| state["services"].pointer(path).and_then(Value::as_u64).unwrap();
        let counted = |service| {
            u64::try_from(self.counted.lock().unwrap().iter().filter(|(of, _)| *of == service).count()).unwrap()
        };
        assert_eq!(number("/aliyun-cas-2020-04-07/orders/total"), counted(0));
        assert_eq!(number("/ksyun-kcm-2016-03-04/certificates/total"), counted(2));
        assert_eq!(number("/ksyun-kcm-2016-03-04/spent/amount"), counted(2) * 100);
    }

    pub(crate) fn report(&self) -> String {
        let of = |wanted: u8| self.fates.iter().filter(|fate| fate.load(Ordering::Relaxed) == wanted).count();
        let unknown = |executed: u8| {
            let pairs = self.fates.iter().zip(&self.executed);
            pairs.filter(|(f, e)| f.load(Ordering::Relaxed) == UNKNOWN && e.load(Ordering::Relaxed) == executed).count()
        };
        let mut out = format!(
            "  guarded: {} succeeded and were executed once, {} failed and were not executed, {} unknown ({} executed once, {} not), 0 twice",
            of(SUCCEEDED),
            of(FAILED),
            of(UNKNOWN),
            unknown(1),
            unknown(0)
        );
        for (outcome, count) in &*self.outcomes.lock().unwrap() {
            let _ = write!(out, "\n  {count:>7} {outcome}");
        }
        out
    }
}

/// The class of an error. An error of no class fails the test.
fn classified(error: &Error) -> String {
    use ErrorKind::{Connect, Response, Service, Transport};
    assert!(matches!(error.kind(), Response | Connect | Service | Transport), "{error}");
    // A read leaves nothing to find out. A deletion does, even if it may be repeated: a lost attempt may have been executed.
    assert!(!(reads(error.action()) && error.outcome_unknown()), "{error}");
    assert!((1..=3).contains(&error.attempts()), "{error}");
    let unknown = if error.outcome_unknown() { ", outcome unknown" } else { "" };
    let code = error.inner_code().or_else(|| error.code()).map(|code| format!(" {code}")).unwrap_or_default();
    format!("{:?}{code}{unknown}", error.kind())
}

/// Whether an action only reads.
fn reads(action: &str) -> bool {
    let mut actions = model::apis().iter().filter_map(|api| api.action(action));
    actions.all(|action| action.effect == Effect::Read)
}
