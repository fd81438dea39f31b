//! What `units` prints for a timer, run as it stands.

use super::{Machine, config};
use crate::setup::{Done, endpoint, keys};
use cloudcert_cli::Exit;
use serde_json::Value;
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
