//! Paginator: reads a list page by page until its end is proved.

use crate::action::operation::{Operation, Response};
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::flow::items::Items;
use crate::setup::options::CallOptions;
use futures_core::Stream;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A list action whose response is one page of many.
pub trait Paginated: Operation {
    /// An item of the list.
    type Item: Send + 'static;

    /// The first position.
    #[doc(hidden)]
    const FIRST: i64;
    /// Whether the position counts items, not pages.
    #[doc(hidden)]
    const BY_INDEX: bool;
    /// The path of the list in a response.
    #[doc(hidden)]
    const ITEMS: &'static [&'static str];
    /// The position that the request contains.
    #[doc(hidden)]
    fn position(&self) -> Option<i64>;
    /// Sets the position.
    #[doc(hidden)]
    fn set_position(&mut self, position: i64);
    /// The number of items on a page.
    #[doc(hidden)]
    fn count(page: &Self::Response) -> usize;
    /// The items of a page.
    #[doc(hidden)]
    fn into_items(page: Self::Response) -> Vec<Self::Item>;
    /// The total number of items, if the page has one.
    #[doc(hidden)]
    fn total(page: &Self::Response) -> Option<i64>;
    /// The fingerprint of a page, to recognize a page that comes twice.
    #[doc(hidden)]
    fn fingerprint(page: &Self::Response) -> String;
}

/// The default for the maximum number of pages.
const MOST: usize = 1_000;

/// A [`Stream`] of the pages of a list, with a [`next`](Pages::next) of its own. Nothing is fetched before it is polled.
///
/// The stream ends when the end of the list is proved: it returned as many items as the total says or, if there is no total, the page after the
/// last one is empty. A short page proves nothing, since services cap the page size.
///
/// If the end cannot be proved, you get what could be read, and then an error of the kind [`Response`](crate::ErrorKind::Response). That happens if
/// there are fewer items than the total says, a response has no list, items cannot be read, or a page comes twice because the service ignores the
/// position. A list with more than [`max_pages`](Pages::max_pages) is an error too. A failed call does not end the list: the next step requests the
/// same page again.
///
/// With the feature `blocking`, `block()` makes it an iterator for programs without async.
///
/// To resume later, keep [`position`](Pages::position) and pass it to [`starting_at`](Pages::starting_at). You can drop the stream or the future of
/// `next` at any time, since it only reads. A call in flight continues at the next step. If a setting was changed meanwhile, the page is requested
/// again.
#[must_use = "pages are fetched by calling `next`"]
pub struct Pages<R: Paginated> {
    core: Core,
    request: R,
    options: CallOptions,
    position: i64,
    seen: i64,
    /// The highest total that a page had.
    total: Option<i64>,
    /// Whether `seen` counts all items of the list so far.
    from_start: bool,
    /// Fingerprints of the pages so far.
    fingerprints: HashSet<[u8; 32]>,
    most: usize,
    done: bool,
    /// The error to return after the last page.
    fault: Option<String>,
    /// Whether the list must be present even if the total is 0.
    strict: bool,
    /// The call in flight.
    call: Option<Pending<R::Response>>,
}

