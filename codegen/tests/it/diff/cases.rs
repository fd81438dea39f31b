//! Each file in `tests/data/diff` holds edits of the spec in `tests/data/base`, with the findings that each must bring. Backwards, an edit
//! must bring the mirrors of them.

use crate::fixture::{FOLDER, base, data, merged, put, text};
use cloudcert_codegen::diff::{DiffFinding, Level, Tree, compare, rule, rules};
use cloudcert_codegen::load;
use cloudcert_codegen::model::Model;
use cloudcert_codegen::source::SourceFile;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// An edit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What it must bring: rule and path, `-` for the API version itself.
    pub(super) finds: Vec<String>,
    /// What it brings besides, because the spec must stay sound.
    #[serde(default)]
    also: Vec<String>,
    /// What there is before, by file.
    #[serde(default)]
    pub(super) given: BTreeMap<String, Value>,
    /// What is changed, by file.
    then: BTreeMap<String, Value>,
    /// What is changed after that, so that it comes last in its list.
    #[serde(default)]
    last: BTreeMap<String, Value>,
    /// Another name for the folder of the API version.
    folder: Option<String>,
    /// What a caller may have written that compiles before and not after. What names or reads one item is made from the findings.
    #[serde(default)]
    pub(super) breaks: Vec<String>,
    /// The same backwards.
    #[serde(default)]
    pub(super) breaks_back: Vec<String>,
    /// The level on the wire, where it is not that of the rule.
    wire: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cases: Vec<Case>,
}

