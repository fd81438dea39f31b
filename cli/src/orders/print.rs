//! What came of certificates, as a table or as JSON with a version.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::output::Form;
use crate::reported as exit;
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
    let (lang, is_table) = (context.lang, !chosen || matches!(context.format.form, Form::Table | Form::Text));
    let shown = |row| if chosen { flat(row, is_table) } else { told(flat(row, is_table), lang) };
    let rows: Vec<Value> = rows.into_iter().map(shown).collect();
    let columns: Vec<&str> =
        columns.iter().filter(|name| rows.iter().any(|row| row.get(**name).is_some())).copied().collect();
    context.print_table(rows, &columns, !chosen)
}

/// A row in which an order is one text, and in tables a list of texts too.
fn flat(mut row: Value, is_table: bool) -> Value {
    for cell in row.as_object_mut().into_iter().filter(|_| is_table).flat_map(serde_json::Map::values_mut) {
        let texts: Option<Vec<&str>> = cell.as_array().and_then(|all| all.iter().map(Value::as_str).collect());
        if let Some(texts) = texts {
            *cell = texts.join(",").into();
        }
    }
    if let Some(order) = row.get_mut("order").filter(|order| order.is_object()) {
        let cycle = order.get("cycle").and_then(Value::as_u64).unwrap_or_default();
        let certificate = order.get("certificate").and_then(Value::as_str).unwrap_or_default();
        *order = Value::from(format!("{certificate}/{cycle}"));
    }
    row
}

/// A row for people: what became of it in their language. Programs ask for a form, and get the codes.
fn told(mut row: Value, lang: Lang) -> Value {
    for name in ["outcome", "status"] {
        if let (Lang::Zh, Some(code)) = (lang, row.get_mut(name))
            && let Some(text) = code.as_str().and_then(chinese)
        {
            *code = text.into();
        }
    }
    row
}

/// A code of an outcome or of the state of an order.
fn chinese(code: &str) -> Option<&'static str> {
    Some(match code {
        "nothing" => "无需处理",
        "renewed" => "已签发",
        "adopted" => "已接管",
        "stopped" => "已停止",
        "open" => "未完成",
        "unknown" => "待核实",
        "done" => "已完成",
        "failed" => "失败",
        "cancelled" => "已取消",
        "abandoned" => "已放弃",
        "revoked" => "已吊销",
        _ => return None,
    })
}

/// Prints what became of certificates, and makes the exit code: that of the one, or 12 if they differ.
///
/// # Errors
///
/// What stopped them.
pub(super) fn lines(context: &Context, lines: &[Line]) -> Result<(), Failure> {
    let all = lines.iter().map(|line| line.json(context.lang.into())).collect();
    rows(context, "certificates", all, &COLUMNS)?;
    let stopped: Vec<&Line> = lines.iter().filter(|line| line.outcome.kind().is_some()).collect();
    let Some(first) = stopped.first() else { return Ok(()) };
    let Outcome::Stopped { kind, message, remedy, code } = &first.outcome else { return Ok(()) };
    let same = stopped.len() == lines.len() && stopped.iter().all(|line| line.outcome.kind() == Some(*kind));
    if same {
        return Err(exit::made(*kind, message.clone(), remedy.clone(), code.as_deref()));
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
