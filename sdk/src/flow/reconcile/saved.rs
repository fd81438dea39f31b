//! What a probe before a call has shown, as a value that outlives the process.

use super::known::{Known, Shown};
use super::{Recipe, Reconcile};
use crate::base::error::Error;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the probe before a guarded call has shown. Save it before [`send`](crate::Guarded::send), and another process can find out with
/// `guard_again` of a client or builder whether the call was executed.
///
/// It holds numbers, states, codes of errors and ids, each with the action that showed it. It never holds a whole item, a parameter of the request,
/// a secret or personal data. [`to_json`](Self::to_json) and serde write the same form, which names its version.
///
/// It does not say when it was made, nor for which account, endpoint and request: save these beside it. See [`Guarded`](crate::Guarded) for what
/// may be believed after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedProbe {
    api: String,
    action: String,
    /// One for each recipe of the action; none if the call may simply be repeated.
    witnesses: Vec<Witness>,
}

/// What the probe by one recipe has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Witness {
    /// The action that probes.
    action: String,
    kind: Kind,
    /// `None` if the request lacked a parameter of the probe.
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    State,
    Listing,
}

const KINDS: [(&str, Kind); 3] = [("counter", Kind::Counter), ("state", Kind::State), ("listing", Kind::Listing)];
/// The version of the form.
const VERSION: u64 = 1;
/// The longest text that is read, and the most ids of one list.
const TEXT: usize = 32 << 20;
const IDS: usize = 1_000_000;

const FORM: &str = "is not a saved probe: pass the text or value that was saved, unchanged. Without it, check with the service \
                    whether the call was executed before you send it again";
const NEWER: &str = "has a form of another version of this crate: read it with the version that saved it, or check with the \
                     service whether the call was executed before you send it again";

impl SavedProbe {
    /// The id of the API version, such as `ksyun-kcm-2016-03-04`.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.api
    }

    /// The action of the guarded call.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Writes it as JSON, for a file or a database.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.value().to_string()
    }

    /// Reads what [`to_json`](Self::to_json) has written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the text is not a saved probe, is longer than 32 MiB, or comes from another version of the
    /// form. The error never repeats the text.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value = if text.len() > TEXT { None } else { serde_json::from_str(text).ok() };
        value.ok_or(FORM).and_then(Self::read).map_err(|why| Error::input("SavedProbe::from_json", why))
    }

    /// Saves what the probes have shown; `None` if none was made, since the call may be repeated.
    pub(super) fn of<R: Reconcile>(api: &str, before: Option<&[Shown]>) -> Self {
        let recipes = R::RECIPES.iter().enumerate().map(|(number, (action, recipe))| {
            let shown = before.and_then(|before| before.iter().find(|shown| shown.recipe == number));
            let known = shown.map(|shown| shown.known.clone());
            Witness { action: (*action).to_owned(), kind: Kind::of(recipe), known }
        });
        let witnesses = if before.is_some() { recipes.collect() } else { Vec::new() };
        Self { api: api.to_owned(), action: R::ACTION.name.to_owned(), witnesses }
    }

    /// What the probes have shown, for a guard of this action; `None` if none was made. Fails if it was saved for something else.
    pub(super) fn shown<R: Reconcile>(self, api: &str) -> Result<Option<Vec<Shown>>, Error> {
        let refused = |message: String| Err(Error::config(R::ACTION.name, message));
        if self.api != api || self.action != R::ACTION.name {
            let (theirs, ours) = ((&self.action, &self.api), (R::ACTION.name, api));
            return refused(format!(
                "cannot be taken up: the saved probe belongs to {} of {}, and this is {} of {}. Pass the one that was saved for this call",
                theirs.0, theirs.1, ours.0, ours.1
            ));
        }
        if self.witnesses.is_empty() {
            return Ok(None);
        }
        let same = self.witnesses.len() == R::RECIPES.len()
            && self
                .witnesses
                .iter()
                .zip(R::RECIPES)
                .all(|(witness, (action, recipe))| witness.action == *action && witness.kind == Kind::of(recipe));
        if !same {
            return refused(
                "cannot be taken up: this version of the crate probes with other actions than the one that saved the probe. Take the call up \
                 with that version, or check with the service whether it was executed before you send it again"
                    .to_owned(),
            );
        }
        let known = self.witnesses.into_iter().map(|witness| witness.known).enumerate();
        Ok(Some(known.filter_map(|(recipe, known)| Some(Shown { recipe, known: known? })).collect()))
    }

    fn value(&self) -> Value {
        let witnesses: Vec<Value> = self.witnesses.iter().map(Witness::value).collect();
        json!({"version": VERSION, "api": self.api, "action": self.action, "witnesses": witnesses})
    }

    fn read(value: Value) -> Result<Self, &'static str> {
        let Value::Object(mut members) = value else { return Err(FORM) };
        match members.remove("version").as_ref().and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(_) => return Err(NEWER),
            None => return Err(FORM),
        }
        let (api, action) = (text(&mut members, "api")?, text(&mut members, "action")?);
        let Some(Value::Array(witnesses)) = members.remove("witnesses") else { return Err(FORM) };
        let witnesses: Vec<Witness> = witnesses.into_iter().map(Witness::read).collect::<Result<_, _>>()?;
        // Nothing can be found out if no probe has shown anything, so a guard never saves that.
        let blank = !witnesses.is_empty() && witnesses.iter().all(|witness| witness.known.is_none());
        if blank || !members.is_empty() { Err(FORM) } else { Ok(Self { api, action, witnesses }) }
    }
}

