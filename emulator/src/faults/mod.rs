//! Unkindness on demand.

mod chaos;
mod rule;

pub use rule::{Fault, Rule};

use crate::random::Random;
use chaos::Chaos;
use rule::Turn;

/// The faults that are in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    random: Random,
    chaos: Option<Chaos>,
}

/// The fault cannot be chosen before the action is known.
pub(crate) struct ActionDecides;

/// Most rules at a time.
const MOST: usize = 1_000;

impl Faults {
    pub(crate) fn new(seed: u64, chaos: Option<u64>) -> Self {
        Self { rules: Vec::new(), random: Random::stream(seed, "faults"), chaos: chaos.map(Chaos::new) }
    }

    /// Adds rules after those that are in force already.
    pub(crate) fn add(&mut self, rules: Vec<Rule>) -> Result<(), String> {
        if self.rules.len().saturating_add(rules.len()) > MOST {
            return Err(format!("there can be {MOST} rules at most; clear them first"));
        }
        rules.iter().try_for_each(Rule::check)?;
        self.rules.extend(rules);
        Ok(())
    }

    /// Takes all rules away, and chaos too.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
        self.chaos = None;
    }

    /// What is in force, with how often each fault has yet to come.
    pub(crate) fn list(&self) -> &[Rule] {
        &self.rules
    }

    /// The fault that a call meets. The first rule that has one decides.
    pub(crate) fn pick(&mut self, action: &str) -> Option<Fault> {
        let mut turn = Turn::Leave;
        for rule in self.rules.iter_mut().filter(|rule| rule.covers(action)) {
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

    /// Like `pick`, before the body was read. An error if the action decides, which is not known yet.
    pub(crate) fn pick_early(&mut self, action: Option<&str>) -> Result<Option<Fault>, ActionDecides> {
        match action {
            Some(action) => Ok(self.pick(action)),
            None if self.rules.iter().all(Rule::covers_all) => Ok(self.pick("")),
            None => Err(ActionDecides),
        }
    }
}
