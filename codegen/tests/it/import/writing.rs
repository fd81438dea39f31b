//! What an import writes into a spec, and what it leaves as it is.

use super::list;
use crate::fixture::{FOLDER, base, put, text};
use cloudcert_codegen::import::plain::{Action, Api, Item, Items, Packed, Shape};
use cloudcert_codegen::import::{Outcome, Refusal, Remarks, Row, write};
use cloudcert_codegen::source::SourceFile;

/// An item of the source `pypi`.
pub(super) fn item(shape: Shape) -> Item {
    Item::new(shape, "pypi")
}

pub(super) fn items<const N: usize>(all: [(&str, Item); N]) -> Items {
    all.into_iter().map(|(wire, item)| (wire.to_owned(), item)).collect()
}

/// An API that has the actions of the small spec as they are there.
pub(super) fn known() -> Api {
    let contact = items([("Name", item(Shape::Text)), ("Phone", item(Shape::Text))]);
    let mut contact = item(Shape::Object(contact));
    contact.packed = Some(Packed::Json);
    let required = |shape: Shape| Item { required: Some(true), ..item(shape) };
    let order = Action {
        parameters: items([
            ("Domain", required(Shape::Text)),
            ("Kind", required(Shape::Text)),
            ("Count", item(Shape::Number(Some(32)))),
            ("Contact", contact),
            ("Note", item(Shape::Text)),
            ("Token", item(Shape::Text)),
        ]),
        response: Some(items([("OrderId", item(Shape::Number(None))), ("RequestId", item(Shape::Text))])),
        ..Action::default()
    };
    Api { version: Some("2026-01-01".to_owned()), actions: [("Order".to_owned(), order)].into(), ..Api::default() }
}

pub(super) fn row() -> Row {
    let of = |text: &str| text.to_owned();
    Row { label: of("pypi"), kind: "official-client", title: of("acme-ca"), version: of("1.0.0") }
}

/// The outcome, and the remarks.
pub(super) fn imported(files: &[SourceFile], api: &Api, accept: bool) -> (Outcome, Vec<String>) {
    imported_into(FOLDER, files, api, accept)
}

/// The same for another API version.
pub(super) fn imported_into(folder: &str, files: &[SourceFile], api: &Api, accept: bool) -> (Outcome, Vec<String>) {
    let mut remarks = Remarks::default();
    let outcome =
        write(folder, files, api, &[row()], accept, &mut remarks).unwrap_or_else(|findings| panic!("{findings}"));
    (outcome, remarks.items().iter().map(ToString::to_string).collect())
}

/// The files after an import.
pub(super) fn after(files: &[SourceFile], outcome: &Outcome) -> Vec<SourceFile> {
    let mut all = files.to_vec();
    for (path, text) in &outcome.files {
        put(&mut all, path, text.as_str());
    }
    all
}

pub(super) fn parameters(api: &mut Api) -> &mut Items {
    &mut api.actions.get_mut("Order").unwrap().parameters
}

pub(super) fn path(name: &str) -> String {
    format!("{FOLDER}/{name}.yaml")
}

/// The lines that differ, as `+ line` and `- line`.
fn difference(old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_lines(old, new);
    let changed = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changed.fold(String::new(), |all, change| format!("{all}{}{change}", change.tag()))
}

/// What an import changes in a file of the small spec.
fn changes(name: &str, api: &Api, accept: bool) -> String {
    let files = base();
    let (outcome, _) = imported(&files, api, accept);
    outcome.files.get(&path(name)).map_or(String::new(), |new| difference(text(&files, &path(name)), new))
}

