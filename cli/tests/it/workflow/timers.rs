//! What `units` prints for a timer, run as it stands.

use super::{Machine, config};
use crate::setup::{Done, endpoint, keys};
use cloudcert_cli::Exit;
use serde_json::Value;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

/// What a timer runs, in the form of a shell.
fn line(machine: &Machine, kind: &str) -> String {
    let units = machine.ends(&format!("units {kind}"), Exit::Done).out;
    let found = match kind {
        "systemd" => units.lines().find_map(|line| line.strip_prefix("ExecStart=")),
        // Behind the minute, the hours, three stars and the user.
        _ => units.lines().find_map(|line| line.split_once(" * * * root ").map(|(_, command)| command)),
    };
    found.unwrap_or_else(|| panic!("nothing is run by: {units}")).to_owned()
}

/// Runs a line with what a service has: no variable names the configuration or the state folder.
fn run(machine: &Machine, line: &str) -> Done {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear().envs(keys(&machine.url)).current_dir("/");
    Done::of(shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn the_printed_command_runs_with_the_configuration_and_the_state_folder_of_the_person() {
    let endpoint = endpoint();
    for kind in ["systemd", "cron"] {
        let machine = Machine::new(endpoint.url(), &config(""));
        let line = line(&machine, kind);
        let before = run(&machine, &line);
        assert_eq!(before.code, Some(i32::from(Exit::Unconfirmed.code())), "{line}\n{}", before.all());
        machine.ends("issue www --replace --yes", Exit::Done);
        let done = run(&machine, &line);
        assert_eq!(done.code, Some(0), "{line}\n{}", done.all());
        let row: Vec<&str> = done.out.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(row[..3], ["www", "nothing", "www/1"], "{kind}: {}", done.all());
        // It takes options of `renew` behind.
        let json = run(&machine, &format!("{line} --output json"));
        let value: Value = json.json();
        assert_eq!(value["certificates"][0]["name"], "www", "{kind}");
    }
}

#[test]
fn the_service_gets_the_home_that_a_profile_needs_and_a_foreign_state_folder_is_told() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    let service = machine.ends("units systemd", Exit::Done);
    let has = |done: &Done, wanted: &str| done.out.lines().any(|line| line == wanted);
    let environment = format!("EnvironmentFile=-{}", machine.folder.path("environment"));
    assert!(has(&service, &environment) && has(&service, "Environment=\"HOME=/root\""), "{}", service.out);
    assert!(!machine.ends("units systemd --user daemon", Exit::Done).out.contains("HOME="));
    let by_variables = config("").replace("cloud = \"aliyun\"", "cloud = \"aliyun\"\ncredentials = \"env\"");
    machine.folder.file("config.toml", by_variables);
    assert!(!machine.ends("units systemd", Exit::Done).out.contains("HOME="));

    // Nothing is wrong with a folder that the first order makes.
    assert_eq!(machine.ends("units cron --user daemon", Exit::Done).err, "");
    machine.ends("issue www --yes", Exit::Done);
    let owner = std::fs::metadata(machine.folder.path("state")).unwrap().uid().to_string();
    assert_eq!(machine.ends(&format!("units cron --user {owner}"), Exit::Done).err, "");
    for kind in ["systemd", "cron"] {
        machine.ends(&format!("units {kind} --user daemon"), Exit::Done).says("another user than daemon");
    }
}
