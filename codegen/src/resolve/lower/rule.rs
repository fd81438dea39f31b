//! Rules and conditions to the model.

use crate::model::{Condition, Rule, RuleDemand, TableBound};
use crate::resolve::paths;
use crate::spec;
use crate::yaml::At;
use indexmap::IndexMap;

/// The rules of an action, in order.
pub(super) fn rules(rules: &IndexMap<String, spec::Rule>, at: At<'_>) -> Vec<Rule> {
    rules
        .iter()
        .map(|(name, rule)| Rule {
            name: name.clone(),
            severity: rule.severity,
            when: rule.when.as_ref().map(condition),
            demand: demand(rule),
            doc: rule.doc.clone(),
            at: at.get(name).place(),
        })
        .collect()
}

fn demand(rule: &spec::Rule) -> RuleDemand {
    if !rule.require.is_empty() {
        RuleDemand::Require(split(&rule.require))
    } else if !rule.require_one_of.is_empty() {
        RuleDemand::RequireOneOf(split(&rule.require_one_of))
    } else if !rule.forbid.is_empty() {
        RuleDemand::Forbid(split(&rule.forbid))
    } else if let Some(shape) = &rule.shape {
        RuleDemand::Shape { path: paths::parts(&shape.parameter), format: shape.is }
    } else if let Some(table) = &rule.table {
        let bound = |(parameter, columns): (&String, &Vec<String>)| {
            let mut columns = columns.iter().cloned();
            TableBound {
                parameter: parameter.clone(),
                min: columns.next().unwrap_or_default(),
                max: columns.next().unwrap_or_default(),
            }
        };
        RuleDemand::Table {
            table: table.name.clone(),
            key: table.key.clone(),
            within: table.within.iter().map(bound).collect(),
        }
    } else {
        RuleDemand::Refuse
    }
}

fn split(paths: &[String]) -> Vec<Vec<String>> {
    paths.iter().map(|path| paths::parts(path)).collect()
}

/// A condition in normal form.
pub(super) fn condition(raw: &spec::Condition) -> Condition {
    let path = raw.parameter.as_deref().map(paths::parts).unwrap_or_default();
    if let Some(value) = &raw.equals {
        Condition::OneOf { path, values: vec![value.clone()] }
    } else if let Some(values) = &raw.one_of {
        Condition::OneOf { path, values: values.clone() }
    } else if let Some(format) = raw.is {
        Condition::Is { path, format }
    } else if let Some(present) = raw.present {
        if present { Condition::Present(path) } else { Condition::Absent(path) }
    } else if let Some(inner) = &raw.not {
        Condition::Not(Box::new(condition(inner)))
    } else if let Some(list) = &raw.any {
        Condition::Any(list.iter().map(condition).collect())
    } else {
        Condition::All(raw.all.iter().flatten().map(condition).collect())
    }
}
