//! A public history as an oracle: what each release of the vendor's package contained (see `diff/releases.rs`). Importing a release over the
//! one before it must find what came, what went and what changed, no more and no less.

use super::packages::release;
use super::said;
use super::writing::{after, imported_into};
use crate::diff::releases::{Facts, Item as Name, expected, releases};
use cloudcert_codegen::import::Format;
use cloudcert_codegen::import::plain::{Action, Api, Item, Items, Shape};
use cloudcert_codegen::source::SourceFile;
use std::collections::BTreeSet;
use std::io::Write as _;

const FOLDER: &str = "aliyun-cas-2020-04-07";

/// A release in the plain model.
fn api(facts: &Facts) -> Api {
    let mut api = Api::default();
    for (action, ..) in facts.keys().filter(|(_, side, _)| side == "action") {
        let items = |wanted: &str| {
            let all = facts.iter().filter(|((of, side, _), _)| of == action && side == wanted);
            let all: Vec<(&str, &str, bool)> =
                all.map(|((.., path), (kind, must))| (path.as_str(), kind.as_str(), *must)).collect();
            below(&all, "")
        };
        let (parameters, response) = (items("request"), Some(items("response")));
        let seen_in = vec!["pypi".to_owned()];
        api.actions.insert(action.clone(), Action { parameters, response, seen_in, ..Action::default() });
    }
    api
}

fn below(all: &[(&str, &str, bool)], path: &str) -> Items {
    let mut items = Items::new();
    for (whole, kind, required) in all {
        let Some(wire) = whole.strip_prefix(path).filter(|wire| !wire.contains('.')) else { continue };
        let shape = |kind: &str| match kind {
            "boolean" => Shape::Boolean,
            "i64" => Shape::Number(None),
            "object" => Shape::Object(below(all, &format!("{whole}."))),
            _ => Shape::Text,
        };
        let shape =
            kind.strip_prefix("list of ").map_or_else(|| shape(kind), |inner| Shape::List(Box::new(shape(inner))));
        let item = Item { required: Some(*required), ..Item::new(shape, "pypi") };
        items.insert(wire.to_owned(), item);
    }
    items
}

/// What a source says, as the oracle says it.
fn facts(api: &Api) -> Facts {
    fn each(items: &Items, action: &str, side: &str, path: &str, all: &mut Facts) {
        for (wire, item) in
            items.iter().filter(|(wire, _)| side != "response" || !path.is_empty() || *wire != "RequestId")
        {
            let path = format!("{path}{wire}");
            let word = |shape: &Shape| match shape {
                Shape::Boolean => "boolean",
                Shape::Number(_) => "i64",
                Shape::Object(_) => "object",
                _ => "string",
            };
            let kind = match &item.shape {
                Shape::List(of) => format!("list of {}", word(of)),
                shape => word(shape).to_owned(),
            };
            let required = side == "request" && item.required == Some(true);
            all.insert((action.to_owned(), side.to_owned(), path.clone()), (kind, required));
            each(item.shape.members().unwrap_or(&Items::new()), action, side, &format!("{path}."), all);
        }
    }
    let mut all = Facts::new();
    for (name, action) in &api.actions {
        all.insert((name.clone(), "action".to_owned(), String::new()), (String::new(), false));
        each(&action.parameters, name, "request", "", &mut all);
        each(action.response.as_ref().unwrap_or(&Items::new()), name, "response", "", &mut all);
    }
    all
}

/// An API version without actions.
fn empty() -> Vec<SourceFile> {
    let service = "spec: 2\napi: {provider: aliyun, service: cas, version: '2020-04-07'}\n";
    vec![SourceFile::new(format!("{FOLDER}/service.yaml"), service)]
}

/// `Action.Item.Member` on either side; the import's paths do not tell which.
fn path((action, _, path): &Name) -> String {
    if path.is_empty() { action.clone() } else { format!("{action}.{path}") }
}

#[test]
fn a_release_over_the_one_before_it_finds_what_came_went_and_changed() {
    let releases = releases();
    let mut with_changes = 0;
    for pair in releases.windows(2) {
        let [(from, before), (to, new)] = pair else { unreachable!() };
        let files = empty();
        let (first, _) = imported_into(FOLDER, &files, &api(before), false);
        let files = after(&files, &first);
        let (outcome, _) = imported_into(FOLDER, &files, &api(new), false);
        let item = |said: &String| said.split(": ").next().unwrap().to_owned();
        let came = outcome.actions.iter().chain(&outcome.new).map(|said| ('+', item(said)));
        let went = outcome.gone.iter().map(|said| ('-', said.clone()));
        let changed = outcome.changed.iter().map(|changed| ('~', changed.path.clone()));
        let found: BTreeSet<(char, String)> = came.chain(went).chain(changed).collect();
        let wanted: BTreeSet<(char, String)> =
            expected(before, new).iter().map(|(sign, of)| (*sign, path(of))).collect();
        assert_eq!(found, wanted, "{from} -> {to}");
        with_changes += usize::from(!wanted.is_empty());
        // With what was accepted, nothing is left but what a person has to do.
        let (outcome, _) = imported_into(FOLDER, &files, &api(new), true);
        let (again, _) = imported_into(FOLDER, &after(&files, &outcome), &api(new), true);
        assert!(
            again.files.is_empty() && again.changed.iter().all(|changed| !changed.written),
            "{from} -> {to}: {again:#?}"
        );
    }
    assert!(with_changes >= 15, "only {with_changes} pairs differ");
}

/// The reader of packages against the oracle, which another program made of other archives.
#[test]
fn each_release_at_hand_is_read_as_the_oracle_has_it() {
    let mut read = 0;
    for (version, wanted) in releases() {
        let Some(input) = release(&format!("alibabacloud-cas20200407-{version}"), Format::Python, "") else { continue };
        let (api, remarks) = said(&input);
        assert!(remarks.is_empty(), "{version}: {remarks:#?}");
        assert_eq!(facts(&api), wanted, "{version}");
        read += 1;
    }
    let _ = writeln!(std::io::stdout(), "{read} releases were read");
}

/// The two forms of the oracle are one.
#[test]
fn the_plain_model_says_what_the_oracle_says() {
    for (version, wanted) in releases() {
        assert_eq!(facts(&api(&wanted)), wanted, "{version}");
    }
}
