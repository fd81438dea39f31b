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
