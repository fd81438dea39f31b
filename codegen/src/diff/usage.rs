//! Which actions use a shared type, and whether they send or read it.

use crate::model::{Api, Field, Type};
use std::collections::{BTreeMap, BTreeSet};

/// The side of a call that something is used on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Sent,
    Read,
    Both,
    /// No action uses it.
    Unused,
}

impl Direction {
    pub(super) fn is_sent(self) -> bool {
        matches!(self, Self::Sent | Self::Both)
    }

    fn of(sent: bool, read: bool) -> Self {
        match (sent, read) {
            (true, true) => Self::Both,
            (true, false) => Self::Sent,
            (false, true) => Self::Read,
            (false, false) => Self::Unused,
        }
    }
}

/// The uses of all shared types of an API version, by name.
#[derive(Default)]
pub(super) struct Usage<'a> {
    uses: BTreeMap<&'a str, Uses<'a>>,
    /// Types that fields use. No code is generated for other enums.
    generated: BTreeSet<&'a str>,
    /// Types that are sent inside JSON text, where a number and a text of digits differ.
    json: BTreeSet<&'a str>,
}

#[derive(Default)]
struct Uses<'a> {
    sent: bool,
    read: bool,
    actions: BTreeSet<&'a str>,
}

impl<'a> Usage<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let mut usage = Self::default();
        let shared: BTreeMap<&str, &[Field]> =
            api.types.iter().map(|of| (of.name.as_str(), of.fields.as_slice())).collect();
        for action in &api.actions {
            for (fields, sent) in [(&action.parameters, true), (&action.response, false)] {
                let mut names = BTreeSet::new();
                reach(fields, &shared, &mut names);
                for name in names {
                    let uses = usage.uses.entry(name).or_default();
                    uses.sent |= sent;
                    uses.read |= !sent;
                    uses.actions.insert(&action.name);
                }
            }
        }
        usage.generated.extend(usage.uses.keys());
        let sent =
            api.actions.iter().flat_map(|action| &action.parameters).chain(api.types.iter().flat_map(|of| &of.fields));
        in_json(sent, &shared, &mut usage.json);
        for of in &api.types {
            reach(&of.fields, &shared, &mut usage.generated);
        }
        usage
    }

    /// Whether a type is generated for this enum.
    pub(super) fn is_generated(&self, name: &str) -> bool {
        self.generated.contains(name)
    }

    /// Whether a structure, id or enum travels inside JSON text.
    pub(super) fn is_json(&self, name: &str) -> bool {
        self.json.contains(name)
    }

    /// The side that a type is on in either of two models, where it may have different names.
    pub(super) fn side(&self, name: &str, other: &Self, other_name: &str) -> Direction {
        let uses = || self.uses.get(name).into_iter().chain(other.uses.get(other_name));
        Direction::of(uses().any(|uses| uses.sent), uses().any(|uses| uses.read))
    }

    /// The actions that use it.
    pub(super) fn actions(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.uses.get(name).into_iter().flat_map(|uses| uses.actions.iter().copied())
    }
}

/// Adds the types that fields of JSON text reach, also such fields in structures that a field defines.
fn in_json<'a>(
    fields: impl Iterator<Item = &'a Field>,
    shared: &BTreeMap<&'a str, &'a [Field]>,
    names: &mut BTreeSet<&'a str>,
) {
    let mut fields: Vec<&'a Field> = fields.collect();
    while let Some(field) = fields.pop() {
        if matches!(field.kind, Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_)) {
            // With a set of its own, because types that were reached in another way must be visited again.
            let mut found = BTreeSet::new();
            reach(std::slice::from_ref(field), shared, &mut found);
            names.extend(found);
        }
        fields.extend(field.defines.iter().flat_map(|structure| &structure.fields));
    }
}

fn reach<'a>(fields: &'a [Field], shared: &BTreeMap<&'a str, &'a [Field]>, names: &mut BTreeSet<&'a str>) {
    for field in fields {
        if let Some(name) = field.kind.named()
            && names.insert(name)
            && let Some(members) = shared.get(name)
        {
            reach(members, shared, names);
        }
        if let Some(structure) = &field.defines {
            reach(&structure.fields, shared, names);
        }
    }
}
