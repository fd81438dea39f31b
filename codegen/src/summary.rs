//! Counts the content of a spec: the numbers that `check` prints.

use crate::model::{Action, Api, Defect, Effect, Field, Model, Place, Undocumented};
use std::collections::BTreeSet;
use std::fmt;

/// Counts of one API version, or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// API versions.
    pub apis: usize,
    /// Actions.
    pub actions: Count,
    /// Actions whose effect nobody has judged.
    pub unknown_effects: usize,
    /// Texts that nobody has written yet.
    pub unwritten_texts: usize,
    /// Request parameters of the actions, without `Action` and the other common ones.
    pub parameters: Count,
    /// Parameters and headers that every request carries.
    pub common_parameters: Count,
    /// Response fields of the actions: the common ones once for every action, list containers, and the members that they
    /// define in place.
    pub fields: Count,
    /// Structures that actions share.
    pub types: Count,
    /// Members of those structures.
    pub members: Count,
    /// Enums.
    pub enums: Count,
    /// Values of the enums, each once.
    pub values: Count,
    /// Rows of the error tables.
    pub errors: Count,
    /// Rules: over several parameters, conditional needs, and checks of single values.
    pub rules: usize,
    /// Rows of tables.
    pub table_rows: usize,
    /// Examples.
    pub examples: usize,
    /// Defects of the documents.
    pub defects: usize,
}

/// How many items a document describes, and how many only other sources show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Items that a document describes.
    pub documented: usize,
    /// Items that only other sources show.
    pub undocumented: usize,
}

