//! Every fuzz target passes its corpus and mutations of it, on any toolchain.

#[allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::cast_possible_truncation,
    missing_debug_implementations,
    reason = "what is public there is so for the programs of the fuzz crate"
)]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::path::PathBuf;
use targets::{ACTIONS, TARGETS, Target, mutate};

const SEED: u64 = 7;

/// The corpus of a target, and a pair of certificate and key that is made here.
fn inputs(name: &str) -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = corpus(name).into_iter().map(|(_, input)| input).collect();
    if name == "pem" {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
        let pair = format!("{}{}", key.serialize_pem(), certificate.self_signed(&key).unwrap().pem());
        let sorted = cloudcert::pem::Bundle::read([&pair]).unwrap();
        assert!(sorted.key.is_some());
        inputs.push(pair.into_bytes());
    }
    inputs
}

/// The corpus of a target.
fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn every_input_of_every_corpus_passes() {
    for (name, target) in TARGETS {
        let inputs = corpus(name);
        assert!(inputs.len() >= 4, "the corpus of {name} has {} inputs", inputs.len());
        for (file, input) in inputs {
            let passed = std::panic::catch_unwind(|| target(&input));
            assert!(passed.is_ok(), "{} fails", file.display());
        }
    }
}

#[test]
fn every_action_is_fuzzed() {
    let described: usize = cloudcert::model::apis().iter().map(|api| api.actions.len()).sum();
    assert_eq!(ACTIONS.len(), described);
}

#[test]
fn every_target_has_a_program_and_every_program_a_target() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let programs = std::fs::read_dir(folder.join("fuzz_targets")).unwrap().count();
    assert_eq!(programs, TARGETS.len());
    for (name, _) in TARGETS {
        let program = std::fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("cloudcert_fuzz::{name}(data)")), "{program}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is not in Cargo.toml");
    }
}

#[test]
fn a_seed_determines_its_mutations() {
    let (input, other) = (b"{\"Code\":\"Throttling\",\"Message\":\"slow\"}".as_slice(), b"<R><A/></R>".as_slice());
    let all: std::collections::HashSet<Vec<u8>> = (0..100).map(|seed| mutate(input, other, seed)).collect();
    assert!(all.len() > 90, "{}", all.len());
    assert_eq!(mutate(input, other, SEED), mutate(input, other, SEED));
}

#[test]
fn mutations_of_every_corpus_pass() {
    for (name, target) in TARGETS {
        mutated(name, target);
    }
}

fn mutated(name: &str, target: Target) {
    let inputs = inputs(name);
    // The same inputs in every run: a change is to blame for what fails. New inputs are what the program `mutate` is for.
    let rng_seed = RngSeed::Fixed(SEED);
    let config = ProptestConfig { cases: 1_000, failure_persistence: None, rng_seed, ..ProptestConfig::default() };
    proptest!(config, |(at in any::<proptest::sample::Index>(), other in any::<proptest::sample::Index>(), seed in any::<u64>())| {
        let input = mutate(&inputs[at.index(inputs.len())], &inputs[other.index(inputs.len())], seed);
        let passed = std::panic::catch_unwind(|| target(&input));
        prop_assert!(passed.is_ok(), "{name} fails for {:?}", String::from_utf8_lossy(&input));
    });
}