#[test]
fn what_is_known_changes_nothing_but_the_sources() {
    let (outcome, remarks) = imported(&base(), &known(), true);
    assert!(!outcome.is_new() && outcome.changed.is_empty(), "{outcome:#?}");
    assert!(remarks.is_empty(), "{remarks:#?}");
    assert_eq!(outcome.files.keys().collect::<Vec<_>>(), [&path("service")]);
    assert_eq!(outcome.sources, ["pypi 1.0.0"]);
    assert_eq!(
        changes("service", &known(), false),
        "+  pypi:\n+    kind: official-client\n+    title: acme-ca\n+    version: \"1.0.0\"\n"
    );
    // The other action is in no source.
    assert_eq!(outcome.gone, ["ListOrders"]);
}

#[test]
fn a_new_action_is_a_file_with_marks_and_without_texts() {
    let mut api = known();
    let tags = list(Shape::Object(items([("Key", item(Shape::Text)), ("Value", item(Shape::Text))])));
    let mut days = item(Shape::Number(None));
    days.required = Some(true);
    days.text.en = Some("A sentence of the vendor.".to_owned());
    days.example = Some("90".to_owned());
    days.values = vec!["30".to_owned(), "90".to_owned()];
    let renew = Action {
        methods: vec!["GET".to_owned(), "POST".to_owned()],
        parameters: items([("Days", days), ("Tags", item(tags)), ("Type", item(Shape::Text))]),
        response: Some(items([("RequestId", item(Shape::Text)), ("Done", Item::new(Shape::Boolean, "api-docs"))])),
        seen_in: vec!["pypi".to_owned()],
        ..Action::default()
    };
    api.actions.insert("RenewOrder".to_owned(), renew);
    let (outcome, _) = imported(&base(), &api, false);
    assert_eq!(outcome.actions, ["RenewOrder"]);
    assert_eq!(
        outcome.files[&path("RenewOrder")],
        "# yaml-language-server: $schema=../schema.json
action: RenewOrder
undocumented: [pypi]
effect: unknown
methods: [POST, GET]
parameters:
  Days:
    type: i64
    required: true
  Tags:
    type: [RenewOrderTags]
    fields:
      Key:
        type: string
      Value:
        type: string
  Type:
    type: string
    rust_name: kind
response:
  Done:
    type: boolean
    undocumented: [api-docs]
"
    );
}

#[test]
fn a_new_item_goes_to_the_end_of_its_map() {
    let mut api = known();
    parameters(&mut api).shift_insert(0, "Years".to_owned(), item(Shape::Number(Some(32))));
    assert_eq!(changes("Order", &api, false), "+  Years:\n+    type: i32\n+    undocumented: [pypi]\n");
    let files = base();
    let (outcome, _) = imported(&files, &api, false);
    assert_eq!(outcome.new, ["Order.Years: i32"]);
    let new = &outcome.files[&path("Order")];
    assert!(new.contains("    example: (redacted)\n  Years:\n"), "{new}");
}

/// The member of a structure that several actions share is written once.
#[test]
fn a_new_member_of_a_shared_structure_goes_into_it() {
    let mut api = known();
    let Shape::Object(members) = &mut parameters(&mut api)["Contact"].shape else { panic!("a structure") };
    members.insert("Mail".to_owned(), item(Shape::Text));
    let (outcome, _) = imported(&base(), &api, false);
    assert_eq!(outcome.new, ["Order.Contact.Mail: string"]);
    let new = &outcome.files[&path("service")];
    assert!(new.contains("        example: \"13800000000\"\n      Mail:\n        type: string\n"), "{new}");
}

