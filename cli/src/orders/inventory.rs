//! `cloudcert inventory`: what both clouds, the journal and the store have, and what of it expires.

use super::replace::replace;
use super::{accounts, after};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::output::Form;
use crate::{duration, printable, state};
use clap::{Arg, ArgAction, ArgMatches, Command};
use cloudcert_orders::base::text::spoken;
use cloudcert_orders::inventory::{self, Inventory, Limits, Local, Packages, Row, Source, Urgency};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The columns of the table, if nobody chooses others.
const COLUMNS: [&str; 16] = [
    "account",
    "source",
    "id",
    "names",
    "product",
    "status",
    "from",
    "to",
    "days",
    "fingerprint",
    "serial",
    "key",
    "order",
    "live",
    "due",
    "attention",
];

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let span = |name: &'static str, en, zh| {
        Arg::new(name)
            .long(name)
            .value_name("DURATION")
            .value_parser(move |text: &str| duration::parse(text, lang))
            .help(lang.say(en, zh))
    };
    let file = |name: &'static str, en, zh| Arg::new(name).long(name).value_name("FILE").help(lang.say(en, zh));
    let flag = |name: &'static str, en, zh| Arg::new(name).long(name).action(ArgAction::SetTrue).help(lang.say(en, zh));
    Command::new("inventory")
        .about(lang.say("Lists the certificates of both clouds and of this machine", "列出两家云及本机的证书"))
        .long_about(lang.say(
            "Lists the certificates of all profiles, of the journal and of the store in one table. A source that cannot be read is named, and the exit code is 12: a part is never taken for the whole.",
            "将所有配置、日志和存储中的证书列在一张表中。无法读取的来源会被指出，退出码为 12：绝不把部分当作全部。",
        ))
        .args([
            span("expires-within", "Lists only what ends within this time", "只列出在此时间内到期的证书"),
            flag("check", "Ends with 21 if a certificate ends within the warning, with 22 if within the critical time", "有证书在警告时间内到期时退出码为 21，在紧急时间内为 22"),
            flag("nagios", "Prints one line, and ends with 0, 1, 2 or 3, as Nagios wants", "按 Nagios 的约定打印一行，退出码为 0、1、2 或 3")
                .conflicts_with("check"),
            span("warning", "When the end of a certificate is near [default: 30d]", "何时发出警告 [默认：30d]"),
            span("critical", "When it is very near [default: 7d]", "何时为紧急 [默认：7d]"),
            file("metrics", "Replaces this file by metrics for a collector of text files", "将指标写入此文件（整体替换），供文本采集器读取"),
            file("html", "Replaces this file by a page for people", "将网页写入此文件（整体替换）"),
            state::option(lang),
        ])
}

/// Runs it.
///
/// # Errors
///
/// If nothing can be read, a file cannot be written, or a source failed. With `--check` and `--nagios` also if something ends soon.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let is_nagios = matches.get_flag("nagios");
    match listed(context, matches).await {
        // Monitoring takes every other code for one of its own.
        Err(failure) if is_nagios && failure.exit != Exit::Usage => {
            context
                .print_text(&format!("UNKNOWN - {}", status_line(failure.report.message.of(context.lang.into()))))?;
            Err(Failure { exit: Exit::Invalid, ..failure })
        }
        Err(failure) => Err(failure),
        Ok((inventory, limits, now)) if is_nagios => nagios(context, &inventory, limits, now),
        Ok((inventory, limits, now)) => {
            print(context, matches, &inventory, now)?;
            outcome(context, &inventory, matches.get_flag("check").then_some(limits), now)
        }
    }
}

