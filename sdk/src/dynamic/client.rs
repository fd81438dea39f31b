//! The client of operations by name.

use super::guarded::Guarded;
use super::operation::Operation;
use super::pages::Pages;
use super::request::Request;
use super::response::Response;
use super::table::Table;
use super::wait::Wait;
use crate::base::api::{Effect, Provider};
use crate::base::credentials::Credentials;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::{Core, RawResponse};
use crate::call::dry_run::DryRun;
use crate::flow::reconcile::SavedProbe;
use crate::model;
use crate::protocol::address::Address;
use crate::setup::config::Config;
use crate::setup::options::CallOptions;

/// The ids of the API versions with operations, such as `ksyun-kcm-2016-03-04`.
pub fn apis() -> impl Iterator<Item = &'static str> {
    crate::TABLES.iter().map(|table| table.api.id)
}

/// The title of an API version in English and Chinese. The description itself need not be read for it.
#[must_use]
pub fn title(api: &str) -> Option<[&'static str; 2]> {
    table(api).ok().map(|table| table.title)
}

/// The cloud of an API version, if its usual sources of credentials are known.
#[must_use]
pub fn provider(api: &str) -> Option<Provider> {
    table(api).ok()?.provider
}

/// The operations of an API version, in the order of their names. None if this build does not have it.
pub fn operations(api: &str) -> impl Iterator<Item = Operation> + use<> {
    let table = table(api).ok();
    table.into_iter().flat_map(|table| table.operations.iter().map(move |entry| Operation { table, entry }))
}

/// Whether an API version has a host for a region.
#[must_use]
pub fn has_region(api: &str, region: &str) -> bool {
    table(api).is_ok_and(|table| Address::of_region(table.api, region).is_ok())
}

/// Finds an operation of an API version by its name on the wire.
///
/// ```
/// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
/// assert!(cloudcert::dynamic::operation("ksyun-kcm-2016-03-04", "ApplyCertificate").is_some_and(|order| order.is_guarded()));
/// assert!(cloudcert::dynamic::operation("ksyun-kcm-2016-03-04", "MakeCoffee").is_none());
/// ```
#[must_use]
pub fn operation(api: &str, name: &str) -> Option<Operation> {
    operations(api).find(|operation| operation.name() == name)
}

/// A client of an API version whose operations are called by name. Clones are cheap and share connections.
#[derive(Debug, Clone)]
pub struct Client {
    core: Core,
    table: &'static Table,
}

impl Client {
    /// Creates a client of an API version, such as `ksyun-kcm-2016-03-04`, with this configuration.
    ///
    /// # Errors
    ///
    /// If this build has no such API version, or the configuration cannot work.
    pub fn new(api: &str, config: Config) -> Result<Self, Error> {
        let table = table(api)?;
        Ok(Self { core: Core::new(table.api, config)?, table })
    }

    /// Creates a client that looks for credentials where the tools of the cloud put them.
    ///
    /// # Errors
    ///
    /// If this build has no such API version, or its cloud has no default chain of credentials.
    pub fn from_default_chain(api: &str) -> Result<Self, Error> {
        let table = table(api)?;
        let provider = table.provider.ok_or_else(|| {
            Error::config("Client::from_default_chain", format!("`{api}` has no default chain of credentials"))
        })?;
        Ok(Self { core: Core::from_default_chain(table.api, provider)?, table })
    }

