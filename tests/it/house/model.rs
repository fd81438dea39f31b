//! The model that the SDK returns is the description.

use cloudcert::model;
use cloudcert_codegen::{disk, load};
use std::path::Path;

#[test]
fn the_model_is_the_description() {
    let files = disk::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")).unwrap();
    let loaded = load(&files).unwrap();
    let json = |api: &model::Api| serde_json::to_value(api).unwrap();
    assert_eq!(model::apis().iter().map(json).collect::<Vec<_>>(), loaded.apis.iter().map(json).collect::<Vec<_>>());
}

#[test]
fn a_part_of_an_api_is_the_same_as_in_the_whole() {
    for whole in model::apis() {
        let none = model::api_with(&whole.id, &[]).unwrap();
        assert!(none.actions.is_empty() && none.errors == whole.errors && none.types == whole.types);
        for action in &whole.actions {
            let part = model::api_with(&whole.id, &[&action.name]).unwrap();
            assert_eq!(part.actions[0], *action);
            // What an action names is in it or shared.
            let named = action.parameters.iter().chain(&action.response).filter_map(|field| field.kind.structure());
            for name in named {
                assert!(!action.members(&part, name).is_empty(), "{} of {}", name, action.name);
                assert_eq!(action.members(&part, name), action.members(whole, name), "{} of {}", name, action.name);
            }
        }
        assert_eq!(model::api_with(&whole.id, &["MakeCoffee"]).unwrap().actions.len(), 0);
    }
    assert!(model::api_with("no-such-api", &[]).is_none());
}
