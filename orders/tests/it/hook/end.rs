//! How hooks end.

use super::{ends, is_alive, present, shell};
use cloudcert_orders::Kind;
use cloudcert_orders::hook::{AGAIN, Hook};
use std::time::{Duration, Instant};

#[tokio::test]
async fn each_exit_code_has_its_meaning() {
    for code in 0..=255 {
        let result = shell(&format!("exit {code}")).run(&present()).await;
        let kind = result.map_err(|failure| failure.kind());
        match code {
            0 => assert!(kind.is_ok()),
            AGAIN => assert_eq!(kind.unwrap_err(), Kind::NotNow),
            _ => assert_eq!(kind.unwrap_err(), Kind::Failed, "{code}"),
        }
    }
}

#[tokio::test]
async fn a_signal_is_a_failure_that_names_it() {
    let failure = shell("kill -9 $$").run(&present()).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Failed);
    assert!(failure.message().contains("signal 9"), "{failure}");
}

#[tokio::test]
async fn a_failure_tells_the_last_line_and_keeps_the_log() {
    let hook = shell("echo first; echo the zone is locked >&2; exit 3");
    let failure = hook.run(&present()).await.unwrap_err();
    assert!(failure.message().contains("exit code 3"), "{failure}");
    // Nobody knows which of two streams is read first.
    let told = shell("echo the zone is locked >&2; exit 3").run(&present()).await.unwrap_err();
    assert!(told.message().contains("its output ends with `the zone is locked`"), "{told}");
    assert!(told.next().unwrap().contains("Mend what it says"), "{told}");
    let silent = shell("exit 3").run(&present()).await.unwrap_err();
    assert!(silent.next().unwrap().contains("to standard error"), "{silent}");
    let run = hook.observe(&present()).await.unwrap();
    assert!(run.failure.is_some());
    assert_eq!(run.result.log.len(), 2, "{run:?}");
    assert!(run.result.log.iter().any(|line| line == "the zone is locked"), "{run:?}");
}

fn quick(script: &str, timeout: u64) -> Hook {
    Hook { timeout: Duration::from_millis(timeout), ..shell(script) }
}

#[tokio::test]
async fn the_timeout_ends_the_hook_and_what_it_started() {
    let hook = quick("sleep 600 & echo $!; echo $$; wait", 2000);
    let started = Instant::now();
    let run = hook.observe(&present()).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind(), Kind::Failed);
    assert!(failure.message().contains("timeout of 2 s"), "{failure}");
    assert_eq!(run.result.log.len(), 2);
    for process in &run.result.log {
        ends(process).await;
    }
}

#[tokio::test]
async fn what_ignores_the_request_to_end_is_killed() {
    let hook = quick("trap '' TERM; (trap '' TERM; sleep 600) & echo $!; echo $$; while :; do sleep 1; done", 2000);
    let started = Instant::now();
    let run = hook.observe(&present()).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    for process in &run.result.log {
        ends(process).await;
    }
}

#[tokio::test]
async fn a_hook_that_ends_in_time_may_clean_up() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let hook = quick(&format!("trap 'echo gone > {}; exit 1' TERM; sleep 600 & wait", mark.display()), 2000);
    hook.run(&present()).await.unwrap_err();
    assert_eq!(std::fs::read_to_string(mark).unwrap(), "gone\n");
}

#[tokio::test]
async fn what_a_hook_leaves_running_keeps_nobody_waiting_and_goes_on() {
    let hook = shell("sleep 600 & echo $!; echo '{\"id\":1}'");
    let started = Instant::now();
    let result = hook.run(&present()).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(result.state.unwrap()["id"], 1);
    let [process] = result.log.as_slice() else { panic!("{:?}", result.log) };
    assert!(is_alive(process));
    std::process::Command::new("kill").arg(process).status().unwrap();
}

#[tokio::test]
async fn dropping_the_future_ends_the_group() {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    let hook = shell(&format!("sleep 600 & echo $! $$ > {}; wait", ids.display()));
    let event = present();
    let run = tokio::time::timeout(Duration::from_secs(4), hook.run(&event)).await;
    assert!(run.is_err());
    let text = std::fs::read_to_string(ids).unwrap();
    assert_eq!(text.split_whitespace().count(), 2);
    for process in text.split_whitespace() {
        ends(process).await;
    }
}
