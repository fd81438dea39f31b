//! Placeholders for what must not be written down.

use crate::http::HttpRequest;
use crate::scrub::{has_private_key, scrub};
use crate::wire::{Members, Privacy, Shown, Style, Value};
use crate::{REDACTED, Secret};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Shorter texts stand in others by chance.
const SHORTEST: usize = 4;

/// Why a value is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It gives power.
    Secret,
    /// It names a person.
    Personal,
    /// Nothing is known about it.
    Unknown,
    /// An address, which may give power.
    Link,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Secret, Self::Personal, Self::Unknown, Self::Link];

    fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Personal => "personal",
            Self::Unknown => "unknown",
            Self::Link => "link",
        }
    }

    pub(super) fn of(privacy: Privacy) -> Option<Self> {
        match privacy {
            Privacy::Public => None,
            Privacy::Personal => Some(Self::Personal),
            Privacy::Secret => Some(Self::Secret),
        }
    }
}

/// Whether a text holds a placeholder.
pub(super) fn has_mark(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| {
        let inside = rest.split_once(']').map_or("", |(inside, _)| inside);
        let number = |kind: &Kind| inside.strip_prefix(kind.word())?.strip_prefix(' ')?.parse::<u32>().ok();
        Kind::ALL.iter().any(|kind| number(kind).is_some()) || inside == REDACTED.trim_matches(['[', ']'])
    })
}

/// The placeholders of a recording: the same one for the same value.
#[derive(Default)]
pub(super) struct Marks {
    /// By a hash of the value, so that it is not kept.
    known: HashMap<[u8; 32], (Kind, u32)>,
    /// What must not stand inside other texts: the secrets and the personal values so far.
    secrets: Vec<Secret>,
    persons: Vec<Secret>,
}

impl Marks {
    fn number(&mut self, kind: Kind, value: &str) -> (Kind, u32) {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX).saturating_add(1);
        *self.known.entry(Sha256::digest(value.as_bytes()).into()).or_insert((kind, next))
    }

    fn remember(&mut self, secret: &Secret) {
        remember(&mut self.secrets, secret);
    }
}

fn remember(known: &mut Vec<Secret>, value: &Secret) {
    if value.expose().len() >= SHORTEST && known.iter().all(|known| known.expose() != value.expose()) {
        known.push(value.clone());
    }
}

/// Hides what a request and its answer hold.
pub(super) struct Conceal<'a> {
    marks: &'a mut Marks,
}

impl<'a> Conceal<'a> {
    pub(super) fn of(marks: &'a mut Marks, request: &HttpRequest) -> Self {
        let about = &request.about;
        if let Some(keys) = &about.keys {
            marks.remember(&Secret::from(keys.access_key_id()));
            keys.secrets().iter().for_each(|secret| marks.remember(secret));
        }
        for (_, privacy, value) in about.subject.request.iter().flat_map(|request| fields(&**request)) {
            match privacy {
                Privacy::Secret => marks.remember(&value),
                Privacy::Personal => remember(&mut marks.persons, &value),
                Privacy::Public => {}
            }
        }
        Self { marks }
    }

    /// A placeholder for a text; what is empty stays.
    pub(super) fn hide(&mut self, kind: Kind, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if kind == Kind::Secret {
            self.marks.remember(&Secret::from(text));
        }
        let (kind, number) = self.marks.number(kind, text);
        format!("[{} {number}]", kind.word())
    }

    /// A placeholder where a number must stand.
    pub(super) fn hide_number(&mut self, kind: Kind, text: &str) -> i64 {
        i64::from(self.marks.number(kind, text).1)
    }

    /// A text that may be shown, unless it looks like what may not.
    pub(super) fn text(&mut self, text: &str) -> String {
        let quotes = self.marks.secrets.iter().any(|secret| text.contains(secret.expose()));
        if quotes || has_private_key(text) {
            return self.hide(Kind::Secret, text);
        }
        if self.marks.persons.iter().any(|person| text.contains(person.expose())) {
            return self.hide(Kind::Personal, text);
        }
        let mut out = text.to_owned();
        for link in links(text) {
            let mark = self.hide(Kind::Link, link);
            out = out.replace(link, &mark);
        }
        out
    }

