//! What holds for all trees: a tree does not differ from itself, order and formatting are nothing, and no change is silent.

use super::cases::{Tried, loaded, tried};
use crate::fixture::{base, model, own, put, text};
use cloudcert_codegen::diff::{Tree, compare};
use cloudcert_codegen::model::{Model, Undocumented};
use cloudcert_codegen::source::SourceFile;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn a_tree_does_not_differ_from_itself() {
    let files = own();
    let tree = Tree { model: model(), files: &files };
    assert_eq!(compare(tree, tree), []);
}

/// Mappings in another order, blocks instead of flows, comments, Windows line ends.
fn shuffled(files: &[SourceFile], seed: u64) -> Vec<SourceFile> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut out = Vec::new();
    for file in files {
        let mut value: serde_yaml::Value = serde_yaml::from_slice(&file.bytes).unwrap();
        shuffle(&mut value, &mut next);
        let text = serde_yaml::to_string(&value).unwrap();
        out.push(SourceFile::new(file.path.clone(), format!("# reordered\r\n{}", text.replace('\n', "\r\n"))));
    }
    out
}

fn shuffle(value: &mut serde_yaml::Value, next: &mut impl FnMut() -> u64) {
    match value {
        serde_yaml::Value::Mapping(mapping) => {
            let mut entries: Vec<_> = std::mem::take(mapping).into_iter().collect();
            for (_, value) in &mut entries {
                shuffle(value, next);
            }
            entries.sort_by_cached_key(|_| next());
            mapping.extend(entries);
        }
        serde_yaml::Value::Sequence(items) => items.iter_mut().for_each(|item| shuffle(item, next)),
        _ => {}
    }
}

#[test]
fn order_comments_and_formatting_are_no_change() {
    for (name, files, seeds) in [("base", base(), 1..8), ("own", own(), 8..10)] {
        let before = loaded(name, &files);
        for seed in seeds {
            let other = shuffled(&files, seed);
            let after = loaded(name, &other);
            assert!(files != other);
            let found = compare(Tree { model: &before, files: &files }, Tree { model: &after, files: &other });
            // Required parameters in another order are other arguments of a wait.
            assert!(
                found.iter().all(|finding| finding.rule.id == "waiter-arguments-changed"),
                "{name} {seed}: {found:#?}"
            );
        }
    }
}

/// Every leaf of the serialised base spec is changed, one by one: each change is found, and has a rule.
#[test]
fn no_change_is_silent() {
    let files = base();
    let before = loaded("base", &files);
    let whole = serde_json::to_value(&before).unwrap();
    let mut leaves = Vec::new();
    collect(&whole, &mut Vec::new(), &mut leaves);
    assert!(leaves.len() > 400, "only {} leaves", leaves.len());
    let (mut tried, mut silent, mut nameless) = (0, Vec::new(), BTreeSet::new());
    for way in leaves {
        for change in [grow, drop_one] {
            let mut other = whole.clone();
            let Some(leaf) = other.pointer_mut(&way) else { continue };
            if !change(leaf) {
                continue;
            }
            let Ok(after) = serde_json::from_value::<Model>(other) else { continue };
            tried += 1;
            let found = compare(Tree { model: &before, files: &files }, Tree { model: &after, files: &files });
            if found.is_empty() {
                silent.push(way.clone());
            }
            if found.iter().any(|finding| finding.rule.id == "unclassified-change") {
                nameless
                    .insert(way.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/"));
            }
        }
    }
    assert!(tried > 400, "only {tried} changes");
    assert!(silent.is_empty(), "silent: {silent:#?}");
    // What follows from other keys, so that no edit of a spec changes it alone.
    let derived: BTreeSet<String> = [
        "/apis/id",
        "/apis/modules",
        "/apis/provider",
        "/apis/service",
        "/apis/common_parameters/name",
        "/apis/actions/response/defines/doc/en",
        "/apis/actions/response/defines/doc/zh",
        "/apis/actions/response/defines/name",
    ]
    .map(str::to_owned)
    .into();
    let unexpected: Vec<_> = nameless.difference(&derived).collect();
    assert!(unexpected.is_empty(), "no rule names {unexpected:#?}");
    assert!(nameless.contains("/apis/modules"), "what no rule names must be said so");
}

fn collect(value: &Value, way: &mut Vec<String>, leaves: &mut Vec<String>) {
    let pointer = || {
        let parts: Vec<String> = way.iter().map(|part| part.replace('~', "~0").replace('/', "~1")).collect();
        format!("/{}", parts.join("/"))
    };
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                way.push(key.clone());
                collect(inner, way, leaves);
                way.pop();
            }
        }
        Value::Array(items) => {
            leaves.push(pointer());
            for (index, inner) in items.iter().enumerate() {
                way.push(index.to_string());
                collect(inner, way, leaves);
                way.pop();
            }
        }
        _ => leaves.push(pointer()),
    }
}

