//! Snapshots, by folder. One that nothing makes any more is an error like one that differs.

use crate::fixture::data;
use std::collections::BTreeSet;

/// Compares a text with its snapshot; `about` stands in the snapshot's head.
pub(crate) fn compare(folder: &str, name: &str, about: Option<&str>, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    if let Some(about) = about {
        settings.set_description(about);
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Compares all texts of a folder, and looks for snapshots that belong to none of them. `INSTA_UPDATE=always` deletes those.
pub(crate) fn compare_folder(folder: &str, texts: &[(String, String)]) {
    for (name, text) in texts {
        compare(folder, name, None, text);
    }
    none_left_over(folder, texts.iter().map(|(name, _)| name.as_str()));
}

/// Every snapshot of a folder has one of these names.
pub(crate) fn none_left_over<'a>(folder: &str, names: impl IntoIterator<Item = &'a str>) {
    let names: BTreeSet<&str> = names.into_iter().collect();
    for entry in std::fs::read_dir(data().join("../snapshots").join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // What insta puts beside a snapshot that differs is no snapshot yet.
        let Some(name) = name.strip_suffix(".snap") else { continue };
        if names.contains(name) {
            continue;
        }
        assert!(std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always"), "left over: {}", path.display());
        std::fs::remove_file(&path).unwrap();
    }
}
