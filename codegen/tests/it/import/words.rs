//! The words in which new items are written: types, marks, names in Rust.

use super::list;
use super::writing::{after, imported, item, items, known, parameters, path};
use crate::fixture::{base, put, text};
use cloudcert_codegen::import::plain::{Action, Item, Items, Packed, Shape};

/// The language has a table of what it lacks; each of these becomes the nearest type, and a remark.
#[test]
fn what_the_language_lacks_is_the_nearest_type_and_a_remark() {
    let json = |shape| Item { packed: Some(Packed::Json), ..item(shape) };
    let comma = |shape| Item { packed: Some(Packed::Comma), ..item(shape) };
    let lacking = [
        ("string", "values without a type in requests", item(Shape::Any)),
        ("string", "maps in requests", item(Shape::Map(Box::new(Shape::Text)))),
        ("string", "bytes", item(Shape::Bytes)),
        ("json([string])", "lists of lists", json(list(list(Shape::Text)))),
        ("comma(string)", "lists with commas", comma(list(Shape::Boolean))),
        ("[string]", "lists of lists", item(list(list(Shape::Text)))),
        ("[string]", "lists of maps", item(list(Shape::Map(Box::new(Shape::Text))))),
        ("string", "structures without members", item(Shape::Object(Items::new()))),
    ];
    for (kind, lacks, lacking) in lacking {
        let mut api = known();
        parameters(&mut api).insert("Odd".to_owned(), lacking);
        let files = base();
        let (outcome, remarks) = imported(&files, &api, false);
        assert_eq!(outcome.new, [format!("Order.Odd: {kind}")]);
        assert!(remarks.iter().any(|remark| remark.contains("`Order.Odd`") && remark.contains(lacks)), "{remarks:#?}");
        let again = imported(&after(&files, &outcome), &api, false).0;
        assert_eq!((again.files.len(), again.changed.len()), (0, 0), "{again:#?}");
    }
}

/// What is only read may be of any type; what is sent may not.
#[test]
fn the_words_of_the_language_are_used() {
    let json = |shape| Item { packed: Some(Packed::Json), ..item(shape) };
    let comma = |shape| Item { packed: Some(Packed::Comma), ..item(shape) };
    let map = |of| Shape::Map(Box::new(of));
    let sent = [
        ("f64", item(Shape::Float)),
        ("json([i64])", json(list(Shape::Number(None)))),
        ("json([structure])", json(list(Shape::Object(items([("Key", item(Shape::Text))]))))),
        ("json(map(string))", json(map(Shape::Text))),
        ("comma(i32)", comma(list(Shape::Number(Some(32))))),
    ];
    let read = [
        ("any", item(Shape::Any)),
        ("any", item(Shape::Object(Items::new()))),
        ("map(i64)", item(map(Shape::Number(None)))),
        ("map(any)", item(map(Shape::Any))),
        ("[f64]", item(list(Shape::Float))),
        ("[any]", item(list(Shape::Any))),
    ];
    let all = sent.map(|of| (true, of)).into_iter().chain(read.map(|of| (false, of)));
    for (is_sent, (kind, plain)) in all {
        let mut api = known();
        let order = &mut api.actions["Order"];
        let side = if is_sent { &mut order.parameters } else { order.response.as_mut().unwrap() };
        side.insert("Odd".to_owned(), plain);
        let files = base();
        let (outcome, remarks) = imported(&files, &api, false);
        assert_eq!((outcome.new.as_slice(), remarks.len()), (&[format!("Order.Odd: {kind}")][..], 0), "{remarks:#?}");
        let all = after(&files, &outcome);
        if let Err(findings) = cloudcert_codegen::load(&all) {
            panic!("{findings}");
        }
        let again = imported(&all, &api, false).0;
        assert_eq!((again.files.len(), again.changed.len()), (0, 0), "{again:#?}");
    }
}

#[test]
fn secrets_and_persons_are_marked_by_their_names() {
    let mut api = known();
    parameters(&mut api).insert("PrivateKey".to_owned(), item(Shape::Text));
    parameters(&mut api).insert("Email".to_owned(), item(Shape::Text));
    parameters(&mut api).insert("NextToken".to_owned(), item(Shape::Text));
    parameters(&mut api).insert("WebhookList".to_owned(), item(list(Shape::Text)));
    let (outcome, remarks) = imported(&base(), &api, false);
    let new = &outcome.files[&path("Order")];
    assert!(new.contains("  PrivateKey:\n    type: string\n    sensitive: secret\n"), "{new}");
    assert!(new.contains("  Email:\n    type: string\n    sensitive: pii\n"), "{new}");
    assert!(new.contains("  NextToken:\n    type: string\n    undocumented"), "{new}");
    assert!(
        remarks.iter().any(|remark| remark.contains("`Order.WebhookList`") && remark.contains("secrets")),
        "{remarks:#?}"
    );
}

/// Names become keys, files and identifiers, so nothing else may stand in them.
#[test]
fn names_that_cannot_be_are_left_out() {
    let mut api = known();
    for name in ["../../etc/passwd", "lower", "With Space", "A\nB", "", "Órder", "ORDER"] {
        api.actions.insert(name.to_owned(), Action::default());
    }
    for wire in ["a.b", "", "x: y", "\u{2028}", "A.1", "- b"] {
        parameters(&mut api).insert(wire.to_owned(), item(Shape::Text));
    }
    let (outcome, remarks) = imported(&base(), &api, false);
    assert!(!outcome.is_new(), "{outcome:#?}");
    assert_eq!(remarks.iter().filter(|remark| remark.starts_with("left-out")).count(), 13, "{remarks:#?}");
}

