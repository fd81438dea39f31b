//! The items of a paginated list.

use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::flow::pages::{Pages, Paginated};
use crate::setup::options::CallOptions;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A place in a list, to resume from.
///
/// It is only right as long as the list does not change, since the service counts whole pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The position of the page, as the service counts: a page number, or the number of items before.
    pub page: i64,
    /// The number of items on this page before the place.
    pub item: usize,
}

/// A [`Stream`] of the items of a list, with a [`next`](Items::next) of its own. [`collect_all`](Items::collect_all) reads all items.
///
/// A page is fetched when its first item is needed. To resume later, keep [`position`](Items::position) and pass it to
/// [`starting_at`](Items::starting_at). For errors, the end and dropping see [`Pages`].
///
/// With the feature `blocking`, `block()` makes it an iterator for programs without async.
#[must_use = "items are fetched by calling `next`"]
pub struct Items<R: Paginated> {
    pages: Pages<R>,
    ready: std::vec::IntoIter<R::Item>,
    /// The place of the first item of `ready`; of the next page, if that is empty.
    at: Position,
}

/// Does not show items, which may contain personal data.
impl<R: Paginated + std::fmt::Debug> std::fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).field("at", &self.at).finish_non_exhaustive()
    }
}

impl<R: Paginated> Items<R> {
    pub(crate) fn new(pages: Pages<R>) -> Self {
        let at = Position { page: pages.position(), item: 0 };
        Self { pages, ready: Vec::new().into_iter(), at }
    }

    /// Starts at a place that [`position`](Items::position) returned.
    pub fn starting_at(self, position: Position) -> Self {
        Self { pages: self.pages.starting_at(position.page), ready: Vec::new().into_iter(), at: position }
    }

    /// Sets the options of its calls.
    pub fn with_options(self, options: CallOptions) -> Self {
        Self { pages: self.pages.with_options(options), ..self }
    }

    /// Sets the maximum number of pages to fetch. Default: 1,000. A longer list is an error.
    pub fn max_pages(self, pages: usize) -> Self {
        Self { pages: self.pages.max_pages(pages), ..self }
    }

    /// The place of the next item.
    #[must_use]
    pub fn position(&self) -> Position {
        self.at
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`]: after a failed call, `next` asks for the same page again; an error of the list itself ends it.
    pub async fn next(&mut self) -> Option<Result<R::Item, Error>> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// Reads all remaining items.
    ///
    /// # Errors
    ///
    /// The first error. The items so far are lost: use [`next`](Items::next) to keep what can be read of a list whose end cannot be proved.
    pub fn collect_all(mut self) -> Pending<Vec<R::Item>> {
        Pending::new(async move {
            let mut all = Vec::new();
            while let Some(item) = self.next().await {
                all.push(item?);
            }
            Ok(all)
        })
    }

    /// Advances the place by an item, after the last item of a page to the next page.
    fn moved(&mut self, taken: usize) {
        if self.ready.len() == 0 {
            self.at = Position { page: self.pages.position(), item: 0 };
        } else if R::BY_INDEX {
            self.at.page = self.at.page.saturating_add(i64::try_from(taken).unwrap_or(i64::MAX));
        } else {
            self.at.item += taken;
        }
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Item, Error>>> {
        loop {
            if let Some(item) = self.ready.next() {
                self.moved(1);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => {
                    let mut items = R::into_items(page);
                    // These were read before the list was resumed.
                    items.drain(..self.at.item.min(items.len()));
                    self.ready = items.into_iter();
                    self.moved(0);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<R: Paginated> Stream for Items<R> {
    type Item = Result<R::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

// It needs no pinning.
impl<R: Paginated> Unpin for Items<R> {}
