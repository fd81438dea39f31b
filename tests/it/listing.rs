//! The public items of the runtime, one a line, as a reviewer reads them; `cloudcert-codegen api` does the same for what is generated.

use cloudcert_codegen::emit::Output;
use cloudcert_codegen::listing;
use std::collections::BTreeSet;
use std::path::Path;

fn collect(folder: &Path, prefix: &str, out: &mut Vec<Output>) {
    let mut entries: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), out);
        } else {
            out.push(Output { path: format!("{prefix}{name}"), text: std::fs::read_to_string(entry.path()).unwrap() });
        }
    }
}

/// What `lib.rs` makes public: whole modules, and single items of private ones.
fn public(lib: &str) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let mut hidden = false;
    let (mut modules, mut items) = (BTreeSet::new(), BTreeSet::new());
    for line in lib.lines() {
        if let Some(name) = line.strip_prefix("pub mod ")
            && !hidden
        {
            modules.insert(name.trim_end_matches(';'));
        }
        if let Some(path) = line.strip_prefix("pub use ") {
            let (_, names) = path.trim_end_matches(';').rsplit_once("::").unwrap();
            items.extend(names.trim_matches(['{', '}']).split(", "));
        }
        hidden = line.contains("doc(hidden)");
    }
    (modules, items)
}

#[test]
fn the_public_api_of_the_runtime() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/src"), "", &mut files);
    let lib = files.iter().find(|file| file.path == "lib.rs").unwrap().text.clone();
    let (modules, items) = public(&lib);
    let listed = listing::api(&files);
    let shown = listed.lines().filter_map(|line| {
        let end = line.find(['(', ' ', '<']).unwrap_or(line.len());
        let end = line[..end].find('.').unwrap_or(end);
        let path: Vec<&str> = line[..end].split("::").collect();
        let module = |part: &&&str| part.starts_with(|c: char| c.is_ascii_lowercase());
        let item = path.iter().find(|part| !module(part)).filter(|part| items.contains(*part));
        match item {
            // Where a private module keeps it is nobody's business.
            Some(item) => Some(line[line.find(*item).unwrap()..].to_owned()),
            None => modules.contains(path[0]).then(|| line.to_owned()),
        }
    });
    let shown: BTreeSet<String> = shown.collect();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("runtime", shown.into_iter().collect::<Vec<_>>().join("\n"));
    });
}
