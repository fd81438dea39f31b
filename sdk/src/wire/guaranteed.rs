//! Guaranteed fields: a response without them is useless, so their types are not `Option`.
//!
//! A value alone does not tell whether it came: `false`, 0 and an empty list are values too. So a structure with guaranteed fields notes
//! which of them it has received.

use super::path::Path;
use super::show::{Members, Shown, Value, items};
use super::{NAMED, first_of};
use std::fmt;

/// Which guaranteed fields have come: one bit each, in the order in which the structure names them.
#[derive(Debug, Clone, Default)]
pub struct Guaranteed(u64);

impl Guaranteed {
    /// Notes that a field has come. Fields that are not guaranteed are ignored.
    pub fn note(&mut self, names: &[&'static str], wire: &str) {
        if let Some(bit) = bit(names, wire) {
            self.0 |= bit;
        }
    }

    /// Whether this field is guaranteed and has not come.
    #[must_use]
    pub fn lacks(&self, names: &[&'static str], wire: &str) -> bool {
        bit(names, wire).is_some_and(|bit| self.0 & bit == 0)
    }
}

/// The bit of a guaranteed field. `structure!` refuses to compile more fields than there are bits.
fn bit(names: &[&'static str], wire: &str) -> Option<u64> {
    names.iter().position(|name| *name == wire).map(|index| 1 << index)
}

/// Whether a field of a structure is guaranteed and has not come.
pub(super) fn is_missing(of: &dyn Members, wire: &str) -> bool {
    of.guaranteed().is_some_and(|(names, came)| came.lacks(names, wire))
}

/// Finds the guaranteed fields that are absent or blank. Only structures that came are searched: an absent optional structure
/// lacks nothing.
pub(crate) fn missing(of: &dyn Members) -> Missing {
    let mut out = Missing::default();
    search(of, &Path::Top, &mut out);
    out
}

/// The guaranteed fields that a response lacks: the paths of the first few, and how many there are.
#[derive(Default)]
pub(crate) struct Missing {
    named: Vec<String>,
    count: usize,
}

impl Missing {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&first_of(&self.named, self.count, ", "))
    }
}

fn search(of: &dyn Members, around: &Path<'_>, out: &mut Missing) {
    let guaranteed = of.guaranteed();
    of.each(&mut |field, value| {
        let path = Path::Field(around, field.wire);
        if guaranteed.is_some_and(|(names, came)| {
            names.contains(&field.wire) && (came.lacks(names, field.wire) || value.is_blank())
        }) {
            out.count += 1;
            if out.count <= NAMED {
                out.named.push(path.text().into_owned());
            }
            return;
        }
        inside(value, &path, out);
    });
}

fn inside(value: &dyn Value, path: &Path<'_>, out: &mut Missing) {
    match value.show() {
        Shown::Structure(inner) => search(inner, path, out),
        Shown::List(list) => {
            for (number, item) in (1..).zip(items(list)) {
                inside(item, &Path::Item(path, number), out);
            }
        }
        // Counted like items: a name of a map is a value too, and messages must not contain values.
        Shown::Map(map) => {
            let mut number = 0;
            map.each_entry(&mut |_, entry| {
                number += 1;
                inside(entry, &Path::Item(path, number), out);
            });
        }
        _ => {}
    }
}
