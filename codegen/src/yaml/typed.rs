//! From the tree to the structs of [`crate::spec`], with all findings of a file at once.
//!
//! serde stops at the first error. So the wrong value is reported and cut out, a missing one gets a placeholder, and the rest is read again,
//! until it has no more errors or nothing is left. Errors that only follow from such a repair are not reported. Reading a file stops after 100
//! findings.

use super::de::{Reading, Step};
use super::read::ParsedFile;
use super::suggest::did_you_mean;
use super::tree::At;
use super::value::{Mapping, Number, Value, value};
use crate::diagnostic::{Code, Finding};
use crate::source::Limits;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// Reads a file as a `T`. `None` if there were findings.
pub(crate) fn typed<T: DeserializeOwned>(file: &ParsedFile, limits: &Limits, out: &mut Vec<Finding>) -> Option<T> {
    let mut value = match value(&file.root) {
        Ok(value) => value,
        Err((span, message, help)) => {
            out.push(Finding::new(Code::Syntax, &file.path, span, message).help(help));
            return None;
        }
    };
    let mut repair = Repair::default();
    let mut found = 0;
    while found < limits.findings_per_file {
        let error = match T::deserialize(Reading::new(&value)) {
            Ok(read) => return (found == 0).then_some(read),
            Err(error) => error,
        };
        let path = error.path();
        let original = repair.original(&path);
        let problem = Problem::new(error.message());
        let of_key = error.is_about_key();
        if !repair.follows(&problem, &path, &original) {
            out.push(problem.finding(locate(file.at(), &original), of_key));
            found += 1;
            repair.note_slip(&problem, &original);
        }
        if !repair.mend(&mut value, &path, original, &problem) {
            return None;
        }
    }
    None
}

/// The changes that let reading continue after an error.
#[derive(Default)]
struct Repair {
    /// Values that were cut out, by their place in the file.
    cuts: BTreeSet<Vec<Step>>,
    /// Missing keys that have a placeholder, with the number of placeholders tried.
    stand_ins: BTreeMap<Vec<Step>, usize>,
}

impl Repair {
    /// Cuts out the wrong value, or adds a placeholder for a missing one. Returns `false` if nothing is left to read.
    fn mend(&mut self, value: &mut Value, path: &[Step], original: Vec<Step>, problem: &Problem) -> bool {
        let mut place = path.to_vec();
        if let Problem::MissingKey { key } = problem {
            place.push(Step::Key(key.clone()));
            return self.stand_in(value, &place, problem);
        }
        if self.stand_ins.contains_key(place.as_slice()) {
            return self.stand_in(value, &place, problem);
        }
        self.cuts.insert(original);
        !path.is_empty() && remove(value, path)
    }

    /// Tries the next kind of placeholder for a missing value.
    fn stand_in(&mut self, value: &mut Value, place: &[Step], problem: &Problem) -> bool {
        let tried = self.stand_ins.entry(place.to_vec()).or_insert(0);
        let next = match (problem, *tried) {
            (Problem::UnknownWord { known, .. }, 0..STAND_INS) => known.first().cloned().map(Value::Text),
            (_, 0) => Some(Value::Text(String::new())),
            (_, 1) => Some(Value::Mapping(Mapping::default())),
            (_, 2) => Some(Value::List(Vec::new())),
            (_, 3) => Some(Value::Number(Number::Unsigned(0))),
            (_, 4) => Some(Value::Bool(false)),
            // A type.
            (_, 5) => Some(Value::Text("any".to_owned())),
            _ => None,
        };
        *tried += 1;
        next.is_some_and(|next| set(value, place, next))
    }

    /// A misspelt key is reported once: the key that was meant is not reported as missing too.
    fn note_slip(&mut self, problem: &Problem, original: &[Step]) {
        if let (Problem::UnknownKey { key, known }, Some((_, parent))) = (problem, original.split_last())
            && let Some(near) = did_you_mean(key, known.iter().map(String::as_str))
        {
            let mut meant = parent.to_vec();
            meant.push(Step::Key(near.to_owned()));
            self.cuts.insert(meant);
        }
    }

