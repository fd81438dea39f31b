//! At random: up to five crashes a case, at any point, with chaos at the endpoint.

use super::child::{End, Flow, Task};
use super::place::Place;
use super::side::{self, Case, Shown};
use std::collections::BTreeMap;
use std::ops::Range;

/// How many cases the seeds become.
const CASES: u64 = 20;

/// These seeds, some of them a case.
pub(crate) fn cases(seeds: Range<u64>) -> Vec<Case> {
    let step = (seeds.end - seeds.start).div_ceil(CASES).max(1);
    let mut cases = vec![side::head("\n| seeds | crashes | orders | last exit codes |\n|---|---|---|---|")];
    for first in (seeds.start + 1..=seeds.end).step_by(usize::try_from(step).unwrap()) {
        let last = seeds.end.min(first + step - 1);
        cases.push(Box::new(move || run(first, last)));
    }
    cases
}

/// Runs these seeds.
fn run(first: u64, last: u64) -> Shown {
    let (mut wrong, mut exits, mut crashes, mut orders) = (Vec::new(), BTreeMap::<u8, u64>::new(), 0_u64, 0);
    for seed in first..=last {
        let mut random = Random(seed);
        let flow = Flow::ALL[random.below(4)];
        let place = Place::in_chaos(flow, seed);
        for _ in 0..random.below(6) {
            let point = random.below(90) as u64 + 1;
            crashes += u64::from(place.run(Task::Issue, End::KilledAt(point)).is_none());
        }
        place.cloud.clear_faults();
        let (last, _) = place.settle(Task::Issue, 4);
        let counted = place.counted();
        *exits.entry(last.exit).or_default() += 1;
        orders += counted.orders;
        // Chaos may have lost the contact that the application of an instance names.
        let known = [0, 5, 7].contains(&last.exit) || flow == Flow::Instance && last.exit == 4;
        if counted.orders > 1 || counted.paid > 1 || !known {
            wrong.push(format!("seed {seed}, {flow:?}: {counted:?}, ended with {}: {}", last.exit, last.message));
        }
    }
    let exits: Vec<String> = exits.iter().map(|(code, times)| format!("{code}: {times}")).collect();
    Shown { line: format!("| {first} to {last} | {crashes} | {orders} | {} |", exits.join(", ")), wrong }
}

/// A small generator, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).unwrap()
    }
}
