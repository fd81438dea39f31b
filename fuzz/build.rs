//! Lists the actions of `spec/` for the targets.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=../spec");
    let folder = |name| PathBuf::from(std::env::var_os(name).unwrap_or_default());
    let (spec, out) = (folder("CARGO_MANIFEST_DIR").join("../spec"), folder("OUT_DIR").join("generated"));
    match cloudcert_codegen::build_script::list_actions(&spec, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}
