//! The table of operations that the generator writes, one an API version, and the macro of its rows.

use super::erased::{Erased, Held};
use super::guarded::Guarded;
use super::pages::Pages;
use crate::action::operation::{ActionInfo, Operation};
use crate::base::api::{ApiInfo, Provider};
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::flow::pages::{self, Paginated};
use crate::flow::reconcile::{self, Reconcile, SavedProbe};
use crate::flow::wait;
use crate::setup::options::CallOptions;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fmt::Debug;

/// The operations of an API version.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) api: &'static ApiInfo,
    /// Its title in English and Chinese.
    pub(crate) title: [&'static str; 2],
    /// The cloud, if the runtime can find its credentials.
    pub(crate) provider: Option<Provider>,
    pub(crate) operations: &'static [Entry],
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) action: &'static ActionInfo,
    pub(crate) is_guarded: bool,
    pub(crate) is_paginated: bool,
    pub(crate) waiters: &'static [&'static str],
    /// Reads a request, or returns what is wrong with each parameter.
    pub(crate) read: fn(&Map<String, Value>) -> Read,
}

/// A parameter that cannot be read, and why.
pub(crate) type Misfit = (String, String);

/// A request, or what is wrong with its parameters.
pub(crate) type Read = Result<Box<dyn Erased>, Vec<Misfit>>;

/// Begins a guarded call, or takes up one that was saved.
type BeginGuard<R> = fn(R, Core, CallOptions, Option<SavedProbe>) -> Pending<Guarded>;

/// Begins the pages of a list.
type BeginPages<R> = fn(R, Core, CallOptions) -> Pages;

/// Begins a wait.
type BeginWait<R> = fn(R, &Core) -> wait::Wait<R>;

/// What an operation can do beyond a call, by the type of its request.
pub(crate) struct Typed<R: Operation> {
    pub(crate) guard: Option<BeginGuard<R>>,
    pub(crate) pages: Option<BeginPages<R>>,
    pub(crate) waits: &'static [(&'static str, BeginWait<R>)],
}

/// A request type as the table needs it. All generated ones are.
pub(crate) trait Readable: Operation + Default + Debug + DeserializeOwned {}

impl<R: Operation + Default + Debug + DeserializeOwned> Readable for R {}

/// Reads a request from its parameters.
#[allow(dead_code, reason = "without an API version there are no operations")]
pub(crate) fn read<R: Readable>(parameters: &Map<String, Value>, typed: &'static Typed<R>) -> Read {
    match serde_json::from_value(Value::Object(parameters.clone())) {
        Ok(request) => Ok(Box::new(Held { request, typed })),
        // One by one, so that all are named.
        Err(whole) => {
            let alone = parameters.iter().filter_map(|(name, value)| {
                let one = Map::from_iter([(name.clone(), value.clone())]);
                let error = serde_json::from_value::<R>(Value::Object(one)).err()?;
                Some((name.clone(), error.to_string()))
            });
            let found: Vec<Misfit> = alone.collect();
            Err(if found.is_empty() { vec![(String::new(), whole.to_string())] } else { found })
        }
    }
}

#[allow(dead_code, reason = "not every API version has orders")]
pub(crate) fn guard<R: Reconcile + Readable>(
    request: R,
    core: Core,
    options: CallOptions,
    saved: Option<SavedProbe>,
) -> Pending<Guarded> {
    Pending::new(async move { Ok(Guarded::new(reconcile::Guarded::open(core, request, options, saved).await?)) })
}

#[allow(dead_code, reason = "not every API version has lists in pages")]
pub(crate) fn pages<R: Paginated + Readable>(request: R, core: Core, options: CallOptions) -> Pages {
    Pages::new(pages::Pages::new(core, request, options))
}

/// The table of an API version. A row has the module of the operation, then whether it can be guarded, whether it has pages, and its waiters.
///
/// ```text
/// table!([Aliyun], ["SSL certificates", "SSL 证书"],
///     describe_certificate_state [] [] ["certificate_issued" wait_until_certificate_issued],
///     list_certificates [] [pages] [],
/// );
/// ```
#[allow(unused_macros, reason = "without an API version there are no operations")]
macro_rules! table {
    ([$($provider:ident)?], $title:expr, $($module:ident [$($guard:ident)?] [$($pages:ident)?] [$($waiter:literal $wait:ident),*],)*) => {
        pub(crate) static TABLE: $crate::dynamic::table::Table = $crate::dynamic::table::Table {
            api: &super::client::API,
            title: $title,
            provider: $crate::dynamic::table::table!(@ $($provider)?),
            operations: &[$({
                type Request = super::$module::Request;
                static TYPED: $crate::dynamic::table::Typed<Request> = $crate::dynamic::table::Typed {
                    guard: $crate::dynamic::table::table!(@ $($guard)?),
                    pages: $crate::dynamic::table::table!(@ $($pages)?),
                    waits: &[$(($waiter, Request::$wait)),*],
                };
                $crate::dynamic::table::Entry {
                    action: <Request as $crate::Operation>::ACTION,
                    is_guarded: TYPED.guard.is_some(),
                    is_paginated: TYPED.pages.is_some(),
                    waiters: &[$($waiter),*],
                    read: |parameters| $crate::dynamic::table::read::<Request>(parameters, &TYPED),
                }
            }),*],
        };
    };
    (@) => { None };
    (@ guard) => { Some($crate::dynamic::table::guard::<Request>) };
    (@ pages) => { Some($crate::dynamic::table::pages::<Request>) };
    (@ $provider:ident) => { Some($crate::api::Provider::$provider) };
}
#[allow(unused_imports, reason = "without an API version there are no operations")]
pub(crate) use table;
