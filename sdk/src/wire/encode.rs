//! Request parameters: a structure as flat pairs of names and texts.

use super::promise::broken;
use super::show::{List, Members, Shown, Value};
use super::{Field, Privacy, Style, Unknown};
use crate::legible::escaped_json;
use crate::scrub::Hidden;
use crate::{REDACTED, Secret};
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
pub(crate) fn redacted(of: &dyn Members) -> String {
    escaped_json(&safe(&Shown::Structure(of)).to_string())
}

fn safe(shown: &Shown<'_>) -> serde_json::Value {
    match shown {
        Shown::List(list) => (0..list.count()).filter_map(|i| list.at(i)).map(|item| safe(&item.show())).collect(),
        Shown::Structure(inner) => {
            let mut map = serde_json::Map::new();
            inner.each(&mut |field, value| {
                let shown = value.show();
                if matches!(shown, Shown::Absent) || broken(*inner, field.wire) {
                    return;
                }
                let hidden = field.privacy != Privacy::Public;
                map.insert(field.wire.to_owned(), if hidden { REDACTED.into() } else { safe(&shown) });
            });
            let unknown = inner.unknown().into_iter().flat_map(Unknown::iter);
            map.extend(unknown.map(|(name, _)| (name.to_owned(), REDACTED.into())));
            map.into()
        }
        Shown::Secret(_) => REDACTED.into(),
        other => json(other),
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
