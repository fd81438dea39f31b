//! A public history whose answer is known: the releases of the vendor's Python package for CAS 2020-04-07. `tests/releases/extract.py` took
//! actions, parameters and response fields out of its source archives, and what its changelog says; here each release becomes a spec, and the
//! diff of each pair must be what the models and the changelog say, no more and no less.

use crate::fixture::data;
use crate::snapshots::compare as snapshot;
use cloudcert_codegen::diff::{DiffFinding, Tree, compare};
use cloudcert_codegen::load;
use cloudcert_codegen::model::Model;
use cloudcert_codegen::source::SourceFile;
use serde_yaml::{Mapping, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Something that a release has: action, side, path.
pub(crate) type Item = (String, String, String);

/// What is said about it: type, and whether it is required.
pub(crate) type Facts = BTreeMap<Item, (String, bool)>;

fn lines(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(data().join("releases").join(file)).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// The releases in order, each with all that it has.
pub(crate) fn releases() -> Vec<(String, Facts)> {
    let mut releases: Vec<(String, Facts)> = Vec::new();
    for row in lines("models.tsv") {
        let [version, sign, action, side, path, kind, required] = row.as_slice() else { panic!("{row:?}") };
        if releases.last().is_none_or(|(last, _)| last != version) {
            let before = releases.last().map(|(_, facts)| facts.clone()).unwrap_or_default();
            releases.push((version.clone(), before));
        }
        let (_, facts) = releases.last_mut().unwrap();
        let item = (action.clone(), side.clone(), path.clone());
        if sign == "+" {
            facts.insert(item, (kind.clone(), required == "required"));
        } else {
            facts.remove(&item);
        }
    }
    releases
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

/// A release as a spec.
fn spec(facts: &Facts) -> Vec<SourceFile> {
    let folder = "aliyun-cas-2020-04-07";
    let service = "spec: 2\napi: {provider: aliyun, service: cas, version: '2020-04-07', title: A., title_zh: 文字。, doc: A., doc_zh: 文字。}\n\
        sources: {P: {kind: official-client, title: package, version: '1'}}\n\
        protocol: {family: aliyun-rpc, signatures: [acs3], xml_lists: repeated, envelope: never, error_style: flat, time_stamps: extended}\n\
        endpoints: {default_region: cn-hangzhou, hosts: [{region: cn-hangzhou, host: cas.aliyuncs.com}], unknown_region: refuse}\n\
        common_response: {RequestId: {type: string, doc: A., doc_zh: 文字。}}\n";
    let mut files = vec![SourceFile::new(format!("{folder}/service.yaml"), service)];
    let actions: BTreeSet<&String> =
        facts.keys().filter(|(_, side, _)| side == "action").map(|(action, ..)| action).collect();
    for action in actions {
        let side = |side: &str| {
            let own = facts.iter().filter(|((of, at, _), _)| of == action && at == side);
            fields(&own.map(|((.., path), of)| (path.as_str(), of)).collect(), "", action, side)
        };
        let required = facts.iter().filter(|((of, at, _), (_, required))| of == action && at == "request" && *required);
        let example: Mapping = required
            .filter(|((.., path), _)| !path.contains('.'))
            .map(|((.., path), (kind, _))| (Value::from(path.as_str()), sample(kind)))
            .collect();
        let file = map([
            ("action", Value::from(action.as_str())),
            ("title", Value::from("A.")),
            ("title_zh", Value::from("文字。")),
            ("doc", Value::from("A.")),
            ("doc_zh", Value::from("文字。")),
            ("effect", Value::from("read")),
            ("methods", Value::Sequence(vec![Value::from("POST")])),
            ("parameters", side("request")),
            ("response", side("response")),
            (
                "examples",
                Value::Sequence(vec![map([
                    ("title", Value::from("A.")),
                    ("title_zh", Value::from("文字。")),
                    ("request", Value::Mapping(example)),
                ])]),
            ),
            ("source", Value::from("P")),
        ]);
        files.push(SourceFile::new(format!("{folder}/{action}.yaml"), serde_yaml::to_string(&file).unwrap()));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn sample(kind: &str) -> Value {
    match kind {
        "i64" => Value::from(1),
        "boolean" => Value::from(true),
        list if list.starts_with("list") => Value::Sequence(vec![sample(&list[8..])]),
        "object" => Value::Mapping(Mapping::new()),
        _ => Value::from("x"),
    }
}

/// The fields directly below a path.
fn fields(all: &BTreeMap<&str, &(String, bool)>, below: &str, action: &str, side: &str) -> Value {
    let mut made = Mapping::new();
    for (path, (kind, required)) in all {
        let Some(name) = path.strip_prefix(below).filter(|name| !name.contains('.')) else { continue };
        let (kind, item) = kind.split_once(" of ").map_or((kind.as_str(), None), |(kind, item)| (kind, Some(item)));
        let structure = item.unwrap_or(kind) == "object";
        let mut field = vec![("doc", Value::from("A.")), ("doc_zh", Value::from("文字。"))];
        let mut word = item.unwrap_or(kind).to_owned();
        if structure {
            let inside: String = path.split(['.', '-', '_']).map(capital).collect();
            word = format!("{}{}{inside}", capital(action), capital(side));
            field.push(("fields", fields(all, &format!("{path}."), action, side)));
        }
        field.push(("type", Value::from(if item.is_some() { format!("[{word}]") } else { word })));
        if *required && !path.contains('.') {
            field.push(("required", Value::from(true)));
        }
        // The models of releases do not say which texts are personal data, and the loader wants some of them marked.
        if item.unwrap_or(kind) == "string" {
            field.push(("sensitive", Value::from("pii")));
        }
        // Keywords, and names that differ in capitals only, need another name in Rust.
        if matches!(name, "Type" | "type" | "Self" | "Ref" | "ref" | "Use" | "Match" | "Metadata" | "Unknown") {
            field.push(("rust_name", Value::from(format!("the_{}", name.to_lowercase()))));
        }
        made.insert(
            Value::from(name),
            Value::Mapping(field.into_iter().map(|(key, value)| (Value::from(key), value)).collect()),
        );
    }
    Value::Mapping(made)
}

/// The name of a structure: upper camel case without digits that would start a word anew.
fn capital(word: &str) -> String {
    let lower = word.to_lowercase();
    let mut letters = lower.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn loaded(version: &str, files: &[SourceFile]) -> Model {
    load(files).unwrap_or_else(|findings| panic!("{version}: {findings}"))
}

/// What came, went and changed between two releases by their models alone; what is inside something that came or went is that.
pub(crate) fn expected(before: &Facts, after: &Facts) -> BTreeSet<(char, Item)> {
    let mut all = BTreeSet::new();
    for (sign, old, new) in [('+', before, after), ('-', after, before)] {
        for item in new.keys().filter(|item| !old.contains_key(*item)) {
            let (action, side, path) = item;
            let whole = (action.clone(), "action".to_owned(), String::new());
            let above = path.match_indices('.').map(|(end, _)| (action.clone(), side.clone(), path[..end].to_owned()));
            let hidden = (side != "action" && !old.contains_key(&whole))
                || above.into_iter().any(|parent| !old.contains_key(&parent));
            if !hidden {
                all.insert((sign, item.clone()));
            }
        }
    }
    all.extend(
        after
            .iter()
            .filter(|(item, of)| before.get(item).is_some_and(|old| old != *of))
            .map(|(item, _)| ('~', item.clone())),
    );
    all
}

/// A finding as an item that came, went or changed.
fn told(finding: &DiffFinding) -> (char, Item) {
    let sign = match (&finding.before, &finding.after) {
        (None, _) => '+',
        (_, None) => '-',
        _ => '~',
    };
    let mut parts = finding.subject.path.split('/').skip(1);
    let action = parts.next().unwrap_or_default().to_owned();
    let (side, path) = match parts.next() {
        None => ("action", String::new()),
        Some("parameters") => ("request", path(parts)),
        Some("response") => ("response", path(parts)),
        Some(other) => panic!("{other}: {finding:#?}"),
    };
    (sign, (action, side.to_owned(), path))
}

/// Names one inside the other, without the word between them.
fn path<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.step_by(2).collect::<Vec<_>>().join(".")
}

#[test]
fn the_diff_of_real_releases_is_what_their_models_and_changelogs_say() {
    let releases = releases();
    let specs: Vec<(Vec<SourceFile>, Model)> = releases
        .iter()
        .map(|(version, facts)| {
            let files = spec(facts);
            let model = loaded(version, &files);
            (files, model)
        })
        .collect();
    let mut notes: BTreeMap<String, Vec<(char, Item)>> = BTreeMap::new();
    for row in lines("changelog.tsv") {
        let [version, sign, action, side, path] = row.as_slice() else { panic!("{row:?}") };
        let item = (action.clone(), side.clone(), path.clone());
        notes.entry(version.clone()).or_default().push((sign.chars().next().unwrap(), item));
    }
    let mut table = String::from(
        "from to: changes by the models, findings, missed; said by the changelog, found, repeated from before, missed\n",
    );
    let mut with_changes = 0;
    for (index, (old, new)) in specs.iter().zip(&specs[1..]).enumerate() {
        let ((from, before), (to, after)) = (&releases[index], &releases[index + 1]);
        let all = compare(Tree { model: &old.1, files: &old.0 }, Tree { model: &new.1, files: &new.0 });
        // Examples and names of builder states follow what is required.
        let own = |finding: &DiffFinding| !finding.is_docs() && !finding.rule.id.starts_with("param-state-alias");
        let found: Vec<DiffFinding> = all.into_iter().filter(own).collect();
        let names: Vec<(char, Item)> = found.iter().map(told).collect();
        let (wanted, names): (BTreeSet<_>, BTreeSet<_>) = (expected(before, after), names.into_iter().collect());
        let missed = wanted.difference(&names).count();
        assert_eq!(names, wanted, "{from} -> {to}");
        assert_eq!(found.len(), wanted.len(), "{from} -> {to}: something is reported twice");
        let said = notes.remove(to).unwrap_or_default();
        let (mut hits, mut repeated, mut lost) = (0, 0, Vec::new());
        for (sign, item) in &said {
            let there = after.contains_key(item);
            if names.contains(&(*sign, item.clone())) {
                hits += 1;
            } else if names.iter().any(|(of, (action, side, _))| of == sign && side == "action" && *action == item.0) {
                // The action came or went with it.
                hits += 1;
            } else if there == (*sign == '+') && before.contains_key(item) == there {
                repeated += 1;
            } else {
                lost.push(item.clone());
            }
        }
        assert!(lost.is_empty(), "{from} -> {to}: the changelog says {lost:#?}");
        with_changes += usize::from(!wanted.is_empty());
        let _ = writeln!(
            table,
            "{from} {to}: {} {} {missed}; {} {hits} {repeated} {}",
            wanted.len(),
            found.len(),
            said.len(),
            lost.len()
        );
    }
    assert!(with_changes >= 15, "only {with_changes} pairs differ");
    snapshot(".", "releases", None, &table);
}
