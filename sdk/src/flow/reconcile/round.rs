//! A round of probes: one by each recipe that can be used.
//!
//! The recipes of an action must agree. The best one alone proves that the call was executed, since the weaker ones may lag behind or count what
//! others do. That it was not executed is proved only by all of them.

use super::known::Shown;
use super::probe::{Probe, Refused, Seen};
use super::verdict::{Verdict, compare, hopeless};
use super::{Evidence, Recipe, Reconcile};
use crate::base::error::Error;
use crate::base::problem::{Problem, Severity};
use crate::call::core::Core;
use crate::setup::options::CallOptions;

/// What a probe needs beside its recipe.
pub(super) struct Prober<'a, R: Reconcile> {
    pub(super) core: &'a Core,
    pub(super) request: &'a R,
    pub(super) options: &'a CallOptions,
}

/// The recipes that can decide, the best first, with what they showed before the call.
pub(super) struct Usable<'a> {
    best: &'a Shown,
    others: Vec<&'a Shown>,
}

/// A verdict, and what was seen for it. Without the evidence of all recipes, nothing was seen that a next call can be compared with.
pub(super) struct Round<I> {
    pub(super) verdict: Verdict,
    pub(super) found: Vec<I>,
    pub(super) seen: Vec<Shown>,
}

impl<R: Reconcile> Prober<'_, R> {
    /// Makes the probes before the call, by all recipes whose parameters are set.
    pub(super) async fn before(&self) -> Result<Vec<Shown>, Error> {
        let (mut shown, mut lacking) = (Vec::new(), Vec::new());
        for recipe in 0..R::RECIPES.len() {
            match self.probe(recipe, "before").await?.known() {
                Ok(known) => shown.push(Shown { recipe, known }),
                Err(parameter) => lacking.push(parameter),
            }
        }
        if shown.is_empty() { Err(Error::invalid(R::ACTION.name, lacks(&lacking))) } else { Ok(shown) }
    }

    /// Makes the probes of a round after the call. The weaker recipes are asked only if the best one shows no change.
    pub(super) async fn after(&self, usable: &Usable<'_>) -> Result<Round<R::Item>, Error> {
        let mut round = self.compared(usable.best).await?;
        for before in &usable.others {
            if !matches!(round.verdict, Verdict::Unchanged) {
                break;
            }
            let Round { verdict, found, seen } = self.compared(before).await?;
            round.found.extend(found);
            round.seen.extend(seen);
            let name = |shown: &Shown| R::RECIPES.get(shown.recipe).map_or("", |(name, _)| *name);
            let differs = match verdict {
                Verdict::Unchanged => continue,
                Verdict::Executed => "shows that it was executed".to_owned(),
                Verdict::Open(why) | Verdict::Unclear(why) => format!("does not agree: {why}"),
            };
            round.verdict = Verdict::Open(format!("it shows no change, but {} {differs}", name(before)));
        }
        Ok(round)
    }

    async fn compared(&self, before: &Shown) -> Result<Round<R::Item>, Error> {
        let after = self.probe(before.recipe, "after").await?;
        // Only a guard that was taken up with another request lacks what its probe before the call had.
        let known = after.known().map_err(|parameter| Error::invalid(R::ACTION.name, lacks(&[parameter])))?;
        let verdict = R::RECIPES.get(before.recipe).map(|(_, recipe)| compare(recipe, &before.known, &known));
        let verdict = verdict.unwrap_or_else(|| Verdict::Unclear("there is no such recipe".to_owned()));
        let found = after.new_since(&before.known);
        Ok(Round { verdict, found, seen: vec![Shown { recipe: before.recipe, known }] })
    }

    /// One probe. It fails if the response does not hold what the recipe compares.
    async fn probe(&self, number: usize, when: &str) -> Result<Seen<R::Item>, Error> {
        let (action, recipe) = R::RECIPES.get(number).copied().unwrap_or(("", Recipe::Counter));
        let refused = match recipe {
            Recipe::State { before: [], .. } => Refused::Any,
            Recipe::State { executed_errors, .. } => Refused::By(executed_errors),
            _ => Refused::By(&[]),
        };
        let seen = self.request.probe(number, Probe::new(self.core.clone(), self.options, refused)).await?;
        if let Seen::Count(None) = seen {
            let message = format!("the response to the probe {when} the call has no number to compare");
            return Err(Error::response(action, message));
        }
        Ok(seen)
    }
}

/// Says which parameters would let the outcome be found out.
fn lacks(parameters: &[&'static str]) -> Vec<Problem> {
    let Some((first, others)) = parameters.split_first() else { return Vec::new() };
    let mut message = String::new();
    for other in others {
        message.extend(["or `", other, "` "]);
    }
    message.push_str("is required by `guard`: without it, nobody can find out later whether the call was executed");
    vec![Problem::other(Severity::Error, *first, message)]
}

impl<'a> Usable<'a> {
    /// Leaves out recipes whose probe before the call makes every later one useless. Fails with the reason if that leaves none.
    pub(super) fn new<R: Reconcile>(before: &'a [Shown]) -> Result<Self, String> {
        let (mut usable, mut useless) = (Vec::new(), None);
        for shown in before {
            let Some((name, recipe)) = R::RECIPES.get(shown.recipe) else { continue };
            match hopeless(recipe, &shown.known) {
                None => usable.push(shown),
                Some(why) => drop(useless.get_or_insert_with(|| format!("{name} cannot tell: {why}"))),
            }
        }
        let mut usable = usable.into_iter();
        match usable.next() {
            Some(best) => Ok(Self { best, others: usable.collect() }),
            None => Err(useless.unwrap_or_default()),
        }
    }

    /// The action that the best recipe probes with.
    pub(super) fn name<R: Reconcile>(&self) -> &'static str {
        R::RECIPES.get(self.best.recipe).map_or("", |(name, _)| name)
    }

    /// What verdicts rest on.
    pub(super) fn evidence<R: Reconcile>(&self) -> Evidence {
        R::RECIPES.get(self.best.recipe).map_or(Evidence::Counter, |(_, recipe)| recipe.evidence())
    }
}
