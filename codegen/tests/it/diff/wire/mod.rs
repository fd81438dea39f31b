//! The levels on the wire are proved by running: for each change in the cases of the diff, programs of the older description call endpoints on the
//! newer one, and the other way round.
//!
//! A change that is called compatible must leave everything as it was: each request that was taken is taken, and each response is read with the
//! values that it has. One that is called breaking must lose something. One that is called dangerous must show what; the snapshot says it. A
//! rule that no run can show is in `reasons`.

mod code;
mod endpoint;
mod extras;
mod judge;
mod plan;
mod reading;
mod reasons;
mod requests;
mod run;
mod values;

use super::cases::{Tried, tried};
use crate::compiles::compile::{Package, cargo, write};
use crate::compiles::with_members;
use crate::fixture::{data, repository};
use crate::snapshots::compare;
use cloudcert_codegen::diff::{DiffFinding, Level, rules};
use cloudcert_codegen::model::Model;
use code::Code;
use extras::{Changed, changed};
use judge::{Pair, Results, Seen};
use plan::Plan;
use reasons::REASONS;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A change: its name, the models before and after, and the findings there and back.
struct Change<'a> {
    name: &'a str,
    models: [&'a Model; 2],
    found: &'a [Vec<DiffFinding>; 2],
}

/// All changes whose name begins with what `CLOUDCERT_WIRE_ONLY` says.
fn changes(extras: &[Changed]) -> Vec<Change<'_>> {
    let only = std::env::var("CLOUDCERT_WIRE_ONLY").unwrap_or_default();
    let cases =
        tried().iter().map(|Tried { name, models, found, .. }| Change { name, models: models.each_ref(), found });
    let more = extras.iter().map(|Changed { name, models, found }| Change { name, models: models.each_ref(), found });
    cases.chain(more).filter(|change| change.name.starts_with(&only)).collect()
}

/// The models of all changes, each once, and the places of each change's two.
fn models<'a>(changes: &[Change<'a>]) -> (Vec<&'a Model>, Vec<[usize; 2]>) {
    let (mut all, mut places): (Vec<&Model>, BTreeMap<String, usize>) = (Vec::new(), BTreeMap::new());
    let mut place = |model: &'a Model| {
        *places.entry(serde_json::to_string(model).unwrap()).or_insert_with(|| {
            all.push(model);
            all.len() - 1
        })
    };
    let pairs = changes.iter().map(|change| change.models.map(&mut place)).collect();
    (all, pairs)
}

/// Where the programs and the plan are made.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("wire-programs")
}

/// Compiles the programs of all models, and runs them.
fn run(models: &[&Model], pairs: &[[usize; 2]]) -> Results {
    let (mut code, mut plan) = (Code::default(), Plan::default());
    for [before, after] in pairs.iter().copied() {
        for (client, endpoint, other) in
            [(before, after, after), (after, before, before), (before, before, after), (after, after, before)]
        {
            plan.add(&mut code, models, [client, endpoint, other]);
        }
    }
    let (written, keys) = plan.written(models);
    std::fs::create_dir_all(folder()).unwrap();
    let (file, main) = (folder().join("plan.json"), folder().join("wire_programs.rs"));
    std::fs::write(&file, written.to_string()).unwrap();
    let text = repository().canonicalize().unwrap().join("codegen/tests/programs/wire.rs");
    let program = code.program(models, text.to_str().unwrap());
    if std::fs::read_to_string(&main).ok().as_ref() != Some(&program) {
        std::fs::write(&main, program).unwrap();
    }
    let output = with_members("wire", &code.specs(models), vec![main], &["emulator"], |package: &Package<'_>| {
        let folder = write(package);
        let built = cargo(package, &folder, &["build", "--quiet", "--offline", "--example", "wire_programs"]);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let program = package.temporary.parent().unwrap().join("debug/examples/wire_programs");
        Command::new(program).arg(&file).output().unwrap()
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let results: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), keys.len());
    keys.into_iter().zip(results).collect()
}

/// What the runs say about the findings of a change.
struct Verdict {
    /// The level that the findings claim together.
    claimed: Level,
    /// A claim that the runs refute.
    wrong: bool,
    /// The rules that the runs show to be right, and whether each is alone in it: what another change may have caused proves less.
    witnessed: Vec<(&'static str, bool)>,
}

/// Rules with witnesses that run: those that are seen by themselves, and those that are only seen beside others.
#[derive(Default)]
struct Witnessed<'a> {
    alone: BTreeSet<&'a str>,
    beside: BTreeSet<&'a str>,
}