    /// Whether an error comes from a placeholder or was reported before.
    fn follows(&self, problem: &Problem, path: &[Step], original: &[Step]) -> bool {
        let in_stand_in = |at: &[Step]| self.stand_ins.keys().any(|place| at.starts_with(place));
        // What is inside was read, so its owner was right before something was cut out of it.
        let robbed = || self.cuts.iter().any(|gone| gone.len() > original.len() && gone.starts_with(original));
        let Problem::MissingKey { key } = problem else {
            return in_stand_in(path) || matches!(problem, Problem::WrongType { .. }) && robbed();
        };
        let mut missing = original.to_vec();
        missing.push(Step::Key(key.clone()));
        in_stand_in(path) || self.cuts.iter().any(|gone| gone.starts_with(&missing))
    }

    /// Maps a path after the cuts to the path in the file: elements of lists have moved up.
    fn original(&self, path: &[Step]) -> Vec<Step> {
        let mut original = Vec::with_capacity(path.len());
        for step in path {
            original.push(match step {
                Step::Key(_) => step.clone(),
                Step::Index(index) => Step::Index(self.shifted(&original, *index)),
            });
        }
        original
    }

    fn shifted(&self, list: &[Step], mut index: usize) -> usize {
        for gone in self.cuts.iter().filter(|gone| gone.len() == list.len() + 1 && gone.starts_with(list)) {
            if matches!(gone.last(), Some(Step::Index(i)) if *i <= index) {
                index += 1;
            }
        }
        index
    }
}

fn locate<'a>(root: At<'a>, path: &[Step]) -> At<'a> {
    path.iter().fold(root, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Index(index) => at.index(*index),
    })
}

/// The number of placeholders for a missing value: one of them fits any key of the language.
const STAND_INS: usize = 6;

/// Where a key is in a mapping. A number has its digits in a path, as it has in the file.
fn place_of(map: &Mapping, key: &str) -> Option<usize> {
    let text = map.0.iter().position(|(known, _)| matches!(known, Value::Text(known) if known == key));
    let number =
        || map.0.iter().position(|(known, _)| matches!(known, Value::Number(known) if known.to_string() == key));
    text.or_else(number)
}

fn parent<'a>(value: &'a mut Value, parents: &[Step]) -> Option<&'a mut Value> {
    parents.iter().try_fold(value, |here, step| match (here, step) {
        (Value::Mapping(map), Step::Key(key)) => {
            let place = place_of(map, key)?;
            map.0.get_mut(place).map(|(_, value)| value)
        }
        (Value::List(items), Step::Index(index)) => items.get_mut(*index),
        _ => None,
    })
}

