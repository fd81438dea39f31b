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
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(!selected.is_null() && !text.trim().is_empty()),
            // `head` has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => {
                let wrong = lang.say("standard output cannot be written:", "无法写入标准输出：");
                Err(Failure::new(Exit::Failed, format!("{wrong} {error}")))
            }
        }
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
