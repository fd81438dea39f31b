//! What the packages say of themselves where they are published.

use std::path::Path;

#[test]
fn every_package_says_that_it_is_unofficial() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &str| std::fs::read_to_string(repository.join(folder).join("Cargo.toml")).unwrap();
    let root = read(".");
    let members = root.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    let members: Vec<String> = serde_json::from_str(members).unwrap();
    assert!(members.len() > 1, "{members:?}");
    for member in members {
        let manifest = read(&member);
        let description = manifest.lines().find(|line| line.starts_with("description = ")).unwrap();
        assert!(description.contains("Unofficial"), "{member}: {description}");
    }
}
