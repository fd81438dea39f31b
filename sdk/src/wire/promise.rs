//! Promises: fields without which a call is pointless, and which therefore are no `Option`.
//!
//! A value alone does not tell whether it came: `false`, 0 and an empty list are values. So a structure that promises something keeps
//! the names of the promised fields that were put into it.

use super::show::{Members, Shown, Value};
use super::{NAMED, first_of};
use std::fmt;

/// Which promised fields have come: a bit for each, in the order of the promises.
#[derive(Debug, Clone, Default)]
pub struct Kept(u64);

impl Kept {
    /// Notes that a field has come, if it is one of the promised ones.
    pub fn note(&mut self, promised: &[&'static str], wire: &str) {
        if let Some(bit) = bit(promised, wire) {
            self.0 |= bit;
        }
    }

    /// Whether a promised field has not come; of others nothing was promised.
    #[must_use]
    pub fn lacks(&self, promised: &[&'static str], wire: &str) -> bool {
        bit(promised, wire).is_some_and(|bit| self.0 & bit == 0)
    }
}

/// More promises than there are bits do not compile: see `structure!`.
fn bit(promised: &[&'static str], wire: &str) -> Option<u64> {
    promised.iter().position(|name| *name == wire).map(|index| 1 << index)
}

/// Whether a structure promises a field that has not come.
pub(super) fn broken(of: &dyn Members, wire: &str) -> bool {
    of.promises().is_some_and(|(promised, kept)| kept.lacks(promised, wire))
}

/// The paths of what is promised and is not there, or says nothing: the first few, and how many there are. What is around it must be there:
/// members of a structure that did not come are not missing, and those of one in a list are named with its number.
pub(crate) fn missing(of: &dyn Members) -> Missing {
    let mut out = Missing::default();
    search(of, &Path::Top, &mut out);
    out
}

/// What is promised and is not there.
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

/// Where something stands. Every answer is searched, and hardly ever is a path written out.
enum Path<'a> {
    Top,
    Field(&'a Self, &'static str),
    Item(&'a Self, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Field(Self::Top, name) => f.write_str(name),
            Self::Field(around, name) => write!(f, "{around}.{name}"),
            Self::Item(list, number) => write!(f, "{list}.{number}"),
        }
    }
}

fn search(of: &dyn Members, around: &Path<'_>, out: &mut Missing) {
    let all = of.promises();
    of.each(&mut |field, value| {
        let path = Path::Field(around, field.wire);
        if all.is_some_and(|(promised, kept)| {
            promised.contains(&field.wire) && (kept.lacks(promised, field.wire) || value.is_blank())
        }) {
            out.count += 1;
            if out.count <= NAMED {
                out.named.push(path.to_string());
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
            for (number, item) in (1..).zip((0..list.count()).filter_map(|index| list.at(index))) {
                inside(item, &Path::Item(path, number), out);
            }
        }
        _ => {}
    }
}