/// Another value of the same type.
fn grow(value: &mut Value) -> bool {
    let new = match &*value {
        Value::Bool(truth) => Value::Bool(!truth),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or_default() + 1),
        Value::String(text) => Value::String(format!("{text}x")),
        // An optional text that was not there.
        Value::Null => Value::String("x".to_owned()),
        _ => return false,
    };
    *value = new;
    true
}

/// An element less of a list.
fn drop_one(value: &mut Value) -> bool {
    value.as_array_mut().is_some_and(|items| items.pop().is_some())
}

/// What only looks like a rename is suggested, and counts as it stands.
#[test]
fn a_rename_that_is_not_declared_is_suggested() {
    let files = base();
    let before = loaded("base", &files);
    let mut after = before.clone();
    let order = after.apis[0].actions.iter_mut().find(|action| action.name == "Order").unwrap();
    let note = order.parameters.iter_mut().find(|field| field.wire == "Token").unwrap();
    (note.wire, note.name) = ("Tokens".to_owned(), "tokens".to_owned());
    let found = compare(Tree { model: &before, files: &files }, Tree { model: &after, files: &files });
    let rules: BTreeSet<&str> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, BTreeSet::from(["param-added-optional", "param-removed-optional"]));
    for finding in &found {
        let hint = finding.hint.as_deref().unwrap();
        assert_eq!(
            hint,
            "`Tokens` may be `Token` under another name. If so, give it `history: {renamed_from: Token}`."
        );
    }
}

/// A shared type is reported once, with the actions that have it.
#[test]
fn a_change_of_a_shared_type_is_one_finding_with_its_actions() {
    for Tried { name, found, .. } in tried() {
        for finding in found.iter().flatten() {
            let shared = ["/types/", "/enums/"].iter().any(|part| finding.subject.path.contains(part));
            assert!(finding.subject.action.is_none() || finding.affected.is_empty(), "{name}: {finding:#?}");
            assert!(!shared || finding.subject.action.is_none(), "{name}: {finding:#?}");
        }
    }
    let files = own();
    let mut after = model().clone();
    let tag = after.apis.iter_mut().flat_map(|api| &mut api.types).find(|of| of.name == "Tag").unwrap();
    tag.fields[0].undocumented = Undocumented(vec!["seen".to_owned()]);
    let found = compare(Tree { model: model(), files: &files }, Tree { model: &after, files: &files });
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].affected.len() > 1, "{found:#?}");
}

/// What API versions share in a file is reported once, with each of them.
#[test]
fn a_change_of_a_shared_file_is_one_finding() {
    let files = own();
    let mut other = files.clone();
    let path = "shared/aliyun-rpc.yaml";
    let old = text(&files, path).to_owned();
    assert_eq!(old.matches("xml_lists: repeated").count(), 1);
    put(&mut other, path, old.replace("xml_lists: repeated", "xml_lists: item"));
    let after = loaded("shared", &other);
    let found = compare(Tree { model: model(), files: &files }, Tree { model: &after, files: &other });
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((finding.rule.id, finding.also.len()), ("xml-lists-changed", 1));
    assert_eq!(finding.head.as_ref().map(|place| place.file.as_str()), Some(path));
}

/// To declare a rename says more, and what it says is never worse than what is gone and what came would be without it.
#[test]
fn a_declared_rename_is_no_worse_than_one_that_is_not() {
    fn undeclared(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if let Some(history) = map.get_mut("history").and_then(Value::as_object_mut) {
                    history.remove("renamed_from");
                }
                map.values_mut().for_each(undeclared);
            }
            Value::Array(items) => items.iter_mut().for_each(undeclared),
            _ => {}
        }
    }
    let mut seen = BTreeSet::new();
    for Tried { name, case, models: [before, after], found } in tried() {
        let renames = |id: &str| id.ends_with("-renamed") || id.ends_with("wire-name-changed");
        if !case.finds.iter().any(|line| renames(line.split(' ').next().unwrap())) {
            continue;
        }
        let mut plain = [before, after].map(|model| serde_json::to_value(model).unwrap());
        plain.iter_mut().for_each(undeclared);
        let plain = plain.map(|value| serde_json::from_value::<Model>(value).unwrap());
        let files = case.files();
        for (direction, found) in found.iter().enumerate() {
            let tree = |index: usize| Tree { model: &plain[index], files: &files[index] };
            let other = compare(tree(direction), tree(1 - direction));
            let worst = |all: &[cloudcert_codegen::diff::DiffFinding]| {
                (
                    all.iter().map(|of| of.wire).max(),
                    all.iter().map(|of| of.source).max(),
                    all.iter().map(|of| of.bump).max(),
                )
            };
            let (declared, plain) = (worst(found), worst(&other));
            assert!(
                declared.0 <= plain.0 && declared.1 <= plain.1 && declared.2 <= plain.2,
                "{name}: {declared:?} declared, {plain:?} without: {found:#?} {other:#?}"
            );
            seen.extend(found.iter().map(|of| of.rule.id).filter(|id| renames(id)));
        }
    }
    assert!(seen.len() >= 8, "only {seen:?}");
}
