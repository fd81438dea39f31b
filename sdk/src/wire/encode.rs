//! Request parameters: a structure as flat pairs of names and texts.

use super::promise::broken;
use super::show::{List, Members, Shown, Value};
use super::{Field, NAMED, Privacy, Style, Unknown};
use crate::base::legible::escaped_json;
use crate::base::scrub::Hidden;
use crate::base::secret::{REDACTED, Secret};
use std::borrow::Cow;

/// A parameter: name and value, not encoded.
type Pair = (Cow<'static, str>, String);

/// The parameters of a request, flattened: lists as `Name.1`, their members as `Name.1.Member`. What is absent is left out,
/// an empty text stays.
pub(crate) fn parameters(of: &dyn Members) -> Vec<Pair> {
    let mut out = Vec::new();
    of.each(&mut |field, value| flatten(Cow::Borrowed(field.wire), field, value, Reveal::All, &mut out));
    out
}

/// The same parameters as they may be shown: what names a person or gives power is only named.
pub(crate) fn shown_parameters(of: &dyn Members) -> Vec<Pair> {
    let mut out = Vec::new();
    of.each(&mut |field, value| flatten(Cow::Borrowed(field.wire), field, value, Reveal::Public, &mut out));
    out
}

/// What of a request comes out.
#[derive(Clone, Copy, PartialEq)]
enum Reveal {
    All,
    Public,
    Names,
}

impl Reveal {
    /// What comes out below a field.
    fn below(self, field: &Field) -> Self {
        if self == Self::Public && field.privacy != Privacy::Public { Self::Names } else { self }
    }
}

fn flatten(name: Cow<'static, str>, field: &'static Field, value: &dyn Value, reveal: Reveal, out: &mut Vec<Pair>) {
    let reveal = reveal.below(field);
    match (field.style, value.show()) {
        (_, Shown::Absent) => {}
        (Style::Plain | Style::Digits | Style::JsonText, Shown::List(list)) => {
            for index in 0..list.count() {
                if let Some(item) = list.at(index) {
                    flatten(Cow::Owned(format!("{name}.{}", index + 1)), field, item, reveal, out);
                }
            }
        }
        (Style::Plain | Style::Digits | Style::Commas, Shown::Structure(inner)) => inner.each(&mut |field, value| {
            flatten(Cow::Owned(format!("{name}.{}", field.wire)), field, value, reveal, out);
        }),
        (_, _) if reveal == Reveal::Names => out.push((name, REDACTED.to_owned())),
        (_, Shown::Text(text)) => out.push((name, text.to_owned())),
        (_, Shown::Secret(secret)) => {
            let value = if reveal == Reveal::All { secret.expose() } else { REDACTED };
            out.push((name, value.to_owned()));
        }
        (_, Shown::Integer(n)) => out.push((name, n.to_string())),
        (Style::Digits, Shown::Boolean(b)) => out.push((name, u8::from(b).to_string())),
        (_, Shown::Boolean(b)) => out.push((name, b.to_string())),
        (Style::Commas, Shown::List(list)) => out.push((name, joined(list))),
        (Style::JsonText, Shown::Structure(inner)) => {
            out.push((name, if reveal == Reveal::All { json_text(inner) } else { redacted(inner) }));
        }
    }
}

fn joined(list: &dyn List) -> String {
    let texts = (0..list.count()).filter_map(|i| list.at(i)).filter_map(|item| match item.show() {
        Shown::Text(text) => Some(text),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(",")
}

/// Every secret of a request, and what names a person: what must not stand in a message about it.
pub(crate) fn hidden(of: &dyn Members) -> Vec<Hidden> {
    fn collect(privacy: Privacy, shown: &Shown<'_>, out: &mut Vec<Hidden>) {
        let hide: fn(Secret) -> Hidden = if privacy == Privacy::Secret { Hidden::secret } else { Hidden::personal };
        match shown {
            Shown::Secret(secret) => out.push(Hidden::secret((*secret).clone())),
            Shown::Text(text) if privacy != Privacy::Public => out.push(hide((*text).into())),
            Shown::Integer(number) if privacy != Privacy::Public => out.push(hide(number.to_string().into())),
            Shown::List(list) => {
                (0..list.count()).filter_map(|i| list.at(i)).for_each(|item| collect(privacy, &item.show(), out));
            }
            Shown::Structure(inner) => {
                inner.each(&mut |field, value| collect(privacy.max(field.privacy), &value.show(), out));
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    collect(Privacy::Public, &Shown::Structure(of), &mut out);
    out
}

/// A structure as JSON with its real values: this text is sent, not shown.
fn json_text(of: &dyn Members) -> String {
    json(&Shown::Structure(of)).to_string()
}

/// A structure as JSON that may be shown: what names a person, gives power, or is not known is only named. What is promised and has
/// not come is left out, although its type has no way to say so.
fn redacted(of: &dyn Members) -> String {
    let all = Room { items: usize::MAX, text: usize::MAX, left: usize::MAX }.safe(&Shown::Structure(of));
    escaped_json(&all.to_string())
}

/// The same of an answer, which may have any size: of what is long only the start.
pub(crate) fn brief(of: &dyn Members) -> String {
    let mut left = BRIEF;
    loop {
        let shown = Room { items: NAMED, text: 1 << 10, left }.safe(&Shown::Structure(of));
        let text = escaped_json(&shown.to_string());
        // Names, marks and escapes come on top of what is counted.
        if text.len() <= BRIEF || left == 0 {
            return text;
        }
        left /= 2;
    }
}

/// Most bytes of an answer in an error: what is longer would be cut where no JSON ends.
const BRIEF: usize = 12 << 10;

/// Names without their values, which may be anything: the first few, and how many more there are.
pub(crate) fn named<'a>(names: impl Iterator<Item = &'a str>) -> serde_json::Map<String, serde_json::Value> {
    let (mut map, mut more) = (serde_json::Map::new(), 0_usize);
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

/// What fits of a text.
fn start(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= bytes).last().unwrap_or_default();
    Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default()))
}

/// How much is shown.
struct Room {
    /// Of each list.
    items: usize,
    /// Of each text.
    text: usize,
    /// Of all together.
    left: usize,
}

impl Room {
    fn safe(&mut self, shown: &Shown<'_>) -> serde_json::Value {
        self.left = self.left.saturating_sub(8);
        match shown {
            Shown::List(list) => {
                let mut out = Vec::new();
                let all = (0..list.count()).filter_map(|i| list.at(i));
                for item in all.take(self.items) {
                    if self.left == 0 {
                        break;
                    }
                    out.push(self.safe(&item.show()));
                }
                let more = list.count() - out.len();
                if more > 0 {
                    out.push(format!("... {more} more").into());
                }
                out.into()
            }
            Shown::Structure(inner) => {
                let mut map = serde_json::Map::new();
                inner.each(&mut |field, value| {
                    let shown = value.show();
                    if matches!(shown, Shown::Absent) || broken(*inner, field.wire) {
                        return;
                    }
                    let hidden = field.privacy != Privacy::Public;
                    self.left = self.left.saturating_sub(field.wire.len());
                    map.insert(field.wire.to_owned(), if hidden { REDACTED.into() } else { self.safe(&shown) });
                });
                let unknown = inner.unknown().into_iter().flat_map(Unknown::iter);
                map.extend(named(unknown.map(|(name, _)| name)));
                map.into()
            }
            Shown::Secret(_) => REDACTED.into(),
            Shown::Text(text) => {
                let text = start(text, self.text.min(self.left));
                self.left = self.left.saturating_sub(text.len());
                text.into()
            }
            other => json(other),
        }
    }
}

fn json(shown: &Shown<'_>) -> serde_json::Value {
    match shown {
        Shown::Absent => serde_json::Value::Null,
        Shown::Text(text) => (*text).into(),
        Shown::Secret(secret) => secret.expose().into(),
        Shown::Integer(n) => (*n).into(),
        Shown::Boolean(b) => (*b).into(),
        Shown::List(list) => (0..list.count()).filter_map(|i| list.at(i)).map(|item| json(&item.show())).collect(),
        Shown::Structure(inner) => {
            let mut map = serde_json::Map::new();
            inner.each(&mut |field, value| {
                let value = match (field.style, value.show()) {
                    (_, Shown::Absent) => return,
                    (Style::Digits, Shown::Boolean(b)) => u8::from(b).into(),
                    (Style::Commas, Shown::List(list)) => joined(list).into(),
                    (Style::JsonText, Shown::Structure(inner)) => json_text(inner).into(),
                    (_, shown) => json(&shown),
                };
                map.insert(field.wire.to_owned(), value);
            });
            map.into()
        }
    }
}
