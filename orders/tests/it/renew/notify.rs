//! Who is told how a run ended, and what is remembered of it.

use crate::hook::{ends, shell};
use cloudcert_orders::hook::{Hook, HookEvent};
use cloudcert_orders::renew::memory::Memory;
use cloudcert_orders::renew::notify::{Notify, Renewal, events};
use cloudcert_orders::renew::report::{Line, Outcome, Report, VERSION};
use cloudcert_orders::{Failure, Kind, Name, Text, text};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn line(text: &str, outcome: Outcome) -> Line {
    let failure = Failure::new(Kind::Failed, Text::default());
    Line { outcome, ..Line::stopped(name(text), vec![format!("{text}.example.com")], &failure) }
}

fn stopped(text: &str, kind: Kind) -> Line {
    let failure = Failure::new(kind, text!("why", "原因"))
        .at(format!("{text}/3"))
        .remedy(text!("Do this.", "请处理。"))
        .code("Code");
    line(text, Outcome::stopped(&failure))
}

fn due_soon(text: &str) -> Line {
    let (not_after, due) = (Some(time("2027-06-01T00:00:00Z")), Some(time("2027-03-26T00:00:00Z")));
    Line { due_soon: true, not_after, due, ..line(text, Outcome::Nothing) }
}

fn report(certificates: Vec<Line>) -> Report {
    let ended = time("2027-03-20T03:00:00Z");
    Report { version: VERSION, began: ended, ended, certificates }
}

/// What a run told of these lines after another one, and the memory that it leaves.
fn told(before: Option<Memory>, lines: Vec<Line>, renewal: Renewal) -> (Vec<HookEvent>, Memory) {
    let report = report(lines);
    let memory = Memory::follow(before, &report, true);
    (events(&report, &memory, |_| renewal), memory)
}

fn kinds(events: &[HookEvent]) -> Vec<(String, &'static str, u32)> {
    let subject = |event: &HookEvent| event.certificate.as_ref().map_or_else(String::new, ToString::to_string);
    events.iter().map(|event| (subject(event), event.kind(), event.attempt)).collect()
}

fn all(hook: Hook) -> Notify {
    Notify { hook, events: ["done", "failure", "attention", "due-soon"].map(str::to_owned).to_vec() }
}

/// A hook that appends what it gets to a file.
fn appending(file: &Path) -> Hook {
    shell(&format!("cat >> {}", file.display()))
}

#[test]
fn each_outcome_has_its_event_and_the_run_has_one() {
    let lines = vec![
        line("a", Outcome::Renewed),
        line("b", Outcome::Nothing),
        stopped("c", Kind::Refused),
        stopped("d", Kind::Unknown),
        stopped("e", Kind::Waiting),
        stopped("f", Kind::Busy),
        stopped("g", Kind::NotNow),
        due_soon("h"),
        line("i", Outcome::Adopted),
        stopped("j", Kind::Outstanding),
    ];
    let (events, memory) = told(None, lines, Renewal { auto: false, remaining: Some(3) });
    let expected = [
        ("c", "failure", 1),
        ("d", "attention", 1),
        ("g", "failure", 1),
        ("h", "due-soon", 1),
        ("j", "failure", 1),
        ("", "done", 1),
    ];
    assert_eq!(kinds(&events), expected.map(|(name, kind, attempt)| (name.to_owned(), kind, attempt)));
    assert_eq!(memory.failed(), 4);
    let json: Vec<Value> = events.iter().map(HookEvent::json).collect();
    let trouble = json!({
        "version": 1, "event": "failure", "certificate": "c", "names": ["c.example.com"], "attempt": 1,
        "code": "Code", "message": "c/3: why", "remedy": "Do this.", "message_zh": "c/3: 原因", "remedy_zh": "请处理。",
    });
    let ahead = json!({
        "version": 1, "event": "due-soon", "certificate": "h", "names": ["h.example.com"], "attempt": 1,
        "not_after": "2027-06-01T00:00:00Z", "due": "2027-03-26T00:00:00Z", "auto": false, "remaining": 3,
    });
    let done = json!({
        "version": 1, "event": "done", "certificate": null, "names": [], "attempt": 1,
        "renewed": ["a", "i"], "failed": ["c", "d", "g", "j"],
    });
    assert_eq!((&json[0], &json[3], &json[5]), (&trouble, &ahead, &done));
}

#[test]
fn a_run_that_did_nothing_tells_nothing() {
    let lines = vec![line("a", Outcome::Nothing), stopped("b", Kind::Waiting)];
    assert_eq!(told(None, lines, Renewal::default()).0, []);
}

#[test]
fn attempts_count_the_runs_in_a_row_that_tell_the_same() {
    let mut memory = None;
    let steps = [
        (Kind::NotNow, Some(("failure", 1))),
        (Kind::Refused, Some(("failure", 2))),
        (Kind::Unknown, Some(("attention", 1))),
        (Kind::Unknown, Some(("attention", 2))),
        (Kind::Waiting, None),
        (Kind::Unknown, Some(("attention", 1))),
    ];
    for (kind, expected) in steps {
        let (events, after) = told(memory, vec![stopped("www", kind)], Renewal::default());
        assert_eq!(events.first().map(|event| (event.kind(), event.attempt)), expected);
        memory = Some(after);
    }
}

