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
    /// Where the list stands in a response.
    #[doc(hidden)]
    const ITEMS: &'static [&'static str];
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
    /// The content of a page as text, to recognise a page that comes twice.
    #[doc(hidden)]
    fn fingerprint(page: &Self::Response) -> String;
}

/// How many pages are fetched if nothing else is set.
const MOST: usize = 1_000;

/// The pages of a list, one after the other. It is a [`Stream`] and has a [`next`](Pages::next) of its own; nothing is fetched before that.
///
/// It ends when the end is proved: as many items have come as the service counts, or, if it counts none, the page after the last one is
/// empty. A short page proves nothing, since services cap the page size. If the end cannot be proved, you get what could be read, and then
/// an error of the kind [`Response`](crate::ErrorKind::Response): the service counts more items than have come, a response has no such list, items
/// cannot be read, or the same page comes again (a service may ignore the position). A list that never ends is an error after
/// [`max_pages`](Pages::max_pages). A failed call does not end the list: the next step asks for the same page again.
///
/// To resume later, keep [`position`](Pages::position) and pass it to [`starting_at`](Pages::starting_at). Dropping it, or the future of
/// `next`, in mid-flight does no harm, since it only reads. A call that was in flight continues at the next step, unless a setting was
/// changed: then the page is asked for anew.
#[must_use = "pages are fetched by calling `next`"]
pub struct Pages<R: Paginated> {
    core: Core,
    request: R,
    options: CallOptions,
    position: i64,
    seen: i64,
    /// The highest count of all items that a page has given.
    total: Option<i64>,
    /// Whether `seen` counts all items up to here.
    from_start: bool,
    /// Fingerfingerprints of the pages so far.
    fingerprints: HashSet<[u8; 32]>,
    most: usize,
    done: bool,
    /// The error to end with after the page that was handed out last.
    fault: Option<String>,
    /// Whether the list must be present even if the service counts no items.
    strict: bool,
    /// The call in flight.
    call: Option<Pending<R::Response>>,
}

/// Without the pages, which may hold personal data.
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

    /// Requires the list in every response, also if the service counts no items.
    #[allow(dead_code, reason = "not every API version has recipes")]
    pub(crate) fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Starts at this position, as [`position`](Pages::position) gave it: a page number or the number of items before it, whichever the list
    /// counts by. Forgets what was fetched before.
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

    /// The most pages to fetch. Default 1,000. One more is an error, so that a part of a list is never taken for the whole.
    pub fn max_pages(mut self, pages: usize) -> Self {
        (self.most, self.call) = (pages, None);
        self
    }

    /// Turns the pages into their items.
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
    /// Those of the call, after which `next` asks for the same page again. [`Response`](crate::ErrorKind::Response), which ends the list: after the most
    /// pages, or if its end cannot be proved.
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

    /// Takes a page in and moves on; `None` if the list ended before it.
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
            let message = format!("the response for position {position} has no list `{name}`, after {seen} items");
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
                "position {position} returned a page that has already come, after {seen}{of} items: the list may be incomplete"
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

// Nothing in it is pinned.
impl<R: Paginated> Unpin for Pages<R> {}