impl Witness {
    fn value(&self) -> Value {
        let kind = KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| *name);
        let mut members = Map::new();
        members.insert("action".to_owned(), self.action.as_str().into());
        members.insert("kind".to_owned(), kind.into());
        match &self.known {
            None => {}
            Some(Known::Count(count)) => drop(members.insert("count".to_owned(), (*count).into())),
            Some(Known::State(state)) => drop(members.insert("state".to_owned(), state.clone().into())),
            Some(Known::Refused(code)) => drop(members.insert("refused".to_owned(), code.as_str().into())),
            Some(Known::Ids(all)) => {
                for (name, wanted) in [("fits", true), ("others", false)] {
                    let ids = all.iter().filter(|(_, fits)| **fits == wanted).map(|(id, _)| Value::from(id.as_str()));
                    members.insert(name.to_owned(), ids.collect());
                }
            }
        }
        Value::Object(members)
    }

    fn read(value: Value) -> Result<Self, &'static str> {
        let Value::Object(mut members) = value else { return Err(FORM) };
        let (action, named) = (text(&mut members, "action")?, text(&mut members, "kind")?);
        let (_, kind) = *KINDS.iter().find(|(name, _)| *name == named).ok_or(FORM)?;
        let known = if members.is_empty() { None } else { Some(kind.read(&mut members)?) };
        if members.is_empty() { Ok(Self { action, kind, known }) } else { Err(FORM) }
    }
}

impl Kind {
    fn of(recipe: &Recipe) -> Self {
        match recipe {
            Recipe::Counter => Self::Counter,
            Recipe::State { .. } => Self::State,
            Recipe::Listing { .. } => Self::Listing,
        }
    }

    fn read(self, members: &mut Map<String, Value>) -> Result<Known, &'static str> {
        match self {
            Self::Counter => members.remove("count").as_ref().and_then(Value::as_i64).map(Known::Count).ok_or(FORM),
            Self::State => match (members.remove("state"), members.remove("refused")) {
                (Some(Value::Null), None) => Ok(Known::State(None)),
                (Some(Value::String(state)), None) => Ok(Known::State(Some(state))),
                (None, Some(Value::String(code))) => Ok(Known::Refused(code)),
                _ => Err(FORM),
            },
            Self::Listing => {
                let mut all = BTreeMap::new();
                for (name, fits) in [("fits", true), ("others", false)] {
                    let Some(Value::Array(ids)) = members.remove(name) else { return Err(FORM) };
                    if ids.len() > IDS {
                        return Err(FORM);
                    }
                    for id in ids {
                        let Value::String(id) = id else { return Err(FORM) };
                        if id.is_empty() || all.insert(id, fits).is_some() {
                            return Err(FORM);
                        }
                    }
                }
                Ok(Known::Ids(all))
            }
        }
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<String, &'static str> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(FORM),
    }
}

impl Serialize for SavedProbe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SavedProbe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
