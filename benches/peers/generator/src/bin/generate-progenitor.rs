//! progenitor in builder mode, as its documentation has it for a build script.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn main() {
    let mut stages = generator::Stages::default();
    let path = generator::description();
    let spec = stages.stage("load", || {
        let bytes = std::fs::read(&path).expect("a file");
        serde_json::from_slice(&bytes).expect("an OpenAPI document")
    });
    let tokens = stages.stage("generate", || {
        let mut settings = GenerationSettings::default();
        settings.with_interface(InterfaceStyle::Builder);
        Generator::new(&settings).generate_tokens(&spec).expect("a client")
    });
    let file = stages.stage("syn", || syn::parse2(tokens).expect("Rust"));
    let text = stages.stage("prettyplease", || prettyplease::unparse(&file));
    stages.print(text.len());
}
