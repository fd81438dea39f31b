//! The items of a list, whatever page they stand on.

use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::flow::pages::{Pages, Paginated};
use crate::setup::options::CallOptions;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A place in a list: what comes before it has been taken.
///
/// It holds as long as the list does not change: a service that counts pages knows no place in them by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The position of the page, as the service counts: a page number, or the number of items before.
    pub page: i64,
    /// How many items of this page come before.
    pub item: usize,
}

/// The items of a list, one after the other: a [`Stream`], by [`next`](Items::next), or [all at once](Items::collect_all).
///
/// Pages are fetched when their first item is asked for. To go on later from where it stands, keep [`position`](Items::position) and
/// set it by [`starting_at`](Items::starting_at). Errors, ends and dropping are as with [`Pages`].
#[must_use = "items are fetched by calling `next`"]
pub struct Items<R: Paginated> {
    pages: Pages<R>,
    ready: std::vec::IntoIter<R::Item>,
    /// The place of the first item of `ready`; of the next page, if that is empty.
    at: Position,
}

/// Without the items: they may name persons.
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

    /// Begins at this place, as [`position`](Items::position) told it before.
    pub fn starting_at(self, position: Position) -> Self {
        Self { pages: self.pages.starting_at(position.page), ready: Vec::new().into_iter(), at: position }
    }

    /// What its calls do differently.
    pub fn with_options(self, options: CallOptions) -> Self {
        Self { pages: self.pages.with_options(options), ..self }
    }

    /// How many pages are fetched at most, 1,000 if not set. A further one is an error.
    pub fn max_pages(self, pages: usize) -> Self {
        Self { pages: self.pages.max_pages(pages), ..self }
    }

    /// The place of the item that comes next.
    #[must_use]
    pub fn position(&self) -> Position {
        self.at
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`]: after one of a call the same page can be asked for again; one of the list itself ends it.
    pub async fn next(&mut self) -> Option<Result<R::Item, Error>> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// All items from here on.
    ///
    /// # Errors
    ///
    /// The first error ends it; what was fetched before is lost then. Use [`next`](Items::next) to keep what can be read of a list whose
    /// end cannot be proved.
    pub fn collect_all(mut self) -> Pending<Vec<R::Item>> {
        Pending::new(async move {
            let mut all = Vec::new();
            while let Some(item) = self.next().await {
                all.push(item?);
            }
            Ok(all)
        })
    }

    /// So many items were taken from the page; after its last one the next page is the place.
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
                    // What was taken before a pause of the program.
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

/// Nothing in it is ever pinned in place.
impl<R: Paginated> Unpin for Items<R> {}
