//! An event as a row of a table, which is the same in both engines.
//!
//! Each row has a digest over its own content and the digest of the row before it, so a byte that was changed, or a row that was taken out of
//! the middle, is found although the database itself is sound.

use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use crate::base::name::OrderKey;
use crate::journal::event::{Event, Recorded, VERSION};
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Bytes of an event, written or read.
pub(super) const MOST_OF_EVENT: usize = 1 << 20;
/// Events of an order.
pub(super) const MOST_EVENTS: u64 = 100_000;
/// Bytes of all events of an order.
pub(super) const MOST_OF_ORDER: u64 = 64 << 20;
/// Orders of a journal.
pub(super) const MOST_ORDERS: i64 = 1_000_000;

const DAMAGED: &str = "Order nothing. Restore a backup, then run `cloudcert order verify`.";
const NEWER: &str = "Run the newest version of the program on this journal.";

/// An event as it stands in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) sequence: u64,
    pub(super) version: u32,
    pub(super) at: String,
    pub(super) kind: String,
    pub(super) event: String,
    /// Which call of `append` wrote it: no other one has the same.
    pub(super) token: String,
    pub(super) digest: String,
}

impl Row {
    /// The row of an event that follows `after` others, the last of which has the digest `previous`.
    pub(super) fn after(order: &OrderKey, after: u64, previous: &str, event: &Event) -> Result<Self, Failure> {
        let text = serde_json::to_string(event)
            .map_err(|_| Failure::new(Kind::Failed, "an event cannot be written as JSON").at(order))?;
        if text.len() > MOST_OF_EVENT || after >= MOST_EVENTS {
            let message = format!(
                "an event `{}` of {} bytes after {after} others is too large for the journal",
                event.kind(),
                text.len()
            );
            return Err(Failure::new(Kind::Failed, message).at(order));
        }
        let mut row = Self {
            sequence: after + 1,
            version: VERSION,
            at: jiff::Timestamp::now().to_string(),
            kind: event.kind().to_owned(),
            event: text,
            token: token(),
            digest: String::new(),
        };
        row.digest = row.digest(order, previous);
        Ok(row)
    }

    fn digest(&self, order: &OrderKey, previous: &str) -> String {
        let mut hash = Sha256::new();
        let (cycle, sequence, version) = (order.cycle.to_string(), self.sequence.to_string(), self.version.to_string());
        let own = [&cycle, &sequence, &version, &self.at, &self.kind, &self.event, &self.token];
        for part in [previous, order.certificate.as_str()].into_iter().chain(own.into_iter().map(String::as_str)) {
            // With its length before it, no two lists of parts look the same.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex(&hash.finalize())
    }
}

/// Reads the rows of an order, the oldest first, and checks each.
#[derive(Debug)]
pub(super) struct Chain {
    order: OrderKey,
    next: u64,
    digest: String,
}

impl Chain {
    /// Before the first row of an order.
    pub(super) fn new(order: OrderKey) -> Self {
        Self { order, next: 1, digest: String::new() }
    }

    /// The event of the next row, if nothing is wrong with it.
    pub(super) fn take(&mut self, row: &Row) -> Result<Recorded, Failure> {
        let failed =
            |message: String, remedy: &str| Err(Failure::new(Kind::Failed, message).at(&self.order).remedy(remedy));
        let number = row.sequence;
        if number != self.next {
            return failed(format!("event {} is missing, and event {number} follows", self.next), DAMAGED);
        }
        if row.version > VERSION {
            return failed(format!("event {number} was written by a newer version of the program"), NEWER);
        }
        if row.digest != row.digest(&self.order, &self.digest) {
            return failed(format!("event {number} is damaged: its digest does not fit"), DAMAGED);
        }
        let Ok(event) = serde_json::from_str::<Event>(&row.event) else {
            return failed(
                format!("event {number} is of an unknown kind, `{}`, or has other fields", printable(&row.kind)),
                NEWER,
            );
        };
        let newer = matches!(&event, Event::Opened(opened) if opened.version > VERSION);
        if newer {
            return failed(format!("event {number} opens an order of a newer version of the program"), NEWER);
        }
        let Ok(at) = row.at.parse::<jiff::Timestamp>() else {
            return failed(format!("event {number} has no time"), DAMAGED);
        };
        if event.kind() != row.kind {
            return failed(
                format!("event {number} is called `{}` and is `{}`", printable(&row.kind), event.kind()),
                DAMAGED,
            );
        }
        self.next += 1;
        self.digest.clone_from(&row.digest);
        Ok(Recorded { order: self.order.clone(), sequence: number, at, event })
    }
}

/// The key of an order whose certificate and cycle stand in a row.
pub(super) fn key(certificate: &str, cycle: i64) -> Result<OrderKey, Failure> {
    let damaged = || {
        Failure::new(
            Kind::Failed,
            format!("the journal has an order that no program opened, `{}/{cycle}`", printable(certificate)),
        )
    };
    let certificate = certificate.parse().map_err(|_| damaged().remedy(DAMAGED))?;
    Ok(OrderKey::new(certificate, u32::try_from(cycle).map_err(|_| damaged().remedy(DAMAGED))?))
}

/// Refuses an order that is too large to read.
pub(super) fn bounded(order: &OrderKey, events: u64, bytes: u64, longest: u64) -> Result<(), Failure> {
    if events <= MOST_EVENTS && bytes <= MOST_OF_ORDER && longest <= MOST_OF_EVENT as u64 {
        return Ok(());
    }
    let message =
        format!("its {events} events of {bytes} bytes, the longest of {longest}, are more than any order has");
    Err(Failure::new(Kind::Failed, message).at(order).remedy(DAMAGED))
}

/// Refuses a journal with too many orders.
pub(super) fn few(orders: usize) -> Result<(), Failure> {
    if i64::try_from(orders).is_ok_and(|orders| orders <= MOST_ORDERS) {
        return Ok(());
    }
    Err(Failure::new(Kind::Failed, format!("the journal has more than {MOST_ORDERS} orders")).remedy(DAMAGED))
}

/// The failure of a journal whose content is wrong.
pub(super) fn damaged(what: &str) -> Failure {
    Failure::new(Kind::Failed, format!("the journal is damaged: {what}")).remedy(DAMAGED)
}

/// The failure of an append to an order that has other events than its caller has seen.
pub(super) fn moved(order: &OrderKey, after: u64, found: u64) -> Failure {
    let message = format!("somebody else has written to this order: it has {found} events, {after} were expected");
    Failure::new(Kind::Busy, message).at(order).remedy("Run it again.")
}

/// The failure of an announcement in a journal that may be an older copy.
pub(super) fn older(reason: &str) -> Failure {
    let message = format!("the journal may be an older copy, which does not know the last orders: {reason}");
    Failure::new(Kind::Unknown, message).remedy("Run `cloudcert order verify`, which compares it with the clouds.")
}

/// Whether an act follows the event that cannot be undone or costs, so that an older copy must not have it.
pub(super) fn announces(event: &Event) -> bool {
    matches!(event, Event::Sending { .. } | Event::Submitting { .. } | Event::Revoking { .. } | Event::Returning)
}

/// A text that nobody else has.
pub(super) fn token() -> String {
    // Each state has keys that the system drew at random.
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

fn printable(text: &str) -> String {
    text.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect()
}
