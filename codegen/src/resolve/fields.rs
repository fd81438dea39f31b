//! Checks each field by itself: its keys must go together, and its values must fit its type.

use super::values::{fits, whole};
use super::view::{RawApi, Side, Visit};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Base, Bound, EnumSpec, Field, FieldType, Format, Sensitivity, Severity, TimeLayout};
use crate::yaml::{At, did_you_mean};
use std::collections::HashSet;

/// Reports structures that contain themselves without a list in between: those that a member leads back to. A list may be empty, so it may
/// hold its own kind.
fn recursion(api: &RawApi<'_>, visit: &Visit<'_>, out: &mut Vec<Finding>) {
    let inside = |field: &Field| matches!(field.kind, FieldType::Object | FieldType::JsonText);
    let Some(start) = visit.field.of.as_deref().filter(|_| inside(visit.field)) else { return };
    let mut seen = HashSet::from([start]);
    let mut next = vec![start];
    while let Some(name) = next.pop() {
        for member in api.members(name).into_iter().flat_map(|members| members.values()).filter(|m| inside(m)) {
            let Some(of) = member.of.as_deref() else { continue };
            if std::ptr::eq(member, visit.field) {
                let message = format!("`{start}` contains itself through `{}`", visit.wire);
                let help = "make the member a list, or remove it";
                out.push(visit.at.key_finding(Code::RecursiveType, message).help(help));
                return;
            }
            if seen.insert(of) {
                next.push(of);
            }
        }
    }
}

/// Checks every field of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields() {
        applicable(visit, out);
        recursion(api, visit, out);
        bounds(visit.field, visit.at, out);
        pattern(visit, out);
        enumeration(api, visit, out);
        let field = visit.field;
        for (key, value) in [("default", &field.default), ("preset", &field.preset), ("example", &field.example)] {
            if let Some(Err(misfit)) = value.as_ref().map(|value| fits(api, visit.field, value)) {
                let what = format!("the {key} of `{}`", visit.wire);
                out.push(misfit.finding(Code::ValueMismatch, &what, visit.at.get(key)));
            }
        }
    }
    for item in api.definitions.enums.values() {
        numbers(item.value, item.at, out);
    }
    for (wire, item) in &api.definitions.common_parameters {
        let Some(spec) = item.value.enumeration.as_deref().and_then(|name| api.definitions.enums.get(name)) else {
            continue;
        };
        for (key, value) in [("default", &item.value.default), ("example", &item.value.example)] {
            let text = value.as_ref().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
            if let Some(text) = text.filter(|text| !spec.value.values.contains_key(text)) {
                let message = format!("the {key} of `{wire}` does not fit: the enum has no value `{text}`");
                let finding = item.at.get(key).finding(Code::ValueMismatch, message);
                let near = did_you_mean(&text, spec.value.values.keys().map(String::as_str));
                out.push(finding.suggest(near));
            }
        }
    }
}

/// Whether a field, or its elements, can have an enum.
fn enumerable(field: &Field) -> bool {
    let scalars = field.kind == FieldType::List && matches!(field.of.as_deref(), Some("string" | "i32" | "i64"));
    scalars || matches!(field.kind, FieldType::String | FieldType::I32 | FieldType::I64)
}

/// Keys that only some types have.
fn applicable(visit: &Visit<'_>, out: &mut Vec<Finding>) {
    use FieldType as T;
    let (field, at, kind) = (visit.field, visit.at, visit.field.kind);
    // Whatever goes with it, its type has been reported.
    if kind == T::Unknown {
        return;
    }
    let texts = matches!(kind, T::String | T::Pem | T::Csr | T::Url | T::SecretUrl | T::Image);
    // The values of an enum are known, so they need no checks and cannot be secret.
    let (listed, secret) = (field.enumeration.is_some(), field.sensitive == Some(Sensitivity::Secret));
    let texts_inside = kind == T::List && field.of.as_deref() == Some("string");
    let is_list = matches!(kind, T::List | T::CommaList | T::JsonList);
    let defines = matches!(kind, T::List | T::JsonList | T::Map | T::JsonMap | T::Object | T::JsonText);
    let several = is_list || defines || kind == T::Any;
    // A number counts from 1970 in UTC.
    let counted = field.time_layout.is_some_and(TimeLayout::is_number);
    // Only texts have shapes.
    let comma_texts = kind == T::CommaList && field.of.as_deref() == Some("string");
    let rules: &[(&str, bool, bool, &str)] = &[
        ("fields", field.fields.is_some(), defines, "lists, maps and structures"),
        ("values", !field.values.is_empty(), field.enumeration.is_some(), "fields with an enum"),
        ("digits", field.digits, kind == T::Boolean, "booleans"),
        ("range", field.range.is_some(), !listed && matches!(kind, T::I32 | T::I64), "numbers without an enum"),
        ("length", field.length.is_some(), !listed && texts, "texts without an enum"),
        ("count", field.count.is_some(), is_list, "lists"),
        ("max_bytes", field.max_bytes.is_some(), kind == T::Image, "images"),
        ("pattern", field.pattern.is_some(), !listed && (texts || comma_texts), "texts without an enum"),
        (
            "format",
            field.format.is_some(),
            !listed && (texts_inside || comma_texts || matches!(kind, T::String | T::Csr)),
            "texts without an enum, and lists of them",
        ),
        ("csr_key", field.csr_key.is_some(), kind == T::Csr, "certificate signing requests"),
        ("time_zone", field.time_zone.is_some(), kind == T::Time && !counted, "times that are printed"),
        ("default", field.default.is_some(), !several && !secret, "single values that are not secret"),
        ("preset", field.preset.is_some(), !several && !secret, "single values that are not secret"),
    ];
    for (key, given, allowed, on) in rules {
        if *given && !*allowed {
            out.push(
                at.get(key).key_finding(
                    Code::Inapplicable,
                    format!("`{key}` is for {on}; `{}` is something else", visit.wire),
                ),
            );
        }
    }
    if kind == T::Time && !counted && field.time_zone.is_none() {
        let message = format!("`{}` needs `time_zone`", visit.wire);
        let finding = at.get("type").finding(Code::MissingKey, message);
        out.push(finding.help("add `time_zone: ...` beside `type`"));
    }
    if listed && !enumerable(field) {
        let message = format!("an enum stands alone or in a list, `[X]`; `{}` is something else", visit.wire);
        out.push(at.get("type").finding(Code::Inapplicable, message));
    }
    let csr = field.format.as_ref().map(|rule| rule.is == Format::Csr);
    if csr.is_some_and(|csr| csr != (kind == T::Csr)) {
        let message = format!(
            "`is: csr` and `type: csr` go together and with nothing else; `{}` has only one of them",
            visit.wire
        );
        out.push(at.get("format").get("is").finding(Code::Inapplicable, message));
    }
    if kind == T::Csr && field.csr_key.as_ref().is_some_and(|rule| rule.severity == Severity::Error) {
        let message =
            format!("the SDK does not parse the CSR `{}`, so a limit on its key can only be advice", visit.wire);
        out.push(
            at.get("csr_key")
                .get("severity")
                .finding(Code::Inapplicable, message)
                .help("write `severity: advice`; `format: {is: csr, severity: error}` checks that it is PEM"),
        );
    }
    secrets(visit, !listed && texts, !listed && texts_inside, out);
}

