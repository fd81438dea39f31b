//! What is wrong with a configuration, with places and without values.

use super::secrets;
use crate::base::failure::{Failure, Kind};

/// The most problems that are reported at once.
const MOST: usize = 100;

/// The most problems that are kept, so that a hostile file costs little. The first ones in the file are shown.
const KEPT: usize = 1000;

/// The problems of a file, in whatever order they are found.
pub(super) struct Problems<'a> {
    file: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    found: Vec<(usize, Failure)>,
    /// How many more there are.
    more: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(file: &'a str, text: &str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(place, _)| place + 1)).collect();
        Self { file, lines, found: Vec::new(), more: 0 }
    }

    /// The file and the line of a place in the text.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.file, self.lines.partition_point(|start| *start <= at))
    }

    /// Something is wrong at this place: what, and what to do.
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.fail(at, Failure::new(Kind::Unconfigured, message).remedy(remedy));
    }

    /// As [`add`](Self::add), of a failure that is there already.
    pub(super) fn fail(&mut self, at: usize, failure: Failure) {
        if self.found.len() >= KEPT {
            self.more += 1;
            return;
        }
        let failure = failure.at(self.place(at));
        if !self.found.iter().any(|(_, known)| *known == failure) {
            self.found.push((at, failure));
        }
    }

    /// No more is kept than is shown, whatever the file is.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// All problems, from the first line to the last.
    pub(super) fn into_failures(mut self) -> Vec<Failure> {
        self.found.sort_by_key(|(at, _)| *at);
        let more = self.found.len().saturating_sub(MOST) + self.more;
        let mut all: Vec<Failure> = self.found.into_iter().take(MOST).map(|(_, failure)| failure).collect();
        if more > 0 {
            let message = format!("{more} more problems are not shown");
            all.push(
                Failure::new(Kind::Unconfigured, message)
                    .at(self.file)
                    .remedy("Settle the first ones, and check again."),
            );
        }
        all
    }
}

/// A key as it may be shown: short, printable, and not a key of a cloud that stands in the wrong place.
pub(super) fn shown(key: &str) -> String {
    if secrets::is_secret(key) {
        return "?".to_owned();
    }
    let mut text: String = key.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.len() < key.len() {
        text.push('…');
    }
    text
}
