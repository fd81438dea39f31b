//! An operation by name.

use super::request::Request;
use super::table::{Entry, Table};
use crate::base::error::Error;
use crate::base::problem::{Problem, Severity};
use crate::model;
use serde_json::Value;
use std::fmt;

/// An operation of an API version. [`Client::operation`](super::Client::operation) finds one by its name.
#[derive(Clone, Copy)]
pub struct Operation {
    pub(super) table: &'static Table,
    pub(super) entry: &'static Entry,
}

impl Operation {
    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.entry.action.name
    }

    /// The id of its API version, such as `ksyun-kcm-2016-03-04`.
    #[must_use]
    pub fn api(&self) -> &'static str {
        self.table.api.id
    }

    /// What the description says of it.
    #[must_use]
    pub fn model(&self) -> Option<&'static model::Action> {
        model::api(self.api())?.action(self.name())
    }

    /// Whether [`Client::guard`](super::Client::guard) can find out if a lost call was executed.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.entry.is_guarded
    }

    /// Whether it is a list in pages: [`Client::pages`](super::Client::pages).
    #[must_use]
    pub fn is_paginated(&self) -> bool {
        self.entry.is_paginated
    }

    /// The waiters that poll it: [`Client::wait`](super::Client::wait).
    #[must_use]
    pub fn waiters(&self) -> &'static [&'static str] {
        self.entry.waiters
    }

    /// Reads a request from JSON: an object of parameters by their names on the wire. Ids and numbers may be texts. Required parameters may be
    /// absent until the request is validated or sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) with every parameter that the operation does not have, or whose value has the wrong
    /// type. It never contains the value.
    pub fn request(&self, parameters: &Value) -> Result<Request, Error> {
        let Value::Object(parameters) = parameters else {
            return Err(Error::input(self.name(), "the parameters must be a JSON object"));
        };
        let read = (self.entry.read)(parameters).map_err(|misfits| {
            let problem = |(parameter, message): (String, String)| Problem::other(Severity::Error, parameter, message);
            Error::invalid(self.name(), misfits.into_iter().map(problem).collect())
        });
        Ok(Request { operation: *self, request: read? })
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("api", &self.api()).field("name", &self.name()).finish_non_exhaustive()
    }
}
