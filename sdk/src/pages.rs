//! Lists that come in pages.

use crate::client::Core;
use crate::error::Error;
use crate::operation::Operation;
use crate::options::CallOptions;

/// A list action whose answer is one page of many.
pub trait Paginated: Operation {
    /// The first position.
    #[doc(hidden)]
    const FIRST: i64;
    /// Whether the position counts items, not pages.
    #[doc(hidden)]
    const BY_INDEX: bool;
    /// The position that the request asks for.
    #[doc(hidden)]
    fn position(&self) -> Option<i64>;
    /// Asks for a position.
    #[doc(hidden)]
    fn set_position(&mut self, position: i64);
    /// The number of items on a page.
    #[doc(hidden)]
    fn items(page: &Self::Response) -> usize;
    /// The number of all items, if the page tells.
    #[doc(hidden)]
    fn total(page: &Self::Response) -> Option<i64>;
    /// What is on a page, to see whether it is the one before again.
    #[doc(hidden)]
    fn fingerprint(page: &Self::Response) -> String;
}

/// The pages of a list, one after the other. Nothing is fetched until [`next`](Pages::next) is called.
///
/// It ends with the last page, with an empty one, or when the service answers with the same page again. To go on later from
/// where it stands, keep [`position`](Pages::position) and set it on a new request.
#[must_use = "pages are fetched by calling `next`"]
pub struct Pages<R: Paginated> {
    core: Core,
    request: R,
    options: CallOptions,
    position: i64,
    seen: i64,
    /// Whether `seen` counts all items up to here.
    from_start: bool,
    last: Option<String>,
    done: bool,
}

/// Without the last page: it may name persons.
impl<R: Paginated + std::fmt::Debug> std::fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Pages");
        out.field("request", &self.request).field("position", &self.position).field("done", &self.done);
        out.finish_non_exhaustive()
    }
}

impl<R: Paginated> Pages<R> {
    #[allow(dead_code, reason = "not every API version has lists in pages")]
    pub(crate) fn new(core: Core, request: R, options: CallOptions) -> Self {
        let position = request.position().unwrap_or(R::FIRST);
        let seen = if R::BY_INDEX { position } else { 0 };
        let from_start = R::BY_INDEX || position == R::FIRST;
        Self { core, request, options, position, seen, from_start, last: None, done: false }
    }

    /// What its calls do differently.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The position of the page that comes next.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of the call. The same page can be asked for again afterwards.
    pub async fn next(&mut self) -> Option<Result<R::Response, Error>> {
        if self.done {
            return None;
        }
        self.request.set_position(self.position);
        let page = match self.core.send(self.request.clone(), self.options.clone()).await {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        let items = i64::try_from(R::items(&page)).unwrap_or(i64::MAX);
        let fingerprint = R::fingerprint(&page);
        if items == 0 || self.last.as_ref() == Some(&fingerprint) {
            self.done = true;
            return None;
        }
        self.last = Some(fingerprint);
        self.seen = self.seen.saturating_add(items);
        self.position = if R::BY_INDEX { self.seen } else { self.position.saturating_add(1) };
        // Whoever begins in the middle of pages has not seen those before, so only an empty page tells the end.
        self.done = self.from_start && R::total(&page).is_some_and(|total| self.seen >= total);
        Some(Ok(page))
    }
}
