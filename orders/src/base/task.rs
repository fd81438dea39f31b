//! Futures behind traits.

use crate::base::failure::Failure;
use std::future::Future;
use std::pin::Pin;

/// A future of a method of a trait that is used as `dyn`.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;
