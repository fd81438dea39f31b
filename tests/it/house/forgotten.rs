//! A forgotten required parameter does not compile, and the compiler names it. The whole of what it prints changes from release to
//! release, so what is compared is the headline and the label of its JSON diagnostics.

use crate::house::compile::{Package, check};
use std::path::Path;

#[test]
fn a_forgotten_required_parameter_is_named_by_the_compiler() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The modules that this test's own SDK is made of.
    let generated = Path::new(env!("OUT_DIR")).join("generated/mod.rs");
    let programs = ["awaited", "one", "three"].map(|name| repository.join(format!("tests/data/forgotten/{name}.rs")));
    let said = check(&Package {
        repository,
        temporary: Path::new(env!("CARGO_TARGET_TMPDIR")),
        name: "forgotten",
        generated: format!("include!({:?});\n", generated.to_str().unwrap()),
        features: Vec::new(),
        programs: programs.to_vec(),
    });
    let all: String = said.iter().map(|diagnostic| diagnostic.rendered.as_str()).collect();
    let mut said: Vec<_> = said.into_iter().map(|d| (d.target, d.headline, d.label)).collect();
    said.sort();
    let forgotten = |program: &str, parameter: &str, setter: &str| {
        (
            program.to_owned(),
            format!("required parameter `{parameter}` of `CreateDVOrderAudit` is not set"),
            format!("call `.{setter}(...)` before this"),
        )
    };
    let wanted = [
        forgotten("awaited", "Email", "email"),
        forgotten("awaited", "Username", "username"),
        forgotten("one", "Email", "email"),
        forgotten("three", "Email", "email"),
        forgotten("three", "InstanceId", "instance_id"),
        forgotten("three", "Username", "username"),
    ];
    assert_eq!(said, wanted, "{all}");
}
