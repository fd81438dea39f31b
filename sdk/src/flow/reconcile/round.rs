//! A round of probes: one by each recipe that can be used. Each of them is a witness of the call, and the best one is asked first.
//!
//! | the best one | another one | in a round before the last | in the last round |
//! |---|---|---|---|
//! | shows it | shows it, or more of it | executed | executed |
//! | shows it | shows a change under way | open | executed |
//! | shows it | shows no change | open | ambiguous |
//! | shows it | shows another change | open | ambiguous |
//! | shows no change | shows no change | open | not executed |
//! | shows no change | shows anything else | open | ambiguous |
//! | shows a change under way | is not asked | open | ambiguous |
//! | shows another change | is not asked | ambiguous | ambiguous |
//!
//! - The last round is made at least the settle time after the call, since counts and lists lag by seconds. Before it, no witness contradicts.
//! - Of several other witnesses, the first one that does not agree decides.
//! - "More of it" is a counter that rose by more than one. Others order too, so it agrees with a list that has exactly one new item that fits.
//! - A witness whose silence proves nothing (a list that may lag, a state without `not_executed`) cannot contradict. It is not asked if the best one
//!   shows the call. Beside a best one that shows no change, it leaves the round open.
//! - A witness whose probe before the call was unusable is left out.
//! - The evidence of "executed" is that of the best witness.

use super::known::Shown;
use super::probe::{Probe, Refused, Seen};
use super::verdict::{Verdict, compare, hopeless, together};
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

    /// Begins a round after the call by the best recipe.
    pub(super) async fn best(&self, usable: &Usable<'_>) -> Result<Round<R::Item>, Error> {
        let mut round = self.compared(usable.best).await?;
        if let Verdict::Open(why) | Verdict::More(why) | Verdict::Unclear(why) = &mut round.verdict {
            *why = format!("{} cannot tell: {why}", usable.name::<R>());
        }
        Ok(round)
    }

    /// Ends a round: asks the other recipes, if they can change the verdict of the best one. Before the last round, no witness contradicts.
    pub(super) async fn others(
        &self,
        usable: &Usable<'_>,
        mut round: Round<R::Item>,
        last: bool,
    ) -> Result<Round<R::Item>, Error> {
        let best = usable.name::<R>();
        for before in &usable.others {
            let asked = match round.verdict {
                Verdict::Unchanged => true,
                Verdict::Executed => recipe::<R>(before).is_some_and(Recipe::can_contradict),
                _ => break,
            };
            if asked {
                let Round { verdict, found, seen } = self.compared(before).await?;
                round.found.extend(found);
                round.seen.extend(seen);
                round.verdict = together((best, round.verdict), (name::<R>(before), verdict), last);
            }
        }
        Ok(round)
    }

    async fn compared(&self, before: &Shown) -> Result<Round<R::Item>, Error> {
        let after = self.probe(before.recipe, "after").await?;
        // Only a guard that was taken up with another request lacks what its probe before the call had.
        let known = after.known().map_err(|parameter| Error::invalid(R::ACTION.name, lacks(&[parameter])))?;
        let verdict = recipe::<R>(before).map(|recipe| compare(recipe, &before.known, &known));
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

fn recipe<R: Reconcile>(shown: &Shown) -> Option<&'static Recipe> {
    R::RECIPES.get(shown.recipe).map(|(_, recipe)| recipe)
}

/// The action that a recipe probes with.
fn name<R: Reconcile>(shown: &Shown) -> &'static str {
    R::RECIPES.get(shown.recipe).map_or("", |(name, _)| *name)
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
        name::<R>(self.best)
    }

    /// What verdicts rest on.
    pub(super) fn evidence<R: Reconcile>(&self) -> Evidence {
        recipe::<R>(self.best).map_or(Evidence::Counter, Recipe::evidence)
    }
}
