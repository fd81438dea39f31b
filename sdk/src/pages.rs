//! Lists that come in pages.

use crate::client::Core;
use crate::error::{Error, ErrorKind};
use crate::items::Items;
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::pending::Pending;
use futures_core::Stream;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A list action whose answer is one page of many.
pub trait Paginated: Operation {
    /// What the list holds.
    type Item: Send + 'static;

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
    fn count(page: &Self::Response) -> usize;
    /// The items of a page.
    #[doc(hidden)]
    fn into_items(page: Self::Response) -> Vec<Self::Item>;
    /// The number of all items, if the page tells.
    #[doc(hidden)]
    fn total(page: &Self::Response) -> Option<i64>;
    /// What is on a page, to see whether it was there before.
    #[doc(hidden)]
    fn fingerprint(page: &Self::Response) -> String;
}

/// How many pages are fetched if nothing else is set.
const MOST: usize = 1_000;

/// The pages of a list, one after the other: a [`Stream`], or by [`next`](Pages::next). Nothing is fetched before that.
///
/// It ends with the last page, with an empty one, or when the service answers with a page that was there before; that is an error if more
/// items were promised than have come. A list that grows without end is an error after [`max_pages`](Pages::max_pages). An error of a call
/// does not end it: the next step asks for the same page again.
///
/// To go on later from where it stands, keep [`position`](Pages::position) and set it by [`starting_at`](Pages::starting_at).
/// Dropping it, or the future of `next`, in mid-flight does no harm, as it only reads; a call that was on its way goes on with the next
/// step, unless something is set meanwhile: then the page is asked for anew.
#[must_use = "pages are fetched by calling `next`"]
pub struct Pages<R: Paginated> {
    core: Core,
    request: R,
    options: CallOptions,
    position: i64,
    seen: i64,
    /// Whether `seen` counts all items up to here.
    from_start: bool,
    /// What each page held.
    prints: HashSet<[u8; 32]>,
    most: usize,
    done: bool,
    /// The call that is on its way.
    call: Option<Pending<R::Response>>,
}

/// Without the pages: they may name persons.
impl<R: Paginated + std::fmt::Debug> std::fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Pages");
        out.field("request", &self.request).field("done", &self.done);
        out.field("position", &self.position).finish_non_exhaustive()
    }
}

impl<R: Paginated> Pages<R> {
    #[allow(dead_code, reason = "not every API version has lists in pages")]
    pub(crate) fn new(core: Core, request: R, options: CallOptions) -> Self {
        let position = request.position().unwrap_or(R::FIRST);
        let prints = HashSet::new();
        let (seen, from_start, done, call) = (0, false, false, None);
        Self { core, request, options, position, seen, from_start, prints, most: MOST, done, call }
            .starting_at(position)
    }

    /// Begins at this position, as [`position`](Pages::position) told it before: a page number or the number of items before it, whichever the
    /// list counts by. What was fetched before is forgotten.
    pub fn starting_at(mut self, position: i64) -> Self {
        self.position = position;
        self.seen = if R::BY_INDEX { position } else { 0 };
        self.from_start = R::BY_INDEX || position == R::FIRST;
        self.prints.clear();
        (self.done, self.call) = (false, None);
        self
    }

    /// What its calls do differently.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        (self.options, self.call) = (options, None);
        self
    }

    /// How many pages are fetched at most, 1,000 if not set. A further one is an error, so that no part of a list is taken for the whole.
    pub fn max_pages(mut self, pages: usize) -> Self {
        (self.most, self.call) = (pages, None);
        self
    }

    /// The items of the pages instead, one after the other.
    pub fn into_items(self) -> Items<R> {
        Items::new(self)
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
    /// Those of the call, after which the same page can be asked for again; and [`Answer`](ErrorKind::Answer), which ends the list, beyond the
    /// most pages, and when a page comes again although the list is said to hold more than has come.
    pub async fn next(&mut self) -> Option<Result<R::Response, Error>> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    pub(crate) fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Response, Error>>> {
        if self.done {
            return Poll::Ready(None);
        }
        let mut call = match self.call.take() {
            Some(call) => call,
            None if self.prints.len() >= self.most => {
                let message =
                    format!("the list has more than {} pages; go on from position {}", self.most, self.position);
                return Poll::Ready(Some(Err(self.ends_badly(message))));
            }
            None => {
                self.request.set_position(self.position);
                self.core.send(self.request.clone(), self.options.clone())
            }
        };
        let Poll::Ready(answer) = Pin::new(&mut call).poll(context) else {
            self.call = Some(call);
            return Poll::Pending;
        };
        Poll::Ready(answer.and_then(|page| self.turn(page)).transpose())
    }

    /// Goes on behind this page; nothing if the list has ended before it.
    fn turn(&mut self, page: R::Response) -> Result<Option<R::Response>, Error> {
        let items = i64::try_from(R::count(&page)).unwrap_or(i64::MAX);
        // Whoever begins in the middle of pages has not seen those before, so the number of all tells nothing.
        let total = R::total(&page).filter(|_| self.from_start);
        let print = Sha256::digest(R::fingerprint(&page)).into();
        if items == 0 {
            self.done = true;
            return Ok(None);
        }
        if !self.prints.insert(print) {
            self.done = true;
            let Some(total) = total.filter(|total| *total > self.seen) else { return Ok(None) };
            let (position, seen) = (self.position, self.seen);
            let message =
                format!("position {position} brought a page that was there before, after {seen} of {total} items");
            return Err(self.ends_badly(message));
        }
        self.seen = self.seen.saturating_add(items);
        self.position = if R::BY_INDEX { self.seen } else { self.position.saturating_add(1) };
        self.done = total.is_some_and(|total| self.seen >= total);
        Ok(Some(page))
    }

    fn ends_badly(&mut self, message: String) -> Error {
        self.done = true;
        Error::new(ErrorKind::Answer, R::ACTION.name, message)
    }
}

impl<R: Paginated> Stream for Pages<R> {
    type Item = Result<R::Response, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

/// Nothing in it is ever pinned in place.
impl<R: Paginated> Unpin for Pages<R> {}
