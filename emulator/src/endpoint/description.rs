//! The description that an endpoint answers from.

use crate::dialect;
use cloudcert::model::{self, Api, Model};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The description that an endpoint answers from.
#[derive(Clone, Default)]
pub(crate) enum Description {
    /// The one that the SDK was made from, whose APIs have behaviours.
    #[default]
    BuiltIn,
    /// Another one. No behaviour was written for it, so all of its actions are answered from it alone.
    Given(Arc<Model>),
}

impl Description {
    pub(crate) fn apis(&self) -> &[Api] {
        match self {
            Self::BuiltIn => model::apis(),
            Self::Given(model) => &model.apis,
        }
    }

    /// Whether behaviours play its actions.
    pub(crate) fn has_behaviours(&self) -> bool {
        matches!(self, Self::BuiltIn)
    }

    /// Refuses a description that the endpoint cannot answer from. The error is a sentence that names the place.
    pub(crate) fn check(&self) -> Result<(), String> {
        let apis = self.apis();
        if apis.is_empty() {
            return Err("the description has no API".to_owned());
        }
        let mut ids = BTreeSet::new();
        for api in apis {
            let id = &api.id;
            if !ids.insert(id) {
                return Err(format!("the description has two APIs with the id {id}"));
            }
            if !dialect::speaks(api.protocol.family) {
                return Err(format!("this endpoint does not speak the protocol of {id}"));
            }
            let wrong = |row: &&model::ErrorRow| row.status.iter().any(|status| !(200..=599).contains(status));
            if let Some(row) = api.errors.iter().find(wrong) {
                return Err(format!("the error row {} of {id} has a status that is not from 200 to 599", row.name));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.apis().iter().map(|api| &api.id)).finish()
    }
}
