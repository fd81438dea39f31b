//! A forgotten required parameter does not compile, nor does a guard of a request that has no recipe, and the compiler names them. The whole of what it prints changes from release to
//! release, so what is compared is the headline and the label of its JSON diagnostics.

use crate::house::compile::{Package, check};
use std::path::Path;

#[test]
fn a_forgotten_parameter_and_a_guard_of_nothing_are_named_by_the_compiler() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The modules that this test's own SDK is made of.
    let generated = Path::new(env!("OUT_DIR")).join("generated/mod.rs");
    let programs =
        ["awaited", "one", "three", "unguarded"].map(|name| repository.join(format!("tests/data/forgotten/{name}.rs")));
    let said = check(&Package {
        repository,
        temporary: Path::new(env!("CARGO_TARGET_TMPDIR")),
        name: "forgotten",
        generated: format!("include!({:?});\n", generated.to_str().unwrap()),
        features: Vec::new(),
        programs: programs.to_vec(),
        members: &[],
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
        (
            "unguarded".to_owned(),
            "`cloudcert::aliyun_cas::v2018_07_13::describe_user_certificate_list::Request` cannot be guarded"
                .to_owned(),
            "`send` it instead".to_owned(),
        ),
    ];
    assert_eq!(said, wanted, "{all}");
}
