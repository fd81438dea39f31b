//! Records whether a list was present and how many elements it had, readable or not.
//!
//! Reading is lenient: a list that is missing reads as an empty one, and an element that does not fit is left out. Code that relies on having
//! the whole list uses this instead.

use super::sink::{Scalar, Sink};
use crate::base::metadata::ListSeen;

/// A sink that watches the list at one path and keeps no values.
pub(crate) enum Witness<'p> {
    /// On the way there.
    Inside(&'p str, Box<Self>),
    /// At the list.
    At(Elements),
}

#[derive(Default)]
pub(crate) struct Elements {
    seen: ListSeen,
    element: Element,
}

/// An element: what is in it does not matter here.
#[derive(Default)]
struct Element {
    /// Whether anything came to its place, `null` too.
    touched: bool,
}

impl<'p> Witness<'p> {
    pub(crate) fn new(path: &[&'p str]) -> Self {
        path.iter().rev().fold(Self::At(Elements::default()), |inner, name| Self::Inside(name, Box::new(inner)))
    }

    pub(crate) fn seen(&self) -> ListSeen {
        match self {
            Self::Inside(_, inner) => inner.seen(),
            Self::At(elements) => elements.seen,
        }
    }
}

impl Sink for Witness<'_> {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        if let Self::At(elements) = self { elements.scalar(value) } else { false }
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        match self {
            Self::Inside(wanted, inner) if *wanted == name => Some(&mut **inner),
            _ => None,
        }
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        if let Self::At(elements) = self { Some(elements.next()) } else { None }
    }

    fn filled(&mut self, name: &str) {
        if let Self::Inside(wanted, inner) = self
            && *wanted == name
            && let Self::At(elements) = &mut **inner
        {
            elements.seen.came = true;
        }
    }

    fn is_list(&self) -> bool {
        matches!(self, Self::At(_))
    }

    fn is_structure(&self) -> bool {
        matches!(self, Self::Inside(..))
    }

    fn retract(&mut self) {
        if let Self::At(elements) = self {
            elements.retract();
        }
    }
}

impl Elements {
    /// A single value in place of a list: it counts as an element.
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        if !matches!(value, Scalar::Null) {
            self.seen.items += 1;
        }
        false
    }

    /// The place for the next element.
    fn next(&mut self) -> &mut dyn Sink {
        self.seen.items += 1;
        self.element = Element::default();
        &mut self.element
    }

    /// The unused place after the last element is removed. An element that does not fit counts.
    fn retract(&mut self) {
        if !self.element.touched {
            self.seen.items = self.seen.items.saturating_sub(1);
        }
    }
}

impl Sink for Element {
    fn scalar(&mut self, _value: Scalar<'_>) -> bool {
        self.touched = true;
        true
    }

    fn member(&mut self, _name: &str) -> Option<&mut dyn Sink> {
        self.touched = true;
        None
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        self.touched = true;
        None
    }

    fn open(&mut self) {
        self.touched = true;
    }

    fn is_structure(&self) -> bool {
        true
    }
}