/// Only texts can be secrets, alone or, because setters take single ones only, in the lists of responses.
fn secrets(visit: &Visit<'_>, is_text: bool, is_texts: bool, out: &mut Vec<Finding>) {
    let (field, at) = (visit.field, visit.at);
    let secret = field.sensitive == Some(Sensitivity::Secret);
    if field.kind == FieldType::SecretUrl && !secret {
        let message = format!("`{}` is a secret-url, so it must be marked `sensitive: secret`", visit.wire);
        out.push(at.get("type").finding(Code::SecretExposed, message));
    }
    if secret && !is_text && !(is_texts && visit.side == Side::Response) {
        let message = format!(
            "`{}` is marked as a secret; only texts without an enum can be secrets, and in responses lists of them",
            visit.wire
        );
        out.push(at.get("sensitive").finding(Code::Inapplicable, message));
    }
}

fn bounds(field: &Field, at: At<'_>, out: &mut Vec<Finding>) {
    for (key, bound) in [("range", &field.range), ("length", &field.length), ("count", &field.count)] {
        let Some(bound) = bound else { continue };
        let at = at.get(key);
        match bound {
            Bound { min: None, max: None, .. } => {
                out.push(at.key_finding(Code::InvalidBound, format!("`{key}` needs `min`, `max` or both")));
            }
            Bound { min: Some(min), max: Some(max), .. } if min > max => {
                out.push(at.key_finding(Code::InvalidBound, format!("`min` ({min}) is above `max` ({max})")));
            }
            Bound { min, max, .. } => {
                if key != "range" && (min.is_some_and(|n| n < 0) || max.is_some_and(|n| n < 0)) {
                    out.push(at.key_finding(Code::InvalidBound, format!("a {key} cannot be negative")));
                }
            }
        }
    }
    if field.max_bytes.as_ref().is_some_and(|rule| rule.max == 0) {
        out.push(at.get("max_bytes").key_finding(Code::InvalidBound, "`max_bytes` must be at least 1"));
    }
    if field.csr_key.as_ref().is_some_and(|rule| rule.algorithms.is_empty()) {
        out.push(
            at.get("csr_key").key_finding(Code::InvalidBound, "`algorithms` is empty, so no key would be allowed"),
        );
    }
}

fn pattern(visit: &Visit<'_>, out: &mut Vec<Finding>) {
    let Some(rule) = &visit.field.pattern else { return };
    if let Err(error) = whole(&rule.regex) {
        let message = format!("the regular expression does not compile: {error}");
        out.push(visit.at.get("pattern").get("regex").finding(Code::InvalidPattern, message));
    }
}

/// Checks that the values of an enum of numbers are numbers.
fn numbers(of: &EnumSpec, at: At<'_>, out: &mut Vec<Finding>) {
    let [bits, base] = match of.base {
        Base::String => return,
        Base::I32 => ["32", "i32"],
        Base::I64 => ["64", "i64"],
    };
    let fits =
        |text: &str| if of.base == Base::I32 { text.parse::<i32>().is_ok() } else { text.parse::<i64>().is_ok() };
    for (wire, value) in &of.values {
        let spellings = std::iter::once(wire).chain(&value.aliases);
        for text in spellings.filter(|text| !fits(text)) {
            let message = format!("`{text}` is not a whole number of {bits} bits, but the enum has `base: {base}`");
            out.push(at.get("values").get(wire).key_finding(Code::ValueMismatch, message));
        }
    }
}

fn enumeration(api: &RawApi<'_>, visit: &Visit<'_>, out: &mut Vec<Finding>) {
    let field = visit.field;
    let Some((name, spec)) =
        field.enumeration.as_deref().and_then(|name| Some((name, api.definitions.enums.get(name)?.value)))
    else {
        return;
    };
    for (index, value) in field.values.iter().enumerate() {
        if !spec.values.contains_key(value) {
            let known: Vec<&str> = spec.values.keys().map(String::as_str).collect();
            out.push(super::references::dangling(
                value,
                &known,
                visit.at.get("values").index(index),
                &format!("value of `{name}` named"),
            ));
        }
    }
}
