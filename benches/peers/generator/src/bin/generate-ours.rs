//! Our generator, as the SDK's build script uses it: from files to files, without writing them.

use cloudcert_codegen::{disk, emit, load};

fn main() {
    let mut stages = generator::Stages::default();
    let folder = generator::description();
    let model = stages.stage("load", || {
        let files = disk::read(&folder).expect("a folder of files");
        load(&files).unwrap_or_else(|findings| panic!("{findings}"))
    });
    let made = stages.stage("generate", || emit::generate(&model));
    stages.print(made.iter().map(|file| file.text.len()).sum());
}
