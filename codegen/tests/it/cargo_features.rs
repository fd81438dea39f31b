//! The cargo features of API versions and groups: what they turn on, what they imply, and whether `Cargo.toml` lists them.

use crate::fixture::{FOLDER, base, model, put, repository, text};
use cloudcert_codegen::cargo_features::{Feature, of, select, toml};
use cloudcert_codegen::emit::{Output, generate, generate_part};
use cloudcert_codegen::load;
use cloudcert_codegen::model::{Model, defined};
use std::collections::BTreeSet;
use std::fmt::Write;

#[test]
fn the_manifest_lists_the_features_of_the_spec() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let wanted = toml(model());
    assert!(manifest.contains(&format!("\n{wanted}")), "Cargo.toml must list these features:\n{wanted}");
    let names: BTreeSet<String> = model().apis.iter().flat_map(of).map(|feature| feature.name).collect();
    let default = manifest.split_once("\ndefault = [").unwrap().1.split_once(']').unwrap().0;
    for name in default.split('"').skip(1).step_by(2) {
        assert!(names.contains(name), "the default feature {name} does not exist");
    }
}

/// The small spec with each action in a group of its own.
fn grouped() -> Model {
    let mut files = base();
    let service = format!("{FOLDER}/service.yaml");
    let actions: Vec<String> = load(&files).unwrap().apis[0].actions.iter().map(|action| action.name.clone()).collect();
    let mut groups = "groups:\n".to_owned();
    for action in &actions {
        let group = action.to_lowercase();
        let _ = write!(groups, "  {group}:\n    title: {action}\n    title_zh: 分组\n");
        let path = format!("{FOLDER}/{action}.yaml");
        let old = text(&files, &path).to_owned();
        let rest = old.lines().filter(|line| !line.starts_with("group:")).map(|line| format!("{line}\n"));
        put(&mut files, &path, rest.collect::<String>() + &format!("group: {group}\n"));
    }
    let old = text(&files, &service).to_owned();
    let (before, after) = old.split_once("groups:\n").unwrap();
    let after = &after[after.find("\nids:").unwrap() + 1..];
    put(&mut files, &service, format!("{before}{groups}{after}"));
    load(&files).unwrap_or_else(|findings| panic!("{findings}"))
}

fn feature(group: &str) -> String {
    format!("{FOLDER}-{group}")
}

#[test]
fn a_feature_implies_those_of_the_actions_that_its_code_names() {
    let model = grouped();
    let api = &model.apis[0];
    let features = of(api);
    assert_eq!(features[0].name, FOLDER);
    assert_eq!(features[0].implies, features[1..].iter().map(|of| of.name.clone()).collect());
    let mut implied = 0;
    for action in &api.actions {
        let own = feature(&action.name.to_lowercase());
        let Feature { implies, .. } = features.iter().find(|of| of.name == own).unwrap();
        for recipe in &action.reconcile {
            assert!(implies.contains(&feature(&recipe.action.to_lowercase())), "{own} implies only {implies:?}");
            implied += 1;
        }
    }
    assert!(implied > 0, "no action of the small spec has a recipe");
}

fn methods(output: &[Output]) -> BTreeSet<&str> {
    let files = output.iter().filter(|file| file.text.contains("impl crate::Operation for"));
    files.map(|file| file.path.rsplit('/').next().unwrap().trim_end_matches(".rs")).collect()
}

#[test]
fn a_feature_turns_on_its_actions_and_what_they_need_and_no_more() {
    let model = grouped();
    let api = &model.apis[0];
    for action in &api.actions {
        let own = feature(&action.name.to_lowercase());
        let part = select(&model, &|name| name == own);
        let part = &part.apis[0];
        let names: BTreeSet<&str> = part.actions.iter().map(|action| action.name.as_str()).collect();
        let needed = action.reconcile.iter().map(|recipe| recipe.action.as_str());
        assert_eq!(names, needed.chain([action.name.as_str()]).collect(), "{own}");
        // What is left out is used by nobody that stays.
        let whole: BTreeSet<&str> = api.types.iter().map(|of| of.name.as_str()).collect();
        let kept: BTreeSet<&str> = part.types.iter().map(|of| of.name.as_str()).collect();
        let fields = part.actions.iter().flat_map(|action| action.parameters.iter().chain(&action.response));
        let inside = defined(fields.clone()).into_iter().flat_map(|of| &of.fields);
        for field in fields.chain(inside).chain(part.types.iter().flat_map(|of| &of.fields)) {
            let lost = field.kind.structure().is_some_and(|of| whole.contains(of) && !kept.contains(of));
            assert!(!lost, "{own} lacks the structure of {}", field.wire);
        }
    }
    assert_eq!(select(&model, &|_| false).apis, []);
    assert_eq!(select(&model, &|name| name == FOLDER), model);
    assert_eq!(select(&model, &|_| true), model);
}

#[test]
fn a_client_knows_the_effect_of_an_action_that_has_no_method() {
    let model = grouped();
    let only = feature(&model.apis[0].actions[0].name.to_lowercase());
    let part = select(&model, &|name| name == only);
    let (whole, made) = (generate(&model), generate_part(&model, &part));
    assert!(methods(&made).len() < methods(&whole).len(), "something is left out");
    let client = made.iter().find(|file| file.path.ends_with("/client.rs")).unwrap();
    for action in &model.apis[0].actions {
        assert!(client.text.contains(&format!("(\"{}\", crate::api::Effect::", action.name)), "{}", action.name);
    }
}

#[test]
fn an_item_that_not_all_features_have_says_which_it_needs() {
    let model = grouped();
    let made = generate(&model);
    let root = made.iter().find(|file| file.path.ends_with(&format!("{}/mod.rs", model.apis[0].modules[1]))).unwrap();
    for action in &model.apis[0].actions {
        let label = format!("#[cfg_attr(docsrs, doc(cfg(feature = \"{}\")))]", feature(&action.name.to_lowercase()));
        let module = format!("pub mod {};", action.method);
        assert!(root.text.contains(&format!("{label}\n{module}")), "{module} lacks {label}");
    }
}
