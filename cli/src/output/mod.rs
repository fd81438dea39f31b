//! Data on standard output, in the form that was asked for.

mod table;
mod write;

pub(crate) use write::{Wish, create, files, found_files, wishes};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::printable;
use serde_json::Value;
use std::io::{self, Write};

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON over several lines.
    Json,
    /// JSON, a line for each item of a list.
    Jsonl,
    /// A table.
    Table,
    /// Texts without quotes, a line for each value, cells parted by tabs.
    Text,
    /// Nothing.
    None,
}

impl Form {
    /// Reads the name of a form.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "jsonl" => Self::Jsonl,
            "table" => Self::Table,
            "text" => Self::Text,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// The name of a form.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Table => "table",
            Self::Text => "text",
            Self::None => "none",
        }
    }
}

/// How a command prints.
#[derive(Debug, Clone)]
pub(crate) struct Format {
    pub(crate) form: Form,
    /// A `JMESPath` expression.
    pub(crate) query: Option<Query>,
    pub(crate) columns: Vec<String>,
    pub(crate) header: bool,
}

/// A `JMESPath` expression that was compiled.
#[derive(Debug, Clone)]
pub(crate) struct Query(jmespath::Expression<'static>);

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// Where it is wrong.
    pub(crate) fn new(text: &str, lang: Lang) -> Result<Self, Failure> {
        jmespath::compile(text).map(Self).map_err(|error| {
            let wrong = lang.say("--query is not a valid JMESPath expression:", "--query 不是有效的 JMESPath 表达式：");
            Failure::new(Exit::Usage, format!("{wrong} {error}"))
        })
    }

    fn select(&self, value: &Value, lang: Lang) -> Result<Value, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            let wrong = lang.say("--query cannot be applied to the response:", "--query 无法用于此响应：");
            Failure::new(Exit::Failed, format!("{wrong} {error}"))
        };
        let found = self.0.search(value).map_err(|error| failed(&error))?;
        serde_json::to_value(&*found).map_err(|error| failed(&error))
    }
}

impl Format {
    /// Prints a value. Returns whether anything of it was shown: a query or columns may select nothing, and a reader may be gone.
    ///
    /// # Errors
    ///
    /// If the query cannot be applied, or standard output is closed in another way than by its reader.
    pub(crate) fn print(&self, value: &Value, out: &mut dyn Write, lang: Lang) -> Result<bool, Failure> {
        let selected = match &self.query {
            // The call was made: what it returned must not be lost.
            Some(query) => query.select(value, lang).map_err(|failure| {
                let whole = lang.say("the call succeeded. Its response:", "调用已成功，其响应为：");
                failure.remedy(format!("{whole} {}", printable::json(value, false)))
            })?,
            None => value.clone(),
        };
        let text = self.text(&selected);
        self.name_unknown_columns(&selected, lang);
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(!selected.is_null() && !text.trim().is_empty()),
            // `head` has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => {
                let wrong = lang.say("standard output cannot be written:", "无法写入标准输出：");
                Err(Failure::new(Exit::Failed, format!("{wrong} {}", lang.system(&error))))
            }
        }
    }

    /// Says on standard error which of the columns that were asked for no row has: an empty column looks like an empty value.
    fn name_unknown_columns(&self, value: &Value, lang: Lang) {
        if !matches!(self.form, Form::Table | Form::Text) {
            return;
        }
        let Some((absent, known)) = table::unknown(value, &self.columns) else { return };
        let (absent, known) = (absent.join(", "), known.join(", "));
        let note = match lang {
            Lang::En => format!("note: --columns: no row has {absent}; there are: {known}"),
            Lang::Zh => format!("注意：--columns：没有一行含有 {absent}；可用的列：{known}"),
        };
        // Nothing can be done about a closed standard error.
        let _ = writeln!(io::stderr(), "{}", printable::line(&note));
    }

    fn text(&self, value: &Value) -> String {
        match self.form {
            Form::None => String::new(),
            Form::Json => printable::json(value, true) + "\n",
            Form::Jsonl => rows(value).iter().map(|row| printable::json(row, false) + "\n").collect(),
            Form::Table => table::table(value, &self.columns, self.header),
            Form::Text => table::text(value, &self.columns),
        }
    }
}

/// Whether what is printed goes nowhere. The standard library puts the null device in the place of a closed standard output before the program
/// begins, so both look the same.
#[cfg(unix)]
pub(crate) fn is_discarded() -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let device = |path| std::fs::metadata(path).ok().filter(|of| of.file_type().is_char_device()).map(|of| of.rdev());
    device("/dev/stdout").is_some_and(|out| device("/dev/null") == Some(out))
}

/// Whether what is printed goes nowhere, which cannot be seen on this system.
#[cfg(not(unix))]
pub(crate) fn is_discarded() -> bool {
    false
}

/// The items of the list in a value: of the value itself, or of its only list. A value without one is a single row.
fn rows(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => {
            let mut lists = map.values().filter_map(Value::as_array);
            match (lists.next(), lists.next()) {
                (Some(items), None) => items.iter().collect(),
                _ => vec![value],
            }
        }
        single => vec![single],
    }
}