impl Count {
    fn add(&mut self, undocumented: &Undocumented) {
        if undocumented.is_documented() {
            self.documented += 1;
        } else {
            self.undocumented += 1;
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.undocumented {
            0 => write!(f, "{}", self.documented),
            n => write!(f, "{} + {n} undocumented", self.documented),
        }
    }
}

/// Counts everything in a spec. Definitions of a shared file count once, however many API versions use it.
#[must_use]
pub fn summarize(model: &Model) -> Summary {
    let mut total = Summary::default();
    let mut seen = BTreeSet::new();
    for api in &model.apis {
        count_api(api, &mut total, &mut seen);
    }
    total.defects = defects(model).len();
    total
}

/// Counts everything in one API version.
#[must_use]
pub fn summarize_api(api: &Api) -> Summary {
    let mut summary = Summary::default();
    count_api(api, &mut summary, &mut BTreeSet::new());
    summary
}

/// The places of definitions that were counted.
type Counted = BTreeSet<(String, usize, usize)>;

fn is_new(seen: &mut Counted, at: &Place) -> bool {
    seen.insert((at.file.clone(), at.line, at.column))
}

fn count_api(api: &Api, sum: &mut Summary, seen: &mut Counted) {
    sum.apis += 1;
    for action in &api.actions {
        sum.actions.add(&action.undocumented);
        sum.unknown_effects += usize::from(has_unknown_effect(action));
        sum.unwritten_texts += unwritten(action);
        action.parameters.iter().for_each(|p| sum.parameters.add(&p.undocumented));
        count_fields(&api.common_response, &mut sum.fields);
        count_fields(&action.response, &mut sum.fields);
        sum.rules += action.rules.len() + rules_of(&action.parameters) + rules_of(&action.response);
        sum.examples += action.examples.len();
    }
    for parameter in api.common_parameters.iter().filter(|p| is_new(seen, &p.at)) {
        sum.common_parameters.add(&parameter.undocumented);
    }
    for structure in api.types.iter().filter(|t| is_new(seen, &t.at)) {
        sum.types.add(&structure.undocumented);
        structure.fields.iter().for_each(|f| sum.members.add(&f.undocumented));
        sum.unwritten_texts += usize::from(structure.doc.is_unwritten()) + unwritten_fields(&structure.fields);
        sum.rules += rules_of(&structure.fields);
    }
    for e in api.enums.iter().filter(|e| is_new(seen, &e.at)) {
        sum.enums.add(&e.undocumented);
        let texts = e.values.iter().map(|value| &value.doc).chain([&e.doc]);
        sum.unwritten_texts += texts.filter(|text| text.is_unwritten()).count();
        for value in &e.values {
            let whole = !e.undocumented.is_documented();
            sum.values.add(if whole { &e.undocumented } else { &value.undocumented });
        }
    }
    for row in api.errors.iter().filter(|row| is_new(seen, &row.at)) {
        sum.errors.add(&row.undocumented);
    }
    sum.table_rows += api.tables.iter().map(|t| t.rows.len()).sum::<usize>();
    sum.defects += api_defects(api).len();
}

fn count_fields(fields: &[Field], count: &mut Count) {
    for field in fields {
        count.add(&field.undocumented);
        if let Some(structure) = &field.defines {
            count_fields(&structure.fields, count);
        }
    }
}

/// Whether the effect of an action is unknown, always or under a condition.
#[must_use]
pub fn has_unknown_effect(action: &Action) -> bool {
    action.effect == Effect::Unknown || action.effect_when.iter().any(|(_, effect)| *effect == Effect::Unknown)
}

/// Counts the texts of an action that nobody has written yet: title and text of its own, and those of parameters and fields.
#[must_use]
pub fn unwritten(action: &Action) -> usize {
    let own = [&action.title, &action.doc].into_iter().filter(|text| text.is_unwritten()).count();
    own + unwritten_fields(&action.parameters) + unwritten_fields(&action.response)
}

fn unwritten_fields(fields: &[Field]) -> usize {
    let inside = |field: &Field| field.defines.as_ref().map_or(0, |structure| unwritten_fields(&structure.fields));
    fields.iter().map(|field| usize::from(field.doc.is_unwritten()) + inside(field)).sum()
}

/// Rules about single values, also of members that a field defines in place.
fn rules_of(fields: &[Field]) -> usize {
    let inside = |field: &Field| field.defines.as_ref().map_or(0, |structure| rules_of(&structure.fields));
    fields.iter().map(|field| field.checks.len() + field.needed_if.len() + inside(field)).sum()
}

/// Every defect of the spec once, by number.
#[must_use]
pub fn defects(model: &Model) -> Vec<(&Defect, String)> {
    let mut all: Vec<(&Defect, String)> = model.register.iter().map(|d| (d, String::new())).collect();
    for api in &model.apis {
        all.extend(api_defects(api));
    }
    all.sort_by_key(|(defect, _)| defect.id);
    all.dedup_by_key(|(defect, _)| defect.id);
    all
}

/// Every defect of an API version with the item that it stands beside.
fn api_defects(api: &Api) -> Vec<(&Defect, String)> {
    let mut all: Vec<(&Defect, String)> = Vec::new();
    let id = &api.id;
    push(&mut all, &api.defects, || id.clone());
    push(&mut all, &api.endpoints.defects, || format!("{id}: endpoints"));
    for p in &api.common_parameters {
        push(&mut all, &p.defects, || format!("{id}: common parameter {}", p.wire));
    }
    push_fields(&mut all, &api.common_response, &format!("{id}: common response"));
    for e in &api.enums {
        push(&mut all, &e.defects, || format!("{id}: {}", e.name));
        for v in &e.values {
            push(&mut all, &v.defects, || format!("{id}: {}.{}", e.name, v.wire));
        }
    }
    for t in &api.types {
        push(&mut all, &t.defects, || format!("{id}: {}", t.name));
        push_fields(&mut all, &t.fields, &format!("{id}: {}", t.name));
    }
    for t in &api.tables {
        push(&mut all, &t.defects, || format!("{id}: table {}", t.name));
    }
    for e in &api.errors {
        push(&mut all, &e.defects, || format!("{id}: error {}", e.name));
    }
    for a in &api.actions {
        push(&mut all, &a.defects, || format!("{id}: {}", a.name));
        push_fields(&mut all, &a.parameters, &format!("{id}: {} request", a.name));
        push_fields(&mut all, &a.response, &format!("{id}: {} response", a.name));
    }
    all
}

fn push<'a>(all: &mut Vec<(&'a Defect, String)>, defects: &'a [Defect], place: impl Fn() -> String) {
    all.extend(defects.iter().map(|d| (d, place())));
}

fn push_fields<'a>(all: &mut Vec<(&'a Defect, String)>, fields: &'a [Field], owner: &str) {
    for field in fields {
        push(all, &field.defects, || format!("{owner}.{}", field.wire));
        if let Some(structure) = &field.defines {
            push_fields(all, &structure.fields, &format!("{owner}.{}", field.wire));
        }
    }
}

impl Summary {
    /// Names and counts, in the order of the report.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("APIs", self.apis.to_string()),
            ("actions", self.actions.to_string()),
            ("parameters", self.parameters.to_string()),
            ("common parameters", self.common_parameters.to_string()),
            ("response fields", self.fields.to_string()),
            ("types", self.types.to_string()),
            ("members of types", self.members.to_string()),
            ("enums", self.enums.to_string()),
            ("enum values", self.values.to_string()),
            ("errors", self.errors.to_string()),
            ("rules", self.rules.to_string()),
            ("table rows", self.table_rows.to_string()),
            ("examples", self.examples.to_string()),
            ("defects", self.defects.to_string()),
            ("unknown effects", self.unknown_effects.to_string()),
            ("texts not written", self.unwritten_texts.to_string()),
        ]
    }
}
