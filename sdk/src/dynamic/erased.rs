//! A request whose type is known only here.

use super::guarded::Guarded;
use super::pages::Pages;
use super::response::Response;
use super::table::{Readable, Typed};
use super::wait::Wait;
use crate::base::api::Effect;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::base::problem::Problem;
use crate::call::core::Core;
use crate::call::dry_run::DryRun;
use crate::flow::reconcile::SavedProbe;
use crate::setup::options::CallOptions;
use crate::wire::Members;
use std::fmt;

/// What a request of any type can do.
pub(crate) trait Erased: Send + Sync {
    fn copy(&self) -> Box<dyn Erased>;
    fn members(&self) -> &dyn Members;
    fn effect(&self) -> Effect;
    fn problems(&self) -> Vec<Problem>;
    fn validate(&self) -> Result<Vec<Problem>, Error>;
    fn send(&self, core: &Core, options: CallOptions) -> Pending<Response>;
    fn dry_run(&self, core: &Core, options: CallOptions) -> Pending<DryRun>;
    /// `None` if the operation has no recipe.
    fn guard(&self, core: &Core, options: CallOptions, saved: Option<SavedProbe>) -> Option<Pending<Guarded>>;
    /// `None` if the operation has no pages.
    fn pages(&self, core: &Core, options: CallOptions) -> Option<Pages>;
    /// `None` if the operation has no such waiter.
    fn wait(&self, core: &Core, waiter: &str) -> Option<Wait>;
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// A request of one type.
pub(super) struct Held<R: Readable> {
    pub(super) request: R,
    pub(super) typed: &'static Typed<R>,
}

impl<R: Readable> Erased for Held<R> {
    fn copy(&self) -> Box<dyn Erased> {
        Box::new(Self { request: self.request.clone(), typed: self.typed })
    }

    fn members(&self) -> &dyn Members {
        &self.request
    }

    fn effect(&self) -> Effect {
        self.request.effect()
    }

    fn problems(&self) -> Vec<Problem> {
        self.request.problems()
    }

    fn validate(&self) -> Result<Vec<Problem>, Error> {
        self.request.validate()
    }

    fn send(&self, core: &Core, options: CallOptions) -> Pending<Response> {
        let call = core.send(self.request.clone(), options);
        Pending::new(async move { Ok(Response::new(call.await?)) })
    }

    fn dry_run(&self, core: &Core, options: CallOptions) -> Pending<DryRun> {
        core.dry_send(self.request.clone(), options)
    }

    fn guard(&self, core: &Core, options: CallOptions, saved: Option<SavedProbe>) -> Option<Pending<Guarded>> {
        Some(self.typed.guard?(self.request.clone(), core.clone(), options, saved))
    }

    fn pages(&self, core: &Core, options: CallOptions) -> Option<Pages> {
        Some(self.typed.pages?(self.request.clone(), core.clone(), options))
    }

    fn wait(&self, core: &Core, waiter: &str) -> Option<Wait> {
        let (_, wait) = self.typed.waits.iter().find(|(name, _)| *name == waiter)?;
        Some(Wait::new(wait(self.request.clone(), core)))
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}