/// All cases, each with a name.
pub(super) fn cases() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(data().join("diff")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // Merge keys are read by hand: the library leaves them as they are.
        let mut value: Value = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        value.apply_merge().unwrap();
        let file: File = serde_yaml::from_value(value).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.extend(file.cases.into_iter().enumerate().map(|(index, case)| (format!("{name}_{}", index + 1), case)));
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

impl Case {
    /// The files before and after.
    pub(super) fn files(&self) -> [Vec<SourceFile>; 2] {
        let before = merged(base(), &self.given);
        let mut after = merged(merged(before.clone(), &self.then), &self.last);
        if let Some(folder) = &self.folder {
            for file in &mut after {
                file.path = file.path.replace(FOLDER, folder);
            }
        }
        [before, after]
    }
}

pub(super) fn loaded(name: &str, files: &[SourceFile]) -> Model {
    load(files).unwrap_or_else(|findings| panic!("{name}: {findings}"))
}

pub(super) fn difference(name: &str, [before, after]: &[Vec<SourceFile>; 2]) -> [Vec<DiffFinding>; 2] {
    let models = [loaded(name, before), loaded(name, after)];
    let tree = |index: usize| Tree { model: &models[index], files: if index == 0 { before } else { after } };
    [compare(tree(0), tree(1)), compare(tree(1), tree(0))]
}

/// Rule and path, as cases name them.
fn told(finding: &DiffFinding) -> String {
    let path = finding.subject.path.strip_prefix(&finding.subject.api).unwrap_or(&finding.subject.path);
    let path = path.trim_start_matches('/');
    format!("{} {}", finding.rule.id, if path.is_empty() { "-" } else { path })
}

/// A case with what it brings, there and back, or why it is not sound.
pub(super) struct Tried {
    pub(super) name: String,
    pub(super) case: Case,
    pub(super) models: [Model; 2],
    pub(super) found: [Vec<DiffFinding>; 2],
}

/// All cases, tried once for all tests.
pub(super) fn tried() -> &'static [Tried] {
    static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| {
        let plain = loaded("base", &base());
        let mut wrong = Vec::new();
        let mut all = Vec::new();
        for (name, case) in cases() {
            let files = case.files();
            let before = if case.given.is_empty() { Ok(plain.clone()) } else { load(&files[0]) };
            match (before, load(&files[1])) {
                (Ok(before), Ok(after)) => {
                    let models = [before, after];
                    let tree = |index: usize| Tree { model: &models[index], files: &files[index] };
                    let found = [compare(tree(0), tree(1)), compare(tree(1), tree(0))];
                    all.push(Tried { name, case, models, found });
                }
                (before, after) => wrong
                    .extend([before, after].into_iter().filter_map(|side| Some(format!("{name}: {}", side.err()?)))),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        all
    });
    &TRIED
}

#[test]
fn each_edit_brings_its_findings_and_backwards_their_mirrors() {
    let mut wrong = Vec::new();
    for Tried { name, case, found: [there, back], .. } in tried() {
        let mut found: Vec<String> = there.iter().map(told).collect();
        let mut wanted: Vec<String> = case.finds.iter().chain(&case.also).cloned().collect();
        found.sort();
        wanted.sort();
        if found != wanted {
            wrong.push(format!("{name}: wanted {wanted:#?}, found {found:#?}"));
        }
        let ids = |findings: &[DiffFinding], id: fn(&DiffFinding) -> &'static str| {
            let mut ids: Vec<&str> = findings.iter().map(id).collect();
            ids.sort_unstable();
            ids
        };
        let (mut forth, mut mirrored) = (ids(there, |f| f.rule.mirror), ids(back, |f| f.rule.id));
        // What becomes required gets its name for the state with it, and says no more; that the name goes is said by itself.
        if there.iter().chain(back).any(|finding| finding.rule.id == "param-became-required") {
            for ids in [&mut forth, &mut mirrored] {
                ids.retain(|id| !id.starts_with("param-state-alias-"));
            }
        }
        if forth != mirrored {
            wrong.push(format!("{name}: backwards wanted {forth:?}, found {mirrored:?}"));
        }
        if let Some(level) = &case.wire {
            let found =
                there.iter().find(|finding| told(finding) == case.finds[0]).map(|finding| finding.wire.as_str());
            assert_eq!(found, Some(level.as_str()), "{name}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let mut shown = BTreeSet::new();
    for (_, case) in cases() {
        for line in &case.finds {
            let id = line.split(' ').next().unwrap();
            let rule = rule(id).unwrap_or_else(|| panic!("there is no rule {id}"));
            shown.extend([rule.id, rule.mirror]);
        }
    }
    // The rule for what no rule names cannot be shown as long as there is a rule for everything.
    let missing: Vec<&str> =
        rules().map(|rule| rule.id).filter(|id| !shown.contains(id) && *id != "unclassified-change").collect();
    assert!(missing.is_empty(), "no case brings {missing:?}");
    assert!(rules().count() >= 120);
}

#[test]
fn the_table_of_rules_is_sound() {
    let ids: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules().count(), "a rule stands twice");
    for rule in rules() {
        let mirror = cloudcert_codegen::diff::rule(rule.mirror).unwrap_or_else(|| panic!("no mirror of {}", rule.id));
        assert_eq!(mirror.mirror, rule.id, "the mirror of {}", rule.id);
        for text in [rule.title, rule.why] {
            assert!(text.ends_with('.') && text.is_ascii() && text.len() < 200, "{}: {text}", rule.id);
        }
        assert!(rule.zh.ends_with('。') && rule.zh.chars().any(|c| c > '\u{4e00}'), "{}", rule.id);
        // A source that no longer compiles needs a major release, and nothing else does.
        assert_eq!(rule.source == Level::Breaking, rule.bump.as_str() == "major", "{}", rule.id);
        assert!(rule.bump.as_str() != "none" || rule.wire.max(rule.source) == Level::None, "{}", rule.id);
    }
}

/// A finding says where it stands in both files.
#[test]
fn each_finding_points_at_its_line_in_both_files() {
    let files = {
        let mut after = base();
        let order = text(&after, "acme-ca-2026-01-01/Order.yaml")
            .replace("max: 9", "max: 8")
            .replace("effect: order\n", "# why\neffect: order\n");
        put(&mut after, "acme-ca-2026-01-01/Order.yaml", order);
        [base(), after]
    };
    let [there, _] = difference("places", &files);
    let [finding] = there.as_slice() else { panic!("{there:#?}") };
    let line = |files: &[SourceFile], place: &cloudcert_codegen::model::Place| {
        text(files, &place.file).lines().nth(place.line - 1).unwrap().trim().to_owned()
    };
    let (before, after) = (finding.base.as_ref().unwrap(), finding.head.as_ref().unwrap());
    assert_eq!(line(&files[0], before), "range: {min: 0, max: 9, severity: error}");
    assert_eq!(line(&files[1], after), "range: {min: 0, max: 8, severity: error}");
    assert_eq!(after.line, before.line + 1);
}
