//! Rules over several parameters, effects that depend on the request, and what is required under a condition.

use super::conditions;
use super::paths;
use super::references::{dangling, named};
use super::values::is_number;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Field, FieldType, Rule, TableCheck};
use crate::yaml::At;

/// Checks the rules of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        for (i, when) in action.value.effect_when.iter().enumerate() {
            let at = action.at.get("effect_when").index(i);
            conditions::check(api, *action, &when.when, at.get("when"), out);
            if when.effect == action.value.effect {
                let message = "the effect under this condition is the same as the action's own effect";
                out.push(at.get("effect").finding(Code::InvalidRule, message));
            }
        }
        for (wire, field) in &action.value.parameters {
            let at = action.at.get("parameters").get(wire);
            for (i, rule) in field.required_if.iter().enumerate() {
                conditions::check(api, *action, &rule.when, at.get("required_if").index(i).get("when"), out);
            }
            if field.required && !field.required_if.is_empty() {
                let message = format!("`{wire}` is required, so `required_if` adds nothing");
                out.push(at.get("required_if").key_finding(Code::InvalidRule, message));
            }
            for (i, path) in field.obtained_from.iter().enumerate() {
                obtained(api, path, at.get("obtained_from").index(i), out);
            }
        }
        for (name, rule) in &action.value.rules {
            check_rule(api, *action, rule, action.at.get("rules").get(name), out);
        }
    }
}

/// `Action.Field`: the response field of an action that gives a parameter its value.
fn obtained(api: &RawApi<'_>, path: &str, at: At<'_>, out: &mut Vec<Finding>) {
    let Some((name, field)) = path.split_once('.') else {
        let message = format!("`{path}` is not a response field of an action");
        out.push(at.finding(Code::DanglingReference, message).help("write `Action.Field`"));
        return;
    };
    if let Some(action) = api.expect_action(name, at, out) {
        paths::response_or_item(api, action, field, at, out);
    }
}

fn check_rule<'a>(api: &RawApi<'a>, action: Located<'a, Action>, rule: &Rule, at: At<'_>, out: &mut Vec<Finding>) {
    let demands = [
        ("require", !rule.require.is_empty()),
        ("require_one_of", !rule.require_one_of.is_empty()),
        ("forbid", !rule.forbid.is_empty()),
        ("refuse", rule.refuse),
        ("shape", rule.shape.is_some()),
        ("table", rule.table.is_some()),
    ];
    let given: Vec<&str> = demands.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
    if given.len() != 1 {
        let what = if given.is_empty() { "none".to_owned() } else { format!("{}: {}", given.len(), given.join(", ")) };
        let message = format!("a rule has exactly one demand; this one has {what}");
        out.push(at.key_finding(Code::InvalidRule, message).help("write a rule for each demand"));
    }
    if rule.refuse && rule.when.is_none() {
        out.push(at.get("refuse").key_finding(Code::InvalidRule, "`refuse` without `when` would refuse every request"));
    }
    if let Some(when) = &rule.when {
        conditions::check(api, action, when, at.get("when"), out);
    }
    for (key, paths) in [("require", &rule.require), ("require_one_of", &rule.require_one_of), ("forbid", &rule.forbid)]
    {
        check_named(api, action, key, paths, at.get(key), out);
    }
    if let Some(shape) = &rule.shape {
        let at = at.get("shape").get("parameter");
        if let Some(field) = paths::parameter(api, action, &shape.parameter, at, out)
            && !conditions::has_shape(field)
        {
            out.push(at.finding(
                Code::Incomparable,
                format!("`{}` is not a text, so it cannot have this format", shape.parameter),
            ));
        }
    }
    if let Some(table) = &rule.table {
        check_table(api, action, table, at.get("table"), out);
    }
}

/// Parameters that a rule asks for or forbids.
fn check_named<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    key: &str,
    paths: &[String],
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    for (i, path) in paths.iter().enumerate() {
        let at = at.index(i);
        if paths.iter().take(i).any(|other| other == path) {
            out.push(at.finding(Code::InvalidRule, format!("`{path}` is listed twice")));
        }
        let required = paths::parameter(api, action, path, at, out).is_some_and(|f| f.required) && !path.contains('.');
        if required {
            let message = match key {
                "forbid" => format!("`{path}` is required, so this rule refuses every request it applies to"),
                _ => format!("`{path}` is required anyway, so this rule adds nothing"),
            };
            out.push(at.finding(Code::InvalidRule, message));
        }
    }
}

fn check_table<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    check: &TableCheck,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    named(&api.definitions.tables, &check.name, at.get("name"), "table", out);
    let key = paths::parameter(api, action, &check.key, at.get("key"), out);
    let Some(table) = api.definitions.tables.get(check.name.as_str()) else {
        return;
    };
    // The pass over references reports a type that does not exist.
    if key.is_some_and(|key| key.kind == FieldType::List) {
        let message = format!("`{}` holds several values, and a single one must choose the row", check.key);
        out.push(at.get("key").finding(Code::Incomparable, message));
    }
    let exists = |key: &&Field| key.kind != FieldType::Unknown;
    if let Some(key) = key.filter(exists).filter(|key| key.enumeration.as_ref() != Some(&table.value.key)) {
        let has = key.enumeration.as_deref().map_or("no enum".to_owned(), |name| format!("the enum `{name}`"));
        let message =
            format!("the rows of `{}` are values of `{}`, and `{}` has {has}", check.name, table.value.key, check.key);
        out.push(at.get("key").finding(Code::Incomparable, message));
    }
    for (parameter, columns) in &check.within {
        let at = at.get("within").get(parameter);
        if let Some(field) = paths::parameter(api, action, parameter, at, out)
            && !is_number(field)
        {
            out.push(at.key_finding(Code::Incomparable, format!("`{parameter}` is not a number")));
        }
        if columns.len() != 2 {
            let message = format!("`{parameter}` needs two columns, for its smallest and its largest value");
            out.push(at.key_finding(Code::InvalidRule, message).help("write `[min_column, max_column]`"));
        }
        for (i, column) in columns.iter().enumerate() {
            let known: Vec<&str> = table.value.columns.keys().map(String::as_str).collect();
            match table.value.columns.get(column) {
                None => out.push(dangling(column, &known, at.index(i), &format!("column of `{}` named", check.name))),
                Some(about) if about.of != "i32" => {
                    let message = format!("the column `{column}` holds `{}`, so it cannot limit a number", about.of);
                    out.push(at.index(i).finding(Code::Incomparable, message));
                }
                Some(_) => {}
            }
        }
    }
}
