//! Fields to the model.

use super::rule::condition;
use crate::model::{Check, Defect, Demand, Field, Need, NeededIf, Structure, Text, Type, Undocumented};
use crate::resolve::view::{Defined, Located};
use crate::resolve::{names, paths};
use crate::spec::{self, FieldType, TimeLayout, TimeZone};
use crate::yaml::At;
use indexmap::IndexMap;

/// What the items of an API version refer to.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The kinds of ids. They tell lists of ids from lists of structures.
    pub(super) ids: &'a Defined<'a, spec::IdSpec>,
    /// The descriptions of defects: those of the API version, and those of the whole spec.
    pub(super) defects: [Option<&'a spec::DefectRegister>; 2],
}

impl Known<'_> {
    /// The defects with these numbers.
    pub(super) fn defects(self, numbers: &[u32]) -> Vec<Defect> {
        numbers.iter().filter_map(|number| self.defect(*number)).collect()
    }

    fn defect(self, number: u32) -> Option<Defect> {
        let found = self.defects.into_iter().flatten().find_map(|register| register.defects.get(&number))?;
        Some(defect(number, found))
    }
}

/// One defect.
pub(super) fn defect(id: u32, of: &spec::DefectSpec) -> Defect {
    Defect {
        id,
        place: of.place.clone(),
        printed: of.printed.clone(),
        read_as: of.read_as.clone(),
        why: of.why.clone(),
        held_by: of.held_by.clone(),
    }
}

/// Fields by wire name, in order.
/// What they are a part of says by `around` where it was seen, if no document describes it.
pub(super) fn fields(
    fields: &IndexMap<String, spec::Field>,
    at: At<'_>,
    known: Known<'_>,
    around: &[String],
) -> Vec<Field> {
    fields.iter().map(|(wire, value)| field(wire, Located { value, at: at.get(wire) }, known, around)).collect()
}

/// One field.
pub(super) fn field(wire: &str, item: Located<'_, spec::Field>, known: Known<'_>, around: &[String]) -> Field {
    let value = item.value;
    let undocumented = if value.undocumented.is_empty() { around } else { &value.undocumented };
    let doc = written(&value.doc, wire);
    let defines = value.fields.as_ref().map(|members| Structure {
        name: value.of.clone().unwrap_or_default(),
        doc: doc.clone(),
        fields: fields(members, item.at.get("fields"), known, undocumented),
        history: None,
        undocumented: Undocumented::default(),
        defects: Vec::new(),
        at: item.at.place(),
    });
    let needed_if = value.required_if.iter().map(|rule| NeededIf {
        severity: rule.severity,
        when: condition(&rule.when),
        doc: rule.doc.clone(),
    });
    let obtained_from = value
        .obtained_from
        .iter()
        .filter_map(|path| path.split_once('.'))
        .map(|(a, f)| (a.to_owned(), paths::parts(f)));
    Field {
        wire: wire.to_owned(),
        name: names::field(wire, value),
        kind: kind(value, known),
        defines,
        values: value.values.clone(),
        need: match (&value.default, value.required) {
            (_, false) => Need::Optional,
            (None, true) => Need::Required,
            (Some(default), true) => Need::Defaulted(default.clone()),
        },
        guaranteed: value.guaranteed,
        needed_if: needed_if.collect(),
        default: value.default.clone(),
        fill: value.fill,
        preset: value.preset.clone(),
        unless: value.unless.clone(),
        checks: checks(value),
        sensitivity: value.sensitive,
        doc,
        example: value.example.clone(),
        obtained_from: obtained_from.collect(),
        source: value.source.as_ref().map(|cited| cited.0.clone()),
        history: value.history.clone(),
        undocumented: Undocumented(undocumented.to_vec()),
        defects: known.defects(&value.defects),
        at: item.at.place(),
    }
}

/// A text, or what stands in for one that nobody has written yet.
pub(super) fn written(text: &Text, name: &str) -> Text {
    if text.is_empty() { Text::unwritten(name) } else { text.clone() }
}

fn kind(field: &spec::Field, known: Known<'_>) -> Type {
    let of = || field.of.clone().unwrap_or_default();
    let listed = field.enumeration.clone().map(Type::Enum);
    match field.kind {
        FieldType::String => listed.unwrap_or(Type::String),
        FieldType::I32 => listed.unwrap_or(Type::I32),
        FieldType::I64 => listed.unwrap_or(Type::I64),
        FieldType::F64 => Type::F64,
        // Nothing is unknown in a spec without findings.
        FieldType::Any | FieldType::Unknown => Type::Any,
        FieldType::Id => Type::Id(of()),
        FieldType::Boolean => Type::Boolean { digits: field.digits },
        FieldType::List => Type::List(Box::new(listed.unwrap_or_else(|| element(field, known)))),
        FieldType::CommaList => Type::CommaList(Box::new(element(field, known))),
        FieldType::JsonList => Type::JsonList(Box::new(element(field, known))),
        FieldType::Map => Type::Map(Box::new(element(field, known))),
        FieldType::JsonMap => Type::JsonMap(Box::new(element(field, known))),
        FieldType::Object => Type::Structure(of()),
        FieldType::JsonText => Type::JsonText(of()),
        FieldType::Pem => Type::Pem,
        FieldType::Csr => Type::Csr,
        FieldType::Image => Type::Image,
        FieldType::Time => Type::Time {
            layout: field.time_layout.unwrap_or(TimeLayout::Rfc3339),
            // A number counts from 1970 in UTC.
            zone: field.time_zone.unwrap_or(match field.time_layout {
                Some(layout) if layout.is_number() => TimeZone::Utc,
                _ => TimeZone::Unstated,
            }),
        },
        FieldType::Url => Type::Url,
        FieldType::SecretUrl => Type::SecretUrl,
    }
}

/// What a list or a map holds.
fn element(field: &spec::Field, known: Known<'_>) -> Type {
    match field.of.as_deref().unwrap_or_default() {
        "string" => Type::String,
        "i32" => Type::I32,
        "i64" => Type::I64,
        "f64" => Type::F64,
        "any" => Type::Any,
        of if known.ids.contains_key(of) => Type::Id(of.to_owned()),
        of => Type::Structure(of.to_owned()),
    }
}

fn checks(field: &spec::Field) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |severity, demand| checks.push(Check { severity, demand });
    if let Some(b) = &field.range {
        add(b.severity, Demand::Range { min: b.min, max: b.max });
    }
    if let Some(b) = &field.length {
        add(b.severity, Demand::Length { min: b.min, max: b.max });
    }
    if let Some(b) = &field.count {
        add(b.severity, Demand::Count { min: b.min, max: b.max });
    }
    if let Some(rule) = &field.max_bytes {
        add(rule.severity, Demand::MaxBytes(rule.max));
    }
    if let Some(rule) = &field.pattern {
        add(rule.severity, Demand::Pattern(rule.regex.clone()));
    }
    if let Some(rule) = &field.format {
        add(rule.severity, Demand::Format(rule.is));
    }
    if let Some(rule) = &field.csr_key {
        add(rule.severity, Demand::CsrKey { algorithms: rule.algorithms.clone(), rsa_min_bits: rule.rsa_min_bits });
    }
    checks
}