/// Reads everything and writes the files.
async fn listed(context: &Context, matches: &ArgMatches) -> Result<(Inventory, Limits, Timestamp), Failure> {
    let lang = context.lang;
    let span = |name: &str, default: Duration| matches.get_one::<Duration>(name).copied().unwrap_or(default);
    let usual = Limits::default();
    let warning = span("warning", usual.warning);
    let limits = Limits { warning, critical: span("critical", usual.critical.min(warning)) };
    if limits.critical > limits.warning {
        let wrong = lang.say("--critical must not be longer than --warning", "--critical 不能长于 --warning");
        return Err(Failure::new(Exit::Usage, wrong));
    }
    let config = accounts::config(context)?;
    let accounts = accounts::accounts(context).await?;
    let first = accounts.endpoints.iter().find(|endpoint| !state::is_local(endpoint)).or(accounts.endpoints.first());
    let now = match first {
        Some(endpoint) => state::now(context, endpoint)?,
        None => None,
    };
    let now = now.unwrap_or_else(Timestamp::now);
    let before = config.as_ref().map(accounts::before).unwrap_or_default();
    let machine = accounts::machine(context, matches, config.as_ref(), &accounts.endpoints).await?;
    let local = machine.opened.iter().map(|(journal, store)| {
        let journal = journal.as_ref();
        Local { journal, store, before: before.clone(), now }
    });
    let local: Vec<Local<'_>> = local.collect();
    let local = local.iter().map(|local| -> &dyn Source { local });
    let sources: Vec<&dyn Source> = accounts.sources.iter().map(AsRef::as_ref).chain(local).collect();
    let mut inventory = inventory::read(&sources).await;
    inventory.problems.extend(machine.problems);
    let mut packages = Packages::new();
    if let Some(config) = config.filter(|_| matches.contains_id("metrics")) {
        inventory.problems.extend(accounts::packages(context, &config, &mut packages).await?);
    }
    for problem in &inventory.problems {
        let (source, message) = (problem.source.of(lang.into()), problem.message.of(lang.into()));
        context.say(&format!("{source}: {message}"));
    }
    let write = |name: &str, text: &dyn Fn() -> String| match matches.get_one::<String>(name) {
        Some(file) => replace(Path::new(file), &text()).map_err(|error| {
            let wrong = lang.say("cannot be written:", "无法写入：");
            Failure::new(Exit::Failed, format!("`{file}` {wrong} {}", lang.system(&error)))
        }),
        None => Ok(()),
    };
    let run = match after::folder(context, matches, &accounts.endpoints) {
        Ok(folder) if matches.contains_id("metrics") => after::last(context, &folder),
        // Nothing names a folder, so nothing was kept.
        _ => None,
    };
    write("metrics", &|| inventory::metrics(&inventory, &packages, run))?;
    write("html", &|| inventory::html(&inventory, limits, now, lang.into()))?;
    Ok((inventory, limits, now))
}

/// Prints the table, or the same as JSON.
fn print(context: &Context, matches: &ArgMatches, inventory: &Inventory, now: Timestamp) -> Result<(), Failure> {
    let within = matches.get_one::<Duration>("expires-within").copied();
    let rows: Vec<&Row> = match within {
        Some(within) => inventory.expiring(within, now),
        None => inventory.rows.iter().collect(),
    };
    let mut format = context.format.clone();
    let is_chosen =
        matches.contains_id("output") || std::env::var_os("CLOUDCERT_OUTPUT").is_some_and(|form| !form.is_empty());
    if !is_chosen && format.query.is_none() {
        format.form = Form::Table;
    }
    let is_flat = matches!(format.form, Form::Table | Form::Text) && format.query.is_none();
    let value = if is_flat {
        if format.columns.is_empty() {
            format.columns = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
        }
        rows.iter().map(|row| flat(row, now)).collect()
    } else if format.form == Form::Jsonl && format.query.is_none() {
        rows.iter().map(|row| whole(row, now)).collect()
    } else {
        let rows: Vec<Value> = rows.iter().map(|row| whole(row, now)).collect();
        json!({ "version": 1, "at": now.to_string(), "rows": rows, "problems": inventory.problems })
    };
    let value = spoken(value, context.lang.into());
    context.clear();
    format.print(&value, &mut io::stdout().lock(), context.lang).map(drop)
}

fn whole(row: &Row, now: Timestamp) -> Value {
    let mut value = json!(row);
    if let Some(members) = value.as_object_mut() {
        members.insert("days".to_owned(), json!(row.days(now)));
    }
    value
}

