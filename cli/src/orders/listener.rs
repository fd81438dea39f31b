//! Progress of orders on standard error, in plain lines: a timer's log is read by people too.

use crate::context::Context;
use crate::lang::Lang;
use crate::printable;
use cloudcert_orders::OrderKey;
use cloudcert_orders::flow::report::{Listener, is_news};
use cloudcert_orders::journal::event::{Challenge, Recorded};
use cloudcert_orders::journal::export;
use cloudcert_orders::proof::manual::instruction;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Writes lines to standard error.
#[derive(Debug)]
pub(super) struct Lines {
    lang: Lang,
    /// What was said last of an order that waits: the same again is not worth a line.
    last: Mutex<String>,
}

impl Lines {
    pub(super) fn new(context: &Context) -> Self {
        Self { lang: context.lang, last: Mutex::default() }
    }

    fn say(&self, order: &OrderKey, text: &str) {
        let line = format!("{order}: {text}");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == line {
            return;
        }
        // Nothing can be done about a closed standard error.
        let _ = writeln!(std::io::stderr(), "{}", printable::lines(&line));
        *last = line;
    }
}

impl Listener for Lines {
    fn committed(&self, recorded: &Recorded) {
        if is_news(&recorded.event) {
            let line = export(std::slice::from_ref(recorded));
            // As above.
            let _ = write!(std::io::stderr(), "{line}");
        }
    }

    fn waiting(&self, order: &OrderKey, why: &str) {
        self.say(order, &format!("{} {why}", self.lang.say("waiting:", "等待：")));
    }

    fn advice(&self, order: &OrderKey, text: &str) {
        self.say(order, &format!("{} {text}", self.lang.say("advice:", "建议：")));
    }

    fn publish(&self, order: &OrderKey, challenges: &[Challenge]) {
        for challenge in challenges {
            self.say(order, &instruction(challenge));
        }
    }
}
