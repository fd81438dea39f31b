//! The one walk over a request: every parameter that it is sent as, with its name, its sensitivity and its value.
//!
//! Encoding, dry runs and interceptors, scrubbing and recordings all get parameters from here, so what may be shown is decided once.

use super::path::Path;
use super::show::{List, Members, Shown, Value, items};
use super::to_json::{joined, json_text, redacted_json};
use super::{Sensitivity, Style};
use crate::base::scrub::Hidden;
use crate::base::secret::{REDACTED, Secret};
use std::borrow::Cow;

/// A parameter as name and text, not yet percent-encoded.
pub(crate) type Pair = (Cow<'static, str>, String);

/// The parameters of a request, flattened: lists as `Name.1`, their members as `Name.1.Member`. Absent values are left out, empty texts
/// are sent.
pub(crate) fn parameters(of: &dyn Members) -> Vec<Pair> {
    let mut out = Vec::new();
    walk(of, &mut |parameter| out.push((parameter.path.text(), parameter.text())));
    out
}

/// The same parameters for showing: secrets and personal data are redacted.
pub(crate) fn shown_parameters(of: &dyn Members) -> Vec<Pair> {
    let mut out = Vec::new();
    walk(of, &mut |parameter| out.push((parameter.path.text(), parameter.shown_text())));
    out
}

/// The secrets and personal data in a request, which no message about it may contain.
pub(crate) fn hidden(of: &dyn Members) -> Vec<Hidden> {
    let mut out = Vec::new();
    walk(of, &mut |parameter| parameter.hide(&mut out));
    out
}

/// The parameters of a request by name, each with the sensitivity of the most sensitive value in it.
#[cfg(feature = "testing")]
pub(crate) fn sensitivities(of: &dyn Members) -> Vec<(Cow<'static, str>, Sensitivity)> {
    let mut out = Vec::new();
    walk(of, &mut |parameter| out.push((parameter.path.text(), parameter.highest())));
    out
}

/// A parameter of a request.
struct Parameter<'v, 'p> {
    path: &'p Path<'p>,
    /// That of its field, or of a stricter field around it.
    sensitivity: Sensitivity,
    content: ParameterValue<'v>,
}

/// What the text of a parameter is made from.
enum ParameterValue<'v> {
    Text(&'v str),
    Secret(&'v Secret),
    Integer(i64),
    Float(f64),
    /// A boolean, as the service spells it.
    Boolean(&'static str),
    /// A list in one text, separated by commas.
    Commas(&'v dyn List),
    /// A structure, list or map as JSON in one text.
    Json(Shown<'v>),
}

/// Calls `each` with every parameter that a request is sent as, in order.
fn walk<'v>(of: &'v dyn Members, each: &mut dyn FnMut(Parameter<'v, '_>)) {
    structure(of, &Path::Top, Sensitivity::Public, each);
}

fn structure<'v>(of: &'v dyn Members, at: &Path<'_>, outer: Sensitivity, each: &mut dyn FnMut(Parameter<'v, '_>)) {
    of.each(&mut |field, inner| {
        value(inner, field.style, &Path::Field(at, field.wire), outer.max(field.sensitivity), each);
    });
}

fn value<'v>(
    of: &'v dyn Value,
    style: Style,
    path: &Path<'_>,
    sensitivity: Sensitivity,
    each: &mut dyn FnMut(Parameter<'v, '_>),
) {
    let (sensitivity, content) = match (style, of.show()) {
        (_, Shown::Absent) => return,
        (Style::Commas | Style::Joined, Shown::List(list)) => (sensitivity, ParameterValue::Commas(list)),
        (Style::JsonText, shown @ (Shown::Structure(_) | Shown::List(_) | Shown::Map(_))) => {
            (sensitivity, ParameterValue::Json(shown))
        }
        (_, Shown::List(list)) => {
            for (number, item) in (1..).zip(items(list)) {
                value(item, style, &Path::Item(path, number), sensitivity, each);
            }
            return;
        }
        (_, Shown::Structure(inner)) => return structure(inner, path, sensitivity, each),
        (_, Shown::Text(text)) => (sensitivity, ParameterValue::Text(text)),
        (_, Shown::Secret(secret)) => (Sensitivity::Secret, ParameterValue::Secret(secret)),
        (_, Shown::Integer(number)) => (sensitivity, ParameterValue::Integer(number)),
        (_, Shown::Float(number)) => (sensitivity, ParameterValue::Float(number)),
        // No request has them elsewhere than in JSON: the generator refuses such a spec.
        (_, shown @ (Shown::Map(_) | Shown::Any(_))) => (sensitivity, ParameterValue::Json(shown)),
        (Style::Digits, Shown::Boolean(truth)) => (sensitivity, ParameterValue::Boolean(if truth { "1" } else { "0" })),
        (_, Shown::Boolean(truth)) => (sensitivity, ParameterValue::Boolean(if truth { "true" } else { "false" })),
    };
    each(Parameter { path, sensitivity, content });
}

impl<'v> Parameter<'v, '_> {
    /// The text to send.
    fn text(&self) -> String {
        match &self.content {
            ParameterValue::Text(text) => (*text).to_owned(),
            ParameterValue::Secret(secret) => secret.expose().to_owned(),
            ParameterValue::Integer(number) => number.to_string(),
            ParameterValue::Float(number) => number.to_string(),
            ParameterValue::Boolean(word) => (*word).to_owned(),
            ParameterValue::Commas(list) => joined(*list),
            ParameterValue::Json(inner) => json_text(inner),
        }
    }

    /// The text to show. JSON keeps its public members.
    fn shown_text(&self) -> String {
        match &self.content {
            _ if !self.sensitivity.is_public() => REDACTED.to_owned(),
            ParameterValue::Json(inner) => redacted_json(inner),
            _ => self.text(),
        }
    }

    /// Adds what must not be shown of it. Booleans are left out: their words occur in any message.
    fn hide(&self, out: &mut Vec<Hidden>) {
        match &self.content {
            ParameterValue::Text(text) => out.extend(Hidden::of(self.sensitivity, *text)),
            ParameterValue::Secret(secret) => out.push(Hidden::secret((*secret).clone())),
            ParameterValue::Integer(number) if !self.sensitivity.is_public() => {
                out.extend(Hidden::of(self.sensitivity, number.to_string()));
            }
            ParameterValue::Float(number) if !self.sensitivity.is_public() => {
                out.extend(Hidden::of(self.sensitivity, number.to_string()));
            }
            ParameterValue::Integer(_) | ParameterValue::Float(_) | ParameterValue::Boolean(_) => {}
            ParameterValue::Commas(_) | ParameterValue::Json(_) => self.parts(&mut |part| part.hide(out)),
        }
    }

    /// The sensitivity of the most sensitive value in it.
    #[cfg(feature = "testing")]
    fn highest(&self) -> Sensitivity {
        let mut highest = self.sensitivity;
        self.parts(&mut |part| highest = highest.max(part.highest()));
        highest
    }

    /// Calls `each` with the values that one text is made from, as if each were a parameter of its own.
    fn parts(&self, each: &mut dyn FnMut(Parameter<'v, '_>)) {
        let mut part = |item: &'v dyn Value| value(item, Style::Plain, self.path, self.sensitivity, each);
        match &self.content {
            ParameterValue::Commas(list) | ParameterValue::Json(Shown::List(list)) => items(*list).for_each(part),
            ParameterValue::Json(Shown::Map(map)) => map.each_entry(&mut |_, item| part(item)),
            ParameterValue::Json(Shown::Structure(inner)) => structure(*inner, self.path, self.sensitivity, each),
            ParameterValue::Json(_)
            | ParameterValue::Text(_)
            | ParameterValue::Secret(_)
            | ParameterValue::Integer(_)
            | ParameterValue::Float(_)
            | ParameterValue::Boolean(_) => {}
        }
    }
}
