//! Positions in a list that comes in pages.

use std::fmt;

/// A place in a list, to resume from.
///
/// It is only right as long as the list does not change, since the service counts whole pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position<P = i64> {
    /// The position of the page, as the service counts: a page number, the number of items before, or a token.
    pub page: P,
    /// The number of items on this page before the place.
    pub item: usize,
}

/// The position of a page in a list whose responses carry a token for the next page.
///
/// How long a token is good for is up to the service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PageToken {
    /// The first page, which is requested without a token.
    First,
    /// The page that this token leads to.
    At(String),
    /// After the last page: its response has no token.
    End,
}

impl PageToken {
    /// The position that a request contains. An empty token is none.
    #[doc(hidden)]
    #[must_use]
    pub fn requested(token: Option<&str>) -> Option<Self> {
        token.filter(|token| !token.is_empty()).map(|token| Self::At(token.to_owned()))
    }

    /// The token to request this position with.
    #[doc(hidden)]
    #[must_use]
    pub fn into_token(self) -> Option<String> {
        match self {
            Self::At(token) => Some(token),
            Self::First | Self::End => None,
        }
    }
}

/// What marks the pages of a list: a number, or a token.
pub trait PagePosition: Clone + PartialEq + fmt::Debug + Send + Unpin + 'static {
    /// Whether it counts, so that only an empty page or the total ends the list.
    const COUNTS: bool;

    /// The number of items before it, if it counts items.
    fn items_before(&self) -> i64;
    /// The position of this many items further on.
    fn forward(&mut self, items: usize);
    /// The position after this page. `seen` items were read so far, `by_index` says that it counts them, and the response had this token.
    fn after(&self, by_index: bool, seen: i64, token: Option<String>) -> Self;
    /// Whether it is known to be after the last page.
    fn is_end(&self) -> bool;
    /// Its token.
    fn token(&self) -> Option<&str>;
    /// The position in messages.
    fn shown(&self) -> String;
}

impl PagePosition for i64 {
    const COUNTS: bool = true;

    fn items_before(&self) -> i64 {
        *self
    }

    fn forward(&mut self, items: usize) {
        *self = self.saturating_add(Self::try_from(items).unwrap_or(Self::MAX));
    }

    fn after(&self, by_index: bool, seen: i64, _: Option<String>) -> Self {
        if by_index { seen } else { self.saturating_add(1) }
    }

    fn is_end(&self) -> bool {
        false
    }

    fn token(&self) -> Option<&str> {
        None
    }

    fn shown(&self) -> String {
        format!("position {self}")
    }
}

impl PagePosition for PageToken {
    const COUNTS: bool = false;

    fn items_before(&self) -> i64 {
        0
    }

    fn forward(&mut self, _: usize) {}

    fn after(&self, _: bool, _: i64, token: Option<String>) -> Self {
        token.filter(|token| !token.is_empty()).map_or(Self::End, Self::At)
    }

    fn is_end(&self) -> bool {
        *self == Self::End
    }

    fn token(&self) -> Option<&str> {
        if let Self::At(token) = self { Some(token) } else { None }
    }

    fn shown(&self) -> String {
        match self {
            Self::First => "the first page".to_owned(),
            Self::At(_) => "the last token".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}
