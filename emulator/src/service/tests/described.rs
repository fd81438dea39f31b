//! Responses that are made from the description alone, for each action of the spec as if no service played it.

use super::*;
use crate::service::described::describe;
use cloudcert::model::{Action, Api, Field, Type};
use serde_json::json;

/// The parameters of an example, as single values.
fn request(action: &Action, at: usize) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let example = &action.examples[at];
    example.request.iter().filter(|(_, v)| !v.is_array() && !v.is_object()).map(|(k, v)| (k.clone(), text(v))).collect()
}

fn all() -> impl Iterator<Item = (&'static Api, &'static Action)> {
    model::apis().iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)))
}

fn made(api: &'static Api, action: &'static Action, params: Vec<(String, String)>) -> Result<Fields, Refusal> {
    describe(&Call { api, action, params: Params(params.into_iter().collect()), host: None }, NOW)
}

#[test]
fn an_example_that_fits_is_the_response() {
    let mut errors = 0;
    for (api, action) in all() {
        for at in 0..action.examples.len() {
            let params = request(action, at);
            // Of several examples with the same values, the first counts.
            let first = (0..at).find(|before| !params.is_empty() && request(action, *before) == params).unwrap_or(at);
            let example = &action.examples[if params.is_empty() { continue } else { first }];
            match (made(api, action, params), &example.error) {
                (Ok(fields), None) if action.paginator.is_none() => {
                    let mut expected = json!(example.response);
                    for field in action.response.iter().filter(|field| matches!(field.kind, Type::CommaList(_))) {
                        if let Some(list) = example.response.get(&field.wire) {
                            expected[&field.wire] = json!(joined(list));
                        }
                    }
                    assert_eq!(Value::Object(fields), expected, "{} {at}", action.name);
                }
                (Ok(_), None) => {}
                (Err(refusal), Some(row)) => {
                    errors += 1;
                    assert_eq!(refusal.row, *row, "{} {at}", action.name);
                }
                (made, _) => panic!("{} {at}: {made:?}", action.name),
            }
        }
    }
    assert!(errors > 0, "no example with an error was tried");
}

#[test]
fn a_request_with_a_secret_of_its_own_fits_the_example() {
    let mut secrets = 0;
    for (api, action) in all() {
        let errors = action.examples.iter().any(|example| example.error.is_some());
        for at in (0..action.examples.len()).filter(|_| !errors && action.paginator.is_none()) {
            let shown = request(action, at);
            let own: Vec<_> = shown
                .iter()
                .map(|(name, text)| {
                    (name.clone(), if text == "(redacted)" { "my own".to_owned() } else { text.clone() })
                })
                .collect();
            secrets += usize::from(own != shown);
            assert_eq!(made(api, action, own).unwrap(), made(api, action, shown).unwrap(), "{} {at}", action.name);
        }
    }
    assert!(secrets > 1, "no example with a secret was tried");
    let upload = call(CAS2020, "UploadPCACert", &[]).action;
    let alone = [("WarehouseId", "12"), ("Name", "partner-example-org-2026"), ("Cert", "a certificate of my own")];
    let alone = alone.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let api = call(CAS2020, "UploadPCACert", &[]).api;
    assert_eq!(made(api, upload, alone).unwrap()["Identifier"], upload.examples[1].response["Identifier"]);
}

/// Whether a value has the type of a field, as far as the types of JSON tell.
fn has_type(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::I32 | Type::I64 => value.is_number(),
        Type::Boolean { .. } => value.is_boolean() || value.is_number(),
        Type::Structure(_) => value.is_object(),
        Type::List(_) => value.is_array(),
        Type::String | Type::Pem | Type::Url | Type::SecretUrl => value.is_string(),
        _ => !value.is_null(),
    }
}

#[test]
fn without_examples_an_instance_has_every_field_of_its_type() {
    for (api, action) in all() {
        let mut bare = action.clone();
        bare.examples.clear();
        bare.response.iter_mut().for_each(|field| field.example = None);
        let bare: &'static Action = Box::leak(Box::new(bare));
        let fields = made(api, bare, Vec::new()).unwrap();
        for Field { wire, kind, .. } in &bare.response {
            assert!(has_type(kind, &fields[wire]), "{}.{wire}: {:?}", action.name, fields[wire]);
        }
    }
}

#[test]
fn a_list_ends_after_its_first_page() {
    let lists: Vec<_> = all().filter_map(|(api, action)| Some((api, action, action.paginator.as_ref()?))).collect();
    assert!(!lists.is_empty());
    for (api, action, paginator) in lists {
        let count = |position: Option<i64>| {
            let params = position.map(|position| (paginator.position.clone(), position.to_string()));
            let params = params.into_iter().collect();
            let fields = Value::Object(made(api, action, params).unwrap());
            fields.pointer(&format!("/{}", paginator.items.join("/"))).and_then(Value::as_array).unwrap().len()
        };
        let later = paginator.first.unwrap_or_default() + 1;
        assert!(count(paginator.first) > 0 && count(Some(later)) == 0, "{}", action.name);
    }
}

fn joined(list: &Value) -> String {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(",")
}

/// As the service has them, also in the structures of a list.
#[test]
fn lists_with_commas_are_texts() {
    let action = call(CAS2018, "DescribeUserCertificateList", &[]).action;
    let api = call(CAS2018, "DescribeUserCertificateList", &[]).api;
    let listed = made(api, action, Vec::new()).unwrap();
    let shown = &action.examples[0].response["CertificateList"][0]["sans"];
    assert!(shown.is_array(), "{shown}");
    assert_eq!(listed["CertificateList"][0]["sans"], json!(joined(shown)));
}
