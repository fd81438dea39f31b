//! Calls targets with mutations of their corpora: `mutate SECONDS [TARGET|all] [SEED]`. It works with any toolchain; what fails is written
//! to `artifacts/TARGET/`, as `cargo fuzz` does. Each run has a seed of its own, which it prints: given again it brings the same mutations.

use cloudcert_fuzz::{TARGETS, mutate};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(60);
    let wanted = arguments.next().filter(|name| name != "all");
    // The hasher's keys are the random numbers of the standard library.
    let seed = arguments.next().and_then(|text| text.parse().ok()).unwrap_or_else(|| RandomState::new().hash_one(0));
    println!("seed {seed}");
    let mut failed = false;
    for (name, target) in TARGETS.iter().filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| wanted == *name)) {
        failed |= run(name, *target, Duration::from_secs(seconds), seed);
    }
    std::process::exit(i32::from(failed));
}

/// Whether an input failed.
fn run(name: &str, target: cloudcert_fuzz::Target, time: Duration, seed: u64) -> bool {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpus: Vec<Vec<u8>> = std::fs::read_dir(here.join("corpus").join(name))
        .map(|folder| folder.filter_map(|file| std::fs::read(file.ok()?.path()).ok()).collect())
        .unwrap_or_default();
    corpus.sort();
    corpus.push(vec![0]);
    let (began, mut count, mut pool) = (Instant::now(), 0_u64, corpus.clone());
    while began.elapsed() < time {
        count += 1;
        // Neighbouring counts are far apart in it.
        let turn = seed.wrapping_add(count).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let pick = |salt: u32| (turn.rotate_left(salt) >> 16) as usize % pool.len();
        let input = mutate(&pool[pick(1)], &pool[pick(23)], turn);
        if catch_unwind(|| target(&input)).is_err() {
            let folder = here.join("artifacts").join(name);
            let _ = std::fs::create_dir_all(&folder);
            let file = folder.join(format!("mutation-{seed}-{count}"));
            let _ = std::fs::write(&file, &input);
            println!("{name}: mutation {count} fails, see {}", file.display());
            return true;
        }
        // Some mutations stay, so that later ones go further.
        if count % 64 == 0 && input.len() < 4096 {
            if pool.len() < 2_000 {
                pool.push(input)
            } else {
                let at = pick(41);
                pool[at] = input
            }
        }
    }
    println!("{name}: {count} mutations in {time:?}, none fails");
    false
}
