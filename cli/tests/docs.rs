//! docs/cli.md and docs/operators.md tell the truth: their commands are run, in order, in one shell a page, and print what the page shows.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use cloudcert_cli::Exit;
use cloudcert_emulator::Emulator;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

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

fn page(name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
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
        script.extend(["eval '", &quoted, "' < /dev/null\ncode=$?; printf '%s' '", MARK, "'; (exit $code)\n"]);
    }
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut outputs: Vec<String> = text.split(MARK).map(str::to_owned).collect();
    assert_eq!(outputs.pop().as_deref(), Some(""), "the shell has run all commands");
    assert_eq!(outputs.len(), commands.len());
    outputs
}

/// A line without what differs from run to run: words of four or more letters and digits with a digit in them, the rest of dates and times, seconds,
/// and the number of blanks.
fn masked(line: &str) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    for c in line.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let differs = word.len() >= 4 && word.contains(|c: char| c.is_ascii_digit());
        let of_date = word.len() == 2 && out.ends_with("#-") && word.chars().all(|c| c.is_ascii_digit());
        let of_time = word.trim_end_matches('Z').len() == 2 && out.ends_with("#:");
        out.push_str(if differs || of_date || of_time { "#" } else { &word });
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
fn the_page_of_the_program_shows_what_its_commands_print() {
    check("cli.md", 20);
}

#[test]
fn the_page_for_operators_shows_what_its_commands_print() {
    check("operators.md", 8);
}

/// Runs the commands of a page, at least this many.
fn check(name: &str, least: usize) {
    let (path, text) = page(name);
    assert!(text.lines().any(|line| line == ENDPOINT), "the page starts the endpoint by `{ENDPOINT}`");
    let endpoint = Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let own = endpoint.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let folder = empty(&format!("docs-{name}"));
    let lines: Vec<&str> = text.lines().collect();
    let steps = steps(&lines);
    assert!(steps.len() >= least, "{} commands", steps.len());
    let commands: Vec<String> = steps.iter().map(|step| step.command.replace("127.0.0.1:8080", &own)).collect();
    let outputs = run(&commands, &folder);

    let mut renewed: Vec<String> = Vec::new();
    let mut wrong: Vec<String> = Vec::new();
    let mut at = 0;
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
            wrong.push(format!("$ {}\nprints\n{printed}\nand the page shows\n{shown}", step.command));
        }
    }
    renewed.extend(owned(&lines[at..]));
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(path, renewed.join("\n") + "\n").unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The program with these arguments in a folder of its own, with keys of the local endpoint.
fn cloudcert(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cloudcert"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn empty(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const KEYS: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")];

#[test]
fn check_says_what_is_wrong_by_its_rows_and_its_exit_code() {
    let folder = empty("cli-check");
    let endpoint = Emulator::new().serve_blocking().unwrap();
    let url = endpoint.url();
    let check = |url: &str, keys: &[(&str, &str)]| {
        let arguments = ["check", "--output", "json", "--endpoint", url];
        let (code, out, _) = cloudcert(&folder, &arguments, keys);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
        let of = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let rows = rows.iter().map(|row| (of(row, "check"), of(row, "status"), of(row, "next")));
        let wrong: Vec<_> = rows.filter(|(_, status, _)| status == "problem").collect();
        assert!(wrong.iter().all(|(_, _, next)| !next.is_empty()), "each problem has a way out: {out}");
        assert!(!out.contains("testsecret"));
        (code, wrong.into_iter().map(|(check, ..)| check).collect::<Vec<_>>())
    };
    assert_eq!(check(url, &KEYS), (Some(0), vec![]), "a cloud that is not set up does not fail the check");
    assert_eq!(check(url, &[]), (Some(4), vec![]), "no cloud is set up");
    assert_eq!(check(url, &KEYS[..1]), (Some(4), vec!["credentials".to_owned()]), "half of a key");
    let wrong = [KEYS[0], ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong")];
    assert_eq!(check(url, &wrong), (Some(4), vec!["quota".to_owned()]), "a key that the service refuses");
    assert_eq!(check("http://127.0.0.1:1", &KEYS), (Some(6), vec!["endpoint".to_owned()]));
    endpoint.clock().advance(Duration::from_secs(3_600));
    assert_eq!(check(url, &KEYS), (Some(1), vec!["clock".to_owned()]));
}

#[test]
fn an_example_of_a_configuration_is_written_once_and_works() {
    use std::os::unix::fs::PermissionsExt;
    let folder = empty("cli-config");
    let file = folder.join(".config/cloudcert/config.toml");
    for lang in ["en", "zh"] {
        let (code, out, _) = cloudcert(&folder, &["config", "init", "--lang", lang], &[]);
        assert_eq!((code, out.trim()), (Some(0), file.to_str().unwrap()));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&file).unwrap();
        let (code, _, err) = cloudcert(&folder, &["config", "init"], &[]);
        assert_eq!(code, Some(2), "{err}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "it is left as it is");
        // Without the marks of comments, each profile of the example is one.
        let settings = ["[", "cloud =", "credentials =", "region =", "endpoint ="];
        let line = |line: &str| match line.strip_prefix("# ") {
            Some(inner) if settings.iter().any(|start| inner.starts_with(start)) => inner.to_owned(),
            _ => line.to_owned(),
        };
        std::fs::write(&file, text.lines().map(line).collect::<Vec<_>>().join("\n")).unwrap();
        let (code, out, err) = cloudcert(&folder, &["config", "show", "--profile", "prod", "--output", "text"], &[]);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("aliyun-cas.credentials\tprod: aliyun-cli:prod\t--profile"), "{out}");
        assert!(out.contains("profiles.kingsoft.credentials\tksyun-file:default"), "{out}");
        std::fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_key_in_the_configuration_is_not_repeated() {
    let folder = empty("cli-config-key");
    let file = folder.join("config.toml");
    let at = file.to_str().unwrap();
    for line in ["cloud = \"KEY\"", "cloud = \"aliyun\"\ncredentials = \"KEY\"", "cloud = [\"KEY\"]", "cloud = \"KEY"] {
        let text = format!("[profiles.prod]\n{line}\n").replace("KEY", "made-up-key");
        std::fs::write(&file, text).unwrap();
        for command in ["show", "check"] {
            let arguments: &[&str] = if command == "show" { &["config", "show"] } else { &["check", "aliyun-cas"] };
            let (_, out, err) = cloudcert(&folder, &[arguments, &["--config", at, "--profile", "prod"]].concat(), &[]);
            assert!(!out.contains("made-up-key") && !err.contains("made-up-key"), "{line}: {out}{err}");
        }
    }
    let (code, _, err) = cloudcert(&folder, &["config", "show", "--config", "/nowhere.toml"], &[]);
    assert_eq!(code, Some(4), "a configuration that was named must be there: {err}");
}

/// A row of the page's table of exit codes for each code of the program, with the words of its documentation.
#[test]
fn the_table_of_exit_codes_is_that_of_the_program() {
    let (_, text) = page("cli.md");
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