/// A row whose lists are texts.
fn flat(row: &Row, now: Timestamp) -> Value {
    let mut value = whole(row, now);
    let joined = |texts: &mut dyn Iterator<Item = &String>| texts.cloned().collect::<Vec<_>>().join(",");
    if let Some(members) = value.as_object_mut() {
        members.insert("source".to_owned(), joined(&mut row.sources.iter()).into());
        members.insert("id".to_owned(), joined(&mut row.ids.iter()).into());
        members.insert("names".to_owned(), joined(&mut row.names.iter()).into());
        for (name, time) in [("from", row.from), ("to", row.to), ("due", row.due)] {
            let day = time.map(|time| time.strftime("%Y-%m-%d").to_string());
            members.insert(name.to_owned(), json!(day));
        }
    }
    value
}

/// How many of these still count.
fn counted(inventory: &Inventory, within: Duration, now: Timestamp) -> usize {
    inventory.expiring(within, now).into_iter().filter(|row| !inventory.is_over(row)).count()
}

/// The exit code, with limits that of `--check`.
fn outcome(context: &Context, inventory: &Inventory, limits: Option<Limits>, now: Timestamp) -> Result<(), Failure> {
    let lang = context.lang;
    let ending = |within| counted(inventory, within, now);
    let says = |count: usize, within: Duration| {
        let days = within.as_secs() / 86_400;
        match lang {
            Lang::En => format!("{count} certificates end within {days} days, or have ended"),
            Lang::Zh => format!("{count} 张证书在 {days} 天内到期或已过期"),
        }
    };
    if let Some(limits) = limits {
        let critical = ending(limits.critical);
        if critical > 0 {
            return Err(Failure::new(Exit::Critical, says(critical, limits.critical)));
        }
    }
    if !inventory.problems.is_empty() {
        let wrong =
            lang.say("a source could not be read, so its certificates are missing", "有来源无法读取，其证书未列出");
        return Err(Failure::new(Exit::Mixed, wrong)
            .remedy(lang.say("see above which one and why; then run it again.", "原因见上；解决后请再次运行。")));
    }
    match limits.map(|limits| (limits.warning, ending(limits.warning))) {
        Some((warning, count)) if count > 0 => Err(Failure::new(Exit::Expiring, says(count, warning))),
        _ => Ok(()),
    }
}

/// One line for monitoring, and its exit codes.
fn nagios(context: &Context, inventory: &Inventory, limits: Limits, now: Timestamp) -> Result<(), Failure> {
    let next = inventory.rows.iter().find(|row| row.to.is_some() && !inventory.is_over(row));
    let lang = context.lang;
    let next = next.map(|row| {
        let (name, days) = (row.names.first().map_or("?", String::as_str), row.days(now).unwrap_or_default());
        match lang {
            Lang::En => format!(", next {name} in {days} days"),
            Lang::Zh => format!("，最近到期 {name}（{days} 天）"),
        }
    });
    let next = next.unwrap_or_default();
    let attention = inventory.rows.iter().filter(|row| row.attention.is_some()).count();
    let all = inventory.rows.iter().filter(|row| row.to.is_some()).count();
    let unread = inventory.problems.len();
    let text = match lang {
        Lang::En => format!("{all} certificates{next}, {attention} want attention, {unread} sources not read"),
        Lang::Zh => format!("{all} 张证书{next}，{attention} 项待处理，{unread} 个来源未读取"),
    };
    let (word, exit) = match inventory.urgency(limits, now) {
        Urgency::Fine => ("OK", None),
        // The codes of monitoring have these numbers.
        Urgency::Warning => ("WARNING", Some(Exit::Failed)),
        Urgency::Critical => ("CRITICAL", Some(Exit::Usage)),
        Urgency::Unknown => ("UNKNOWN", Some(Exit::Invalid)),
    };
    let line = format!("{word} - {}", status_line(&text));
    context.print_text(&line)?;
    exit.map_or(Ok(()), |exit| Err(Failure::new(exit, line)))
}

/// A text for a line of monitoring, where a bar begins data.
fn status_line(text: &str) -> String {
    printable::line(text).replace('|', "/")
}
