//! Faults on demand: rules that say which calls meet which fault.

mod chaos;
mod kinds;
mod rule;

pub(crate) use kinds::kinds;
pub use rule::{Fault, Rule};

use crate::base::random::Random;
use chaos::Chaos;
use cloudcert::model::Api;
use rule::Turn;

/// The faults that are in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    /// How many rules there ever were, which numbers them.
    added: u64,
    /// How often somebody added or removed rules.
    changes: u64,
    random: Random,
    chaos: Option<Chaos>,
}

/// The rules depend on what is not known yet: the action or the API.
pub(crate) struct TooEarly;

/// Maximum number of rules.
const MOST: usize = 1_000;

impl Faults {
    pub(crate) fn new(seed: u64, chaos: Option<u64>) -> Self {
        Self {
            rules: Vec::new(),
            added: 0,
            changes: 0,
            random: Random::stream(seed, "faults"),
            chaos: chaos.map(Chaos::new),
        }
    }

    /// Adds rules after those that are in force already. They may name what these APIs have.
    pub(crate) fn add(&mut self, rules: Vec<Rule>, apis: &[Api]) -> Result<(), String> {
        if self.rules.len().saturating_add(rules.len()) > MOST {
            return Err(format!("there can be at most {MOST} rules: clear some first"));
        }
        rules.iter().try_for_each(|rule| rule.check(apis))?;
        for rule in rules {
            self.added = self.added.saturating_add(1);
            self.rules.push(rule.numbered(self.added));
        }
        self.changes = self.changes.saturating_add(1);
        Ok(())
    }

    /// Removes all rules, and switches chaos off.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.chaos = None;
        self.changes = self.changes.saturating_add(1);
    }

    /// Removes one rule. Returns whether it was in force.
    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.number() != Some(number));
        self.changes = self.changes.saturating_add(1);
        self.rules.len() < before
    }

    /// Whether faults are chosen at random.
    pub(crate) fn is_chaos(&self) -> bool {
        self.chaos.is_some()
    }

    /// Returns how often somebody added or removed rules. Rules that calls use up do not count.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// Returns the rules in force, each with what is left of it.
    pub(crate) fn list(&self) -> &[Rule] {
        &self.rules
    }

    /// Picks the fault that a call meets. The first rule that applies decides.
    pub(crate) fn pick(&mut self, api: Option<&Api>, action: &str) -> Option<Fault> {
        let mut turn = Turn::Leave;
        for rule in self.rules.iter_mut().filter(|rule| rule.covers(api, action)) {
            turn = rule.next(&mut self.random);
            if !matches!(turn, Turn::Leave) {
                break;
            }
        }
        self.rules.retain(|rule| !rule.is_over());
        match turn {
            Turn::Meet(fault) => Some(fault),
            Turn::Pass => None,
            Turn::Leave => self.chaos.as_mut().and_then(Chaos::pick),
        }
    }

    /// Picks the fault of a call before its body is read. Fails if a rule depends on its API, or on its action and `action` is unknown.
    pub(crate) fn pick_early(&mut self, action: Option<&str>) -> Result<Option<Fault>, TooEarly> {
        let is_decided = |rule: &Rule| !rule.depends_on_api() && (action.is_some() || rule.covers_all());
        if self.rules.iter().all(is_decided) { Ok(self.pick(None, action.unwrap_or_default())) } else { Err(TooEarly) }
    }
}
