//! The common part of all builders.

use crate::action::operation::Operation;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::call::dry_run::DryRun;
use crate::setup::options::CallOptions;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

/// The parameter has a value.
#[derive(Debug)]
pub enum Set {}

/// The parameter has no value yet.
#[derive(Debug)]
pub enum Unset {}

/// A call under construction. `S` tells which required parameters are set.
pub(crate) struct Call<R: Operation, S = ()> {
    pub(crate) core: Core,
    pub(crate) request: R,
    pub(crate) options: CallOptions,
    /// The call in flight, if the builder itself is awaited. The mutex is never locked: it keeps builders `Sync`.
    sent: Mutex<Option<Pending<R::Response>>>,
    state: PhantomData<fn() -> S>,
}

#[allow(dead_code, reason = "without an API version there is nobody to use the runtime")]
impl<R: Operation, S> Call<R, S> {
    pub(crate) fn new(core: &Core) -> Self
    where
        R: Default,
    {
        Self {
            core: core.clone(),
            request: R::default(),
            options: CallOptions::default(),
            sent: Mutex::default(),
            state: PhantomData,
        }
    }

    /// Changes the state.
    pub(crate) fn state<T>(self) -> Call<R, T> {
        let Self { core, request, options, sent, .. } = self;
        Call { core, request, options, sent, state: PhantomData }
    }

    pub(crate) fn dry_run(self) -> Pending<DryRun> {
        self.core.dry_send(self.request, self.options)
    }

    pub(crate) fn send(self) -> Pending<R::Response> {
        self.core.send(self.request, self.options)
    }

    /// Sends the request at the first poll.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<R::Response, Error>>
    where
        R: Default,
    {
        let Self { core, request, options, sent, .. } = self;
        let sent = sent.get_mut().unwrap_or_else(PoisonError::into_inner);
        if sent.is_none() {
            *sent = Some(core.send(std::mem::take(request), std::mem::take(options)));
        }
        sent.as_mut().map_or(Poll::Pending, |call| Pin::new(call).poll(context))
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
        ///
        /// Await the builder, or `send` it first. With the feature `blocking`, `send().block()` needs no async: see
        /// [`Pending`](crate::Pending).
        ///
        /// 对构造器 await，或先调用 `send`。启用特性 `blocking` 后，可用 `send().block()` 同步调用，见 [`Pending`](crate::Pending)。
        impl $($head)* $of $($tail)* {
            /// Validates, signs and sends the request. A builder that is awaited itself does the same.
            ///
            /// 校验、签名并发送请求；直接对构造器 await 与此相同。
            ///
            /// # Errors
            ///
            /// If [`outcome_unknown`](crate::Error::outcome_unknown) of the error is true, the call may have been executed.
            ///
            /// 若错误的 [`outcome_unknown`](crate::Error::outcome_unknown) 为 true，则此调用可能已经执行。
            pub fn send(self) -> $crate::Pending<$response> $($complete)* {
                self.call.send()
            }

            /// Validates and signs the request without sending it, to show what would be sent.
            ///
            /// 校验并签名请求但不发送，以便查看将要发送的内容。
            ///
            /// # Errors
            ///
            /// Those of `send` up to the signature.
            ///
            /// `send` 在签名完成之前的错误。
            pub fn dry_run(self) -> $crate::Pending<$crate::DryRun> $($complete)* {
                self.call.dry_run()
            }

            /// Returns the request as plain data. Use it to set parameters conditionally; it need not be complete.
            ///
            /// 返回请求数据，可用于按条件设置参数；不要求参数齐全。
            #[must_use]
            pub fn into_request(self) -> $request {
                self.call.request
            }

            /// Adds a parameter that this version does not know.
            ///
            /// 添加本版本不认识的参数。
            pub fn extra_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.call.options = self.call.options.extra_parameter(name, value);
                self
            }

            /// Sends the request even if validation finds mistakes in it.
            ///
            /// 即使校验发现错误也发送请求。
            pub fn skip_validation(mut self) -> Self {
                self.call.options = self.call.options.skip_validation();
                self
            }

            /// Sets the options of this call. They replace all options set before.
            ///
            /// 设置本次调用的选项，替换此前设置的全部选项。
            pub fn with_options(mut self, options: $crate::CallOptions) -> Self {
                self.call.options = options;
                self
            }
        }

        /// A complete builder is a future: it sends the request when it is first polled.
        // As `IntoFuture`, it would leave the compiler with two possible implementations, and no word about the missing parameter.
        impl $($head)* ::std::future::Future for $of $($tail)* $($complete)* {
            type Output = ::std::result::Result<$response, $crate::Error>;

            fn poll(
                self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<Self::Output> {
                self.get_mut().call.poll(context)
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
