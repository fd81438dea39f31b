//! Loading and generating, per action, for specs of several sizes: `cargo bench -p cloudcert-codegen --bench generate`.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, emit, load};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::path::Path;

/// The small spec of the tests with copies of its order action.
fn synthetic(actions: usize) -> Vec<SourceFile> {
    let mut files = disk::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/base")).unwrap();
    let order = files.iter().find(|file| file.path.ends_with("/Order.yaml")).unwrap();
    let text = String::from_utf8(order.bytes.clone()).unwrap();
    // A defect has one place.
    let (before, rest) = text.split_once("    defects:\n").unwrap();
    let (_, after) = rest.split_once("examples:\n").unwrap();
    for number in 0..actions {
        let text =
            format!("{before}examples:\n{after}").replace("action: Order\n", &format!("action: Order{number:05}\n"));
        files.push(SourceFile::new(format!("acme-ca-2026-01-01/Order{number:05}.yaml"), text));
    }
    files
}

fn generate(c: &mut Criterion) {
    let mut group = c.benchmark_group("generate");
    group.sample_size(10);
    for actions in [20, 200, 2_000] {
        let files = synthetic(actions);
        let model = load(&files).unwrap();
        group.throughput(Throughput::Elements(actions as u64));
        group.bench_with_input(BenchmarkId::new("load", actions), &files, |b, files| b.iter(|| load(files).unwrap()));
        group.bench_with_input(BenchmarkId::new("emit and format", actions), &model, |b, model| {
            b.iter(|| emit::generate(model));
        });
    }
    group.finish();
}

criterion_group!(benches, generate);
criterion_main!(benches);
