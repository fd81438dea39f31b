//! Rules over several parameters in the docs: all of them on the builder, and a line on each setter that one concerns.

use super::facts::severity;
use super::prose::prose;
use super::words::{code, condition, paths, shape};
use crate::model::{Action, Condition, Field, Need, Rule, RuleDemand, Text};
use std::fmt::Write;

/// The section of the builder; empty if the action has no rules.
pub(super) fn section(action: &Action) -> String {
    let (mut english, mut chinese) = (String::new(), String::new());
    let mut add = |how, text: &Text, doc: &Text| {
        let [en, zh] = severity(how);
        let _ = writeln!(english, "- {} {} ({en}).", prose(&doc.en), text.en);
        let _ = writeln!(chinese, "- {}{}（{zh}）。", prose(&doc.zh), text.zh);
    };
    for field in &action.parameters {
        for needed in &field.needed_if {
            let (when, wire) = (condition(action, &needed.when), &field.wire);
            let text = Text {
                en: format!("If {}, `{wire}` is required", when.en),
                zh: format!("若{}，则须给出 `{wire}`", when.zh),
            };
            add(needed.severity, &text, &needed.doc);
        }
    }
    for rule in &action.rules {
        add(rule.severity, &words(action, rule), &rule.doc);
    }
    if english.is_empty() {
        return String::new();
    }
    let required = action.parameters.iter().filter(|field| field.need == Need::Required);
    let required: Vec<Vec<String>> = required.map(|field| vec![field.wire.clone()]).collect();
    let (mut en, mut zh) = (String::new(), String::new());
    if !required.is_empty() {
        let names = paths(&required, "and");
        en = format!("Always required: {}. ", names.en);
        zh = format!("始终必填：{}。", names.zh);
    }
    format!(
        "# Rules\n\n{en}The client checks these rules before it sends the request, and reports all mistakes at once:\n\n{english}\n\
         {zh}发送请求前，客户端会检查以下规则，并一次列出所有问题：\n\n{chinese}"
    )
}

/// The rules that concern a parameter, for its setter; nothing if there is none.
pub(super) fn of_setter(action: &Action, field: &Field) -> Text {
    let rules = action.rules.iter().filter(|rule| concerned(rule).contains(&field.wire.as_str()));
    let mut text = Text::default();
    for rule in rules {
        let [en, zh] = severity(rule.severity);
        if text.en.is_empty() {
            "[Rules](Builder#rules):\n".clone_into(&mut text.en);
            "[规则](Builder#rules)：\n".clone_into(&mut text.zh);
        }
        let _ = write!(text.en, "\n- {} ({en})", prose(&rule.doc.en));
        let _ = write!(text.zh, "\n- {}（{zh}）", prose(&rule.doc.zh));
    }
    text
}

/// What a rule demands, and when.
fn words(action: &Action, rule: &Rule) -> Text {
    let when = rule.when.as_ref().map(|when| condition(action, when));
    if rule.demand == RuleDemand::Refuse {
        let Text { en, zh } = when.unwrap_or_default();
        return Text { en: format!("Not accepted: {en}"), zh: format!("不接受：{}", zh.trim()) };
    }
    let Text { en, zh } = demand(&rule.demand);
    match when {
        Some(when) => {
            Text { en: format!("If {}, {en}", when.en), zh: format!("若{}，则{}", when.zh, after_chinese(&zh)) }
        }
        None => Text { en: capitalized(&en), zh },
    }
}

/// A blank stands between Chinese and code.
fn after_chinese(text: &str) -> String {
    if text.starts_with('`') { format!(" {text}") } else { text.to_owned() }
}

fn capitalized(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

fn demand(of: &RuleDemand) -> Text {
    let text = |en: String, zh: String| Text { en, zh };
    match of {
        RuleDemand::Require(list) => {
            let names = paths(list, "and");
            text(format!("{} must be given", names.en), format!("须给出 {}", names.zh))
        }
        RuleDemand::RequireOneOf(list) => {
            let names = paths(list, "or");
            text(format!("at least one of {} must be given", names.en), format!("须至少给出 {} 之一", names.zh))
        }
        RuleDemand::Forbid(list) => {
            let names = paths(list, "and");
            text(format!("{} must not be given", names.en), format!("不得给出 {}", names.zh))
        }
        RuleDemand::Refuse => Text::default(),
        RuleDemand::Shape { path, format } => {
            let (name, [en, zh]) = (code(&path.join(".")), shape(*format));
            text(format!("{name} must be {en}"), format!("{name} 须为{zh}"))
        }
        RuleDemand::Table { table, key, within } => {
            let bounds: Vec<[String; 2]> = within
                .iter()
                .map(|bound| {
                    let (name, min, max) = (&bound.parameter, &bound.min, &bound.max);
                    [format!("`{name}` is from `{min}` to `{max}`"), format!("`{name}` 须在 `{min}` 与 `{max}` 之间")]
                })
                .collect();
            let (en, zh): (Vec<&str>, Vec<&str>) = bounds.iter().map(|[en, zh]| (en.as_str(), zh.as_str())).unzip();
            text(
                format!("by the row of `{key}` in the table `{table}`, {}", en.join(", ")),
                format!("按 `{key}` 在表 `{table}` 中的一行，{}", zh.join("，")),
            )
        }
    }
}

/// The parameters that a rule tests or makes a demand on, by the outermost name.
fn concerned(rule: &Rule) -> Vec<&str> {
    let mut names = Vec::new();
    if let Some(when) = &rule.when {
        tested(when, &mut names);
    }
    match &rule.demand {
        RuleDemand::Require(list) | RuleDemand::RequireOneOf(list) | RuleDemand::Forbid(list) => {
            names.extend(list.iter().filter_map(|path| path.first().map(String::as_str)));
        }
        RuleDemand::Refuse => {}
        RuleDemand::Shape { path, .. } => names.extend(path.first().map(String::as_str)),
        RuleDemand::Table { key, within, .. } => {
            let all = within.iter().map(|bound| &bound.parameter).chain([key]);
            names.extend(all.filter_map(|path| path.split('.').next()));
        }
    }
    names
}

fn tested<'a>(condition: &'a Condition, names: &mut Vec<&'a str>) {
    use Condition as C;
    match condition {
        C::OneOf { path, .. } | C::Present(path) | C::Absent(path) | C::Is { path, .. } => {
            names.extend(path.first().map(String::as_str));
        }
        C::All(list) | C::Any(list) => list.iter().for_each(|inner| tested(inner, names)),
        C::Not(inner) => tested(inner, names),
    }
}
