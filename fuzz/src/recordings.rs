//! Recordings: what is written down of any answer, and files that were edited.

use super::actions::config;
use super::answers::choose;
use cloudcert::testing::{Cassette, Recorder, Replay, Reply, Script};
use std::collections::BTreeSet;

/// Whatever an action is answered with: no secret of the answer is written down, and what is played reads like what was recorded.
pub fn recording(data: &[u8]) {
    let Some((action, body)) = choose(data) else { return };
    let status = if body.first().is_some_and(|byte| byte % 7 == 6) { 500 } else { 200 };
    let parsed = serde_json::from_slice::<serde_json::Value>(body);
    // A name that stands twice in an object does so no longer in a recording.
    let body = parsed.map_or(body.to_vec(), |value| value.to_string().into());
    let names = |outcome: &super::actions::Outcome| outcome.unknown.iter().collect::<BTreeSet<_>>().len();
    let recorder = Recorder::new(Script::new().then(Reply::status(status, body)));
    let first = (action.2)(config(recorder.clone()));
    let cassette = recorder.cassette();
    let text = cassette.to_json();
    assert_eq!(Cassette::from_json(&text).as_ref(), Ok(&cassette));
    assert!(!text.contains("PRIVATE KEY") && !text.contains("fuzz-secret") && !text.contains("fuzz-id"), "{text}");
    if let Ok(first) = &first {
        // Names of members are shown, and a secret that is also a name cannot be told from it.
        let seen = |secret: &str| text.contains(&format!("\"{secret}\":")) || body_names(&text).contains(secret);
        for secret in first.secrets.iter().filter(|secret| secret.len() >= 12 && !seen(secret)) {
            let quoted = serde_json::Value::from(secret.as_str()).to_string();
            assert!(!text.contains(quoted.trim_matches('"')), "{text}");
        }
    }
    let replay = Replay::new(cassette).in_order();
    let again = (action.2)(config(replay.clone()));
    replay.finish().unwrap_or_else(|left| panic!("{left}"));
    match (&first, &again) {
        (Ok(first), Ok(again)) => assert_eq!(names(first), names(again), "{text}"),
        (Err(first), Err(again)) => {
            assert_eq!((first.kind(), first.status()), (again.kind(), again.status()), "{first}, then {again}");
        }
        (first, again) => {
            let shown =
                |of: &Result<super::actions::Outcome, cloudcert::Error>| of.as_ref().err().map(ToString::to_string);
            panic!("{:?}, then {:?}: {text}", shown(first), shown(again));
        }
    }
}

/// What the format itself writes.
fn body_names(text: &str) -> &str {
    text.split("\"json\"").next().unwrap_or_default()
}

/// A file that is a recording reads the same after it was written again.
pub fn cassette(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match Cassette::from_json(&text) {
        Ok(cassette) => assert_eq!(Cassette::from_json(&cassette.to_json()).as_ref(), Ok(&cassette)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
