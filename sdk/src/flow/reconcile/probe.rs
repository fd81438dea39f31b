//! A probe: reads what a call changes, before and after it.

use crate::action::operation::{Operation, Response};
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::flow::pages::{Pages, Paginated};
use crate::setup::options::CallOptions;
use crate::sign::sha256_hex;
use crate::wire::{Value, fingerprint};
use std::collections::BTreeMap;

/// What a probe has shown.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Seen<I> {
    /// A number, if the response has it.
    Count(Option<i64>),
    /// A state, if the response has one.
    State(Option<String>),
    /// Nothing: the request lacks this parameter, so the recipe cannot be used.
    Lacks(&'static str),
    /// The probe failed with this code, the most exact one of the error.
    Refused(String),
    /// All items of a list, by id.
    Items(BTreeMap<String, ProbedItem<I>>),
}

/// An item of a list.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ProbedItem<I> {
    /// Whether the call may have made it.
    pub fits: bool,
    /// The item itself.
    pub item: I,
}

/// Pairs the items of a list with their ids, and says of each whether the call may have made it.
pub fn items<I>(
    list: Vec<I>,
    mut read: impl FnMut(&I) -> (Option<String>, bool),
) -> Vec<(Option<String>, ProbedItem<I>)> {
    let known = |item| {
        let (id, fits) = read(&item);
        (id, ProbedItem { fits, item })
    };
    list.into_iter().map(known).collect()
}

/// The id of an item that has none: a digest of the item. It can be saved, since nobody reads the item from it.
#[allow(dead_code, reason = "not every list has items without ids")]
pub fn unnamed(item: &dyn Value) -> Option<String> {
    Some(sha256_hex(fingerprint(item).as_bytes()))
}

/// In place of a probe that lacks a parameter of the request.
pub fn lacks<I: Send + 'static>(parameter: &'static str) -> Pending<Seen<I>> {
    Pending::new(std::future::ready(Ok(Seen::Lacks(parameter))))
}

/// Makes one probe.
#[doc(hidden)]
#[derive(Debug)]
pub struct Probe {
    core: Core,
    options: CallOptions,
    /// Errors that count as a result of the probe.
    refused: Refused,
}

/// The errors that count as a result of a probe. Any other error means that the probe failed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refused {
    /// All that are about the requested thing. A missing permission, for example, says nothing about it.
    Any,
    /// Those with these codes.
    By(&'static [&'static str]),
}

#[allow(dead_code, reason = "not every API version has every kind of recipe")]
impl Probe {
    /// A probe with the options of the call, except for those that belong to the call alone.
    pub(super) fn new(core: Core, options: &CallOptions, refused: Refused) -> Self {
        Self { core, options: options.for_another(), refused }
    }

    /// Makes one call.
    pub(crate) fn once<P: Operation, I: Send + 'static>(
        self,
        probe: P,
        read: fn(P::Response) -> Seen<I>,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            match self.core.send(probe, self.options.clone()).await {
                Ok(response) => Ok(read(response)),
                Err(error) => self.code_of(error).map(Seen::Refused),
            }
        })
    }

    /// Reads a list that comes in one response.
    pub(crate) fn list<P: Operation, I: Send + 'static>(
        self,
        probe: P,
        path: &'static [&'static str],
        mut read: impl FnMut(P::Response) -> Vec<(Option<String>, ProbedItem<I>)> + Send + 'static,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            let options = CallOptions { list: Some(path), ..self.options.clone() };
            let response = self.core.send(probe, options).await?;
            let list = response.came_with().list;
            let items = read(response);
            if !list.came || list.items != items.len() {
                let what = if list.came { "has items that cannot be read" } else { "is missing" };
                return Err(unseen::<P>(&format!("the list `{}` {what}", path.join("."))));
            }
            let mut all = BTreeMap::new();
            keep::<P, I>(items, &mut all)?;
            Ok(Seen::Items(all))
        })
    }

    /// Reads a list page by page.
    pub(crate) fn pages<P: Paginated, I: Send + 'static>(
        self,
        probe: P,
        mut read: impl FnMut(P::Response) -> Vec<(Option<String>, ProbedItem<I>)> + Send + 'static,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            let mut pages = Pages::new(self.core.clone(), probe, self.options.clone()).strict();
            let (mut all, mut total) = (BTreeMap::new(), None);
            while let Some(page) = pages.next().await {
                let page = page?;
                let now = P::total(&page);
                // Items may have moved between a page that was read and one that was not.
                if total.is_some_and(|before| now != before) {
                    return Err(unseen::<P>("the list changed while it was read"));
                }
                total = Some(now);
                keep::<P, I>(read(page), &mut all)?;
            }
            Ok(Seen::Items(all))
        })
    }

    /// The code of an error that counts as a result of the probe.
    fn code_of(&self, error: Error) -> Result<String, Error> {
        let code = error.exact_code();
        let expected = match self.refused {
            Refused::Any => error.is_about_the_thing(),
            Refused::By(codes) => error.is_as_described() && code.is_some_and(|code| codes.contains(&code)),
        };
        match code.filter(|_| expected) {
            Some(code) => Ok(code.to_owned()),
            None => Err(error),
        }
    }
}

/// Keeps items by their ids.
#[allow(dead_code, reason = "not every API version has every kind of recipe")]
fn keep<P: Operation, I>(
    some: Vec<(Option<String>, ProbedItem<I>)>,
    all: &mut BTreeMap<String, ProbedItem<I>>,
) -> Result<(), Error> {
    for (id, item) in some {
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| unseen::<P>("an item of the list has no id, so the list cannot be compared"))?;
        if all.insert(id, item).is_some() {
            return Err(unseen::<P>("an item occurs twice, so another one may be missing"));
        }
    }
    Ok(())
}

/// The error of a probe that did not show what must be compared.
#[allow(dead_code, reason = "not every API version has every kind of recipe")]
fn unseen<P: Operation>(message: &str) -> Error {
    Error::response(P::ACTION.name, message)
}
