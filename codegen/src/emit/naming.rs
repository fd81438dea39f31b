//! The Rust names of an action's items, computed once.

use crate::model::{Action, Field, Need};
use crate::naming;
use proc_macro2::Ident;
use quote::format_ident;

/// The names of an action.
pub(super) struct Names<'a> {
    /// The client's method, and the action's module.
    pub(super) method: Ident,
    pub(super) request: Ident,
    pub(super) response: Ident,
    pub(super) builder: Ident,
    /// Parameters that the caller must set. The builder's type tracks which of them are set.
    pub(super) required: Vec<Parameter<'a>>,
    /// Parameters that once were required. Their aliases stay, so that signatures that name them still compile.
    pub(super) former: Vec<Parameter<'a>>,
}

/// A parameter that a builder's type tracks.
pub(super) struct Parameter<'a> {
    pub(super) field: &'a Field,
    /// The field of the request, and the setter.
    pub(super) name: Ident,
    /// The associated type and the type parameter that stand for it.
    pub(super) state: Ident,
    /// The state with it set.
    pub(super) with: Ident,
    /// The trait of the states in which it is set.
    pub(super) proof: Ident,
}

impl<'a> Names<'a> {
    pub(super) fn of(action: &'a Action) -> Self {
        let required = |field: &&Field| field.need == Need::Required;
        let former = |field: &&Field| field.history.as_ref().is_some_and(|h| h.was_required_until.is_some());
        Self {
            method: format_ident!("{}", action.method),
            request: format_ident!("{}", naming::REQUEST),
            response: format_ident!("{}", naming::RESPONSE),
            builder: format_ident!("{}", naming::BUILDER),
            required: action.parameters.iter().filter(required).map(parameter).collect(),
            former: action.parameters.iter().filter(former).map(parameter).collect(),
        }
    }
}

fn parameter(field: &Field) -> Parameter<'_> {
    let naming::Typestate { parameter, with, proof } = naming::typestate(&field.name);
    Parameter {
        field,
        name: format_ident!("{}", field.name),
        state: format_ident!("{parameter}"),
        with: format_ident!("{with}"),
        proof: format_ident!("{proof}"),
    }
}
