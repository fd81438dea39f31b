//! Pages of lists.

use super::refusals::invalid;
use crate::base::call::{Call, Refusal};

/// A page of a list. Pages count from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) number: i64,
    pub(super) size: i64,
}

impl Page {
    /// Reads the page that a call asks for. `most` is the largest size, if there is one.
    pub(super) fn read(call: &Call<'_>, usual: i64, most: Option<i64>) -> Result<Self, Refusal> {
        let read = |name: &str, usual: i64, most: i64| {
            if call.params.text(name).is_none() {
                return Ok(usual);
            }
            let given = call.params.whole(name).filter(|number| (1..=most).contains(number));
            given.ok_or_else(|| match most {
                i64::MAX => invalid(name, "It begins at 1."),
                most => invalid(name, format!("It is between 1 and {most}.")),
            })
        };
        let (number, size) = (read("CurrentPage", 1, i64::MAX)?, read("ShowSize", usual, most.unwrap_or(i64::MAX))?);
        Ok(Self { number, size })
    }

    /// Returns the items of this page.
    pub(super) fn of<T>(self, all: impl Iterator<Item = T>) -> Vec<T> {
        let skip = usize::try_from((self.number - 1).saturating_mul(self.size)).unwrap_or(usize::MAX);
        all.skip(skip).take(usize::try_from(self.size).unwrap_or(usize::MAX)).collect()
    }
}

/// Whether one of these texts contains a keyword, whatever the case. Without a keyword, all do.
pub(super) fn contains<'a>(keyword: Option<&str>, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(keyword) = keyword.map(str::to_lowercase) else { return true };
    texts.into_iter().any(|text| text.to_lowercase().contains(&keyword))
}
