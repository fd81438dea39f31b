//! Cargo and rustc agree with the levels of the rules about groups. Each feature in the table of a case is tried as all that a program names: cargo
//! must resolve it before the change, and rustc must accept what it turns on. What they refuse after the change must be what findings call
//! breaking, no more and no less.

use super::cases::{Tried, tried};
use super::witnesses::{Witness, failing, module, program};
use crate::compiles::with_modules;
use cloudcert_codegen::cargo_features::{of, select, toml};
use cloudcert_codegen::diff::{DiffFinding, Level, rules};
use cloudcert_codegen::emit::{Output, generate_part};
use cloudcert_codegen::listing;
use cloudcert_codegen::model::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Whether what a rule breaks is the choice of features in a program's manifest.
pub(super) fn is_about_features(rule: &str) -> bool {
    rule.starts_with("group-") || rule.starts_with("action-group-")
}

/// What a program uses: an action, or the shared types.
const TYPES: &str = "types";

/// A program that names one feature, and uses one part of what it turns on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    feature: String,
    part: String,
}

/// A change in one direction, and what comes of each feature.
struct Change {
    name: String,
    models: [&'static Model; 2],
    found: &'static [DiffFinding],
    /// Features that cargo no longer resolves.
    gone: BTreeSet<String>,
    /// The programs that rustc no longer accepts.
    lost: BTreeSet<Use>,
}

impl Change {
    fn findings(&self) -> impl Iterator<Item = &'static DiffFinding> {
        self.found.iter().filter(|finding| is_about_features(finding.rule.id))
    }

    fn breaks(&self) -> bool {
        self.findings().any(|finding| finding.source == Level::Breaking)
    }

    /// What is wrong about the level of a finding.
    fn fault(&self, finding: &DiffFinding) -> Option<String> {
        let [before, after] = self.models;
        let named = finding.before.clone().unwrap_or_default();
        let path = finding.subject.path.rsplit('/').next().unwrap();
        let lost = |feature: &str, part: &str| {
            self.gone.contains(feature)
                || self.lost.contains(&Use { feature: feature.to_owned(), part: part.to_owned() })
        };
        let broken = match finding.rule.id {
            "group-removed" => self.gone.contains(&named),
            "group-dependency-removed" => {
                let feature = format!("{}-{path}", before.apis[0].id);
                let actions = turned_on(before, &named);
                let stays = |action: &&String| after.apis[0].action(action).is_some();
                actions.iter().filter(stays).any(|action| lost(&feature, action))
            }
            id if id.starts_with("action-group-") => lost(&named, path),
            // What was added takes nothing away.
            _ => false,
        };
        let said = finding.source == Level::Breaking;
        let what = if broken { "breaks" } else { "breaks nothing" };
        (broken != said).then(|| format!("{}: {} {} {what}", self.name, finding.rule.id, finding.subject.path))
    }
}

/// The names of the actions that a feature turns on by itself.
fn turned_on(model: &Model, feature: &str) -> BTreeSet<String> {
    let part = select(model, &|name| name == feature);
    part.apis.iter().flat_map(|api| &api.actions).map(|action| action.name.clone()).collect()
}

/// What decides about features: the table, and the feature of each action.
fn shape(model: &Model) -> (String, BTreeMap<&str, Option<&str>>) {
    let actions = model.apis.iter().flat_map(|api| &api.actions);
    (toml(model), actions.map(|action| (action.name.as_str(), action.group.as_deref())).collect())
}

/// Each case that features can notice, there and back.
fn changes() -> Vec<Change> {
    let mut changes = Vec::new();
    for Tried { name, models, found, .. } in tried() {
        let [first, second] = models;
        let versions = |model: &'static Model| model.apis.iter().map(|api| &api.id);
        // Where an API version comes or goes, all of its features do. A finding about the version says so.
        if !versions(first).eq(versions(second)) {
            continue;
        }
        let quiet = found.iter().flatten().all(|finding| !is_about_features(finding.rule.id));
        if quiet && shape(first) == shape(second) {
            continue;
        }
        for (name, models, found) in
            [(name.clone(), [first, second], &found[0]), (format!("{name} backwards"), [second, first], &found[1])]
        {
            changes.push(Change { name, models, found, gone: BTreeSet::new(), lost: BTreeSet::new() });
        }
    }
    changes
}

