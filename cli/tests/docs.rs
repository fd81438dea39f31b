//! docs/cli.md tells the truth: its commands are run, in order, in one shell, and print what the page shows.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test")]

use cloudcert_cli::Exit;
use cloudcert_emulator::Emulator;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The command by which the page starts the endpoint. Here it is started as a library, with the same settings, on a free port.
const ENDPOINT: &str = "cloudcert emulate --listen 127.0.0.1:8080 --polls 1";
/// What stands between the outputs of commands.
const MARK: &str = "\u{1}cloudcert-docs\u{1}";

/// A command of the page, and the lines that the page shows of its output.
#[derive(Debug, Default)]
struct Step {
    /// Its lines, without prompts.
    command: String,
    /// Where its output stands on the page: the first line, and the line behind the last.
    output: (usize, usize),
}

fn page() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The commands in blocks marked `console`: `$` begins a command, `>` goes on with it, all else is output.
fn steps(lines: &[&str]) -> Vec<Step> {
    let (mut steps, mut within) = (Vec::<Step>::new(), false);
    for (at, line) in lines.iter().enumerate() {
        match *line {
            "```console" => within = true,
            "```" => within = false,
            line if within => match (line.strip_prefix("$ "), line.strip_prefix("> "), steps.last_mut()) {
                (Some(command), ..) => {
                    steps.push(Step { command: command.to_owned(), output: (at + 1, at + 1) });
                }
                (_, Some(more), Some(step)) if step.output.1 == at => {
                    step.command.extend(["\n", more]);
                    step.output = (at + 1, at + 1);
                }
                (.., Some(step)) => step.output.1 = at + 1,
                (.., None) => panic!("line {}: output before any command", at + 1),
            },
            _ => {}
        }
    }
    steps
}

/// Runs commands in one shell, and returns the output of each.
fn run(commands: &[String], folder: &Path) -> Vec<String> {
    let programs = Path::new(env!("CARGO_BIN_EXE_cloudcert")).parent().unwrap();
    let others = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([programs.to_owned()].into_iter().chain(std::env::split_paths(&others)));
    let mut shell = Command::new("sh")
        .env_clear()
        .env("PATH", path.unwrap())
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut script = "exec 2>&1\n".to_owned();
    for command in commands {
        // Nothing reads the script but the shell, and the exit code of one command is that which the next one sees.
        let quoted = command.replace('\'', "'\\''");
        script.push_str(&format!("eval '{quoted}' < /dev/null\ncode=$?; printf '%s' '{MARK}'; (exit $code)\n"));
    }
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut outputs: Vec<String> = text.split(MARK).map(str::to_owned).collect();
    assert_eq!(outputs.pop().as_deref(), Some(""), "the shell has run all commands");
    assert_eq!(outputs.len(), commands.len());
    outputs
}

/// A line without what differs from run to run: words of four or more letters and digits with a digit in them, the rest of dates, seconds, and
/// the number of blanks.
fn masked(line: &str) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    for c in line.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let differs = word.len() >= 4 && word.contains(|c: char| c.is_ascii_digit());
        let of_date = word.len() == 2 && out.ends_with("#-") && word.chars().all(|c| c.is_ascii_digit());
        out.push_str(if differs || of_date { "#" } else { &word });
        word.clear();
        out.push(c);
    }
    let mut words: Vec<&str> = out.split_whitespace().collect();
    for at in 1..words.len() {
        if words[at] == "s" && words[at - 1].parse::<u64>().is_ok() {
            words[at - 1] = "#";
        }
    }
    words.join(" ")
}

/// Lines of progress, which a terminal takes away: `domain_verify 4 s`, `1 pages, 2 items`.
fn is_progress(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |word: &str| word.parse::<u64>().is_ok();
    let state = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    match words.as_slice() {
        [word, seconds, "s"] => state(word) && number(seconds),
        [pages, word, items, _] => word.starts_with("page") && number(pages) && number(items),
        _ => false,
    }
}

#[test]
fn the_page_shows_what_its_commands_print() {
    let (path, text) = page();
    assert!(text.lines().any(|line| line == ENDPOINT), "the page starts the endpoint by `{ENDPOINT}`");
    let endpoint = Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let own = endpoint.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-docs");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();

    let lines: Vec<&str> = text.lines().collect();
    let steps = steps(&lines);
    assert!(steps.len() > 20, "{} commands", steps.len());
    let commands: Vec<String> = steps.iter().map(|step| step.command.replace("127.0.0.1:8080", &own)).collect();
    let outputs = run(&commands, &folder);

    let (mut renewed, mut at, mut lies) = (Vec::<String>::new(), 0, Vec::new());
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let compared = |lines: &[&str]| lines.iter().map(|line| masked(line)).collect::<Vec<_>>();
    for (step, output) in steps.iter().zip(&outputs) {
        let output = output.replace(&own, "127.0.0.1:8080").replace(folder.to_str().unwrap(), "/home/me");
        let printed: Vec<&str> = output.lines().filter(|line| !is_progress(line)).collect();
        let shown = &lines[step.output.0..step.output.1];
        let is_same = compared(&printed) == compared(shown);
        renewed.extend(owned(&lines[at..step.output.0]));
        renewed.extend(owned(if is_same { shown } else { &printed }));
        at = step.output.1;
        if !is_same {
            let (printed, shown) = (printed.join("\n"), shown.join("\n"));
            lies.push(format!("$ {}\nprints\n{printed}\nand the page shows\n{shown}", step.command));
        }
    }
    renewed.extend(owned(&lines[at..]));
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(path, renewed.join("\n") + "\n").unwrap();
        return;
    }
    assert!(lies.is_empty(), "{}", lies.join("\n\n"));
}

/// A row of the page's table of exit codes for each code of the program, with the words of its documentation.
#[test]
fn the_table_of_exit_codes_is_that_of_the_program() {
    let (_, text) = page();
    let table = text.split("## Exit codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let row = |line: &str| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        Some((cells.next()?.parse::<u8>().ok()?, cells.next()?.to_owned()))
    };
    let rows: BTreeMap<u8, String> = table.lines().filter_map(row).collect();
    let (mut said, mut doc) = (BTreeMap::new(), "");
    for line in include_str!("../src/exit.rs").lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            doc = text;
        } else if let Some((_, number)) = line.split_once(" = ")
            && let Ok(code) = number.trim_end_matches(',').parse::<u8>()
        {
            said.insert(code, doc.to_owned());
        }
    }
    assert_eq!(rows, said);
    assert_eq!(Exit::ALL.map(Exit::code).as_slice(), rows.into_keys().collect::<Vec<_>>());
}
