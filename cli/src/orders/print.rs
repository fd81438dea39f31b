//! What came of certificates, as a table or as JSON with a version.

use super::exit;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Form;
use clap::ArgMatches;
use cloudcert_orders::renew::report::{Line, Outcome};
use serde_json::{Value, json};

/// The columns of certificates in a table.
const COLUMNS: [&str; 6] = ["name", "outcome", "order", "not_after", "due", "message"];

/// Prints rows below a name: as a table unless another form was asked for, in JSON with a version.
///
/// # Errors
///
/// Those of printing.
pub(super) fn rows(context: &Context, name: &str, rows: Vec<Value>, columns: &[&str]) -> Result<(), Failure> {
    let chosen = context.named_form;
    if chosen && matches!(context.format.form, Form::Json) {
        return context.print(&json!({ "version": 1, name: rows }));
    }
    let rows: Vec<Value> = rows.into_iter().map(flat).collect();
    let columns: Vec<&str> =
        columns.iter().filter(|name| rows.iter().any(|row| row.get(**name).is_some())).copied().collect();
    context.print_table(rows, &columns, !chosen)
}

/// A row of a table: an order has one cell.
fn flat(mut row: Value) -> Value {
    if let Some(order) = row.get_mut("order").filter(|order| order.is_object()) {
        let cycle = order.get("cycle").and_then(Value::as_u64).unwrap_or_default();
        let certificate = order.get("certificate").and_then(Value::as_str).unwrap_or_default();
        *order = Value::from(format!("{certificate}/{cycle}"));
    }
    row
}

/// Prints what became of certificates, and makes the exit code: that of the one, or 12 if they differ.
///
/// # Errors
///
/// What stopped them.
pub(super) fn lines(context: &Context, lines: &[Line]) -> Result<(), Failure> {
    let all = lines.iter().filter_map(|line| serde_json::to_value(line).ok()).collect();
    rows(context, "certificates", all, &COLUMNS)?;
    let stopped: Vec<&Line> = lines.iter().filter(|line| line.outcome.kind().is_some()).collect();
    let Some(first) = stopped.first() else { return Ok(()) };
    let Outcome::Stopped { kind, message, remedy, code } = &first.outcome else { return Ok(()) };
    let same = stopped.len() == lines.len() && stopped.iter().all(|line| line.outcome.kind() == Some(*kind));
    if same {
        return Err(exit::made(*kind, message.clone(), remedy.as_deref(), code.as_deref()));
    }
    let shown: Vec<String> = stopped.iter().map(|line| line.name.to_string()).collect();
    let wrong = context.lang.say("not all certificates are done:", "并非所有证书都已完成：");
    Err(Failure::new(Exit::Mixed, format!("{wrong} {}", shown.join(", ")))
        .remedy(context.lang.say("see what each row says.", "请查看每一行的说明。")))
}

/// The names that arguments have, or none for all.
pub(super) fn names(matches: &ArgMatches) -> Vec<&str> {
    matches.get_many::<String>("names").into_iter().flatten().map(String::as_str).collect()
}
