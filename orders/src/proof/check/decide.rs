//! What an answer says about a record. Pure.

use crate::proof::check::Wanted;
use crate::proof::check::report::{Role, Seen};
use crate::proof::dns::lookup::MOST_ALIASES;
use crate::proof::dns::{Answer, Code, Data, Kind, Row};
use crate::proof::name::{plain, shown};

/// The most values that are told.
const MOST_VALUES: usize = 10;

/// What an answer says: something about the record, or that it is under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// About the record.
    Seen(Seen),
    /// The name is an alias of this one, and the answer ends there.
    Alias(String),
}

/// Decides what the answer to the question for `name` says about the record. `name` is that of the record, or what its aliases lead to.
#[must_use]
pub fn decide(wanted: &Wanted, name: &str, role: Role, answer: &Answer) -> Said {
    let end = match end_of_aliases(&answer.answers, name, wanted.kind) {
        Ok(end) => end,
        Err(loops) => return Said::Seen(Seen::Failed(loops)),
    };
    let values = values(&answer.answers, &end, wanted.kind);
    if values.iter().any(|value| is_same(wanted, value)) {
        return Said::Seen(Seen::Found);
    }
    if !values.is_empty() {
        let others = values.iter().take(MOST_VALUES).map(|value| shown(value)).collect();
        return Said::Seen(Seen::Others(others));
    }
    let seen = match answer.code {
        Code::Refused => Seen::Refused,
        code @ (Code::ServerFailure | Code::NotUnderstood | Code::Other) => Seen::Failed(code.to_string()),
        // Another zone's authority cannot say that the target does not exist, so its own is asked.
        Code::Exists | Code::NoSuchName if end != name => return Said::Alias(end),
        // Whoever serves the zone says so. Other servers only point to those, and tell nothing of the record.
        Code::Exists | Code::NoSuchName if role == Role::Authoritative && !answer.authoritative => Seen::Lame,
        Code::Exists => Seen::NoRecord,
        Code::NoSuchName => Seen::NoName,
    };
    Said::Seen(seen)
}

/// Where the aliases in an answer lead, from `name` on.
fn end_of_aliases(rows: &[Row], name: &str, kind: Kind) -> Result<String, String> {
    let mut end = name.to_owned();
    if kind == Kind::Cname {
        return Ok(end);
    }
    for _ in 0..=MOST_ALIASES {
        let next = rows.iter().find_map(|row| match &row.data {
            Data::Cname(target) if row.name == end => Some(target.clone()),
            _ => None,
        });
        match next {
            Some(next) => end = next,
            None => return Ok(end),
        }
    }
    Err("the aliases lead in a circle, or are too many".to_owned())
}

fn values(rows: &[Row], name: &str, kind: Kind) -> Vec<String> {
    let of_name = rows.iter().filter(|row| row.name == name);
    let values = of_name.filter_map(|row| match (&row.data, kind) {
        (Data::Txt(text), Kind::Txt) => Some(text.clone()),
        (Data::Cname(target), Kind::Cname) => Some(target.clone()),
        _ => None,
    });
    values.collect()
}

fn is_same(wanted: &Wanted, value: &str) -> bool {
    match wanted.kind {
        Kind::Cname => plain(&wanted.value) == plain(value),
        _ => wanted.value == value,
    }
}
