//! A transport that responds from a recording.

use super::conceal::{has_mark, typed};
use super::exchange::Exchange;
use super::{Cassette, Unfinished};
use crate::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use crate::wire::{self, first_of};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Responds from a recording. Clones share its position.
///
/// A call gets the first exchange with the same API, action and parameters that was not played yet. A parameter that was recorded as a
/// placeholder matches any value. When all matching exchanges were played, a read gets the last one again, so a test may poll more often than the
/// recording did; an order does not. A call without a match ends with an error of the kind [`Config`](crate::ErrorKind::Config) that names the call
/// and the closest exchange. Nothing is ever sent.
///
/// Backoff takes its real time. Pass an environment of your own to [`Config::environment`](crate::Config::environment) to shorten it.
#[derive(Clone)]
pub struct Replay(Arc<Mutex<ReplayState>>);

struct ReplayState {
    exchanges: Vec<Exchange>,
    played: Vec<bool>,
    in_order: bool,
    unanswered: Vec<String>,
}

impl Replay {
    /// Plays a recording. Calls may come in any order.
    #[must_use]
    pub fn new(cassette: Cassette) -> Self {
        let played = vec![false; cassette.exchanges.len()];
        Self(Arc::new(Mutex::new(ReplayState {
            exchanges: cassette.exchanges,
            played,
            in_order: false,
            unanswered: Vec::new(),
        })))
    }

    /// Requires the order of the recording: each call must match the next exchange, and none is played twice.
    #[must_use]
    pub fn in_order(self) -> Self {
        self.state().in_order = true;
        self
    }

    /// Checks that every call had a match and that every exchange was played.
    ///
    /// # Errors
    ///
    /// The calls without a match and the exchanges that were not played.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        let left = (1..).zip(state.exchanges.iter().zip(&state.played)).filter(|(_, (_, played))| !**played);
        let left = left.map(|(number, (exchange, _))| format!("exchange {number}, {}", exchange.describe()));
        Unfinished::check(left.collect(), state.unanswered.clone())
    }

    fn state(&self) -> MutexGuard<'_, ReplayState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReplayState {
    fn response(&mut self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let asked = request.parameters();
        let fits =
            |at: usize| self.exchanges.get(at).is_some_and(|of| differences(of, request, &asked) == Some(vec![]));
        let next = self.played.iter().position(|played| !played);
        let fresh = if self.in_order {
            next.filter(|at| fits(*at))
        } else {
            (0..self.exchanges.len()).find(|at| self.played.get(*at) == Some(&false) && fits(*at))
        };
        let again = !self.in_order && request.effect().is_repeatable();
        let found = fresh.or_else(|| (0..self.exchanges.len()).rev().find(|at| again && fits(*at)));
        if let Some(at) = found
            && let (Some(exchange), Some(played)) = (self.exchanges.get(at), self.played.get_mut(at))
        {
            *played = true;
            return exchange.play(request);
        }
        let call = describe(request, &asked);
        let why = if self.in_order { self.out_of_order(next) } else { self.nearest(request, &asked) };
        self.unanswered.push(call.clone());
        Err(TransportError::refused(format!("the recording has no response for {call}; {why}")))
    }

    fn out_of_order(&self, next: Option<usize>) -> String {
        match next.and_then(|at| Some((at, self.exchanges.get(at)?))) {
            Some((at, exchange)) => format!("the next in order is exchange {}, {}", at + 1, exchange.describe()),
            None => "all of it was played".to_owned(),
        }
    }

    /// Describes the exchange that is closest to a request.
    fn nearest(&self, request: &HttpRequest, asked: &[(String, String)]) -> String {
        let alike =
            (1..).zip(&self.exchanges).filter_map(|(number, of)| Some((number, differences(of, request, asked)?)));
        match alike.min_by_key(|(_, differences)| differences.len()) {
            Some((number, none)) if none.is_empty() => {
                format!("exchange {number} fits, but was played already, and a call of this kind is played once")
            }
            Some((number, differences)) => {
                format!("the nearest is exchange {number}, where {}", first_of(&differences, differences.len(), ", "))
            }
            None => {
                let mut names: Vec<&str> = self.exchanges.iter().map(|of| of.action.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                format!("it has no call of this action at all, only of: {}", first_of(&names, names.len(), ", "))
            }
        }
    }
}

/// How an exchange differs from a request; `None` if it is of another action.
fn differences(of: &Exchange, request: &HttpRequest, asked: &[(String, String)]) -> Option<Vec<String>> {
    if of.api != request.api() || of.action != request.action() {
        return None;
    }
    let value = |pairs: &[(String, String)], name: &str| -> Option<String> {
        pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let mut out = Vec::new();
    for (name, recorded) in &of.parameters {
        match value(asked, name) {
            None => out.push(format!("`{name}` is `{recorded}` and not absent")),
            Some(given) if given != *recorded && !has_mark(recorded) => out.push(format!("`{name}` is `{recorded}`")),
            Some(_) => {}
        }
    }
    let extra = asked.iter().filter(|(name, _)| value(&of.parameters, name).is_none());
    out.extend(extra.map(|(name, _)| format!("`{name}` is absent")));
    Some(out)
}

/// A request on one line, with the values that may be shown.
fn describe(request: &HttpRequest, asked: &[(String, String)]) -> String {
    let known = typed(request).map(|of| wire::sensitivities(&**of)).unwrap_or_default();
    let public = |name: &str| known.iter().any(|(field, sensitivity)| field == name && sensitivity.is_public());
    let show = |(name, value): &(String, String)| {
        if public(name) { format!("{name}={value}") } else { format!("{name}={}", crate::base::secret::REDACTED) }
    };
    let parameters: Vec<String> = asked.iter().map(show).collect();
    let with = if parameters.is_empty() { String::new() } else { format!(" with {}", parameters.join(", ")) };
    format!("{} of {}{with}", request.action(), request.api())
}

impl Transport for Replay {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let response = self.state().response(&request);
        Box::pin(std::future::ready(response))
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state();
        let played = state.played.iter().filter(|played| **played).count();
        f.debug_struct("Replay").field("exchanges", &state.exchanges.len()).field("played", &played).finish()
    }
}
