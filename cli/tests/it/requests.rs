//! What options send is what the same request sends by name, for every action of the description.

use crate::setup::recorder::Recorder;
use crate::setup::words::{KEY, example, kebab, with_files, words};
use crate::setup::{Folder, actions, cloudcert, command, for_each_action};
use crate::tree::option_name;
use cloudcert::dynamic::Client;
use cloudcert::model::{Action, Api};
use cloudcert::{CallOptions, Config, Credentials};
use cloudcert_cli::Exit;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;

/// Sends a request by name and returns its parameters.
fn by_name(recorder: &Recorder, api: &Api, action: &Action, request: &Map<String, Value>) -> BTreeMap<String, String> {
    let id = if api.provider == "ksyun" { "AKLTtestid" } else { "testid" };
    let config = Config::new(Credentials::new(id, "testsecret")).endpoint(&recorder.url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    recorder.take();
    runtime.block_on(async {
        let client = Client::new(&api.id, config).unwrap();
        let request = client.operation(&action.name).unwrap().request(&Value::Object(request.clone())).unwrap();
        // The response may lack what is guaranteed; the request was sent all the same.
        let _ = client.send_with(&request, CallOptions::new().skip_validation()).await;
    });
    sent(recorder, action)
}

fn sent(recorder: &Recorder, action: &Action) -> BTreeMap<String, String> {
    let all = recorder.take();
    let own: Vec<_> = all.iter().filter(|request| request.action() == action.name).collect();
    assert_eq!(own.len(), 1, "{}: {all:?}", action.name);
    let mut parameters = own[0].lasting();
    if let Some(key) = action.repeat_key() {
        // Made anew for each request.
        parameters.remove(&key.wire);
    }
    parameters
}

#[test]
fn options_send_what_the_request_by_name_sends() {
    for_each_action(|api, action| {
        let recorder = Recorder::start();
        let request = example(api, action);
        let expected = by_name(&recorder, api, action, &request);
        let folder = Folder::new();
        let option = |wire: &str| option_name(api, action, wire);
        let words = with_files(words(action, &option, &request), &folder);
        let start = [command(api), kebab(&action.name), "--yes".to_owned(), "--skip-validation".to_owned()];
        let done = cloudcert(&recorder.url, start.iter().chain(&words)).folder(&folder).done();
        assert_eq!(sent(&recorder, action), expected, "{}: {}", action.name, done.err);
        assert!(!done.all().contains(KEY.lines().nth(1).unwrap()), "{}", action.name);
    });
}

#[test]
fn a_skeleton_goes_in_again() {
    for_each_action(|api, action| {
        let start = [command(api), kebab(&action.name)];
        let unused = "http://127.0.0.1:9";
        let skeleton = cloudcert(unused, start.iter().map(String::as_str).chain(["--skeleton"])).ends(Exit::Done);
        assert!(skeleton.json().is_object(), "{}", skeleton.out);

        // What it sends is the skeleton itself.
        let Value::Object(request) = skeleton.json() else { unreachable!() };
        let recorder = Recorder::start();
        let expected = by_name(&recorder, api, action, &request);
        let send = start.iter().map(String::as_str).chain(["--input", "-", "--skip-validation", "--yes"]);
        cloudcert(&recorder.url, send).stdin(&skeleton.out).done();
        assert_eq!(sent(&recorder, action), expected, "{}", action.name);
    });
}

#[test]
fn a_dry_run_of_a_skeleton_sends_nothing() {
    let recorder = Recorder::start();
    // Every fifth; the test above sends all of them.
    for (api, action) in actions().step_by(5) {
        let start = [command(api), kebab(&action.name)];
        let with = |more: &'static [&str]| {
            cloudcert(&recorder.url, start.iter().map(String::as_str).chain(more.iter().copied()))
        };
        let skeleton = with(&["--skeleton"]).ends(Exit::Done).out;
        let dry = with(&["--input", "-", "--skip-validation", "--dry-run"]).stdin(skeleton).ends(Exit::Done);
        assert!(dry.out.contains(&action.name), "{}", dry.out);
    }
    assert!(recorder.seen().is_empty());
}

#[test]
fn examples_in_help_are_what_was_sent() {
    let tree = cloudcert_cli::command("en");
    let mut shown = 0;
    for (api, action) in actions().filter(|(_, action)| action.examples.iter().any(|of| of.error.is_none())) {
        let of_api = tree.find_subcommand(command(api)).unwrap();
        let help = of_api.find_subcommand(kebab(&action.name)).unwrap().get_after_long_help().unwrap().to_string();
        let line = help.lines().find(|line| line.trim_start().starts_with("cloudcert ") && !line.contains(" wait "));
        let line = line.unwrap_or_else(|| panic!("{help}")).trim();
        // As a shell reads it.
        let print = format!("set -- {line}; printf '%s\\n' \"$@\"");
        let output = std::process::Command::new("sh").args(["-c", &print]).output().unwrap();
        let read = String::from_utf8(output.stdout).unwrap();
        let first = action.examples.iter().find(|of| of.error.is_none()).unwrap();
        let given: Map<String, Value> = first.request.clone().into_iter().collect();
        let words = words(action, &|wire| option_name(api, action, wire), &given);
        let start = ["cloudcert".to_owned(), command(api), kebab(&action.name)];
        let expected: Vec<String> = start.into_iter().chain(words.into_iter().map(|word| word.text)).collect();
        assert_eq!(read.lines().collect::<Vec<_>>(), expected, "{line}");
        shown += 1;
    }
    assert!(shown > 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_call_reads_the_description_of_its_action_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut child = cloudcert(&url, ["aliyun-cas", "list-csr"]).start();
    // The request has been sent, and the program waits for its response.
    let (mut stream, _) = listener.accept().unwrap();
    assert!(stream.read(&mut [0; 64]).unwrap() > 0);
    let maps = std::fs::read_to_string(format!("/proc/{}/smaps", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    // The heap alone: what the loader writes into a program's own pages grows with the program.
    let heap = maps.split_once("[heap]").unwrap().1;
    let line = heap.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
    let kib: u32 = line.trim().trim_end_matches(" kB").parse().unwrap();
    // The description of all actions alone takes 3 MiB.
    assert!(kib < 3 << 10, "{kib} KiB");
}
