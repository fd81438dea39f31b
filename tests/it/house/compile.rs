//! Compiles the runtime with given generated code, in a package of its own, and hands out what the compiler says. Tests of the
//! SDK and of the generator share this file.

use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What is compiled.
pub(crate) struct Package<'a> {
    /// The repository.
    pub(crate) repository: &'a Path,
    /// A folder of the target folder: where the package is made.
    pub(crate) temporary: &'a Path,
    /// The package's name.
    pub(crate) name: &'a str,
    /// The text of the generated root module.
    pub(crate) generated: String,
    /// Features that its API versions need.
    pub(crate) features: Vec<String>,
    /// Programs that use the SDK.
    pub(crate) programs: Vec<PathBuf>,
    /// Packages of the workspace that the programs use besides, by their folders.
    pub(crate) members: &'a [&'a str],
}

/// A warning or an error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    /// The program or library that it is about.
    pub(crate) target: String,
    /// Its headline.
    pub(crate) headline: String,
    /// What stands under the place that it is about.
    pub(crate) label: String,
    /// All of it, as people see it.
    pub(crate) rendered: String,
}

/// What the compiler has to say about a package.
pub(crate) fn check(package: &Package<'_>) -> Vec<Diagnostic> {
    let folder = write(package);
    let all = ["check", "--lib", "--examples", "--keep-going", "--message-format=json"];
    let cargo = |more: &[&str]| cargo(package, &folder, &[all.as_slice(), more].concat());
    // The lock file names versions that the workspace has already. Only who builds the generator alone lacks those of the SDK.
    let output = Some(cargo(&["--offline"])).filter(has_begun).unwrap_or_else(|| cargo(&[]));
    assert!(has_begun(&output), "{}", String::from_utf8_lossy(&output.stderr));
    messages(&output).filter_map(|message| diagnostic(&message)).collect()
}

/// Runs cargo in the folder of a package.
pub(crate) fn cargo(package: &Package<'_>, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // With what cargo says to this test, build scripts of dependencies would run again, and once more for the next build.
    let of_this_test =
        |name: &str| name == "OUT_DIR" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    std::env::vars().map(|(name, _)| name).filter(|name| of_this_test(name)).for_each(|name| {
        command.env_remove(name);
    });
    command
        .args(arguments)
        .args(["--features", &format!("testing,{}", package.features.join(","))])
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        // What has been compiled for a package of the workspace need not be compiled again.
        .arg("--target-dir")
        .arg(package.temporary.parent().unwrap())
        .output()
        .unwrap()
}

/// Makes the package. A file that is the same already is left alone, so that nothing is compiled again for it.
pub(crate) fn write(package: &Package<'_>) -> PathBuf {
    let folder = package.temporary.join(package.name);
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::read_to_string(package.repository.join("Cargo.lock")).unwrap();
    let build = "//! Puts the generated root module where the SDK looks for it.\n\nfn main() {\n    println!(\"cargo::rerun-if-changed=generated.rs\");\n    \
                 println!(\"cargo::rustc-check-cfg=cfg(has_api_version)\");\n    \
                 println!(\"cargo::rustc-cfg=has_api_version\");\n    \
                 let out = std::path::PathBuf::from(std::env::var_os(\"OUT_DIR\").unwrap()).join(\"generated\");\n    \
                 std::fs::create_dir_all(&out).unwrap();\n    \
                 std::fs::copy(\"generated.rs\", out.join(\"mod.rs\")).unwrap();\n}\n";
    let files = [
        ("Cargo.toml", manifest(package)),
        ("build.rs", build.to_owned()),
        ("generated.rs", package.generated.clone()),
        // Cargo adds and removes entries of packages here, so it never looks like the original: it is always written.
        ("Cargo.lock", lock),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            std::fs::write(&path, text).unwrap();
        }
    }
    folder
}

/// Dependencies and lints are those of the SDK.
fn manifest(package: &Package<'_>) -> String {
    let original = std::fs::read_to_string(package.repository.join("Cargo.toml")).unwrap();
    let section = |name: &str| {
        let start = original.find(&format!("\n[{name}]\n")).unwrap_or_else(|| panic!("Cargo.toml has no [{name}]"));
        let text = original[start..].trim_start().split_once('\n').unwrap().1;
        text.split("\n[").next().unwrap().to_owned()
    };
    let name = package.name;
    let library = package.repository.join("sdk/src/lib.rs");
    // Packages of the workspace lie where they lay.
    let place = format!("path = \"{}/", package.repository.display());
    let dependencies = section("dependencies").replace("path = \"", &place);
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\nautobins = false\n\n[workspace]\n\n\
         [lib]\nname = \"cloudcert\"\npath = '{}'\n\n",
        library.display()
    );
    for program in &package.programs {
        let name = program.file_stem().unwrap().to_string_lossy();
        let _ = write!(text, "[[example]]\nname = \"{name}\"\npath = '{}'\n\n", program.display());
    }
    // The generator is no dependency here: what it makes is here already.
    let features = section("features").replace(", \"cloudcert-codegen/data\"", "");
    let _ = writeln!(text, "[features]\n{features}");
    for feature in &package.features {
        let _ = writeln!(text, "{feature} = []");
    }
    let _ = write!(text, "\n[dependencies]\n{}\n[lints.rust]\n{}", dependencies, section("workspace.lints.rust"));
    if !package.members.is_empty() {
        // With the settings of the workspace, what they need is there already.
        let _ = write!(text, "\n[profile.dev.package]\n{}", section("profile.dev.package"));
    }
    for member in package.members {
        let _ = write!(text, "\n[dev-dependencies.cloudcert-{member}]\n{place}{member}\"\n");
    }
    text
}

fn messages(output: &Output) -> impl Iterator<Item = Value> + '_ {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines.filter_map(|line| serde_json::from_str(line).ok())
}

/// Whether cargo came as far as to call the compiler.
fn has_begun(output: &Output) -> bool {
    messages(output).any(|message| message["reason"] == "build-finished")
}

fn diagnostic(line: &Value) -> Option<Diagnostic> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let message = line.get("message")?;
    let headline = text(&message["message"]);
    let spans = message["spans"].as_array()?;
    // The last words, about how many there were.
    if spans.is_empty() && (message["level"] == "failure-note" || headline.starts_with("aborting due to")) {
        return None;
    }
    let label = spans.iter().find(|span| span["is_primary"] == true).map(|span| text(&span["label"]));
    Some(Diagnostic {
        target: text(&line["target"]["name"]),
        headline,
        label: label.unwrap_or_default(),
        rendered: text(&message["rendered"]),
    })
}
