//! `spec/README.md` is the reference of the language: every key and every word stands in it, and nothing else.

mod collect;

use crate::fixture::{FOLDER, action, base, own, put, repository, text};
use crate::json_schema::check;
use cloudcert_codegen::load;
use cloudcert_codegen::schema::{SECTIONS, schema};
use cloudcert_codegen::spec::{Action, DefectRegister, FieldType, Service};
use collect::Shapes;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn shapes() -> Shapes {
    let mut shapes = Shapes::default();
    shapes.add::<Service>();
    shapes.add::<Action>();
    shapes.add::<DefectRegister>();
    shapes
}

fn reference() -> String {
    std::fs::read_to_string(repository().join("spec/README.md")).unwrap()
}

/// Heading to the text under it, up to the next heading.
fn sections(text: &str) -> BTreeMap<String, String> {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    let mut heading = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            line.trim_start_matches('#').trim().clone_into(&mut heading);
        }
        let section = sections.entry(heading.clone()).or_default();
        section.push_str(line);
        section.push('\n');
    }
    sections
}

/// Words between backticks, and keys in the examples between them.
fn mentions(section: &str, key: &str) -> bool {
    let quoted = section.split('`').skip(1).step_by(2);
    quoted.into_iter().any(|code| {
        code == key || code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').any(|word| word == key)
    })
}

#[test]
fn every_key_stands_in_its_section_of_the_reference() {
    let text = reference();
    let sections = sections(&text);
    let mut missing = Vec::new();
    // The halves of a text stand under the key of the text, and one with `_zh`.
    for (name, keys) in shapes().structs.iter().filter(|(name, _)| **name != "Text") {
        let Some((_, heading)) = SECTIONS.iter().find(|(of, _)| of == name) else {
            missing.push(format!("the struct {name} has no section in this test's list"));
            continue;
        };
        let section = sections.get(*heading).unwrap_or_else(|| panic!("the reference has no section {heading}"));
        missing.extend(keys.iter().filter(|key| !mentions(section, key)).map(|key| format!("{heading}: {key}")));
    }
    assert!(missing.is_empty(), "spec/README.md lacks:\n{}", missing.join("\n"));
}

#[test]
fn every_word_that_a_key_takes_stands_in_the_reference() {
    let text = reference();
    let mut missing = Vec::new();
    for (name, words) in &shapes().enums {
        missing.extend(words.iter().filter(|word| !mentions(&text, word)).map(|word| format!("{name}: {word}")));
    }
    let types = FieldType::WORDS.iter().map(|(word, _)| *word);
    missing.extend(types.filter(|word| !mentions(&text, word)).map(|word| format!("type: {word}")));
    assert!(missing.is_empty(), "spec/README.md lacks:\n{}", missing.join("\n"));
}

#[test]
fn the_reference_names_no_key_that_the_language_does_not_have_and_shows_an_example_of_each() {
    let text = reference();
    let shapes = shapes();
    for (heading, section) in sections(&text) {
        let known: BTreeSet<&str> = SECTIONS
            .iter()
            .filter(|(_, of)| *of == heading)
            .filter_map(|(name, _)| shapes.structs.get(name))
            .flatten()
            .copied()
            .collect();
        for line in section.lines().filter(|line| line.starts_with("| `") || line.starts_with("| **`")) {
            let columns: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(columns.len(), 3, "{heading}: a row has a key, an explanation and an example:\n{line}");
            let key = columns[0].trim_matches(['*', '`', ' ']);
            assert!(known.contains(key), "{heading}: the language has no `{key}`");
            assert!(!columns[1].is_empty() && !columns[2].is_empty(), "{heading}: `{key}` is not explained");
        }
    }
}

/// Editors complete and check the YAML by this schema.
#[test]
fn the_schema_of_the_language_is_current_and_takes_our_files() {
    let made = schema(&reference());
    let published = std::fs::read_to_string(repository().join("spec/schema.json")).unwrap();
    assert_eq!(published, made, "cargo run -p cloudcert-codegen -- schema > spec/schema.json");
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let read = |text: &[u8]| -> serde_json::Value { serde_yaml::from_slice(text).unwrap() };
    for file in own().iter().chain(&base()) {
        check(&made, &read(&file.bytes)).unwrap_or_else(|why| panic!("{}: {why}", file.path));
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let place = if file.path.contains('/') { "../" } else { "" };
        let head = format!("# yaml-language-server: $schema={place}schema.json\n");
        assert!(text.starts_with(&head) || !own().contains(file), "{} does not name the schema", file.path);
    }
    let order = text(&base(), "acme-ca-2026-01-01/Order.yaml").to_owned();
    for (from, to) in [
        ("effect: order", "effect: orders"),
        ("effect: order\n", ""),
        ("methods: [POST]", "methods: POST"),
        ("    required: true\n    format", "    requierd: true\n    format"),
        ("    doc_zh: 域名。\n", ""),
        ("range: {min: 0,", "range: {min: zero,"),
        ("type: i32", "type: list(i32)"),
        ("type: i32", "type: [i32, i64]"),
        ("type: i32", "type: []"),
        ("type: i32", "type: [[i32]]"),
        ("type: json(Contact)", "type: json(json(Contact))"),
    ] {
        assert_eq!(order.matches(from).count(), 1, "{from}");
        assert!(check(&made, &read(order.replace(from, to).as_bytes())).is_err(), "the schema takes {to}");
    }
    for written in [
        "[i32]",
        "\" i32 \"",
        "\"[ Kind ]\"",
        "comma( string )",
        "json([Kind])",
        "json( map(Kind) )",
        "time(unix-seconds)",
    ] {
        let more = order.replace("type: i32", &format!("type: {written}"));
        check(&made, &read(more.as_bytes())).unwrap_or_else(|why| panic!("{written}: {why}"));
    }
    for (file, from, to) in [
        ("defects.yaml", "  1:", "  0x1:"),
        ("defects.yaml", "  1:", "  one:"),
        ("acme-ca-2026-01-01/service.yaml", "spec: 2", "spec: 1"),
        ("acme-ca-2026-01-01/service.yaml", "spec: 2", "spec: \"2\""),
    ] {
        let slip = text(&base(), file).replacen(from, to, 1);
        // To YAML `0x1` is a number, to editors the key as it is written.
        let slip = slip.replace("  0x1:", "  \"0x1\":");
        assert!(check(&made, &read(slip.as_bytes())).is_err(), "the schema takes {to}");
    }
}

/// A single value without an example has that of an example call. What stands there in place of a secret is none.
#[test]
fn the_example_of_a_call_is_that_of_its_items_unless_it_is_redacted() {
    let example = |domain: &str, item: &str| {
        let mut files = base();
        let order = text(&files, "acme-ca-2026-01-01/Order.yaml").replace("    example: www.example.com\n", "");
        let order = order.replace("      Domain: www.example.com", &format!("      Domain: {domain}"));
        let order = order.replace("    example: (redacted)\n", "");
        let order = order.replace("      Kind: SINGLE", "      Kind: SINGLE\n      Token: (redacted)");
        put(&mut files, "acme-ca-2026-01-01/Order.yaml", order);
        let model = load(&files).unwrap_or_else(|findings| panic!("{findings}"));
        let all = &action(&model, FOLDER, "Order").parameters;
        all.iter().find(|field| field.wire == item).unwrap().example.clone()
    };
    assert_eq!(example("www.example.com", "Domain"), Some("www.example.com".into()));
    assert_eq!(example("(redacted)", "Domain"), None);
    assert_eq!(example("(redacted)", "Token"), Some("(redacted)".into()));
}
