//! The dialects, and how one is chosen.

use super::definition::{Dialect, Mark};
use super::{aliyun, ksyun};
use crate::request::{Received, pairs};
use cloudcert::model::Family;
use hyper::http::request::Parts;

/// Every dialect that the endpoint speaks. The first is assumed where nothing tells.
pub(super) static DIALECTS: [&Dialect; 2] = [&aliyun::DIALECT, &ksyun::DIALECT];

/// Returns the dialect of a protocol family, if the endpoint speaks it.
pub(super) fn of_family(family: Family) -> Option<&'static Dialect> {
    DIALECTS.into_iter().find(|dialect| dialect.family == family)
}

/// Whether the endpoint speaks a protocol family.
pub(crate) fn speaks(family: Family) -> bool {
    of_family(family).is_some()
}

/// Returns the dialect whose marks a request has. Of several, the surest wins, then the first.
pub(super) fn recognised(received: &Received) -> Option<&'static Dialect> {
    let marks = DIALECTS.into_iter().rev().map(|dialect| ((dialect.recognise)(received), dialect));
    let (mark, dialect) = marks.max_by_key(|(mark, _)| *mark)?;
    (mark != Mark::Missing).then_some(dialect)
}

/// Returns the action of a request if its head alone names it.
pub(crate) fn action_in_head(head: &Parts) -> Option<String> {
    let mut query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    let queried = query.find(|(name, _)| name == "Action").map(|(_, value)| value);
    let header = |dialect: &&Dialect| head.headers.get(dialect.action_header)?.to_str().ok().map(str::to_owned);
    queried.or_else(|| DIALECTS.iter().find_map(header))
}
