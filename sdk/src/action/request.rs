//! Requests as trait objects.

use crate::action::cooldown::Cooldown;
use crate::action::operation::{ActionInfo, Fill, Operation};
use crate::base::api::Effect;
use crate::base::error::Error;
use crate::base::problem::Problem;
use crate::wire::{Members, Structure};
use std::sync::Arc;

/// What a call asks of a request. As a trait object, the code of calls is compiled once and not again for each action.
pub(crate) trait Request: Send + Sync {
    fn info(&self) -> &'static ActionInfo;
    fn members(&self) -> &dyn Members;
    fn own_effect(&self) -> Effect;
    fn set_defaults(&mut self);
    fn to_fill(&mut self, fill: &mut dyn FnMut(Fill, &mut Option<String>));
    fn judged(&self) -> Result<Vec<Problem>, Error>;
    fn waits_for(&self) -> Vec<Cooldown>;
    fn share(self: Box<Self>) -> Arc<dyn Members + Send + Sync>;
    /// Makes an empty response.
    fn no_response(&self) -> fn() -> Box<dyn Structure>;
}

impl<R: Operation> Request for R {
    fn info(&self) -> &'static ActionInfo {
        R::ACTION
    }

    fn members(&self) -> &dyn Members {
        self
    }

    fn own_effect(&self) -> Effect {
        self.effect()
    }

    fn set_defaults(&mut self) {
        self.fill_defaults();
    }

    fn to_fill(&mut self, fill: &mut dyn FnMut(Fill, &mut Option<String>)) {
        self.unfilled(fill);
    }

    fn judged(&self) -> Result<Vec<Problem>, Error> {
        self.validate()
    }

    fn waits_for(&self) -> Vec<Cooldown> {
        self.cooldowns()
    }

    fn share(self: Box<Self>) -> Arc<dyn Members + Send + Sync> {
        Arc::new(*self)
    }

    fn no_response(&self) -> fn() -> Box<dyn Structure> {
        || Box::new(R::Response::default())
    }
}
