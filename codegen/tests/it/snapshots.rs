//! Snapshots, by folder. One that nothing makes any more is an error like one that differs.

use crate::fixture::data;
use cloudcert_codegen::review::Text;
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
/// Paths of texts may have folders of their own.
pub(crate) fn compare_folder(folder: &str, texts: &[Text]) {
    for Text { path, text } in texts {
        let (inner, name) = path.rsplit_once('/').unwrap_or(("", path));
        compare(format!("{folder}/{inner}").trim_end_matches('/'), name, None, text);
    }
    none_left_over(folder, texts.iter().map(|text| text.path.as_str()));
}

/// Every snapshot of a folder, and of the folders in it, has one of these names.
pub(crate) fn none_left_over<'a>(folder: &str, names: impl IntoIterator<Item = &'a str>) {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let root = data().join("../snapshots").join(folder);
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            // A snapshot that differs lies beside the accepted one as `.snap.new`.
            let Some(name) = name.strip_suffix(".snap") else { continue };
            if names.contains(name) {
                continue;
            }
            assert!(std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always"), "left over: {}", path.display());
            std::fs::remove_file(&path).unwrap();
        }
    }
}
