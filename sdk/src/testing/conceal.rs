//! Replaces sensitive values by placeholders before they are written to a recording.

use super::words::{is_code, is_id, is_known, is_media_type, is_name, is_time, links};
use crate::action::context::AttemptContext;
use crate::base::api::ErrorInfo;
use crate::base::hash::sha256;
use crate::base::scrub::{Hidden, Scrubber};
use crate::base::secret::{REDACTED, Secret};
use crate::http::HttpRequest;
use crate::wire::{self, Members, Sensitivity};
use std::collections::HashMap;
use std::sync::Arc;

/// Shorter texts occur inside other texts by chance.
const SHORTEST: usize = 4;
/// How many of the latest signatures are searched for.
const SIGNATURES: usize = 16;

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// A secret.
    Secret,
    /// Personal data.
    Personal,
    /// A value that the spec does not describe, so it may be anything.
    Unknown,
    /// A URL with a path or query, which may grant access to whoever has it.
    Link,
    /// A key that the client makes anew for each call.
    RepeatKey,
}

impl Placeholder {
    const ALL: [Self; 5] = [Self::Secret, Self::Personal, Self::Unknown, Self::Link, Self::RepeatKey];

    fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Personal => "personal",
            Self::Unknown => "unknown",
            Self::Link => "link",
            Self::RepeatKey => "key",
        }
    }

    /// The placeholder for values of this sensitivity; `None` if they are recorded as they are.
    pub(super) fn of(sensitivity: Sensitivity) -> Option<Self> {
        match sensitivity {
            Sensitivity::Public => None,
            Sensitivity::Personal => Some(Self::Personal),
            Sensitivity::Secret => Some(Self::Secret),
        }
    }
}

/// Whether a text contains a placeholder.
pub(super) fn has_mark(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| {
        let inside = rest.split_once(']').map_or("", |(inside, _)| inside);
        let number = |kind: &Placeholder| inside.strip_prefix(kind.word())?.strip_prefix(' ')?.parse::<u32>().ok();
        Placeholder::ALL.iter().any(|kind| number(kind).is_some()) || inside == REDACTED.trim_matches(['[', ']'])
    })
}

/// The placeholders of a recording. Equal values have the same one.
#[derive(Default)]
pub(super) struct Marks {
    /// Numbers by the hash of the value, so that the value itself is not kept.
    known: HashMap<[u8; 32], (Placeholder, u32)>,
    /// What other texts must not contain: the secrets and personal values seen so far, and the latest signatures.
    hidden: Vec<Hidden>,
    signatures: Vec<Hidden>,
    /// Searches for all of them; built when it is first needed.
    scrubber: Option<Scrubber>,
}

impl Marks {
    fn number(&mut self, kind: Placeholder, value: &str) -> (Placeholder, u32) {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX).saturating_add(1);
        *self.known.entry(sha256([value.as_bytes()])).or_insert((kind, next))
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

    /// How sensitive a text is by what it contains.
    fn sensitivity(&mut self, text: &str) -> Sensitivity {
        let Self { hidden, signatures, scrubber, .. } = self;
        scrubber.get_or_insert_with(|| Scrubber::new(hidden.iter().chain(signatures.iter()))).sensitivity(text)
    }
}

/// The typed request, if the spec knows the action.
pub(super) fn typed(request: &HttpRequest) -> Option<&Arc<dyn Members + Send + Sync>> {
    AttemptContext::of(request)?.call.request.as_ref()
}

/// Hides the sensitive values of one request and its response.
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
        if let Some(request) = typed(request) {
            for hidden in wire::hidden(&**request) {
                marks.remember(hidden);
            }
        }
        Self { marks }
    }

    /// The placeholder for a text. An empty text stays empty.
    pub(super) fn hide(&mut self, kind: Placeholder, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if kind == Placeholder::Secret {
            self.marks.remember(Hidden::secret(text));
        }
        self.mark(kind, text)
    }

    fn mark(&mut self, kind: Placeholder, text: &str) -> String {
        let (kind, number) = self.marks.number(kind, text);
        format!("[{} {number}]", kind.word())
    }

    /// The placeholder where a number is required.
    pub(super) fn hide_number(&mut self, kind: Placeholder, text: &str) -> i64 {
        i64::from(self.marks.number(kind, text).1)
    }

    /// A public text, or its placeholder if it contains something sensitive in any encoding.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(placeholder) = Placeholder::of(self.marks.sensitivity(text)) {
            return self.mark(placeholder, text);
        }
        let mut out = text.to_owned();
        for link in links(text) {
            let mark = self.hide(Placeholder::Link, link);
            out = out.replace(link, &mark);
        }
        out
    }

    /// The name of a member, or a placeholder if it may be a value. The placeholder is a valid name in XML.
    pub(super) fn name(&mut self, name: String) -> String {
        if is_name(&name) && self.marks.sensitivity(&name).is_public() {
            return name;
        }
        self.hidden_name(&name)
    }

    /// The placeholder for a name.
    pub(super) fn hidden_name(&mut self, name: &str) -> String {
        self.hide(Placeholder::Unknown, name).replace(['[', ']'], "").replace(' ', "-")
    }

    /// The parts of a service's message that the spec knows. A placeholder replaces the rest, which may contain personal data.
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
        known.join(" ") + &self.hide(Placeholder::Unknown, text)
    }

    /// Keeps an error code that the spec knows, or that looks like a code: words without blanks.
    pub(super) fn code(&mut self, rows: &[ErrorInfo], text: &str) -> String {
        if is_known(rows, text) {
            return text.to_owned();
        }
        self.shaped(text, is_code)
    }

    /// Keeps an error code that the spec knows.
    pub(super) fn known_code(&mut self, rows: &[ErrorInfo], text: &str) -> String {
        if is_known(rows, text) { text.to_owned() } else { self.hide(Placeholder::Unknown, text) }
    }

    /// Keeps a public text that has a known shape.
    pub(super) fn shaped(&mut self, text: &str, has_shape: fn(&str) -> bool) -> String {
        if has_shape(text) { self.text(text) } else { self.hide(Placeholder::Unknown, text) }
    }

    /// A header of a response.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        match name {
            "content-type" => self.shaped(value.split(';').next().unwrap_or_default().trim(), is_media_type),
            "retry-after" | "x-acs-retry-after" => self.shaped(value, is_time),
            _ => self.shaped(value, is_id),
        }
    }

    /// The parameters of a request, by name.
    pub(super) fn parameters(&mut self, request: &HttpRequest) -> Vec<(String, String)> {
        let known: HashMap<_, _> = typed(request).map(|of| wire::sensitivities(&**of)).into_iter().flatten().collect();
        // A replay makes another one, which must fit.
        let repeat_key = AttemptContext::of(request).and_then(|context| context.call.repeat_key.as_deref());
        let hide = |(name, value): (String, String)| {
            let value = match known.get(&*name).map(|sensitivity| Placeholder::of(*sensitivity)) {
                Some(None) if repeat_key == Some(value.as_str()) => self.hide(Placeholder::RepeatKey, &value),
                Some(None) => self.text(&value),
                Some(Some(kind)) => self.hide(kind, &value),
                None => self.hide(Placeholder::Unknown, &value),
            };
            let may_be_seen = known.contains_key(&*name) || self.marks.sensitivity(&name).is_public();
            (if may_be_seen { name } else { self.name(name) }, value)
        };
        request.parameters().into_iter().map(hide).collect()
    }
}
