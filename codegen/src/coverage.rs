//! Counts for each action: documented and undocumented items, examples, tests.

use crate::model::{Action, Api, Field, Model};
use crate::summary::{Count, unwritten};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A text that may name actions: a test or an example.
#[derive(Debug, Clone)]
pub struct Named {
    /// Where it lies.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// How the local endpoint answers an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A function plays it, with what it changes.
    Played,
    /// From its description only, so that nothing changes.
    Described,
}

/// The actions that the endpoint plays, by API version and name. A test of the endpoint compares the list with what it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played(BTreeSet<(String, String)>);

impl Played {
    /// Reads the list: an API version and an action on each line.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let pair = |line: &str| line.split_once(' ').map(|(api, action)| (api.to_owned(), action.to_owned()));
        Self(text.lines().filter_map(pair).collect())
    }

    fn answer(&self, api: &Api, action: &Action) -> Answer {
        if self.0.contains(&(api.id.clone(), action.name.clone())) { Answer::Played } else { Answer::Described }
    }
}

/// The row of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The API version.
    pub api: String,
    /// The action.
    pub action: String,
    /// Its group, if it has one.
    pub group: Option<String>,
    /// How the local endpoint answers it, if that is known.
    pub endpoint: Option<Answer>,
    /// Its parameters, and the members that they define in place.
    pub parameters: Count,
    /// Its response fields, and the members that they define in place.
    pub fields: Count,
    /// Business errors that it can return.
    pub errors: usize,
    /// Rules over parameters, and limits of single ones.
    pub rules: usize,
    /// Examples.
    pub examples: usize,
    /// Its texts that nobody has written yet.
    pub unwritten: usize,
    /// Contradictions of the documents about it and its fields.
    pub defects: usize,
    /// Tests and programs that name it.
    pub tests: usize,
}

/// The rows of all actions, by API version and name.
#[must_use]
pub fn coverage(model: &Model, named: &[Named], played: Option<&Played>) -> Vec<Row> {
    let rows = |api: &Api| api.actions.iter().map(|action| row(api, action, named, played)).collect::<Vec<_>>();
    model.apis.iter().flat_map(rows).collect()
}

fn row(api: &Api, action: &Action, named: &[Named], played: Option<&Played>) -> Row {
    let mut row = Row {
        api: api.id.clone(),
        action: action.name.clone(),
        group: action.group.clone(),
        endpoint: played.map(|played| played.answer(api, action)),
        parameters: Count::default(),
        fields: Count::default(),
        errors: action.errors.len(),
        rules: action.rules.len(),
        examples: action.examples.len(),
        unwritten: unwritten(action),
        defects: action.defects.len(),
        tests: named.iter().filter(|file| names(file, api, action)).count(),
    };
    let (mut rules, mut defects) = (0, 0);
    count(&action.parameters, &mut row.parameters, &mut rules, &mut defects);
    count(&action.response, &mut row.fields, &mut rules, &mut defects);
    row.rules += rules;
    row.defects += defects;
    row
}

fn count(fields: &[Field], sum: &mut Count, rules: &mut usize, defects: &mut usize) {
    for field in fields {
        if field.undocumented.is_documented() {
            sum.documented += 1;
        } else {
            sum.undocumented += 1;
        }
        *rules += field.checks.len() + field.needed_if.len();
        *defects += field.defects.len();
        if let Some(structure) = &field.defines {
            count(&structure.fields, sum, rules, defects);
        }
    }
}

/// Whether a text names an action, by its name on the wire or by its method in Rust.
fn names(file: &Named, api: &Api, action: &Action) -> bool {
    let whole = |word: &str| {
        file.text.match_indices(word).any(|(start, _)| {
            let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let before = file.text.get(..start).and_then(|text| text.chars().next_back());
            let after = file.text.get(start + word.len()..).and_then(|text| text.chars().next());
            !part(before) && !part(after)
        })
    };
    // Two versions of a service may have an action of one name: a method counts where the module is named.
    let module = api.modules.last().is_some_and(|module| file.text.contains(module.as_str()));
    whole(&action.name) || (module && whole(&action.method))
}

/// The table as text. It has a column of groups if an action has one, and one of the endpoint if its list is known.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let heads = ["parameters", "fields", "errors", "rules", "examples", "unwritten", "defects", "tests"];
    let names = Column::of("action", rows, |row| Some(&row.action));
    let groups = Column::of("group", rows, |row| row.group.as_deref());
    let answers = Column::of("endpoint", rows, |row| row.endpoint.map(shown));
    let mut out = String::new();
    let mut last = "";
    for row in rows {
        if row.api != last {
            last = &row.api;
            let _ = writeln!(out, "{}{last}", if out.is_empty() { "" } else { "\n" });
            let words = [names.cell(Some("action")), groups.cell(Some("group")), answers.cell(Some("endpoint"))];
            line(&mut out, &words, &heads.map(str::to_owned));
        }
        let words =
            [names.cell(Some(&row.action)), groups.cell(row.group.as_deref()), answers.cell(row.endpoint.map(shown))];
        let cells = [
            brief(row.parameters),
            brief(row.fields),
            row.errors.to_string(),
            row.rules.to_string(),
            row.examples.to_string(),
            row.unwritten.to_string(),
            row.defects.to_string(),
            row.tests.to_string(),
        ];
        line(&mut out, &words, &cells);
    }
    out.push_str(
        "\n`3 + 1`: three documented, one seen in other sources only. Unwritten are texts. Tests are files that name the action.\n",
    );
    if rows.iter().any(|row| row.endpoint.is_some()) {
        out.push_str("`described`: the local endpoint answers from the description only.\n");
    }
    out
}

fn shown(answer: Answer) -> &'static str {
    match answer {
        Answer::Played => "played",
        Answer::Described => "described",
    }
}

/// A column of words, of the width of the longest; of no width if there is none.
struct Column(usize);

impl Column {
    fn of<'a>(head: &str, rows: &'a [Row], word: impl Fn(&'a Row) -> Option<&'a str>) -> Self {
        let widest = rows.iter().filter_map(word).map(str::len).max();
        Self(widest.map_or(0, |width| width.max(head.len()) + 2))
    }

    fn cell(&self, word: Option<&str>) -> String {
        if self.0 == 0 { String::new() } else { format!("{:<width$}", word.unwrap_or("-"), width = self.0) }
    }
}

/// A line of the table.
fn line(out: &mut String, words: &[String], numbers: &[String]) {
    let _ = write!(out, "  {}", words.concat());
    for number in numbers {
        let _ = write!(out, "{number:>11}");
    }
    out.push('\n');
}

fn brief(count: Count) -> String {
    match count.undocumented {
        0 => count.documented.to_string(),
        more => format!("{} + {more}", count.documented),
    }
}
