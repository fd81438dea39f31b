//! Names in Rust for new items, and what the loader would refuse otherwise.

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
    let first = if own == "type" { "kind".to_owned() } else { format!("{own}_value").to_snake_case() };
    let all = std::iter::once(first.clone()).chain((2..).map(|n| format!("{first}_{n}").to_snake_case()));
    all.take(1_000).find(|name| usable(name, side, required) && taken.insert(name.clone()))
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
    let first = path.concat().to_upper_camel_case();
    let all = std::iter::once(first.clone()).chain((2..).map(|n| format!("{first}{n}")));
    let free = |name: &String| !reserved::TYPES.contains(&name.as_str()) && is_identifier(name);
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
