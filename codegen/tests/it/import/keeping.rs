//! Everything that a person wrote stays letter for letter, and importing twice changes nothing.

use super::list;
use super::writing::{after, imported, item, items, known, parameters};
use crate::fixture::{FOLDER, base, put, text};
use cloudcert_codegen::import::plain::{Action, Api, Shape};
use cloudcert_codegen::source::SourceFile;
use proptest::prelude::*;
use serde_yaml::{Mapping, Value};

/// What all new names begin with.
const NEW: &str = "Zz";

/// The known API with something new at every place: a parameter, a field, a member, a structure, an action.
fn newer() -> Api {
    let mut api = known();
    let Shape::Object(members) = &mut parameters(&mut api)["Contact"].shape else { panic!("a structure") };
    members.insert("ZzMail".to_owned(), item(Shape::Text));
    let inner = items([("ZzKey", item(Shape::Text)), ("ZzValue", item(Shape::Number(None)))]);
    parameters(&mut api).insert("ZzTags".to_owned(), item(list(Shape::Object(inner))));
    parameters(&mut api).insert("ZzPlain".to_owned(), item(Shape::Boolean));
    api.actions["Order"].response.as_mut().unwrap().insert("ZzDone".to_owned(), item(Shape::Boolean));
    let orders = items([("ZzNote", item(Shape::Text))]);
    let fields = items([("Orders", item(list(Shape::Object(orders)))), ("ZzTotal", item(Shape::Number(None)))]);
    api.actions.insert("ListOrders".to_owned(), Action { response: Some(fields), ..Action::default() });
    api.actions.insert("ZzAction".to_owned(), Action { seen_in: vec!["pypi".to_owned()], ..Action::default() });
    api
}

/// How a file is written in another way, without a change of what it says, as far as that is still YAML.
#[derive(Debug, Clone)]
enum Style {
    /// A comment of its own before a line, at some indentation.
    Comment(prop::sample::Index, usize),
    /// A blank line, perhaps with blanks in it.
    Blank(prop::sample::Index, usize),
    /// A comment at the end of a line.
    Behind(prop::sample::Index),
    /// Blanks at the end of a line.
    Trailing(prop::sample::Index),
    /// Top-level keys in another order.
    Turn(usize),
    /// The members of a block of two blanks in another order.
    Swap(prop::sample::Index),
    /// A top-level key with its value in braces, in one line.
    Braces(prop::sample::Index),
    Windows,
    NoEnd,
    Mark,
    End,
}

fn style() -> impl Strategy<Value = Style> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), 0..10_usize).prop_map(|(at, indent)| Style::Comment(at, indent)),
        2 => (at(), 0..6_usize).prop_map(|(at, blanks)| Style::Blank(at, blanks)),
        2 => at().prop_map(Style::Behind),
        2 => at().prop_map(Style::Trailing),
        2 => (1..12_usize).prop_map(Style::Turn),
        2 => at().prop_map(Style::Swap),
        2 => at().prop_map(Style::Braces),
        1 => Just(Style::Windows),
        1 => Just(Style::NoEnd),
        1 => Just(Style::Mark),
        1 => Just(Style::End),
    ]
}

/// Parts of a text that each begin with a line of exactly this indentation.
fn parts(text: &str, indent: usize) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let depth = line.len() - line.trim_start_matches(' ').len();
        match parts.last_mut() {
            Some(part) if depth != indent || line.trim().is_empty() || line.trim_start().starts_with('#') => {
                part.push_str(line);
            }
            _ => parts.push(line.to_owned()),
        }
    }
    parts
}

fn styled(text: &str, style: &Style) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    match style {
        Style::Comment(at, indent) => {
            lines.insert(at.index(lines.len()), format!("{}# a word: {{of}} [a, person\n", " ".repeat(*indent)));
        }
        Style::Blank(at, blanks) => lines.insert(at.index(lines.len()), format!("{}\n", " ".repeat(*blanks))),
        Style::Behind(at) => {
            let line = &mut lines[at.index(text.lines().count())];
            *line = format!("{} # behind, it\n", line.trim_end());
        }
        Style::Trailing(at) => {
            let line = &mut lines[at.index(text.lines().count())];
            *line = format!("{}   \n", line.trim_end_matches(['\n', '\r']));
        }
        Style::Turn(by) => {
            let mut all = parts(text, 0);
            let by = by % all.len();
            all.rotate_left(by);
            return all
                .iter()
                .map(|part| if part.ends_with('\n') { part.clone() } else { format!("{part}\n") })
                .collect();
        }
        Style::Swap(at) => {
            let mut all = parts(text, 2);
            let first = at.index(all.len());
            if first + 2 < all.len() {
                all.swap(first, first + 1);
            }
            return all.concat();
        }
        Style::Braces(at) => {
            let mut all = parts(text, 0);
            let part = &mut all[at.index(parts(text, 0).len())];
            if let Some(value @ Value::Mapping(_)) = value(part) {
                let json = serde_json::to_string(&value).unwrap();
                *part = format!("{}\n", json.strip_prefix('{').unwrap().strip_suffix('}').unwrap());
                // `"key":{..}` without a blank is no YAML.
                *part = part.replacen("\":", "\": ", 1);
            }
            return all.concat();
        }
        Style::Windows => return text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Style::NoEnd => return text.trim_end().to_owned(),
        Style::Mark => return format!("\u{feff}{}", text.trim_start_matches('\u{feff}')),
        Style::End => return format!("{}\n...\n", text.trim_end()),
    }
    lines.concat()
}