    /// Whether a name holds a secret. Short secrets stand in names by chance.
    pub(super) fn quotes_in_name(&self, name: &str) -> bool {
        let mut long = self.marks.secrets.iter().map(Secret::expose).filter(|secret| secret.len() > SHORTEST + 1);
        long.any(|secret| name.contains(secret))
    }

    /// What a service says, without what the request held.
    pub(super) fn message(&mut self, text: &str) -> String {
        let hidden: Vec<Secret> = self.marks.secrets.iter().chain(&self.marks.persons).cloned().collect();
        let clean = scrub(text, &hidden);
        self.text(clean.as_deref().unwrap_or(text))
    }

    /// The parameters of a request, by name.
    pub(super) fn parameters(&mut self, request: &HttpRequest) -> Vec<(String, String)> {
        let typed = request.about.subject.request.as_ref();
        let known: HashMap<String, Privacy> =
            typed.iter().flat_map(|of| fields(&***of)).map(|(name, privacy, _)| (name, privacy)).collect();
        let hide = |(name, value): (String, String)| {
            let value = match known.get(&name).map(|privacy| Kind::of(*privacy)) {
                Some(None) => self.text(&value),
                Some(Some(kind)) => self.hide(kind, &value),
                None => self.hide(Kind::Unknown, &value),
            };
            (name, value)
        };
        request.parameters().into_iter().map(hide).collect()
    }
}

/// The addresses in a text that lead to more than a host.
fn links(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ','));
    let deep = |part: &&str| {
        let rest = part.split_once("://").map_or("", |(_, rest)| rest);
        rest.split_once(['/', '?']).is_some_and(|(_, path)| !path.is_empty())
    };
    parts.filter(deep).collect()
}

/// The parameters that a request is sent as: name, whether it may be shown, and the texts in it that may not.
pub(super) fn fields(of: &dyn Members) -> Vec<(String, Privacy, Secret)> {
    let mut out = Vec::new();
    of.each(&mut |field, value| flatten(field.wire.to_owned(), field.style, field.privacy, value, &mut out));
    out
}

fn flatten(name: String, style: Style, privacy: Privacy, value: &dyn Value, out: &mut Vec<(String, Privacy, Secret)>) {
    let text = match (style, value.show()) {
        (_, Shown::Absent) => return,
        (_, Shown::Secret(secret)) => return out.push((name, Privacy::Secret, secret.clone())),
        (_, Shown::Text(text)) => text.to_owned(),
        (_, Shown::Integer(number)) => number.to_string(),
        (_, Shown::Boolean(truth)) => truth.to_string(),
        (Style::Commas, Shown::List(list)) => {
            return (0..list.count()).filter_map(|at| list.at(at)).for_each(|item| {
                flatten(name.clone(), Style::Plain, privacy, item, out);
            });
        }
        (_, Shown::List(list)) => {
            return (1..).zip((0..list.count()).filter_map(|at| list.at(at))).for_each(|(number, item)| {
                flatten(format!("{name}.{number}"), style, privacy, item, out);
            });
        }
        // One text, which may be shown if all in it may.
        (Style::JsonText, Shown::Structure(inner)) => {
            let members = fields(inner);
            let most = members.iter().map(|(_, privacy, _)| *privacy).fold(privacy, Privacy::max);
            return out.extend(members.into_iter().map(|(_, _, text)| (name.clone(), most, text)));
        }
        (_, Shown::Structure(inner)) => {
            return inner.each(&mut |field, value| {
                flatten(format!("{name}.{}", field.wire), field.style, field.privacy.max(privacy), value, out);
            });
        }
    };
    out.push((name, privacy, text.into()));
}