#[test]
fn changed_facts_are_reported_and_written_only_if_accepted() {
    let mut api = known();
    let all = parameters(&mut api);
    all["Domain"].required = Some(false);
    all["Note"].required = Some(true);
    all["Count"].shape = Shape::Number(Some(64));
    all["Kind"].values = vec!["SINGLE".to_owned(), "MULTI".to_owned(), "0x".to_owned()];
    all["Kind"].values_are_data = true;
    all["Token"].shape = list(Shape::Text);
    assert_eq!(changes("Order", &api, false), "");
    let (outcome, _) = imported(&base(), &api, true);
    let said: Vec<String> =
        outcome.changed.iter().map(|c| format!("{} {} {}>{} {}", c.path, c.what, c.old, c.new, c.written)).collect();
    assert_eq!(
        said,
        [
            "Order.Domain required true>false true",
            "Order.Kind values >MULTI true",
            "Order.Kind values >0x false",
            // The range beside it was chosen for the old type.
            "Order.Count type i32>i64 false",
            "Order.Note required false>true true",
            "Order.Token type string>[string] false",
        ]
    );
    assert_eq!(changes("Order", &api, true), "-    required: true\n+    required: false\n+    required: true\n");
    let new = &outcome.files[&path("service")];
    assert!(
        new.contains("        doc_zh: 通配符域名。\n      MULTI:\n        undocumented: [pypi]\n  State:"),
        "{new}"
    );
}

#[test]
fn what_is_gone_is_reported_and_stays() {
    let mut api = known();
    parameters(&mut api).shift_remove("Note");
    let files = base();
    let (outcome, _) = imported(&files, &api, true);
    assert_eq!(outcome.gone, ["Order.Note", "ListOrders"]);
    assert!(!outcome.files.contains_key(&path("Order")));
    // A source that says nothing about responses has none of their fields, and nothing is gone.
    api.actions["Order"].response = None;
    assert_eq!(imported(&files, &api, true).0.gone, ["Order.Note", "ListOrders"]);
}

#[test]
fn the_version_of_a_known_source_follows() {
    let mut files = base();
    let (outcome, _) = imported(&files, &known(), false);
    files = after(&files, &outcome);
    let mut remarks = Remarks::default();
    let newer = Row { version: "1.0.1".to_owned(), ..row() };
    let outcome = write(FOLDER, &files, &known(), &[newer], false, &mut remarks).unwrap();
    let new = &outcome.files[&path("service")];
    assert_eq!(difference(text(&files, &path("service")), new), "-    version: \"1.0.0\"\n+    version: \"1.0.1\"\n");
}

/// A label may stand for several packages. The row of a source is then one of them.
#[test]
fn a_label_of_several_packages_has_a_version_of_each() {
    let client = "    title: acme-client\n    version: \"1.0\"\n";
    let several = "    title: acme-other, acme-ca\n    version: 2.0.0, 1.0.0\n";
    let of = |place: &str, version: &str| {
        let mut files = base();
        if place == "shared/acme.yaml" {
            let old = text(&files, place).replace(client, several).replace("  client:", "  pypi:");
            let uses = text(&files, &path("Order")).replace("client", "pypi");
            put(&mut files, place, old);
            put(&mut files, &path("Order"), uses);
        } else {
            let row = format!("sources:\n  pypi:\n    kind: official-client\n{several}");
            let old = text(&files, place).replacen("sources:\n", &row, 1);
            put(&mut files, place, old);
        }
        let mut remarks = Remarks::default();
        let row = Row { title: "acme_ca".to_owned(), version: version.to_owned(), ..row() };
        let outcome = write(FOLDER, &files, &known(), &[row], false, &mut remarks).unwrap();
        let remarks: Vec<String> = remarks.items().iter().map(ToString::to_string).collect();
        (outcome.files.get(place).map(|new| difference(text(&files, place), new)), remarks)
    };
    let service = path("service");
    for place in [service.as_str(), "shared/acme.yaml"] {
        assert_eq!(of(place, "1.0.0"), (None, Vec::new()), "{place}");
    }
    let changed = "-    version: 2.0.0, 1.0.0\n+    version: \"2.0.0, 1.0.1\"\n".to_owned();
    assert_eq!(of(&service, "1.0.1"), (Some(changed), Vec::new()));
    let (change, remarks) = of("shared/acme.yaml", "1.0.1");
    assert_eq!(change, None);
    assert!(remarks[0].contains("in version `1.0.0`, which is `1.0.1` now: change it by hand"), "{remarks:#?}");
}

