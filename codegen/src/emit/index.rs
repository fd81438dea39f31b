//! An API version with what every action looks up in all others, so that the time grows with the number of actions and not with its square.

use super::shapes;
use crate::model::{Action, Api, Field};
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;

/// A parameter that takes its value from a response field or from inside it, with the path.
#[derive(Clone, Copy)]
pub(super) struct Taker<'a> {
    pub(super) path: &'a [String],
    pub(super) parameter: &'a Field,
    pub(super) action: &'a Action,
}

/// An API version with its indexes.
pub(super) struct Indexed<'a> {
    api: &'a Api,
    /// The API version with the actions that no feature turns on.
    pub(super) whole: &'a Api,
    /// The structures that requests send, at any depth.
    pub(super) sent: BTreeSet<&'a str>,
    /// By the action that returns the value.
    takers: HashMap<&'a str, Vec<Taker<'a>>>,
}

impl<'a> Indexed<'a> {
    pub(super) fn new(whole: &'a Api, api: &'a Api) -> Self {
        let mut takers: HashMap<_, Vec<_>> = HashMap::new();
        for action in &api.actions {
            for parameter in &action.parameters {
                for (from, path) in &parameter.obtained_from {
                    let taker = Taker { path: path.as_slice(), parameter, action };
                    takers.entry(from.as_str()).or_default().push(taker);
                }
            }
        }
        Self { api, whole, sent: shapes::sent(api), takers }
    }

    /// The parameters that take their value from a response field or from inside it.
    pub(super) fn takers(&self, from: &Action, field: &Field) -> impl Iterator<Item = &Taker<'a>> {
        let all = self.takers.get(from.name.as_str()).into_iter().flatten();
        all.filter(|taker| taker.path.first() == Some(&field.wire))
    }
}

impl Deref for Indexed<'_> {
    type Target = Api;

    fn deref(&self) -> &Api {
        self.api
    }
}
