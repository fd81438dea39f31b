//! Names in Rust for new items, and what the loader would refuse otherwise.

use crate::import::plain::{Item, Packed};
use crate::naming::{self, is_identifier};
use crate::reserved;
use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::HashSet;

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
    /// In a structure, which may be a part of requests.
    Member {
        sent: bool,
    },
}

impl Side {
    /// The side of the members of an item.
    pub(super) fn inside(self) -> Self {
        Self::Member { sent: self.is_sent() }
    }

    /// Whether a call may be refused without it.
    pub(super) fn is_sent(self) -> bool {
        matches!(self, Self::Request | Self::Member { sent: true })
    }

    /// How an item of this side becomes one text: only parameters do.
    pub(super) fn packed(self, item: &Item) -> Option<&Packed> {
        item.packed.as_ref().filter(|_| self == Self::Request)
    }

    pub(super) fn is_member(self) -> bool {
        matches!(self, Self::Member { .. })
    }
}

/// The name in Rust that an item needs because its own cannot be used. The names of its neighbours are taken.
pub(super) fn rust_name(wire: &str, side: Side, required: bool, taken: &mut HashSet<String>) -> Option<String> {
    let own = naming::field(wire, None);
    if usable(&own, side, required) && taken.insert(own.clone()) {
        return None;
    }
    // What a `type` is called in the spec.
    let first = (own == "type").then(|| "kind".to_owned());
    // A name that begins with a digit needs something before it.
    let [behind, before] = [format!("{own}_value"), format!("value_{own}")].map(|name| name.to_snake_case());
    let more = (2..).map(|n| format!("{before}_{n}").to_snake_case());
    let mut all = first.into_iter().chain([behind, before.clone()]).chain(more);
    all.by_ref().take(1_000).find(|name| usable(name, side, required) && taken.insert(name.clone()))
}

fn usable(name: &str, side: Side, required: bool) -> bool {
    let builder = || reserved::made("builder").chain(reserved::BUILDER.iter().copied()).any(|of| of == name);
    let state = || {
        let of = naming::typestate(name);
        [of.parameter, of.with, of.proof]
            .iter()
            .any(|name| reserved::STATES.contains(&name.as_str()) || reserved::TYPES.contains(&name.as_str()))
    };
    is_identifier(name)
        && name.to_snake_case() == name
        && !(side == Side::Request && (builder() || (required && state())))
        && !(side != Side::Response && reserved::SENT_TRAITS.contains(&name))
        && !(side != Side::Request && reserved::FIELDS.contains(&name))
}

/// The name in Rust that an action needs because its own cannot be used.
pub(super) fn method(action: &str) -> Option<String> {
    let own = naming::method(action, None);
    let taken =
        [reserved::CLIENT, reserved::CLIENT_TRAITS, reserved::MODULES].iter().any(|all| all.contains(&own.as_str()));
    (taken || reserved::is_device(&own) || !is_identifier(&own)).then(|| format!("{own}_action"))
}

/// A name for a structure that nothing else has, made of the action and the path to it.
pub(super) fn structure(path: &[&str], taken: &mut HashSet<String>) -> String {
    // One pass is not always enough: `OrderaBX1` becomes `OrderaBx1`.
    let first = (0..4).fold(path.concat(), |name, _| name.to_upper_camel_case());
    let all = std::iter::once(first.clone()).chain((2..).map(|n| format!("{first}{n}")));
    let free = |name: &String| {
        !reserved::TYPES.contains(&name.as_str()) && is_identifier(name) && name.to_upper_camel_case() == *name
    };
    let name = all.take(1_000).find(|name| free(name) && taken.insert(name.clone()));
    name.unwrap_or(first)
}

/// Whether a name on the wire can stand in the spec.
pub(super) fn is_wire(name: &str) -> bool {
    name.len() <= 200
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        && !name.to_snake_case().is_empty()
}

/// Whether an action can have this name, which is also that of its file.
pub(super) fn is_action(name: &str) -> bool {
    name.len() <= 120
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}
