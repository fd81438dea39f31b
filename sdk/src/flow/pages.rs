//! Paginator: reads a list page by page until its end is proved.

use crate::action::operation::{Operation, Response};
use crate::base::error::Error;
use crate::base::hash::sha256;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::flow::items::Items;
use crate::flow::position::PagePosition;
use crate::setup::options::CallOptions;
use futures_core::Stream;
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A list action whose response is one page of many.
pub trait Paginated: Operation {
    /// An item of the list.
    type Item: Send + 'static;

    /// What the position of a page is: a number, or a [`PageToken`](crate::PageToken).
    type Position: PagePosition;

    /// The first position.
    #[doc(hidden)]
    const FIRST: Self::Position;
    /// Whether the position counts items, not pages.
    #[doc(hidden)]
    const BY_INDEX: bool;
    /// The path of the list in a response.
    #[doc(hidden)]
    const ITEMS: &'static [&'static str];
    /// The position that the request contains.
    #[doc(hidden)]
    fn position(&self) -> Option<Self::Position>;
    /// Sets the position.
    #[doc(hidden)]
    fn set_position(&mut self, position: Self::Position);
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
    /// The token of the next page, if the page has one.
    #[doc(hidden)]
    fn token(_page: &Self::Response) -> Option<String> {
        None
    }
}

/// The default for the maximum number of pages.
const MOST: usize = 1_000;

/// A [`Stream`] of the pages of a list, with a [`next`](Pages::next) of its own. Nothing is fetched before it is polled.
///
/// The stream ends when the end of the list is proved: it returned as many items as the total says or, if there is no total, the page after the
/// last one is empty. A short page proves nothing, since services cap the page size. A list whose responses carry a token for the next page ends
/// with the page that has none; a page before it may be empty.
///
/// If the end cannot be proved, you get what could be read, and then an error of the kind [`Response`](crate::ErrorKind::Response). That happens if
/// there are fewer items than the total says, a response has no list, items cannot be read, or a page comes twice because the service ignores the
/// position, or a
/// token comes twice. A list with more than [`max_pages`](Pages::max_pages) is an error too. A failed call does not end the list: the next step requests the
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
    position: R::Position,
    seen: i64,
    /// The highest total that a page had.
    total: Option<i64>,
    /// Whether `seen` counts all items of the list so far.
    from_start: bool,
    /// Fingerprints of the pages so far, and of the tokens that led to them.
    fingerprints: HashSet<[u8; 32]>,
    /// How many pages have come.
    fetched: usize,
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
        let start = position.clone();
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
            fetched: 0,
            most,
            done,
            fault,
            strict,
            call,
        }
        .starting_at(start)
    }

    /// Requires the list in every response, even if the total is 0.
    #[allow(dead_code, reason = "not every API version has recipes")]
    pub(crate) fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Starts at a position that [`position`](Pages::position) returned: a page number, a number of items or a token, depending on the list.
    /// Forgets earlier pages.
    pub fn starting_at(mut self, position: R::Position) -> Self {
        self.seen = if R::BY_INDEX { position.items_before() } else { 0 };
        self.from_start = R::BY_INDEX || position == R::FIRST;
        self.fingerprints.clear();
        (self.fault, self.call, self.total, self.fetched) = (None, None, None, 0);
        self.done = position.is_end();
        self.position = position;
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
    pub fn position(&self) -> R::Position {
        self.position.clone()
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
            None if self.fetched >= self.most => {
                let message = format!(
                    "the list has more than {} pages. Raise `max_pages`, or continue from {}",
                    self.most,
                    self.position.shown()
                );
                return Poll::Ready(Some(Err(self.ends_badly(message))));
            }
            None => {
                self.request.set_position(self.position.clone());
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
        let (position, seen, name) = (self.position.shown(), self.seen, R::ITEMS.join("."));
        if !list.came && (self.strict || count > 0 || total != Some(seen)) {
            let message = format!("the response for {position} has no list `{name}` (after {seen} items)");
            return Err(self.ends_badly(message));
        }
        let unread = list.items.saturating_sub(count);
        if unread > 0 {
            let message = format!("{unread} of {} items of `{name}` at {position} cannot be read", list.items);
            if count == 0 {
                return Err(self.ends_badly(message));
            }
            self.fault = Some(message);
        }
        let after = seen.saturating_add(items);
        let next = self.position.after(R::BY_INDEX, after, R::token(&page));
        let ends = next.is_end() || (R::Position::COUNTS && count == 0);
        if count > 0 && !self.fingerprints.insert(sha256([R::fingerprint(&page).as_ref()])) {
            let of = total.map_or_else(String::new, |total| format!(" of {total}"));
            let message = format!(
                "{position} returned an earlier page again, after {seen}{of} items: the list may be incomplete"
            );
            return Err(self.ends_badly(message));
        }
        if self.is_known(&next) {
            let message =
                format!("the token of the next page came twice, after {after} items: the list may be incomplete");
            self.fault.get_or_insert(message);
        }
        if let Some(total) = total.filter(|total| ends && *total > after) {
            self.fault.get_or_insert(format!("the list ended after {after} of {total} items"));
        }
        (self.seen, self.fetched) = (after, self.fetched.saturating_add(1));
        if !R::Position::COUNTS || count > 0 {
            self.position = next;
        }
        if count == 0 && ends {
            self.done = true;
            return self.fault.take().map_or(Ok(None), |message| Err(self.ends_badly(message)));
        }
        // More items than the total: the total is wrong, so only an empty page ends the list.
        self.done = self.fault.is_none() && (ends || (R::Position::COUNTS && total == Some(after)));
        Ok(Some(page))
    }

    /// Whether a token was received before. The one that led to this page counts too.
    fn is_known(&mut self, next: &R::Position) -> bool {
        let digest = |token: &str| -> [u8; 32] { sha256([b"token ", token.as_bytes()]) };
        self.fingerprints.extend(self.position.token().map(digest));
        next.token().is_some_and(|token| self.fingerprints.contains(&digest(token)))
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