#[test]
fn another_version_or_style_of_api_is_not_imported() {
    let of = |api: Api, said: &str| {
        let refused = write(FOLDER, &base(), &api, &[row()], true, &mut Remarks::default());
        assert!(matches!(&refused, Err(Refusal::Sources(message)) if message.contains(said)), "{refused:#?}");
    };
    of(Api { version: Some("2020-01-01".to_owned()), ..known() }, "of version `2020-01-01`, the spec of `2026-01-01`");
    of(Api { style: Some("ROA".to_owned()), ..known() }, "a style that the language lacks");
    let mut empty = known();
    empty.actions.clear();
    of(empty, "no action was found in the sources");
}

/// Sources disagree about hosts, so they are shown and never written; the first row that fits a region counts.
#[test]
fn hosts_are_compared_and_left_to_a_person() {
    let rows = [
        ("north", "ca.example.com"),
        ("south-2", "south.ca.example.com"),
        ("south-3", "ca.example.com"),
        ("north-2", "ca.example.com"),
    ];
    let hosts = rows.map(|(region, host)| (region.to_owned(), host.to_owned()));
    let api = Api { hosts: hosts.into(), ..known() };
    let (outcome, _) = imported(&base(), &api, true);
    assert_eq!(outcome.hosts, ["ca.example.com: south-3, north-2"]);
    assert!(!outcome.is_new() && outcome.files.len() == 1, "{outcome:#?}");
}

/// A file that other APIs share is left to a person, and so are facts of a structure that several items share.
#[test]
fn what_is_shared_is_for_a_person() {
    let mut files = base();
    let service = text(&files, &path("service")).to_owned();
    let (types, rest) = service.split_once("types:\n").unwrap().1.split_once("tables:\n").unwrap();
    let (types, rest) = (types.to_owned(), rest.to_owned());
    let head = service.split("types:\n").next().unwrap();
    put(&mut files, &path("service"), format!("{head}tables:\n{rest}"));
    let shared = format!("{}types:\n{types}", text(&files, "shared/acme.yaml"));
    put(&mut files, "shared/acme.yaml", shared);
    let mut api = known();
    let Shape::Object(members) = &mut parameters(&mut api)["Contact"].shape else { panic!("a structure") };
    members.insert("Mail".to_owned(), item(Shape::Text));
    members["Name"].required = Some(true);
    let (outcome, remarks) = imported(&files, &api, true);
    assert_eq!(outcome.new, ["Order.Contact.Mail: string; by hand"]);
    assert!(outcome.changed.iter().all(|changed| changed.by_hand && !changed.written), "{:#?}", outcome.changed);
    assert_eq!(outcome.changed.len(), 1);
    assert_eq!(outcome.files.keys().collect::<Vec<_>>(), [&path("service")]);
    assert!(remarks.iter().any(|remark| remark.contains("other APIs share this file")), "{remarks:#?}");
}

/// An action that names no methods has those of the defaults, so that a source that says otherwise has something to report.
#[test]
fn the_methods_of_the_defaults_are_compared_too() {
    let mut files = base();
    let service =
        text(&files, &path("service")).replace("uses: [acme]\n", "uses: [acme]\ndefaults: {methods: [POST]}\n");
    put(&mut files, &path("service"), service);
    let order = text(&files, &path("Order")).replace("methods: [POST]\n", "");
    put(&mut files, &path("Order"), order);
    let mut api = known();
    let action = &mut api.actions["Order"];
    (action.methods, action.methods_are_data) = (vec!["GET".to_owned(), "POST".to_owned()], true);
    let changed = imported(&files, &api, false).0.changed;
    let of = changed.iter().find(|changed| changed.what == "methods").unwrap_or_else(|| panic!("{changed:?}"));
    assert_eq!((of.old.as_str(), of.new.as_str(), of.by_hand), ("POST", "POST, GET", true));
    api.actions["Order"].methods = vec!["POST".to_owned()];
    assert!(imported(&files, &api, false).0.changed.iter().all(|changed| changed.what != "methods"));
}
