//! The maintainers' command line: a table of commands, and what happens around each of them.

mod commands;

use commands::{Command, Failure, Outcome, check, compare_output, coverage, diff, generate, import, new, show};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// Every command, in the order of the help.
const COMMANDS: &[Command] = &[
    Command {
        name: "check",
        arguments: "[DIR]",
        about: "print every finding, or counts of what is in the spec",
        details: "",
        run: check::run,
    },
    Command {
        name: "explain",
        arguments: "CODE [DIR] [--lang en|zh]",
        about: "explain an error code, a rule of `diff` or a finding",
        details: "",
        run: show::explain,
    },
    Command {
        name: "diff",
        arguments: "BASE HEAD [OPTIONS]",
        about: "print what changes for users between two descriptions",
        details: diff::DETAILS,
        run: diff::run,
    },
    Command {
        name: "compare-output",
        arguments: "BASE [HEAD]",
        about: "print what changes in the generated code between two git revisions",
        details: compare_output::DETAILS,
        run: compare_output::run,
    },
    Command {
        name: "api",
        arguments: "[DIR]",
        about: "print the generated API, one public item a line",
        details: "",
        run: show::api,
    },
    Command {
        name: "generate",
        arguments: "[DIR] --out FOLDER",
        about: "write the generated modules to FOLDER",
        details: generate::DETAILS,
        run: generate::run,
    },
    Command {
        name: "model",
        arguments: "[DIR]",
        about: "print the resolved spec as JSON",
        details: "",
        run: show::model,
    },
    Command {
        name: "defects",
        arguments: "[DIR]",
        about: "print the contradictions of the vendor documents as Markdown",
        details: "",
        run: show::defects,
    },
    Command {
        name: "coverage",
        arguments: "[DIR]",
        about: "print counts of the items, examples and tests of each action",
        details: "",
        run: coverage::run,
    },
    Command {
        name: "features",
        arguments: "[DIR]",
        about: "print the cargo features of API versions and groups, as Cargo.toml lists them",
        details: "",
        run: show::features,
    },
    Command {
        name: "schema",
        arguments: "[DIR]",
        about: "print the JSON Schema of the spec language, with the explanations of DIR/README.md",
        details: "",
        run: show::schema,
    },
    Command {
        name: "new",
        arguments: "action NAME DIR",
        about: "write the skeleton of an action to DIR, the folder of an API version",
        details: "",
        run: new::run,
    },
    Command {
        name: "import",
        arguments: "--into DIR --source SOURCE...",
        about: "bring a vendor's material into the folder of an API version",
        details: import::DETAILS,
        run: import::run,
    },
];

const ABOUT: &str = "Checks the API descriptions that the cloudcert SDK is generated from.";

const COMMON: &str = "\
DIR is a spec folder, or the folder of one API version; `spec` if absent.
`cloudcert-codegen COMMAND --help` explains a command.

Exit status: 0 success, 1 findings or differences, 2 wrong usage, 3 something cannot be read or written.
";

fn main() -> ExitCode {
    let (text, notes, status) = match run(std::env::args_os().skip(1).collect()) {
        Ok(Outcome { text, notes, status }) => (text, notes, status),
        Err(Failure { text, status }) => (String::new(), text, status),
    };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => {}
        // The reader has closed the output, `| head` for example. There is nothing to report.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: the output cannot be written: {error}");
            return ExitCode::from(3);
        }
    }
    // If standard error cannot be written, there is nowhere left to report that.
    let _ = io::stderr().write_all(notes.as_bytes());
    ExitCode::from(status)
}

fn run(words: Vec<OsString>) -> Result<Outcome, Failure> {
    let mut words = words.into_iter();
    let Some(first) = words.next() else { return Err(Failure::usage("a command is missing").with(&help())) };
    if first == "--help" || first == "-h" {
        return Ok(help().into());
    }
    let Some(command) = COMMANDS.iter().find(|command| first == command.name) else {
        let what = format!("there is no command `{}`", first.to_string_lossy());
        return Err(Failure::usage(what).with(&help()));
    };
    let rest: Vec<OsString> = words.collect();
    if rest.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h") {
        return Ok(command.help().into());
    }
    (command.run)(&mut lexopt::Parser::from_args(rest)).map_err(|failure| failure.with(&command.help()))
}

/// The help of the whole program.
fn help() -> String {
    let usage = |command: &Command| format!("{} {}", command.name, command.arguments);
    let width = COMMANDS.iter().map(|command| usage(command).len()).max().unwrap_or_default();
    let lines: Vec<String> =
        COMMANDS.iter().map(|command| format!("  {:<width$}  {}\n", usage(command), command.about)).collect();
    format!("{ABOUT}\n\nUsage: cloudcert-codegen COMMAND [ARGUMENTS]\n\nCommands:\n{}\n{COMMON}", lines.concat())
}
