//! Structures as JSON text: whole, to be sent, or redacted, to be shown.

use super::guaranteed::is_missing;
use super::show::{List, Members, Shown, items};
use super::{NAMED, Style, Unknown};
use crate::base::legible::escaped_json;
use crate::base::secret::REDACTED;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The maximum number of bytes that [`brief`] writes. Errors cut longer texts, which would leave broken JSON.
const BRIEF: usize = 12 << 10;

/// The texts and numbers of a list, separated by commas.
pub(super) fn joined(list: &dyn List) -> String {
    let texts = items(list).filter_map(|item| match item.show() {
        Shown::Text(text) => Some(Cow::Borrowed(text)),
        Shown::Integer(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(",")
}

/// A value as JSON with its real values, secrets too: to be sent, never shown.
pub(crate) fn json_text(of: &Shown<'_>) -> String {
    json(of).to_string()
}

/// A value as JSON to be shown, whole. Secrets, personal data, unknown members and values without a type are redacted; guaranteed fields that did
/// not come are left out, although their types cannot say so.
pub(super) fn redacted_json(of: &Shown<'_>) -> String {
    let all = Excerpt { items: usize::MAX, text: usize::MAX, left: usize::MAX }.json(of);
    escaped_json(&all.to_string())
}

/// A response as JSON to be shown, redacted like [`redacted_json`] and cut to a size for error messages: lists and texts lose their ends.
pub(crate) fn brief(of: &dyn Members) -> String {
    let mut left = BRIEF;
    loop {
        let shown = Excerpt { items: NAMED, text: 1 << 10, left }.json(&Shown::Structure(of));
        let text = escaped_json(&shown.to_string());
        // Names, marks and escapes are not counted exactly, so it may need less room for values.
        if text.len() <= BRIEF || left == 0 {
            return text;
        }
        left /= 2;
    }
}

/// Members by name with redacted values, for members of which nothing is known: the first few, and how many more there are.
pub(crate) fn named<'a>(names: impl Iterator<Item = &'a str>) -> Map<String, Json> {
    let (mut map, mut more) = (Map::new(), 0_usize);
    for name in names {
        if map.len() < NAMED {
            map.insert(start(name, 64).into_owned(), REDACTED.into());
        } else {
            more += 1;
        }
    }
    if more > 0 {
        map.insert("...".to_owned(), format!("{more} more").into());
    }
    map
}

/// A text, cut with `...` if it is longer than this.
fn start(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= bytes).last().unwrap_or_default();
    Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default()))
}

/// How much of a structure is shown in an excerpt.
struct Excerpt {
    /// The maximum number of items of each list.
    items: usize,
    /// The maximum number of bytes of each text.
    text: usize,
    /// Bytes left for everything that follows.
    left: usize,
}

impl Excerpt {
    /// The redacted JSON of a value.
    fn json(&mut self, shown: &Shown<'_>) -> Json {
        self.left = self.left.saturating_sub(8);
        match shown {
            Shown::List(list) => {
                let mut out = Vec::new();
                for item in items(*list).take(self.items) {
                    if self.left == 0 {
                        break;
                    }
                    out.push(self.json(&item.show()));
                }
                let more = list.count() - out.len();
                if more > 0 {
                    out.push(format!("... {more} more").into());
                }
                out.into()
            }
            Shown::Structure(inner) => {
                let mut map = Map::new();
                inner.each(&mut |field, value| {
                    let shown = value.show();
                    if matches!(shown, Shown::Absent) || is_missing(*inner, field.wire) {
                        return;
                    }
                    self.left = self.left.saturating_sub(field.wire.len());
                    let value = if field.sensitivity.is_public() { self.json(&shown) } else { REDACTED.into() };
                    map.insert(field.wire.to_owned(), value);
                });
                let unknown = inner.unknown().into_iter().flat_map(Unknown::iter);
                map.extend(named(unknown.map(|(name, _)| name)));
                map.into()
            }
            Shown::Map(map) => {
                let (mut out, mut more) = (Map::new(), 0_usize);
                map.each_entry(&mut |name, value| {
                    if out.len() >= self.items || self.left == 0 {
                        more += 1;
                        return;
                    }
                    let name = start(name, self.text.min(self.left)).into_owned();
                    self.left = self.left.saturating_sub(name.len());
                    out.insert(name, self.json(&value.show()));
                });
                if more > 0 {
                    out.insert("...".to_owned(), format!("{more} more").into());
                }
                out.into()
            }
            Shown::Secret(_) | Shown::Any(_) => REDACTED.into(),
            Shown::Text(text) => {
                let text = start(text, self.text.min(self.left));
                self.left = self.left.saturating_sub(text.len());
                text.into()
            }
            other => json(other),
        }
    }
}

fn json(shown: &Shown<'_>) -> Json {
    match shown {
        Shown::Absent => Json::Null,
        Shown::Text(text) => (*text).into(),
        Shown::Secret(secret) => secret.expose().into(),
        Shown::Integer(n) => (*n).into(),
        Shown::Float(n) => (*n).into(),
        Shown::Boolean(b) => (*b).into(),
        Shown::Any(value) => (*value).clone(),
        Shown::Map(map) => {
            let mut out = Map::new();
            map.each_entry(&mut |name, value| {
                out.insert(name.to_owned(), json(&value.show()));
            });
            out.into()
        }
        Shown::List(list) => items(*list).map(|item| json(&item.show())).collect(),
        Shown::Structure(inner) => {
            let mut map = Map::new();
            inner.each(&mut |field, value| {
                let value = match (field.style, value.show()) {
                    (_, Shown::Absent) => return,
                    (Style::Digits, Shown::Boolean(b)) => u8::from(b).into(),
                    (Style::Commas | Style::Joined, Shown::List(list)) => joined(list).into(),
                    (Style::JsonText, shown @ (Shown::Structure(_) | Shown::List(_) | Shown::Map(_))) => {
                        json_text(&shown).into()
                    }
                    (_, shown) => json(&shown),
                };
                map.insert(field.wire.to_owned(), value);
            });
            map.into()
        }
    }
}
