//! rustc agrees: for every rule that says that sources break there is a program that compiles against the generated code before the change and
//! not after, and a program that uses all of the base API goes on compiling where the rules say that nothing breaks. All of these have the whole
//! API version on; `selections` has those with a part of it.

use super::cases::{Tried, loaded, tried};
use super::selections::is_about_features;
use crate::compiles::compile::{Package, check};
use crate::compiles::with_crate;
use crate::features::Made;
use crate::fixture::base;
use cloudcert_codegen::diff::{DiffFinding, Level, RustChange, rules};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::listing;
use cloudcert_codegen::model::{Action, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What a caller may have written.
pub(super) struct Witness {
    /// What it is about: rules, and the case.
    pub(super) rules: BTreeSet<&'static str>,
    pub(super) case: String,
    /// Modules with the code before and after.
    pub(super) modules: [String; 2],
    /// The way to the API version in them.
    pub(super) api: String,
    pub(super) text: String,
}

/// A type as a caller names it from outside.
fn outside(kind: &str, module: &str) -> String {
    let own = |word: &str| {
        let known = ["Option", "Vec", "String", "Self"];
        word.chars().next().is_some_and(char::is_uppercase) && !known.contains(&word)
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in kind.replace("crate::", "cloudcert::").chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let qualified = out.ends_with("::");
        if own(&word) && !qualified {
            let _ = write!(out, "{module}::");
        }
        out.push_str(&word);
        word.clear();
        out.push(c);
    }
    out.trim().to_owned()
}

/// A program that names or reads the item of a finding as it was; none if that needs more than the item.
fn derived(model: &Model, rust: &RustChange) -> Option<String> {
    let before = rust.before.as_deref()?;
    let api = &model.apis[0];
    let path = rust.item.strip_prefix(&api.modules.join("::"))?.trim_start_matches("::");
    let shared = |name: &str| {
        api.ids.iter().any(|of| of.name == name) || api.enumeration(name).is_some() || api.structure(name).is_some()
    };
    let (owner, name) = path.rsplit_once("::").map_or(("", path), |pair| pair);
    let typed = |module: &str, kind: &str| {
        let places = outside(kind, "@");
        // What is shared lies among the types; the rest beside the field.
        let mut text = places.clone();
        for part in places.split("@::").skip(1) {
            let word: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let place = if shared(&word) { "types" } else { module };
            text = text.replacen(&format!("@::{word}"), &format!("api::{place}::{word}"), 1);
        }
        text
    };
    if let Some((structure, field)) = name.split_once('.') {
        let (_, kind) = before.split_once(": ")?;
        return Some(format!("fn f(r: &api::{owner}::{structure}) {{ let _: &{} = &r.{field}; }}", typed(owner, kind)));
    }
    if let Some(method) = owner.strip_suffix("Builder") {
        let (module, action) = method.rsplit_once("::")?;
        if name == "pages" {
            return Some(format!("fn f(c: &api::Client) {{ let _ = c.{module}().pages(); }}"));
        }
        let kind = before.split_once("value: ")?.1.rsplit_once(") -> ")?.0;
        let kind = match kind.strip_prefix("impl IntoIterator<Item = impl ") {
            Some("AsRef<str>>") => "Vec<String>".to_owned(),
            Some(item) => {
                format!("Vec<{}>", item.rsplit_once("Into<").or(item.split_once("Borrow<"))?.1.strip_suffix(">>")?)
            }
            None => format!(
                "Option<{}>",
                kind.strip_prefix("impl Into<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind)
            ),
        };
        return Some(format!(
            "fn f(r: &api::{module}::{action}Request) {{ let _: &{} = &r.{name}; }}",
            typed(module, &kind)
        ));
    }
    if owner == "Client" {
        return before.contains("(&self)").then(|| format!("fn f(c: &api::Client) {{ let _ = c.{name}(); }}"));
    }
    if name == "state" {
        let view = before.split_once("-> ")?.1;
        let (module, _) = owner.rsplit_once("::")?;
        return Some(format!("fn f(r: &api::{owner}) {{ let _: api::{module}::{view} = r.state(); }}"));
    }
    if owner == "types" {
        return match before.split_once('(') {
            Some((_, "i64)")) => Some(format!("fn f() {{ let _ = api::types::{name}::from(1_i64); }}")),
            Some(_) => Some(format!("fn f() {{ let _ = api::types::{name}::from(\"a\"); }}")),
            None => Some(format!("fn f(_: api::types::{name}) {{}}")),
        };
    }
    // A variant of an enum or of the error codes.
    Some(format!("fn f() {{ let _ = api::{owner}::{name}; }}"))
}

/// The modules of a crate, and all programs about them.
struct Bench {
    specs: Vec<Made>,
    witnesses: Vec<Witness>,
    /// Modules in which nothing breaks for a user of the base API.
    users: Vec<(String, String)>,
}

fn bench() -> Bench {
    let mut bench = Bench { specs: Vec::new(), witnesses: Vec::new(), users: Vec::new() };
    let usual = listing::api(&generate(&loaded("base", &base())));
    let mut specs: BTreeMap<String, (&Model, String)> = BTreeMap::new();
    for Tried { name, case, models, found } in tried() {
        let plain = case.given.is_empty();
        // What many start from is compiled once.
        let modules = [if plain { "base".to_owned() } else { format!("{name}_before") }, format!("{name}_after")];
        for (forth, findings) in [(true, &found[0]), (false, &found[1])] {
            let (from, to) = if forth { (0, 1) } else { (1, 0) };
            let written = if forth { &case.breaks } else { &case.breaks_back };
            for (rules, text) in witnesses(findings, &models[from], written) {
                for side in [from, to] {
                    specs.entry(modules[side].clone()).or_insert((&models[side], String::new())).1.push_str(&text);
                }
                let modules = [modules[from].clone(), modules[to].clone()];
                bench.witnesses.push(Witness { rules, case: name.clone(), modules, api: module(&models[from]), text });
            }
        }
        let quiet = found[0].iter().all(|finding| finding.source < Level::Breaking);
        // Where the listing is the same, nobody can notice.
        if plain && quiet && listing::api(&generate(&models[1])) != usual {
            bench.users.push((modules[1].clone(), module(&models[1])));
            specs.entry(modules[1].clone()).or_insert((&models[1], String::new())).1.push_str("types::");
        }
    }
    let made =
        |(name, (model, texts)): (String, (&Model, String))| Made { model: pruned(model, &texts), name, fault: None };
    bench.specs = specs.into_iter().map(made).collect();
    bench
}

pub(super) fn module(model: &Model) -> String {
    model.apis[0].modules.join("::")
}

/// Without the actions that no program looks at: they would only take time.
fn pruned(model: &Model, texts: &str) -> Model {
    let mut model = model.clone();
    if !["types::", "Code::", "@::", "api::Client)"].iter().any(|part| texts.contains(part)) {
        for api in &mut model.apis {
            let named = |method: &str| texts.contains(&format!("{method}::")) || texts.contains(&format!(".{method}("));
            let wanted = |action: &Action| {
                named(&action.method) || action.waiters.iter().any(|waiter| texts.contains(&waiter.name))
            };
            // A recipe looks with another action.
            let recipes = api.actions.iter().filter(|action| wanted(action)).flat_map(|of| &of.reconcile);
            let looked: BTreeSet<String> = recipes.map(|recipe| recipe.action.clone()).collect();
            api.actions.retain(|action| wanted(action) || looked.contains(&action.name));
        }
    }
    model
}

/// The programs that some findings break: those that were written, and those that follow from the items.
fn witnesses(findings: &[DiffFinding], old: &Model, written: &[String]) -> Vec<(BTreeSet<&'static str>, String)> {
    let broken = || findings.iter().filter(|finding| fails(finding) && !is_about_features(finding.rule.id));
    let made = |finding: &DiffFinding| {
        let rust = finding.rust.as_ref().filter(|_| !special(finding))?;
        derived(old, rust)
    };
    let by_hand: BTreeSet<&'static str> =
        broken().filter(|finding| made(finding).is_none()).map(|f| f.rule.id).collect();
    let mut all: Vec<_> = written.iter().map(|text| (by_hand.clone(), text.clone())).collect();
    all.extend(broken().filter_map(|finding| {
        let deny = if finding.source == Level::Dangerous { "#[deny(deprecated)] " } else { "" };
        Some((BTreeSet::from([finding.rule.id]), format!("{deny}{}", made(finding)?)))
    }));
    all
}

/// Whether a program must fail after it: where sources break, or where a warning is an error.
fn fails(finding: &DiffFinding) -> bool {
    finding.source == Level::Breaking
        || finding.rule.id.ends_with("-deprecated")
            && !finding.rule.id.contains("-added-")
            && !finding.rule.id.contains("-removed-")
}

/// Rules whose break does not lie in the type of the item itself.
fn special(finding: &DiffFinding) -> bool {
    ["param-added-required", "param-became-required", "param-defaulted-to-required"].contains(&finding.rule.id)
        || finding.rule.id.starts_with("param-preset-method-")
}

/// A program with these witnesses, each of which knows its lines.
pub(super) fn program(witnesses: &[&Witness], side: usize) -> (String, Vec<usize>) {
    let mut text = String::from(
        "//! Witnesses.\n#![allow(unused, deprecated, missing_docs, unreachable_pub, clippy::all, reason = \"what callers write\")]\n\nfn main() {}\n",
    );
    let mut starts = Vec::new();
    for (index, witness) in witnesses.iter().enumerate() {
        starts.push(text.lines().count() + 1);
        let _ = writeln!(
            text,
            "mod w{index} {{ use cloudcert::all::{}::{} as api; {} }}",
            witness.modules[side],
            witness.api,
            witness.text.replace('@', &format!("cloudcert::all::{}", witness.modules[side]))
        );
    }
    (text, starts)
}

/// The numbers of the witnesses that rustc finds errors in.
pub(super) fn failing(package: &Package<'_>, path: &Path, starts: &[usize]) -> BTreeMap<usize, String> {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut failed = BTreeMap::new();
    for diagnostic in check(package).into_iter().filter(|diagnostic| diagnostic.rendered.starts_with("error")) {
        let Some(at) = diagnostic.rendered.find(&format!("{name}:")) else {
            assert!(
                path.with_extension("").file_name().unwrap().to_string_lossy() != diagnostic.target,
                "{}",
                diagnostic.rendered
            );
            continue;
        };
        let line: usize = diagnostic.rendered[at + name.len() + 1..].split(':').next().unwrap().parse().unwrap();
        let index = starts.partition_point(|start| *start <= line) - 1;
        failed.entry(index).or_insert(diagnostic.rendered);
    }
    failed
}

#[test]
fn rustc_agrees_with_every_level_on_the_source() {
    let bench = bench();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("witness-programs");
    std::fs::create_dir_all(&folder).unwrap();
    let [before, after, users]: [PathBuf; 3] =
        ["before", "after", "users"].map(|name| folder.join(format!("witness_{name}.rs")));
    let all: Vec<&Witness> = bench.witnesses.iter().collect();
    let (text, starts) = program(&all, 0);
    std::fs::write(&before, text).unwrap();
    let mut text = String::from(
        "//! A user.\n#![allow(unused, deprecated, missing_docs, unreachable_pub, clippy::all, reason = \"what callers write\")]\n\nfn main() {}\n",
    );
    let body = include_str!("../../programs/user.txt");
    let mut user_starts = Vec::new();
    for (module, api) in &bench.users {
        user_starts.push(text.lines().count() + 1);
        let _ = writeln!(text, "mod {module} {{\n    use cloudcert::all::{module}::{api} as api;\n{body}}}");
    }
    std::fs::write(&users, text).unwrap();

    let mut sound = Vec::new();
    let mut left: Vec<&Witness> = all.clone();
    let mut rounds = 0;
    // What cannot be resolved hides what has a wrong type, and that what is only warned of: so in rounds, without those that have failed.
    while !left.is_empty() {
        let (text, starts_after) = program(&left, 1);
        std::fs::write(&after, text).unwrap();
        let programs =
            if rounds == 0 { vec![before.clone(), users.clone(), after.clone()] } else { vec![after.clone()] };
        let failed = with_crate("witnesses", &bench.specs, programs, |package| {
            if rounds == 0 {
                for (index, error) in failing(package, &before, &starts) {
                    sound.push(format!(
                        "{} {:?} does not compile before:\n{}\n{error}",
                        all[index].case, all[index].rules, all[index].text
                    ));
                }
                for (index, error) in failing(package, &users, &user_starts) {
                    sound.push(format!("{}: sources break, and no rule says so:\n{error}", bench.users[index].0));
                }
            }
            failing(package, &after, &starts_after)
        });
        if failed.is_empty() {
            break;
        }
        left = left
            .iter()
            .enumerate()
            .filter(|(index, _)| !failed.contains_key(index))
            .map(|(_, witness)| *witness)
            .collect();
        rounds += 1;
    }
    for witness in left {
        sound.push(format!("{} {:?} compiles before and after:\n{}", witness.case, witness.rules, witness.text));
    }
    assert!(sound.is_empty(), "{}\n{} wrong", sound.join("\n\n"), sound.len());

    let shown: BTreeSet<&str> = all.iter().flat_map(|witness| witness.rules.iter().copied()).collect();
    let breaking = rules().filter(|rule| rule.source == Level::Breaking && !is_about_features(rule.id));
    let breaking: Vec<&str> = breaking.map(|rule| rule.id).collect();
    let missing: Vec<&&str> = breaking.iter().filter(|id| !shown.contains(**id)).collect();
    assert!(missing.is_empty(), "{} of {} breaks have no witness: {missing:#?}", missing.len(), breaking.len());
    assert!(bench.users.len() > 10, "only {} users", bench.users.len());
}