#[tokio::test]
async fn a_certificate_that_is_due_soon_is_told_once_and_once_more_when_its_package_is_used_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told");
    let left = |remaining| Renewal { auto: true, remaining };
    let (events, mut memory) = told(None, vec![due_soon("www")], left(Some(2)));
    assert_eq!(all(shell("exit 75")).tell(&events, &mut memory).await.len(), 1);
    // It was not told, so it is told again.
    for (remaining, count) in [(Some(2), 1), (Some(1), 1), (None, 1), (Some(0), 2), (Some(0), 2)] {
        let (events, mut after) = told(Some(memory), vec![due_soon("www")], left(remaining));
        assert_eq!(all(appending(&file)).tell(&events, &mut after).await, []);
        after.write(folder.path()).unwrap();
        memory = Memory::read(folder.path()).unwrap().unwrap();
        assert_eq!(memory, after);
        assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), count, "{remaining:?}");
    }
}

#[tokio::test]
async fn only_the_events_of_the_configuration_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told");
    let lines = vec![line("a", Outcome::Renewed), stopped("b", Kind::Failed), stopped("c", Kind::Unknown)];
    let (events, mut memory) = told(None, lines, Renewal::default());
    let notify = Notify { events: vec!["attention".to_owned()], ..all(appending(&file)) };
    assert_eq!(notify.tell(&events, &mut memory).await, []);
    let text = fs::read_to_string(&file).unwrap();
    let event: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&event["event"], &event["certificate"]), (&json!("attention"), &json!("c")));
}

#[tokio::test]
async fn a_hook_that_fails_is_a_warning_and_the_others_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told");
    let lines = vec![stopped("a", Kind::Failed), stopped("b", Kind::Failed)];
    let (events, mut memory) = told(None, lines, Renewal::default());
    let failing = shell(&format!("cat >> {}; echo smtp refused; exit 3", file.display()));
    let warnings = all(failing).tell(&events, &mut memory).await;
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
    let places: Vec<_> = warnings.iter().map(|warning| warning.place().unwrap()).collect();
    assert_eq!(places, ["a: failure", "b: failure", "done"]);
    assert!(warnings.iter().all(|warning| warning.message().contains("smtp refused")), "{warnings:?}");
    let absent = Hook { command: vec!["/no/such/program".to_owned()], ..shell("") };
    assert_eq!(all(absent).tell(&events, &mut memory).await.len(), 1, "one warning, not one an event");
}

#[tokio::test]
async fn a_hook_that_hangs_is_ended_with_all_that_it_started_and_holds_a_run_up_twice_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("processes");
    let lines = (0..20).map(|number| stopped(&format!("c{number}"), Kind::Failed)).collect();
    let (events, mut memory) = told(None, lines, Renewal::default());
    let hanging = shell(&format!("sleep 600 & echo $! >> {}; wait", file.display()));
    let begun = Instant::now();
    let notify = all(Hook { timeout: Duration::from_millis(500), ..hanging });
    let warnings = notify.tell(&events, &mut memory).await;
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[2].message().starts_with("19 more events"), "{warnings:?}");
    for process in fs::read_to_string(&file).unwrap().lines() {
        ends(process).await;
    }
}

#[test]
fn a_run_over_some_certificates_keeps_what_is_known_of_the_others() {
    let (_, memory) = told(None, vec![stopped("a", Kind::Failed), stopped("b", Kind::Unknown)], Renewal::default());
    assert_eq!(memory.failed(), 2);
    let report = report(vec![line("a", Outcome::Renewed)]);
    assert_eq!(Memory::follow(Some(memory.clone()), &report, false).failed(), 1);
    assert_eq!(Memory::follow(Some(memory), &report, true).failed(), 0, "the configuration no longer has the other");
}

#[test]
fn what_is_remembered_is_private_and_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    assert_eq!(Memory::read(&state).unwrap(), None);
    let (_, memory) = told(None, vec![stopped("a", Kind::Failed)], Renewal::default());
    for _ in 0..2 {
        memory.write(&state).unwrap();
        assert_eq!(Memory::read(&state).unwrap().as_ref(), Some(&memory));
    }
    assert_eq!(fs::read_dir(&state).unwrap().count(), 1, "nothing else is left");
    let file = state.join("last-run.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    for damaged in [&text[..text.len() / 2], "", "[]", &text.replace("\"version\": 1", "\"version\": 9")] {
        fs::write(&file, damaged).unwrap();
        let failure = Memory::read(&state).unwrap_err();
        assert!(failure.to_string().contains("last-run.json") && failure.next().is_some(), "{failure}");
    }
    memory.write(&state).unwrap();
    fs::set_permissions(&state, Permissions::from_mode(0o777)).unwrap();
    assert_eq!(memory.write(&state).unwrap_err().kind(), Kind::Unconfigured);
}