/// The client sets common parameters by itself. A region that an action takes is its own, and the client fills it in.
#[test]
fn common_parameters_and_fields_stand_in_their_own_place() {
    let mut files = base();
    let region = "common_parameters:\n  RegionId:\n    doc: The region.\n    doc_zh: 地域。\n    set_by: client\n    example: north\n";
    let shared = text(&files, "shared/acme.yaml").replace("common_parameters:\n", region);
    put(&mut files, "shared/acme.yaml", shared);
    let mut api = known();
    let required = Item { required: Some(true), ..item(Shape::Text) };
    parameters(&mut api).insert("RegionId".to_owned(), required);
    parameters(&mut api).insert("action".to_owned(), item(Shape::Text));
    let (outcome, remarks) = imported(&files, &api, false);
    assert_eq!(outcome.new, ["Order.RegionId: string"]);
    assert_eq!(remarks, ["left-out: `Order.action`: a common parameter has this name; it was left out"]);
    let new = &outcome.files[&path("Order")];
    assert!(new.contains("  RegionId:\n    type: string\n    fill: region\n    undocumented: [pypi]\n"), "{new}");
    let all = after(&files, &outcome);
    if let Err(findings) = cloudcert_codegen::load(&all) {
        panic!("{findings}");
    }
    let again = imported(&all, &api, true).0;
    assert!(again.files.is_empty() && again.changed.is_empty(), "{again:#?}");
}

/// Names of types, names in Rust, marks and types: nothing that is written is refused for what it is.
#[test]
fn what_is_written_passes_the_loader() {
    let reserved = [
        "Type", "Send", "Clone", "Default", "Metadata", "Unknown", "Guard", "Self", "From", "match", "Validate", "Into",
    ];
    let mut parameters = Items::new();
    for wire in reserved {
        parameters.insert(wire.to_owned(), Item { required: Some(true), ..item(Shape::Text) });
    }
    let tags = items([("Key", item(Shape::Text)), ("type", item(Shape::Text)), ("Default", item(Shape::Float))]);
    for wire in ["Tags", "Order", "Box"] {
        parameters.insert(wire.to_owned(), item(list(Shape::Object(tags.clone()))));
    }
    for wire in ["UserName", "Email", "PrivateKey", "Phones"] {
        parameters.insert(wire.to_owned(), item(Shape::Text));
    }
    let mut deep = item(Shape::Text);
    for _ in 0..20 {
        deep = item(Shape::Object(items([("Inner", deep)])));
    }
    let response =
        items([("Tags", item(Shape::Object(tags))), ("Deep", deep), ("customIdentifier", item(Shape::Text))]);
    let action = Action { parameters, response: Some(response), seen_in: vec!["pypi".to_owned()], ..Action::default() };
    let mut api = known();
    for name in ["Contact", "Send", "Types", "Kind", "Aux", "GetTags"] {
        api.actions.insert(name.to_owned(), action.clone());
    }
    let files = base();
    let (outcome, _) = imported(&files, &api, false);
    let all = after(&files, &outcome);
    if let Err(findings) = cloudcert_codegen::load(&all) {
        panic!("{findings}");
    }
    assert!(imported(&all, &api, false).0.files.is_empty());
}

/// The client repeats calls that have such a key, so a person has to look at each.
#[test]
fn a_client_token_of_a_new_action_is_a_repeat_key_to_be_confirmed() {
    let required = |shape: Shape| Item { required: Some(true), ..item(shape) };
    for (token, is_key) in [
        (item(Shape::Text), true),
        (required(Shape::Text), false),
        (item(Shape::Number(None)), false),
        (item(list(Shape::Text)), false),
    ] {
        let mut api = known();
        let labels = vec!["pypi".to_owned()];
        let parameters =
            items([("Name", item(Shape::Text)), ("ClientToken", Item { seen_in: vec!["cli".to_owned()], ..token })]);
        api.actions.insert("PutOrder".to_owned(), Action { parameters, seen_in: labels, ..Action::default() });
        let files = base();
        let (outcome, remarks) = imported(&files, &api, false);
        let said = remarks.iter().any(|remark| remark.contains("`PutOrder.ClientToken`") && remark.contains("confirm"));
        assert_eq!(said, is_key, "{remarks:#?}");
        let new = &outcome.files[&path("PutOrder")];
        assert_eq!(new.contains("    type: string\n    fill: repeat-key\n    undocumented: [cli]\n"), is_key, "{new}");
        assert_eq!(new.contains("fill"), is_key, "{new}");
        let again = imported(&after(&files, &outcome), &api, false).0;
        assert_eq!((again.files.len(), again.changed.len()), (0, 0), "{again:#?}");
    }
    // What a person wrote about a known action stays.
    let mut api = known();
    parameters(&mut api).insert("ClientToken".to_owned(), item(Shape::Text));
    let (outcome, _) = imported(&base(), &api, false);
    assert!(!outcome.files[&path("Order")].contains("fill"), "{outcome:#?}");
}