fn remove(value: &mut Value, path: &[Step]) -> bool {
    let Some((last, parents)) = path.split_last() else {
        return false;
    };
    match (last, parent(value, parents)) {
        (Step::Key(key), Some(Value::Mapping(map))) => {
            let place = place_of(map, key);
            place.map(|place| map.0.remove(place)).is_some()
        }
        (Step::Index(index), Some(Value::List(items))) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

fn set(value: &mut Value, path: &[Step], new: Value) -> bool {
    let Some((Step::Key(key), parents)) = path.split_last() else {
        return false;
    };
    let Some(owner) = parent(value, parents) else { return false };
    // A key without a value is an empty mapping.
    if *owner == Value::Null {
        *owner = Value::Mapping(Mapping::default());
    }
    let Value::Mapping(map) = owner else { return false };
    let same = map.0.iter_mut().find(|(known, _)| matches!(known, Value::Text(known) if known == key));
    match same {
        Some((_, value)) => *value = new,
        None => map.0.push((Value::Text(key.clone()), new)),
    }
    true
}

/// Keys that said in version 1 what the type says now.
const FORMER: [&str; 3] = ["of", "enum", "time_layout"];

/// The parts of a serde error.
enum Problem {
    UnknownKey { key: String, known: Vec<String> },
    MissingKey { key: String },
    UnknownWord { word: String, known: Vec<String> },
    WrongType { got: String, wanted: String },
}

impl Problem {
    fn new(message: &str) -> Self {
        let quoted: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let first = quoted.first().cloned().unwrap_or_default();
        let rest = || quoted.iter().skip(1).cloned().collect();
        if message.contains("unknown field") {
            Self::UnknownKey { key: first, known: rest() }
        } else if message.contains("missing field") {
            Self::MissingKey { key: first }
        } else if message.contains("unknown variant") {
            Self::UnknownWord { word: first, known: rest() }
        } else {
            let (got, wanted) = message.split_once(", expected ").unwrap_or((message, "something else"));
            let got =
                got.split_once("invalid type: ").or_else(|| got.split_once("invalid value: ")).map_or(got, |(_, g)| g);
            Self::WrongType {
                got: got.to_owned(),
                wanted: wanted.split(" at line ").next().unwrap_or(wanted).to_owned(),
            }
        }
    }

    fn finding(&self, at: At<'_>, of_key: bool) -> Finding {
        match self {
            Self::UnknownKey { key, known } => {
                let finding = at.key_finding(Code::UnknownKey, format!("unknown key `{key}`"));
                if FORMER.contains(&key.as_str()) && known.iter().any(|key| key == "type") {
                    return finding.help("`type` says it alone: `type: X`, `type: [X]`, `type: time(LAYOUT)`");
                }
                match did_you_mean(key, known.iter().map(String::as_str)) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(format!("known keys: {}", list(known))),
                }
            }
            Self::MissingKey { key } => at
                .key_finding(Code::MissingKey, format!("the key `{key}` is missing"))
                .help(format!("add `{key}: ...`")),
            Self::UnknownWord { word, known } => {
                let finding = at.finding(Code::UnknownWord, format!("this key does not take the word `{word}`"));
                match did_you_mean(word, known.iter().map(String::as_str)) {
                    Some(near) => finding.help(format!("did you mean `{near}`? It takes {}", list(known))),
                    None => finding.help(format!("it takes {}", list(known))),
                }
            }
            Self::WrongType { got, wanted } => wrong_type(at, of_key, got, wanted),
        }
    }
}

fn wrong_type(at: At<'_>, of_key: bool, got: &str, wanted: &str) -> Finding {
    let (wanted, help) = match wanted.split_once(" of ") {
        Some(("enum", words)) => ("enum", Some(format!("it takes {words}"))),
        Some(("struct", keys)) => ("struct ", Some(format!("its keys are {keys}"))),
        _ => (wanted, in_brackets(wanted, got)),
    };
    let wanted = match wanted {
        w if w.starts_with("struct ") || w.starts_with("a map") => "a mapping",
        w if w.starts_with("a sequence") => "a list",
        w if w.starts_with("a string") || w.starts_with("identifier") => "text",
        w if w.contains("enum") || w.starts_with("variant") => "a word",
        w if w.starts_with("a boolean") => "`true` or `false`",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number of at least 0",
        "i64" => "a whole number of at most 63 bits",
        w => w,
    };
    let inside = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let got = match got {
        g if g.starts_with("map") => "a mapping".to_owned(),
        g if g.starts_with("sequence") => "a list".to_owned(),
        g if g.starts_with("unit") || g.starts_with("null") => "nothing".to_owned(),
        g if g.starts_with("integer") || g.starts_with("floating") => format!("the number {}", inside(g)),
        g if g.starts_with("boolean") => format!("`{}`", inside(g)),
        g => g.replace("string ", "the text "),
    };
    if of_key {
        let kind = if wanted == "text" { "a text" } else { wanted };
        let finding = at.key_finding(Code::WrongType, format!("a key must be {kind}, not {got}"));
        return if wanted == "text" {
            finding.help("quote the key")
        } else {
            finding.help("write digits, without quotes")
        };
    }
    let finding = at.finding(Code::WrongType, format!("expected {wanted}, found {got}"));
    let bare = wanted == "text" && (got.starts_with("the number") || got.starts_with('`'));
    match help {
        _ if bare => finding.help("quote it: without quotes, YAML reads a number or `true`, not a text"),
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// What to write for a list in the form of other descriptions, `list(X)`.
fn in_brackets(wanted: &str, got: &str) -> Option<String> {
    let text = got.strip_prefix("string \"")?.strip_suffix('"').filter(|_| wanted.starts_with("a type: "))?;
    let (form, word) = text.strip_suffix([')', '>', ']'])?.split_once(['(', '<', '['])?;
    let listed = ["list", "array", "vec"].iter().any(|of| form.eq_ignore_ascii_case(of));
    listed.then(|| format!("write `[{word}]`"))
}

fn list(words: &[String]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}
