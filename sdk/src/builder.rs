//! What the builders of all actions have in common.

use crate::client::Core;
use crate::dry_run::DryRun;
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::pending::Pending;
use std::marker::PhantomData;

/// The parameter has a value.
#[derive(Debug)]
pub enum Set {}

/// The parameter has no value yet.
#[derive(Debug)]
pub enum Unset {}

/// A call that is being built. `S` tells which required parameters are set.
pub(crate) struct Call<R, S = ()> {
    pub(crate) core: Core,
    pub(crate) request: R,
    pub(crate) options: CallOptions,
    state: PhantomData<fn() -> S>,
}

#[allow(dead_code, reason = "without an API version there is nobody to use the runtime")]
impl<R: Operation, S> Call<R, S> {
    pub(crate) fn new(core: &Core) -> Self
    where
        R: Default,
    {
        Self { core: core.clone(), request: R::default(), options: CallOptions::default(), state: PhantomData }
    }

    /// The same call in another state.
    pub(crate) fn state<T>(self) -> Call<R, T> {
        Call { core: self.core, request: self.request, options: self.options, state: PhantomData }
    }

    pub(crate) fn dry_run(self) -> Pending<DryRun> {
        self.core.dry_send(self.request, self.options)
    }

    pub(crate) fn send(self) -> Pending<R::Response> {
        self.core.send(self.request, self.options)
    }
}

/// Debug output of a builder: that of its request.
#[macro_export]
#[doc(hidden)]
macro_rules! builder {
    ($of:ident $($state:ident)?) => {
        impl$(<$state>)? ::std::fmt::Debug for $of$(<$state>)? {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.call.request.fmt(f)
            }
        }
    };
}

/// The states of a builder: for each required parameter its name, the state with it set, the trait of the states in which it is set,
/// and what the compiler says about the others.
///
/// ```text
/// states!(Domain (Set, Kind,) DomainIsSet "`Domain` is not set" "call `.domain(...)`", Kind (Domain, Set,) ...,);
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! states {
    ($($name:ident $next:tt $proof:ident $message:literal $label:literal,)*) => {
        impl<$($name: 'static),*> State for ($($name,)*) {
            $(type $name = $next;)*
        }

        $(
            #[doc(hidden)]
            #[diagnostic::on_unimplemented(message = $message, label = $label)]
            pub trait $proof: 'static {}

            impl $proof for Set {}
        )*
    };
}