impl<'a> Witnessed<'a> {
    fn add(&mut self, all: impl IntoIterator<Item = (&'a str, bool)>) {
        for (id, alone) in all {
            if alone { &mut self.alone } else { &mut self.beside }.insert(id);
        }
        self.beside.retain(|id| !self.alone.contains(id));
    }
}

fn verdict(findings: &[DiffFinding], seen: &Seen) -> Verdict {
    let claimed = findings.iter().map(|finding| finding.wire).max().unwrap_or(Level::None);
    let clean = seen.worse.is_empty();
    let holds = |finding: &&DiffFinding| match finding.wire {
        Level::None | Level::Compatible => clean,
        Level::Dangerous => !clean || !seen.parted.is_empty(),
        Level::Breaking => !clean,
    };
    // A dangerous change beside a breaking one shows itself in what breaks only if it is not the milder one.
    let own = |finding: &&DiffFinding| finding.wire <= Level::Compatible || finding.wire == claimed;
    let worst: BTreeSet<&str> =
        findings.iter().filter(|finding| finding.wire > Level::Compatible).map(|finding| finding.rule.id).collect();
    let alone = |finding: &DiffFinding| finding.wire <= Level::Compatible || worst.len() == 1;
    let tried = |_: &&DiffFinding| seen.tried > 0;
    let found = findings.iter().filter(holds).filter(own).filter(tried);
    let witnessed = found.map(|finding| (finding.rule.id, alone(finding))).collect();
    Verdict { claimed, wrong: claimed <= Level::Compatible && !clean, witnessed }
}

/// Adds lines to the ledger; of many, the first.
fn tell(ledger: &mut String, mark: char, lines: &BTreeSet<String>) {
    const SHOWN: usize = 4;
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(ledger, "  {mark} {line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(ledger, "  {mark} ... and {} more", lines.len() - SHOWN);
    }
}

const LEDGER: &str = "observed";
const ALONE: &str = "Rules with a witness that runs:";
const BESIDE: &str = "Rules whose witnesses show other rules too:";

/// Takes minutes, so `.ci/long` calls it. `INSTA_UPDATE=always` renews what it has seen.
#[test]
#[ignore = "takes minutes"]
fn every_level_on_the_wire_is_seen_by_running() {
    let extras = changed();
    let changes = changes(&extras);
    let (models, pairs) = models(&changes);
    let results = run(&models, &pairs);
    let (mut ledger, mut wrong, mut witnessed) = (String::new(), Vec::new(), Witnessed::default());
    for (Change { name, found, .. }, pair) in changes.iter().zip(&pairs) {
        for (way, findings, [client, endpoint]) in
            [("forth", &found[0], *pair), ("back", &found[1], [pair[1], pair[0]])]
        {
            let seen = Pair { results: &results, models: &models, client, endpoint }.judge();
            let Verdict { claimed, wrong: refuted, witnessed: more } = verdict(findings, &seen);
            witnessed.add(more);
            let claims: BTreeSet<String> = findings.iter().map(|of| format!("{} {}", of.rule.id, of.wire)).collect();
            let claims = claims.into_iter().collect::<Vec<_>>().join(", ");
            if refuted {
                wrong.push(format!("{name} {way} is called {claimed} ({claims}), but:\n{:#?}", seen.worse));
            }
            if seen.worse.is_empty() && seen.parted.is_empty() && claimed <= Level::Compatible {
                continue;
            }
            let _ = writeln!(ledger, "{name} {way}: {claims}");
            tell(&mut ledger, '-', &seen.worse);
            tell(&mut ledger, '~', &seen.parted);
            if seen.worse.is_empty() && seen.parted.is_empty() {
                ledger.push_str("  (nothing is seen)\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    if std::env::var("CLOUDCERT_WIRE_ONLY").is_ok() {
        std::fs::write(folder().join("observed.txt"), ledger).unwrap();
        return;
    }
    for (title, ids) in [(ALONE, &witnessed.alone), (BESIDE, &witnessed.beside)] {
        let _ = writeln!(ledger, "\n{title}");
        ledger.extend(ids.iter().flat_map(|id| [*id, "\n"]));
    }
    let about = "What programs of an older description meet at endpoints on a newer one (forth), and backwards. `-`: what worked before and does \
                 not, or is lost. `~`: where a program of the newer description does otherwise at the same endpoint. Nothing but claims: the \
                 change is compatible, and nothing was seen.";
    compare("wire", LEDGER, Some(about), &ledger);
    let missing = without_witness(&witnessed);
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Rules that have neither a witness nor a reason, and reasons that are not needed.
fn without_witness(witnessed: &Witnessed<'_>) -> Vec<String> {
    let reasons: BTreeMap<&str, &str> =
        REASONS.iter().flat_map(|(ids, reason)| ids.iter().map(move |id| (*id, *reason))).collect();
    assert_eq!(reasons.len(), REASONS.iter().map(|(ids, _)| ids.len()).sum::<usize>(), "a rule stands twice");
    let known: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    let unknown = reasons.keys().filter(|id| !known.contains(*id)).map(|id| format!("there is no rule {id}"));
    let seen = |id: &&&str| witnessed.alone.contains(**id) || witnessed.beside.contains(**id);
    let missing = known.iter().filter(|id| !seen(id) && !reasons.contains_key(*id));
    let needless = reasons.keys().filter(|id| witnessed.alone.contains(*id));
    unknown
        .chain(missing.map(|id| format!("{id} has neither a witness that runs nor a reason")))
        .chain(needless.map(|id| format!("{id} has a witness, and needs no reason")))
        .collect()
}

/// The runs take minutes, so this reads what they have left.
#[test]
fn every_rule_has_a_witness_that_runs_or_a_reason() {
    let text = std::fs::read_to_string(data().join(format!("../snapshots/wire/{LEDGER}.snap"))).unwrap();
    let (_, witnessed) = text.split_once(ALONE).unwrap();
    let (alone, beside) = witnessed.split_once(BESIDE).unwrap();
    let [alone, beside] = [alone, beside].map(|ids| ids.lines().filter(|line| !line.is_empty()).collect());
    let missing = without_witness(&Witnessed { alone, beside });
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(REASONS.iter().all(|(_, reason)| reason.ends_with('.') && reason.is_ascii()));
}
