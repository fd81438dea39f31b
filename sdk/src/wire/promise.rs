//! Promises: fields without which a call is pointless, and which therefore are no `Option`.
//!
//! A value alone does not tell whether it came: `false`, 0 and an empty list are values. So a structure that promises something keeps
//! the names of the promised fields that were put into it.

use super::show::{Members, Shown, Value};

/// Which promised fields have come.
#[derive(Debug, Clone, Default)]
pub struct Kept(Vec<&'static str>);

impl Kept {
    /// Notes that a field has come, if it is one of the promised ones.
    pub fn note(&mut self, promised: &[&'static str], wire: &str) {
        if let Some(name) = promised.iter().find(|name| **name == wire)
            && !self.has(wire)
        {
            self.0.push(name);
        }
    }

    /// Whether a field has come.
    #[must_use]
    pub fn has(&self, wire: &str) -> bool {
        self.0.contains(&wire)
    }
}

/// Whether a structure promises a field that has not come.
pub(super) fn broken(of: &dyn Members, wire: &str) -> bool {
    of.promises().is_some_and(|(promised, kept)| promised.contains(&wire) && !kept.has(wire))
}

/// The paths of all that is promised and is not there, or says nothing. What is around it must be there: members of a structure that
/// did not come are not missing, and those of one in a list are named with its number.
pub(crate) fn missing(of: &dyn Members) -> Vec<String> {
    let mut out = Vec::new();
    search(of, "", &mut out);
    out
}

fn search(of: &dyn Members, around: &str, out: &mut Vec<String>) {
    of.each(&mut |field, value| {
        let path = format!("{around}{}", field.wire);
        let promised = of.promises().is_some_and(|(promised, _)| promised.contains(&field.wire));
        if promised && (broken(of, field.wire) || value.is_blank()) {
            out.push(path);
            return;
        }
        inside(value, &path, out);
    });
}

fn inside(value: &dyn Value, path: &str, out: &mut Vec<String>) {
    match value.show() {
        Shown::Structure(inner) => search(inner, &format!("{path}."), out),
        Shown::List(list) => {
            for (number, item) in (1..).zip((0..list.count()).filter_map(|index| list.at(index))) {
                inside(item, &format!("{path}.{number}"), out);
            }
        }
        _ => {}
    }
}
