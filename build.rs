//! Checks `spec/` and makes the SDK's modules from it. A broken spec is a build error that says where and how to mend it.

use cloudcert_codegen::build_script::is_on;
#[cfg(not(feature = "model"))]
use cloudcert_codegen::build_script::run;
#[cfg(feature = "model")]
use cloudcert_codegen::build_script::run_with_data as run;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = |name| PathBuf::from(std::env::var_os(name).unwrap_or_else(OsString::new));
    // Nothing can be done about a closed standard output here; cargo would notice.
    let _ = writeln!(std::io::stdout(), "cargo::rerun-if-changed=build.rs\ncargo::rerun-if-changed=spec");
    let _ = writeln!(std::io::stdout(), "cargo::rustc-check-cfg=cfg(has_api_version)");
    let spec = folder("CARGO_MANIFEST_DIR").join("spec");
    let out = folder("OUT_DIR").join(Path::new("generated"));
    match run(&spec, &out, &is_on) {
        Ok(some) => {
            if some {
                let _ = writeln!(std::io::stdout(), "cargo::rustc-cfg=has_api_version");
            }
            ExitCode::SUCCESS
        }
        Err(report) => {
            let _ = writeln!(std::io::stderr(), "{report}");
            ExitCode::FAILURE
        }
    }
}