/// Does not show pages, which may contain personal data.
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
        let fingerprints = HashSet::new();
        let options = CallOptions { list: Some(R::ITEMS), ..options };
        let (seen, from_start, most, done, fault, strict, call) = (0, false, MOST, false, None, false, None);
        Self {
            core,
            request,
            options,
            position,
            seen,
            total: None,
            from_start,
            fingerprints,
            most,
            done,
            fault,
            strict,
            call,
        }
        .starting_at(position)
    }

    /// Requires the list in every response, even if the total is 0.
    #[allow(dead_code, reason = "not every API version has recipes")]
    pub(crate) fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Starts at a position that [`position`](Pages::position) returned: a page number or a number of items, depending on the list. Forgets earlier
    /// pages.
    pub fn starting_at(mut self, position: i64) -> Self {
        self.position = position;
        self.seen = if R::BY_INDEX { position } else { 0 };
        self.from_start = R::BY_INDEX || position == R::FIRST;
        self.fingerprints.clear();
        (self.done, self.fault, self.call, self.total) = (false, None, None, None);
        self
    }

    /// Sets the options of its calls.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        (self.options, self.call) = (CallOptions { list: Some(R::ITEMS), ..options }, None);
        self
    }

    /// Sets the maximum number of pages to fetch. Default: 1,000. A longer list is an error, so that a part is never taken for the whole.
    pub fn max_pages(mut self, pages: usize) -> Self {
        (self.most, self.call) = (pages, None);
        self
    }

    /// Turns the pages into a stream of items.
    pub fn into_items(self) -> Items<R> {
        Items::new(self)
    }

    /// The position of the next page.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of the call, after which `next` requests the same page again; and [`Response`](crate::ErrorKind::Response), which ends the list, if
    /// there are too many pages or the end cannot be proved.
    pub async fn next(&mut self) -> Option<Result<R::Response, Error>> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    pub(crate) fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Response, Error>>> {
        if self.done {
            return Poll::Ready(None);
        }
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Some(Err(self.ends_badly(fault))));
        }
        let mut call = match self.call.take() {
            Some(call) => call,
            None if self.fingerprints.len() >= self.most => {
                let message = format!(
                    "the list has more than {} pages. Raise `max_pages`, or continue from position {}",
                    self.most, self.position
                );
                return Poll::Ready(Some(Err(self.ends_badly(message))));
            }
            None => {
                self.request.set_position(self.position);
                self.core.send(self.request.clone(), self.options.clone())
            }
        };
        let Poll::Ready(response) = Pin::new(&mut call).poll(context) else {
            self.call = Some(call);
            return Poll::Pending;
        };
        Poll::Ready(response.and_then(|page| self.turn(page)).transpose())
    }

    /// Records a page and advances. `None` if the list ended before it.
    fn turn(&mut self, page: R::Response) -> Result<Option<R::Response>, Error> {
        let (list, count) = (page.came_with().list, R::count(&page));
        let items = i64::try_from(count).unwrap_or(i64::MAX);
        // A list that was entered in the middle has not counted the pages before, so the total proves nothing.
        let now = R::total(&page).filter(|total| self.from_start && *total >= 0);
        // The highest total counts: a later page with a lower one, or none, does not lower it.
        self.total = self.total.max(now);
        let total = self.total;
        let (position, seen, name) = (self.position, self.seen, R::ITEMS.join("."));
        if !list.came && (self.strict || count > 0 || total != Some(seen)) {
            let message = format!("the response for position {position} has no list `{name}` (after {seen} items)");
            return Err(self.ends_badly(message));
        }
        let unread = list.items.saturating_sub(count);
        if unread > 0 {
            let message = format!("{unread} of {} items of `{name}` at position {position} cannot be read", list.items);
            if count == 0 {
                return Err(self.ends_badly(message));
            }
            self.fault = Some(message);
        }
        if count == 0 {
            self.done = true;
            return match total.filter(|total| *total > seen) {
                Some(total) => Err(self.ends_badly(format!("the list ended after {seen} of {total} items"))),
                None => Ok(None),
            };
        }
        if !self.fingerprints.insert(Sha256::digest(R::fingerprint(&page)).into()) {
            let of = total.map_or_else(String::new, |total| format!(" of {total}"));
            let message = format!(
                "position {position} returned an earlier page again, after {seen}{of} items: the list may be incomplete"
            );
            return Err(self.ends_badly(message));
        }
        self.seen = seen.saturating_add(items);
        self.position = if R::BY_INDEX { self.seen } else { position.saturating_add(1) };
        // More items than the total: the total is wrong, so only an empty page ends the list.
        self.done = self.fault.is_none() && total == Some(self.seen);
        Ok(Some(page))
    }

    fn ends_badly(&mut self, message: String) -> Error {
        self.done = true;
        Error::response(R::ACTION.name, message)
    }
}

impl<R: Paginated> Stream for Pages<R> {
    type Item = Result<R::Response, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

// It needs no pinning.
impl<R: Paginated> Unpin for Pages<R> {}
