//! Checks `spec/` before anything is compiled from it. A broken spec is a build error that says where and how to mend it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut out = std::io::stdout();
    // Nothing can be done about a closed standard output here; cargo would notice.
    let _ = writeln!(out, "cargo::rerun-if-changed=build.rs\ncargo::rerun-if-changed=spec");
    match cloudcert_codegen::build_script::run(&Path::new(&root).join("spec")) {
        Ok(_model) => ExitCode::SUCCESS,
        Err(report) => {
            let _ = writeln!(std::io::stderr(), "{report}");
            ExitCode::FAILURE
        }
    }
}
