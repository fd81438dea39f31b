//! Pages by name.

use super::response::Response;
use super::table::Readable;
use crate::base::error::Error;
use crate::flow::pages::{self, Paginated};
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The pages of a list, like [`crate::Pages`]: a [`Stream`] with a [`next`](Pages::next) of its own.
pub struct Pages(Box<dyn ErasedPages>);

trait ErasedPages: Send {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response, Error>>>;
    fn items(&self) -> &'static [&'static str];
    fn max_pages(self: Box<Self>, pages: usize) -> Box<dyn ErasedPages>;
}

impl<R: Paginated + Readable> ErasedPages for pages::Pages<R> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response, Error>>> {
        self.poll_page(context).map(|page| Some(page?.map(Response::new)))
    }

    fn items(&self) -> &'static [&'static str] {
        R::ITEMS
    }

    fn max_pages(self: Box<Self>, pages: usize) -> Box<dyn ErasedPages> {
        Box::new((*self).max_pages(pages))
    }
}

impl Pages {
    pub(super) fn new<R: Paginated + Readable>(pages: pages::Pages<R>) -> Self {
        Self(Box::new(pages))
    }

    /// The path of the list in each page, such as `["CertificateList"]`.
    #[must_use]
    pub fn items(&self) -> &'static [&'static str] {
        self.0.items()
    }

    /// Sets the maximum number of pages to fetch. Default: 1,000. A longer list is an error.
    #[must_use]
    pub fn max_pages(self, pages: usize) -> Self {
        Self(self.0.max_pages(pages))
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Pages::next`].
    pub async fn next(&mut self) -> Option<Result<Response, Error>> {
        std::future::poll_fn(|context| self.0.poll(context)).await
    }
}

impl Stream for Pages {
    type Item = Result<Response, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll(context)
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("items", &self.items()).finish_non_exhaustive()
    }
}
