//! What all commands share: language, form of the output, and how clients are made.

use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::lang::Lang;
use crate::options::{self, Opt};
use crate::output::{self, Form, Format, Query};
use crate::printable;
use clap::ArgMatches;
use cloudcert::Error;
use serde_json::Value;
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

/// What all commands share.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) lang: Lang,
    pub(crate) format: Format,
    /// Whether the form of the output was named. Commands of the workflow print tables otherwise.
    pub(crate) named_form: bool,
    pub(crate) timeout: Option<Duration>,
    /// The name of the profile that was asked for.
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    /// The configuration that was named.
    pub(crate) config: Option<PathBuf>,
    /// Whether a line of progress stands on the terminal.
    moving: Cell<bool>,
}

impl Context {
    /// Reads the options of all commands.
    ///
    /// # Errors
    ///
    /// If a query cannot be compiled, or a variable has no valid form.
    pub(crate) fn of(matches: &ArgMatches, lang: Lang) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let named = text("output").or_else(|| variable("CLOUDCERT_OUTPUT"));
        let named_form = named.is_some();
        let form = match named {
            None => Form::Json,
            Some(name) => Form::of(&name).ok_or_else(|| {
                let wrong = lang.say(
                    "CLOUDCERT_OUTPUT must be json, jsonl, table, text or none",
                    "CLOUDCERT_OUTPUT 须为 json、jsonl、table、text 或 none",
                );
                Failure::new(Exit::Usage, wrong)
            })?,
        };
        let query = text("query").map(|text| Query::new(&text, lang)).transpose()?;
        let columns = text("columns").unwrap_or_default();
        let columns = columns.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        Ok(Self {
            lang,
            format: Format { form, query, columns, header: !matches.get_flag("no-header") },
            named_form,
            timeout: matches.get_one::<Duration>("timeout").copied(),
            profile: text("profile"),
            region: text("region"),
            endpoint: text("endpoint"),
            config: text("config").map(PathBuf::from),
            moving: Cell::new(false),
        })
    }

    /// An error of a call, with the options that it is about.
    pub(crate) fn failure(&self, error: &Error, api: &str, options: &[Opt<'_>]) -> Failure {
        let problems: Vec<Problem> = options::problems(error, api, options, self.lang);
        if problems.is_empty() { Failure::of(error, api, self.lang) } else { Failure::invalid(problems, self.lang) }
    }

    /// Prints data.
    ///
    /// # Errors
    ///
    /// If the query cannot be applied or standard output cannot be written.
    pub(crate) fn print(&self, value: &Value) -> Result<(), Failure> {
        self.clear();
        self.format.print(value, &mut io::stdout().lock(), self.lang).map(drop)
    }

    /// Prints what a call returned. If nothing of it can be shown, it goes to standard error: the id of an order must not be lost. So does what
    /// came of a call that must not be made again (`once`) if standard output is closed or discarded.
    ///
    /// # Errors
    ///
    /// Those of [`print`](Self::print).
    pub(crate) fn print_kept(&self, value: &Value, once: bool) -> Result<(), Failure> {
        self.clear();
        let printed = self.format.print(value, &mut io::stdout().lock(), self.lang);
        // A failed query says it itself.
        let is_said = printed.as_ref().is_ok_and(|shown| *shown && !(once && output::is_discarded()))
            || printed.as_ref().is_err_and(|failure| failure.report.remedy.is_some());
        if !is_said && self.format.form != Form::None {
            let whole = self.lang.say("the call succeeded. Its response:", "调用已成功，其响应为：");
            self.say(&format!("{whole} {}", printable::json(value, false)));
        }
        printed.map(drop)
    }

    /// Prints rows. In tables their columns come in this order, unless the user chose.
    ///
    /// # Errors
    ///
    /// If the query cannot be applied or standard output cannot be written.
    pub(crate) fn print_rows(&self, rows: Vec<Value>, columns: &[&str]) -> Result<(), Failure> {
        self.print_table(rows, columns, false)
    }

    /// As [`print_rows`](Self::print_rows), as a table if `table` says so.
    ///
    /// # Errors
    ///
    /// As `print_rows`.
    pub(crate) fn print_table(&self, rows: Vec<Value>, columns: &[&str], table: bool) -> Result<(), Failure> {
        self.clear();
        let mut format = self.format.clone();
        if table && format.query.is_none() {
            format.form = Form::Table;
        }
        if format.columns.is_empty() && format.query.is_none() {
            format.columns = columns.iter().map(|name| (*name).to_owned()).collect();
        }
        format.print(&Value::Array(rows), &mut io::stdout().lock(), self.lang).map(drop)
    }

    /// Prints a response with a list at this path. Formats with rows print the list alone; JSON and a query get the whole response.
    ///
    /// # Errors
    ///
    /// Those of [`print`](Self::print).
    pub(crate) fn print_list(&self, value: &Value, path: &[String]) -> Result<(), Failure> {
        let pointer: String = path.iter().flat_map(|name| ["/", name]).collect();
        let list = value.pointer(&pointer).filter(|_| self.format.form != Form::Json && self.format.query.is_none());
        self.print(list.unwrap_or(value))
    }

    /// Prints a text as it is. `--output` and `--query` apply to data only.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written.
    pub(crate) fn print_text(&self, text: &str) -> Result<(), Failure> {
        self.clear();
        let mut out = io::stdout().lock();
        match writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(Exit::Failed, self.lang.system(&error)))
            }
            _ => Ok(()),
        }
    }

    /// Says something to the user, beside the data.
    pub(crate) fn say(&self, text: &str) {
        self.clear();
        // Nothing can be done about a closed standard error.
        let _ = writeln!(io::stderr(), "{}", printable::lines(text));
    }

    /// Says how far something is: one line that changes on a terminal, a line each elsewhere.
    pub(crate) fn progress(&self, text: &str) {
        let text = printable::line(text);
        let mut err = io::stderr();
        let written = if err.is_terminal() {
            self.moving.set(true);
            write!(err, "\r\u{1b}[K{text}").and_then(|()| err.flush())
        } else {
            writeln!(err, "{text}")
        };
        // As above.
        let _ = written;
    }

    /// Takes a line of progress away.
    pub(crate) fn clear(&self) {
        if self.moving.replace(false) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
