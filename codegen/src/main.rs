//! The maintainers' command line.

mod commands;

use cloudcert_codegen::diagnostic::Findings;
use cloudcert_codegen::model::Model;
use cloudcert_codegen::{defects, disk, emit, listing, load, summary};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Checks the API descriptions that the cloudcert SDK is made from.

Usage: cloudcert-codegen <COMMAND> [DIR] [--out FOLDER]
       cloudcert-codegen diff BASE HEAD [OPTIONS]

Commands:
  check    print every finding, and what the spec holds
  model    print the resolved spec as JSON
  defects  print the page of document defects as Markdown
  api      print the generated API, one line an item
  generate write the generated modules; needs --out FOLDER
  diff     say what changes for users between two descriptions; `diff --help` explains it
  compare-output  BASE [HEAD]: what changes in the generated code between two git revisions
  schema   print the JSON Schema of the spec language, with the explanations of DIR/README.md
  explain  CODE [--lang en|zh]: what an error code, a rule of `diff` or a finding means, and what to do
  new      action NAME: write the skeleton of an action into DIR, the folder of an API version
  coverage print what is known and shown about each action

DIR is a spec folder, or the folder of one API version; `spec` if absent.

Exit status: 0 nothing found, 1 findings, 2 wrong usage, 3 the folder cannot be read.
";

enum Failure {
    Usage(String),
    Unreadable(String),
    Findings(Box<Findings>),
    Output(io::Error),
    Said(commands::Failure),
}

fn main() -> ExitCode {
    match run() {
        Ok(status) => ExitCode::from(status),
        // Whoever reads the output has closed it, `| head` for example: nothing to report.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let (text, code) = match failure {
                Failure::Usage(what) => (format!("error: {what}\n\n{HELP}"), 2),
                Failure::Unreadable(what) => (format!("error: {what}\n"), 3),
                Failure::Findings(findings) => (format!("{findings}\n"), 1),
                Failure::Said(failure) => (failure.text, failure.status),
                Failure::Output(error) => (format!("error: the output cannot be written: {error}\n"), 3),
            };
            // Nothing more can be said where even this cannot be written.
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::from(code)
        }
    }
}

/// The exit status, or why there is none.
fn run() -> Result<u8, Failure> {
    let mut parser = lexopt::Parser::from_env();
    // A command with words of its own reads them itself.
    let command = std::env::args_os().nth(1).and_then(|word| word.into_string().ok()).unwrap_or_default();
    let own = match command.as_str() {
        "diff" => Some(commands::diff::run as commands::Command),
        "compare-output" => Some(commands::compare_output::run as commands::Command),
        "schema" => Some(commands::tools::schema as commands::Command),
        "explain" => Some(commands::tools::explain as commands::Command),
        "new" => Some(commands::tools::new as commands::Command),
        "coverage" => Some(commands::tools::coverage as commands::Command),
        _ => None,
    };
    if let Some(run) = own {
        let _ = parser.next();
        let outcome = run(&mut parser).map_err(Failure::Said)?;
        print(&outcome.text)?;
        let _ = io::stderr().write_all(outcome.notes.as_bytes());
        return Ok(outcome.status);
    }
    simple(&mut parser).map(|()| 0)
}

/// The commands that take a folder at most.
fn simple(parser: &mut lexopt::Parser) -> Result<(), Failure> {
    let usage = |error: lexopt::Error| Failure::Usage(error.to_string());
    let mut words = Vec::new();
    let mut out = None;
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => return print(HELP),
            lexopt::Arg::Long("out") => out = Some(PathBuf::from(parser.value().map_err(usage)?)),
            lexopt::Arg::Value(word) => words.push(word),
            other => return Err(usage(other.unexpected())),
        }
    }
    let mut words = words.into_iter();
    let command = words.next().ok_or_else(|| Failure::Usage("a command is missing".to_owned()))?;
    let folder = words.next().map_or_else(|| PathBuf::from("spec"), PathBuf::from);
    if words.next().is_some() {
        return Err(Failure::Usage("one folder at most".to_owned()));
    }
    let command = command.to_string_lossy();
    if out.is_some() && command != "generate" {
        return Err(Failure::Usage(format!("`{command}` writes nothing, so `--out` means nothing")));
    }
    match command.as_ref() {
        "check" => print(&check(&read(&folder)?)),
        "model" => {
            let json =
                serde_json::to_string_pretty(&read(&folder)?).map_err(|e| Failure::Output(io::Error::other(e)))?;
            print(&format!("{json}\n"))
        }
        "defects" => print(&defects::page(&read(&folder)?)),
        "api" => print(&listing::api(&emit::generate(&read(&folder)?))),
        "generate" => {
            let out = out.ok_or_else(|| Failure::Usage("`generate` needs `--out FOLDER`".to_owned()))?;
            let files = emit::generate(&read(&folder)?);
            disk::write(&out, &files).map_err(Failure::Output)?;
            print(&format!("{} files in {}\n", files.len(), out.display()))
        }
        other => Err(Failure::Usage(format!("there is no command `{other}`"))),
    }
}

fn read(folder: &std::path::Path) -> Result<Model, Failure> {
    let files = disk::read(folder).map_err(|error| Failure::Unreadable(format!("the spec cannot be read: {error}")))?;
    load(&files).map_err(|findings| Failure::Findings(Box::new(findings.in_folder(&disk::root(folder)))))
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Output)
}

/// What `check` prints about a spec without findings.
fn check(model: &Model) -> String {
    let mut columns: Vec<(String, summary::Summary)> =
        model.apis.iter().map(|api| (api.id.clone(), summary::summarize_api(api))).collect();
    columns.push(("all".to_owned(), summary::summarize(model)));
    let mut out = String::from("No findings.\n\n");
    for (name, sum) in columns {
        let _ = writeln!(out, "{name}");
        for (what, count) in sum.rows() {
            let _ = writeln!(out, "  {what:<18} {count}");
        }
        out.push('\n');
    }
    out
}
