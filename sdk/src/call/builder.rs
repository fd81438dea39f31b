//! The common part of all builders.

use crate::action::operation::Operation;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::call::dry_run::DryRun;
use crate::setup::options::CallOptions;
use std::marker::PhantomData;

/// The parameter has a value.
#[derive(Debug)]
pub enum Set {}

/// The parameter has no value yet.
#[derive(Debug)]
pub enum Unset {}

/// A call under construction. `S` tells which required parameters are set.
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

    /// Changes the state.
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

/// Implements the methods that all builders have, and `Debug`, which shows the request. `$state` is present if there are required parameters.
///
/// ```text
/// builder!(Builder S Request Response);
/// ```
#[allow(unused_macros, reason = "not every API version needs it")]
macro_rules! builder {
    ($of:ident $request:ident $response:ident) => {
        $crate::builder::builder!(@made $of [] [] [] $request $response);
    };
    ($of:ident $state:ident $request:ident $response:ident) => {
        $crate::builder::builder!(
            @made $of [<$state: state::State>] [<$state>] [where $state: state::Complete,] $request $response
        );
    };
    (@made $of:ident [$($head:tt)*] [$($tail:tt)*] [$($complete:tt)*] $request:ident $response:ident) => {
        /// # Sending
        impl $($head)* $of $($tail)* {
            /// Validates, signs and sends the request.
            ///
            /// # Errors
            ///
            /// If [`outcome_unknown`](crate::Error::outcome_unknown) of the error is true, the call may have been executed.
            pub fn send(self) -> $crate::Pending<$response> $($complete)* {
                self.call.send()
            }

            /// Validates and signs the request without sending it, to show what would be sent.
            ///
            /// # Errors
            ///
            /// Those of `send` up to the signature.
            pub fn dry_run(self) -> $crate::Pending<$crate::DryRun> $($complete)* {
                self.call.dry_run()
            }

            /// Returns the request as plain data. Use it to set parameters conditionally; it need not be complete.
            #[must_use]
            pub fn into_request(self) -> $request {
                self.call.request
            }

            /// Adds a parameter that this version does not know.
            pub fn extra_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.call.options = self.call.options.extra_parameter(name, value);
                self
            }

            /// Sends the request even if validation finds mistakes in it.
            pub fn skip_validation(mut self) -> Self {
                self.call.options = self.call.options.skip_validation();
                self
            }

            /// Sets the options of this call. They replace all options set before.
            pub fn with_options(mut self, options: $crate::CallOptions) -> Self {
                self.call.options = options;
                self
            }
        }

        impl $($tail)* ::std::fmt::Debug for $of $($tail)* {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.call.request.fmt(f)
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API version needs it")]
pub(crate) use builder;

/// Implements the states of a builder. Each row has a required parameter, the state after it is set, the trait of the states in which it is set,
/// and what the compiler says about other states.
///
/// ```text
/// states!(Domain (Set, Kind,) DomainIsSet "`Domain` is not set" "call `.domain(...)`", Kind (Domain, Set,) ...,);
/// ```
#[allow(unused_macros, reason = "not every API version needs it")]
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
#[allow(unused_imports, reason = "not every API version needs it")]
pub(crate) use states;