/// Packages with the features of tables, and programs that name them.
#[derive(Default)]
struct Manifests(BTreeMap<(String, String), bool>);

impl Manifests {
    /// Whether cargo resolves a program that names a feature of a package whose manifest lists this table.
    fn resolves(&mut self, table: &str, feature: &str) -> bool {
        *self.0.entry((table.to_owned(), feature.to_owned())).or_insert_with(|| resolves(table, feature))
    }
}

fn resolves(table: &str, feature: &str) -> bool {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("selections");
    let package = |name: &str, rest: &str| {
        let folder = folder.join(name);
        std::fs::create_dir_all(folder.join("src")).unwrap();
        let head = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n");
        std::fs::write(folder.join("Cargo.toml"), head + rest).unwrap();
        std::fs::write(folder.join("src/lib.rs"), "").unwrap();
        folder
    };
    package("sdk", &format!("[features]\n{table}"));
    let names = format!("{{ path = \"../sdk\", default-features = false, features = [\"{feature}\"] }}");
    let program = package("program", &format!("[dependencies]\nsdk = {names}\n"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--offline", "--format-version", "1", "--manifest-path"];
    let output = Command::new(cargo).args(arguments).arg(program.join("Cargo.toml")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || said.contains(feature), "{feature} in\n{table}\n{said}");
    output.status.success()
}

/// Modules of a crate. Equal code is compiled once.
#[derive(Default)]
struct Modules(Vec<(String, Vec<Output>)>);

impl Modules {
    /// The module with what a feature turns on.
    fn of(&mut self, model: &Model, part: &Model) -> String {
        let output = generate_part(model, part);
        if let Some((name, _)) = self.0.iter().find(|(_, other)| *other == output) {
            return name.clone();
        }
        let name = format!("part_{}", self.0.len());
        self.0.push((name.clone(), output));
        name
    }
}

/// What callers write of each part of an API version that a feature turns on.
fn uses(model: &Model, part: &Model, after: &Model) -> BTreeMap<String, String> {
    let (part_api, api) = (&part.apis[0], &after.apis[0]);
    let mut all = BTreeMap::new();
    for action in part_api.actions.iter().filter(|action| api.action(&action.name).is_some()) {
        let method = &action.method;
        let text = format!(
            "fn call(c: &api::Client) {{ let _ = c.{method}(); }} fn read(_: api::{method}::Request, _: api::{method}::Response) {{}}"
        );
        all.insert(action.name.clone(), text);
    }
    let types = |whole: &Model, part: &Model| -> BTreeSet<String> {
        let place = format!("{}::types::", module(whole));
        let lines = listing::api(&generate_part(whole, part));
        let names = lines.lines().filter_map(|line| line.strip_prefix(&place));
        names.filter(|name| name.chars().all(char::is_alphanumeric)).map(str::to_owned).collect()
    };
    let mut text = String::new();
    for name in types(model, part).intersection(&types(after, after)) {
        let _ = write!(text, "fn of_{name}(_: api::types::{name}) {{}} ");
    }
    all.insert(TYPES.to_owned(), text);
    all
}

/// Asks cargo about each feature of each change, and collects the programs to ask rustc about.
fn programs(changes: &mut [Change], modules: &mut Modules) -> Vec<(usize, Use, Witness)> {
    let mut manifests = Manifests::default();
    let mut all = Vec::new();
    for (index, change) in changes.iter_mut().enumerate() {
        let [before, after] = change.models;
        for feature in before.apis.iter().flat_map(of).map(|feature| feature.name) {
            assert!(manifests.resolves(&toml(before), &feature), "{}: {feature} before", change.name);
            if !manifests.resolves(&toml(after), &feature) {
                change.gone.insert(feature);
                continue;
            }
            let parts = [before, after].map(|model| select(model, &|name| name == feature));
            let names = [modules.of(before, &parts[0]), modules.of(after, &parts[1])];
            for (part, text) in uses(before, &parts[0], after) {
                let witness = Witness {
                    rules: change.findings().map(|finding| finding.rule.id).collect(),
                    case: format!("{} {feature} {part}", change.name),
                    modules: names.clone(),
                    api: module(before),
                    text,
                };
                all.push((index, Use { feature: feature.clone(), part }, witness));
            }
        }
    }
    all
}

/// The numbers of the programs that rustc refuses, before and after the change.
fn refused(modules: Modules, witnesses: &[&Witness]) -> [BTreeMap<usize, String>; 2] {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("selection-programs");
    std::fs::create_dir_all(&folder).unwrap();
    let paths = ["before", "after"].map(|name| folder.join(format!("selection_{name}.rs")));
    let written = [0, 1].map(|side| {
        let (text, starts) = program(witnesses, side);
        std::fs::write(&paths[side], text).unwrap();
        starts
    });
    let features = tried().iter().flat_map(|case| &case.models[0].apis).map(|api| api.id.clone()).collect();
    with_modules("selections", modules.0, features, paths.to_vec(), &[], |package| {
        let refused = [0, 1].map(|side| failing(package, &paths[side], &written[side]));
        // What cannot be resolved hides what has a wrong type: so again, without those that have failed.
        let (left, rest): (Vec<usize>, Vec<&Witness>) =
            witnesses.iter().enumerate().filter(|(index, _)| !refused[1].contains_key(index)).unzip();
        let (text, starts) = program(&rest, 1);
        std::fs::write(&paths[1], text).unwrap();
        let [before, mut after] = refused;
        after.extend(failing(package, &paths[1], &starts).into_iter().map(|(index, error)| (left[index], error)));
        [before, after]
    })
}

#[test]
fn cargo_and_rustc_agree_with_every_level_about_groups() {
    let mut changes = changes();
    let mut modules = Modules::default();
    let all = programs(&mut changes, &mut modules);
    let witnesses: Vec<&Witness> = all.iter().map(|(_, _, witness)| witness).collect();
    let [before, after] = refused(modules, &witnesses);
    let mut wrong: Vec<String> = before
        .iter()
        .map(|(index, error)| format!("{} does not compile before:\n{error}", witnesses[*index].case))
        .collect();
    for index in after.keys() {
        let (change, of, _) = &all[*index];
        changes[*change].lost.insert(of.clone());
    }
    let mut shown: BTreeSet<(&str, &str)> = BTreeSet::new();
    for change in &changes {
        for finding in change.findings() {
            shown.insert((finding.rule.id, finding.source.as_str()));
            wrong.extend(change.fault(finding));
        }
        let loses = !change.gone.is_empty() || !change.lost.is_empty();
        if loses && !change.breaks() {
            wrong.push(format!("{}: no finding says that {:?} {:?} break", change.name, change.gone, change.lost));
        }
        // A feature that is gone is named by itself, whatever else is said.
        let named: BTreeSet<String> =
            change.findings().filter(|of| of.rule.id == "group-removed").filter_map(|of| of.before.clone()).collect();
        if named != change.gone {
            wrong.push(format!("{}: cargo refuses {:?}, and findings name {named:?}", change.name, change.gone));
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());

    for rule in rules().filter(|rule| is_about_features(rule.id) && rule.source > Level::None) {
        assert!(shown.contains(&(rule.id, rule.source.as_str())), "no case shows {} as the table has it", rule.id);
    }
    // Where another feature still turns it on, nothing breaks.
    for id in ["action-group-changed", "action-group-removed", "group-dependency-removed"] {
        assert!(shown.contains(&(id, "compatible")), "no case shows a harmless {id}");
    }
    assert!(after.len() > 10 && after.len() < all.len() / 2, "{} of {} programs break", after.len(), all.len());
}
