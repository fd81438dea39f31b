//! For programs.

use super::verdict;
use crate::diff::{DiffFinding, Report};
use crate::model::Place;
use serde_json::{Value, json};

/// The version of the form.
const VERSION: u32 = 1;

/// The whole report as JSON, in the form that [`schema`] describes.
#[must_use]
pub fn json(report: &Report) -> String {
    let release = |release: Option<crate::diff::Release>| release.map(|release| release.to_string());
    let waived = report.waived.iter().map(|waived| {
        let mut value = finding(&waived.finding);
        if let Value::Object(map) = &mut value {
            map.insert("waiver".to_owned(), json!({"reason": waived.waiver.reason, "until": waived.waiver.until}));
        }
        value
    });
    let value = json!({
        "schema_version": VERSION,
        "base": report.base,
        "head": report.head,
        "axis": report.axis,
        "verdict": verdict(report),
        "required_bump": report.bump(),
        "base_version": release(report.base_release),
        "declared_version": release(report.head_release),
        "required_version": release(report.needed()),
        "sufficient": report.is_sufficient(),
        "counts": report.counts(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "waived": waived.collect::<Vec<_>>(),
        "waiver_troubles": report.troubles,
    });
    format!("{value:#}\n")
}

fn finding(of: &DiffFinding) -> Value {
    let place = |place: &Option<Place>| {
        place.as_ref().map(|place| json!({"file": place.file, "line": place.line, "column": place.column}))
    };
    json!({
        "rule": of.rule.id,
        "title": of.rule.title,
        "why": of.rule.why,
        "wire": of.wire,
        "source": of.source,
        "bump": of.bump,
        "subject": of.subject,
        "before": of.before,
        "after": of.after,
        "rust": of.rust,
        "base": place(&of.base),
        "head": place(&of.head),
        "affected": of.affected,
        "also_in": of.also,
        "inside": of.inside,
        "hint": of.hint,
        "fingerprint": of.fingerprint,
    })
}

/// The JSON Schema of the report.
#[must_use]
pub fn schema() -> String {
    let text = json!({"type": "string"});
    let maybe = json!({"type": ["string", "null"]});
    let level = json!({"enum": ["none", "compatible", "dangerous", "breaking"]});
    let bump = json!({"enum": ["none", "patch", "minor", "major"]});
    let count = json!({"type": "integer", "minimum": 0});
    let object = |properties: Value, optional: &[&str]| {
        let names = properties.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let required: Vec<String> = names.into_iter().filter(|name| !optional.contains(&name.as_str())).collect();
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    };
    let or_none = |schema: &Value| json!({"anyOf": [schema, {"type": "null"}]});
    let list = |schema: &Value| json!({"type": "array", "items": schema});
    let place = or_none(&object(json!({"file": text, "line": count, "column": count}), &[]));
    let rust = or_none(&object(json!({"item": text, "before": maybe, "after": maybe}), &[]));
    let finding = object(
        json!({
            "rule": text, "title": text, "why": text, "wire": level, "source": level, "bump": bump,
            "subject": object(json!({"api": text, "action": maybe, "path": text}), &[]),
            "before": maybe, "after": maybe, "rust": rust, "base": place, "head": place,
            "affected": list(&text), "also_in": list(&text), "inside": count, "hint": maybe,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            "waiver": object(json!({"reason": text, "until": text}), &[]),
        }),
        &["waiver"],
    );
    let counts = json!({"breaking": count, "dangerous": count, "compatible": count, "docs": count, "waived": count});
    let mut report = object(
        json!({
            "schema_version": {"const": VERSION}, "base": text, "head": text,
            "axis": {"enum": ["wire", "source", "both"]}, "verdict": text, "required_bump": bump,
            "base_version": maybe, "declared_version": maybe, "required_version": maybe,
            "sufficient": {"type": ["boolean", "null"]}, "counts": object(counts, &[]),
            "findings": list(&json!({"$ref": "#/$defs/finding"})), "waived": list(&json!({"$ref": "#/$defs/finding"})),
            "waiver_troubles": list(&object(json!({"number": count, "message": text}), &[])),
        }),
        &[],
    );
    if let Value::Object(map) = &mut report {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!("What changes for users between two descriptions"));
        map.insert("$defs".to_owned(), json!({"finding": finding}));
    }
    format!("{report:#}\n")
}
