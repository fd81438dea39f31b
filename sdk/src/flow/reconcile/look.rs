//! A look at what a call changes.

use crate::action::operation::{Operation, Response};
use crate::base::error::{Error, ErrorKind};
use crate::base::pending::Pending;
use crate::base::problem::{Problem, Severity};
use crate::call::core::Core;
use crate::flow::pages::{Pages, Paginated};
use crate::setup::options::CallOptions;
use std::collections::BTreeMap;

/// What a look has seen.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Seen<I> {
    /// A number, if the answer has it.
    Count(Option<i64>),
    /// A state, if the answer has one.
    State(Option<String>),
    /// The look was answered with an error, by its most exact code.
    Refused(String),
    /// Everything in a list, by its id.
    Items(BTreeMap<String, Item<I>>),
}

/// Something in a list.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Item<I> {
    /// Whether it can be what the call makes.
    pub fits: bool,
    /// The thing itself.
    pub item: I,
}

/// A list with the id of each item, and whether it can be what the call makes. An item without an id has none.
pub fn items<I>(list: Vec<I>, mut read: impl FnMut(&I) -> (Option<String>, bool)) -> Vec<(Option<String>, Item<I>)> {
    let known = |item| {
        let (id, fits) = read(&item);
        (id, Item { fits, item })
    };
    list.into_iter().map(known).collect()
}

/// Looks once.
#[doc(hidden)]
#[derive(Debug)]
pub struct Look {
    core: Core,
    /// The call that is looked after.
    action: &'static str,
    options: CallOptions,
    /// Codes that a look may be answered with, all if it may be refused at all.
    refused: Refused,
}

/// Which errors are an answer to a look.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refused {
    /// All that are about the thing: a permission that is missing shows nothing of it.
    Any,
    /// These.
    By(&'static [&'static str]),
}

/// Not every API version has every kind of recipe.
#[allow(dead_code, reason = "not every API version has every kind of recipe")]
impl Look {
    /// A look goes where the call goes, and does what its options say, but for what belongs to that call alone.
    pub(super) fn new(core: Core, action: &'static str, options: &CallOptions, refused: Refused) -> Self {
        Self { core, action, options: options.for_another(), refused }
    }

    /// The call does not say what the look needs to know.
    pub(crate) fn needs<T: Send + 'static>(self, parameter: &'static str) -> Pending<T> {
        let message = "must be given: without it, nobody can find out later whether the call was executed".into();
        let problem = Problem { severity: Severity::Error, parameter: parameter.into(), message };
        Pending::new(std::future::ready(Err(Error::invalid(self.action, vec![problem]))))
    }

    /// One call tells.
    pub(crate) fn once<P: Operation, I: Send + 'static>(
        self,
        probe: P,
        read: fn(P::Response) -> Seen<I>,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            match self.core.send(probe, self.options.clone()).await {
                Ok(answer) => Ok(read(answer)),
                Err(error) => self.answered(error).map(Seen::Refused),
            }
        })
    }

    /// One call lists all.
    pub(crate) fn list<P: Operation, I: Send + 'static>(
        self,
        probe: P,
        path: &'static [&'static str],
        mut read: impl FnMut(P::Response) -> Vec<(Option<String>, Item<I>)> + Send + 'static,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            let options = CallOptions { list: Some(path), ..self.options.clone() };
            let answer = self.core.send(probe, options).await?;
            let list = answer.came_with().list;
            let items = read(answer);
            if !list.came || list.items != items.len() {
                let what = if list.came { "has items that cannot be read" } else { "did not come" };
                return Err(unseen::<P>(&format!("the list `{}` {what}", path.join("."))));
            }
            let mut all = BTreeMap::new();
            keep::<P, I>(items, &mut all)?;
            Ok(Seen::Items(all))
        })
    }

    /// All pages list all.
    pub(crate) fn pages<P: Paginated, I: Send + 'static>(
        self,
        probe: P,
        mut read: impl FnMut(P::Response) -> Vec<(Option<String>, Item<I>)> + Send + 'static,
    ) -> Pending<Seen<I>> {
        Pending::new(async move {
            let mut pages = Pages::new(self.core.clone(), probe, self.options.clone()).strict();
            let (mut all, mut total) = (BTreeMap::new(), None);
            while let Some(page) = pages.next().await {
                let page = page?;
                let now = P::total(&page);
                // What was on a page that has been read may have moved to one that has not, or the other way round.
                if total.is_some_and(|before| now != before) {
                    return Err(unseen::<P>("the list changed while it was read"));
                }
                total = Some(now);
                keep::<P, I>(read(page), &mut all)?;
            }
            Ok(Seen::Items(all))
        })
    }

    /// The code of an error that is an answer to the look. Any other one means that the look has failed.
    fn answered(&self, error: Error) -> Result<String, Error> {
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
    some: Vec<(Option<String>, Item<I>)>,
    all: &mut BTreeMap<String, Item<I>>,
) -> Result<(), Error> {
    for (id, item) in some {
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| unseen::<P>("a list that is to be compared has an item without an id"))?;
        if all.insert(id, item).is_some() {
            return Err(unseen::<P>("an item came twice, so another one may not have come at all"));
        }
    }
    Ok(())
}

/// The look has not seen what it was to see.
#[allow(dead_code, reason = "not every API version has every kind of recipe")]
fn unseen<P: Operation>(message: &str) -> Error {
    Error::new(ErrorKind::Answer, P::ACTION.name, message)
}
