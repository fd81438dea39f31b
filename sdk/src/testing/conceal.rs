//! Placeholders for what must not be written down.

use super::words::{is_code, is_id, is_known, is_media_type, is_name, is_time, links};
use crate::action::context::AttemptContext;
use crate::base::api::ErrorInfo;
use crate::base::scrub::{Hidden, Scrubber, Why};
use crate::base::secret::{REDACTED, Secret};
use crate::http::HttpRequest;
use crate::wire::{Members, Privacy, Shown, Style, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// Shorter texts stand in others by chance.
const SHORTEST: usize = 4;
/// The signatures of so many requests are looked for.
const SIGNATURES: usize = 16;

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
    /// What must not stand inside other texts: the secrets and the personal values so far, and the last signatures.
    hidden: Vec<Hidden>,
    signatures: Vec<Hidden>,
    /// Looks for all of them; made when there is something to look at.
    scrubber: Option<Scrubber>,
}

impl Marks {
    fn number(&mut self, kind: Kind, value: &str) -> (Kind, u32) {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX).saturating_add(1);
        *self.known.entry(Sha256::digest(value.as_bytes()).into()).or_insert((kind, next))
    }

    fn remember(&mut self, hidden: Hidden) {
        let text = hidden.text.expose();
        if text.len() >= SHORTEST && self.hidden.iter().all(|known| known.text.expose() != text) {
            self.hidden.push(hidden);
            self.scrubber = None;
        }
    }

    fn signed(&mut self, signature: Secret) {
        if self.signatures.len() >= SIGNATURES {
            self.signatures.remove(0);
        }
        self.signatures.push(Hidden::signature(signature));
        self.scrubber = None;
    }

    fn verdict(&mut self, text: &str) -> Option<Why> {
        let Self { hidden, signatures, scrubber, .. } = self;
        scrubber.get_or_insert_with(|| Scrubber::new(hidden.iter().chain(signatures.iter()))).verdict(text)
    }
}

/// The typed request, if the spec knows the action.
pub(super) fn typed(request: &HttpRequest) -> Option<&Arc<dyn Members + Send + Sync>> {
    AttemptContext::of(request)?.call.request.as_ref()
}

/// Hides what a request and its answer hold.
pub(super) struct Conceal<'a> {
    marks: &'a mut Marks,
}

impl<'a> Conceal<'a> {
    pub(super) fn of(marks: &'a mut Marks, request: &HttpRequest) -> Self {
        let context = AttemptContext::of(request);
        if let Some(keys) = context.and_then(|context| context.keys.as_ref()) {
            marks.remember(Hidden::secret(keys.access_key_id()));
            keys.secrets().into_iter().for_each(|secret| marks.remember(Hidden::secret(secret)));
            request.signature().into_iter().for_each(|signature| marks.signed(signature));
        }
        for (_, privacy, value) in typed(request).iter().flat_map(|request| fields(&***request)) {
            match privacy {
                Privacy::Secret => marks.remember(Hidden::secret(value)),
                Privacy::Personal => marks.remember(Hidden::personal(value)),
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
            self.marks.remember(Hidden::secret(text));
        }
        self.mark(kind, text)
    }

    fn mark(&mut self, kind: Kind, text: &str) -> String {
        let (kind, number) = self.marks.number(kind, text);
        format!("[{} {number}]", kind.word())
    }

    /// A placeholder where a number must stand.
    pub(super) fn hide_number(&mut self, kind: Kind, text: &str) -> i64 {
        i64::from(self.marks.number(kind, text).1)
    }

    /// A text that may be shown, unless something stands in it, however encoded, that may not.
    pub(super) fn text(&mut self, text: &str) -> String {
        match self.marks.verdict(text) {
            Some(Why::Secret | Why::Signature) => return self.mark(Kind::Secret, text),
            Some(Why::Personal) => return self.mark(Kind::Personal, text),
            None => {}
        }
        let mut out = text.to_owned();
        for link in links(text) {
            let mark = self.hide(Kind::Link, link);
            out = out.replace(link, &mark);
        }
        out
    }

    /// The name of a member, unless it may be a value. A text that is no name becomes one that also XML can have.
    pub(super) fn name(&mut self, name: String) -> String {
        if is_name(&name) && self.marks.verdict(&name).is_none() {
            return name;
        }
        self.hidden_name(&name)
    }

    /// What stands for a name, as a name.
    pub(super) fn hidden_name(&mut self, name: &str) -> String {
        self.hide(Kind::Unknown, name).replace(['[', ']'], "").replace(' ', "-")
    }

    /// What the description knows of what a service says; the rest may name anybody.
    pub(super) fn message(&mut self, rows: &[ErrorInfo], text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let mut known: Vec<&str> =
            rows.iter().filter_map(|row| row.message_contains).filter(|part| text.contains(part)).collect();
        known.sort_unstable();
        known.dedup();
        if known == [text] {
            return text.to_owned();
        }
        known.push("");
        known.join(" ") + &self.hide(Kind::Unknown, text)
    }

    /// An error code that the description knows, or that looks like one: words without blanks.
    pub(super) fn code(&mut self, rows: &[ErrorInfo], text: &str) -> String {
        if is_known(rows, text) {
            return text.to_owned();
        }
        self.shaped(text, is_code)
    }

    /// An error code that the description knows.
    pub(super) fn known_code(&mut self, rows: &[ErrorInfo], text: &str) -> String {
        if is_known(rows, text) { text.to_owned() } else { self.hide(Kind::Unknown, text) }
    }

    /// A text that has a shape, and may be shown.
    pub(super) fn shaped(&mut self, text: &str, has_shape: fn(&str) -> bool) -> String {
        if has_shape(text) { self.text(text) } else { self.hide(Kind::Unknown, text) }
    }

    /// A header of an answer.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        match name {
            "content-type" => self.shaped(value.split(';').next().unwrap_or_default().trim(), is_media_type),
            "retry-after" | "x-acs-retry-after" => self.shaped(value, is_time),
            _ => self.shaped(value, is_id),
        }
    }

    /// The parameters of a request, by name.
    pub(super) fn parameters(&mut self, request: &HttpRequest) -> Vec<(String, String)> {
        let known: HashMap<String, Privacy> =
            typed(request).iter().flat_map(|of| fields(&***of)).map(|(name, privacy, _)| (name, privacy)).collect();
        let hide = |(name, value): (String, String)| {
            let value = match known.get(&name).map(|privacy| Kind::of(*privacy)) {
                Some(None) => self.text(&value),
                Some(Some(kind)) => self.hide(kind, &value),
                None => self.hide(Kind::Unknown, &value),
            };
            let may_be_seen = known.contains_key(&name) || self.marks.verdict(&name).is_none();
            (if may_be_seen { name } else { self.name(name) }, value)
        };
        request.parameters().into_iter().map(hide).collect()
    }
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