/// A value without what is new, and without mappings that are then empty.
fn without_new(value: &Value) -> Value {
    let Value::Mapping(map) = value else { return value.clone() };
    let kept = map.iter().filter(|(key, _)| !key.as_str().is_some_and(|key| key.starts_with(NEW) || key == "pypi"));
    let kept = kept.map(|(key, value)| (key.clone(), without_new(value)));
    Value::Mapping(kept.filter(|(_, value)| *value != Value::Mapping(Mapping::new())).collect())
}

fn value(text: &str) -> Option<Value> {
    serde_yaml::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// Whether every line of the old text is in the new one, in order and unchanged; in braces there may be something new.
fn keeps(old: &str, new: &str) -> bool {
    let within = |line: &str, other: &str| {
        let mut rest = other.chars();
        line.contains('{') && line.chars().all(|c| rest.any(|d| d == c))
    };
    let mut lines = new.lines();
    old.lines().all(|line| lines.any(|other| other == line || within(line, other)))
}

fn check(files: &[SourceFile]) -> Result<(), TestCaseError> {
    let api = newer();
    let (outcome, remarks) = imported(files, &api, false);
    for file in files.iter().filter(|file| outcome.files.contains_key(&file.path)) {
        let old = text(files, &file.path);
        let new = &outcome.files[&file.path];
        prop_assert!(keeps(old, new), "{}\n--- before\n{old}\n--- after\n{new}", file.path);
        let both = (value(old).map(|value| without_new(&value)), value(new).map(|value| without_new(&value)));
        prop_assert_eq!(&both.0, &both.1, "{}", new);
        // New lines end as the others do.
        prop_assert!(!old.contains("\r\n") || old.lines().count() < 2 || !new.replace("\r\n", "").contains("\nZz"));
        prop_assert_eq!(old.starts_with('\u{feff}'), new.starts_with('\u{feff}'));
    }
    let unwritten = remarks.iter().any(|remark| remark.contains("nothing was added"));
    prop_assert!(!unwritten, "{remarks:#?}");
    let all = after(files, &outcome);
    for (path, wanted) in [("Order", "ZzPlain"), ("Order", "ZzDone"), ("service", "ZzMail"), ("ZzAction", "ZzAction")] {
        let text = text(&all, &format!("{FOLDER}/{path}.yaml")).to_owned();
        prop_assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
    if cloudcert_codegen::load(files).is_ok() {
        let loaded = cloudcert_codegen::load(&all).map(drop);
        prop_assert!(loaded.is_ok(), "{loaded:?}");
    }
    let (again, _) = imported(&all, &api, false);
    prop_assert!(again.files.is_empty() && !again.is_new(), "{again:#?}");
    Ok(())
}

/// Whether all files can still be read, and say the same as before but for the order.
fn sound(files: &[SourceFile]) -> bool {
    let readable = |file: &SourceFile| std::str::from_utf8(&file.bytes).ok().and_then(value);
    let same = |file: &SourceFile| {
        let plain = base().into_iter().find(|other| other.path == file.path).unwrap();
        // Mappings are equal in any order.
        readable(file).is_some_and(|now| Some(now) == readable(&plain))
    };
    files.iter().all(same)
}

#[test]
fn the_small_spec_is_kept() {
    check(&base()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_byte_of_a_person_is_kept(styles in prop::collection::vec((0..3_usize, style()), 1..24)) {
        let names = ["Order", "ListOrders", "service"].map(|name| format!("{FOLDER}/{name}.yaml"));
        let mut files = base();
        for (which, style) in &styles {
            let mut next = files.clone();
            let new = styled(text(&files, &names[*which]), style);
            put(&mut next, &names[*which], new);
            // A comment inside a text in a block is part of the text, for example: such a step is left out.
            if sound(&next) && cloudcert_codegen::import::write(FOLDER, &next, &known(), &[], false, &mut cloudcert_codegen::import::Remarks::default()).is_ok() {
                files = next;
            }
        }
        check(&files)?;
    }
}