    /// What the description says of the API version.
    #[must_use]
    pub fn model(&self) -> Option<&'static model::Api> {
        model::api(self.table.api.id)
    }

    /// The operations, in the order of their names.
    pub fn operations(&self) -> impl Iterator<Item = Operation> + use<> {
        let table = self.table;
        table.operations.iter().map(move |entry| Operation { table, entry })
    }

    /// Finds an operation by its name on the wire.
    ///
    /// # Errors
    ///
    /// If this build does not have it.
    pub fn operation(&self, name: &str) -> Result<Operation, Error> {
        operation(self.table.api.id, name).ok_or_else(|| {
            let why =
                "is not among the operations of this build: turn on the feature of its group, or use `Client::call`";
            Error::config("Client::operation", format!("`{name}` of {} {why}", self.table.api.id))
        })
    }

    /// Returns the credentials that a call would use now. They name their source and when they expire.
    pub fn credentials(&self) -> Pending<Credentials> {
        self.core.credentials()
    }

    /// The host that calls go to, with the scheme.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.core.shared().address.base.clone()
    }

    /// Sends a request.
    pub fn send(&self, request: &Request) -> Pending<Response> {
        self.send_with(request, CallOptions::default())
    }

    /// Sends a request with these call options.
    pub fn send_with(&self, request: &Request, options: CallOptions) -> Pending<Response> {
        self.own(request).map_or_else(failed, |()| request.request.send(&self.core, options))
    }

    /// Signs a request without sending it.
    pub fn dry_run(&self, request: &Request) -> Pending<DryRun> {
        self.dry_run_with(request, CallOptions::default())
    }

    /// Does the same as [`dry_run`](Self::dry_run), with these call options.
    pub fn dry_run_with(&self, request: &Request, options: CallOptions) -> Pending<DryRun> {
        self.own(request).map_or_else(failed, |()| request.request.dry_run(&self.core, options))
    }

    /// Probes before a request that must not be sent twice, so that its outcome can be found out. See [`crate::Guarded`].
    ///
    /// # Errors
    ///
    /// If the operation has no recipe ([`Operation::is_guarded`]); the errors of validating the request and of the probe.
    pub fn guard(&self, request: &Request) -> Pending<Guarded> {
        self.guard_with(request, CallOptions::default())
    }

    /// Does the same as [`guard`](Self::guard), with these call options.
    pub fn guard_with(&self, request: &Request, options: CallOptions) -> Pending<Guarded> {
        self.open(request, options, None)
    }

    /// Takes up a guarded call that another process may have sent, by the probe that it saved. See [`crate::Guarded`].
    ///
    /// # Errors
    ///
    /// If the operation has no recipe ([`Operation::is_guarded`]); the errors of validating the request; if the probe was saved for another
    /// operation, API version or set of recipes.
    pub fn guard_again(&self, request: &Request, saved: &SavedProbe) -> Pending<Guarded> {
        self.guard_again_with(request, saved, CallOptions::default())
    }

    /// Does the same as [`guard_again`](Self::guard_again), with these call options.
    pub fn guard_again_with(&self, request: &Request, saved: &SavedProbe, options: CallOptions) -> Pending<Guarded> {
        self.open(request, options, Some(saved.clone()))
    }

    fn open(&self, request: &Request, options: CallOptions, saved: Option<SavedProbe>) -> Pending<Guarded> {
        self.own(request).map_or_else(failed, |()| {
            let guard = request.request.guard(&self.core, options, saved);
            guard.unwrap_or_else(|| failed(lacks(request, "recipe to guard it")))
        })
    }

    /// Reads a list page by page, from the position in the request.
    ///
    /// # Errors
    ///
    /// If the operation has no pages ([`Operation::is_paginated`]).
    pub fn pages(&self, request: &Request, options: CallOptions) -> Result<Pages, Error> {
        self.own(request)?;
        request.request.pages(&self.core, options).ok_or_else(|| lacks(request, "pages"))
    }

    /// Waits by this waiter of the operation, such as `certificate_issued`.
    ///
    /// # Errors
    ///
    /// If the operation has no such waiter ([`Operation::waiters`]).
    pub fn wait(&self, waiter: &str, request: &Request) -> Result<Wait, Error> {
        self.own(request)?;
        request.request.wait(&self.core, waiter).ok_or_else(|| lacks(request, &format!("waiter `{waiter}`")))
    }

    /// Calls an operation that this build may not know. Nothing is validated. The effect decides about retries; for an operation that is
    /// known the more cautious one applies.
    pub fn call(
        &self,
        name: impl Into<String>,
        parameters: impl IntoIterator<Item = (String, String)>,
        effect: Effect,
        options: CallOptions,
    ) -> Pending<RawResponse> {
        self.core.call(name.into(), parameters.into_iter().collect(), effect, options)
    }

    /// Signs a request of an operation that this build may not know, without sending it.
    pub fn dry_run_call(
        &self,
        name: impl Into<String>,
        parameters: impl IntoIterator<Item = (String, String)>,
        options: CallOptions,
    ) -> Pending<DryRun> {
        self.core.dry_call(name.into(), parameters.into_iter().collect(), options)
    }

    /// Refuses a request of another API version.
    fn own(&self, request: &Request) -> Result<(), Error> {
        let (own, other) = (self.table.api.id, request.operation.api());
        if own == other {
            return Ok(());
        }
        let name = request.operation.name();
        Err(Error::config(name, format!("this is a client of {own}, and the request one of {other}")))
    }
}

fn table(api: &str) -> Result<&'static Table, Error> {
    crate::TABLES.iter().copied().find(|table| table.api.id == api).ok_or_else(|| {
        let known = apis().collect::<Vec<_>>().join(", ");
        Error::config("Client::new", format!("this build has no API version `{api}`, only: {known}"))
    })
}

fn failed<T: Send + 'static>(error: Error) -> Pending<T> {
    Pending::new(std::future::ready(Err(error)))
}

fn lacks(request: &Request, what: &str) -> Error {
    Error::config(request.operation.name(), format!("the operation has no {what}"))
}
