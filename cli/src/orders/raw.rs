//! Raw orders in the journal, by the names that `order list` shows; and the list of all orders, for which no configuration is needed.

use super::journal::{absent_raw, row, told, who};
use super::print;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printable;
use crate::{reported, state};
use clap::ArgMatches;
use cloudcert_orders::direct::entry::Entry;
use cloudcert_orders::journal::event::{Event, Recorded};
use cloudcert_orders::journal::state::State;
use cloudcert_orders::journal::{Journal, export, export_json};
use cloudcert_orders::{Name, OrderKey};
use serde_json::{Map, Value};

/// The columns of a table with orders of all kinds.
const COLUMNS: [&str; 6] = ["order", "opened", "status", "about", "ids", "not_after"];
/// Longer values of a request are left out of a table.
const LONGEST: usize = 64;

/// A raw order that an argument names, with or without the number of a cycle.
pub(super) struct Named {
    name: Name,
    cycle: Option<u32>,
}

/// The raw order that a word names, or any order with its number, where the journal is all that is needed. `None` if it is a certificate.
pub(super) fn named(word: &str, what: &str) -> Option<Named> {
    let of_key = word.parse::<OrderKey>().map(|key| Named { name: key.certificate, cycle: Some(key.cycle) });
    let named = of_key.or_else(|_| word.parse().map(|name| Named { name, cycle: None })).ok()?;
    let is_shown = named.cycle.is_some() && ["list", "show", "export"].contains(&what);
    (named.name.is_direct() || is_shown).then_some(named)
}

/// Lists all orders of the journals, the oldest first.
pub(super) async fn list(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for journal in state::journals(context, matches).await? {
        for key in journal.orders().await.map_err(told)? {
            let events = journal.events(&key).await.map_err(told)?;
            rows.extend(shown(&events)?);
        }
    }
    rows.sort_by_key(|(opened, _)| *opened);
    print::rows(context, "orders", rows.into_iter().map(|(_, row)| row).collect(), &COLUMNS)
}

/// Does what a command of `order` says with a raw order.
pub(super) async fn run(context: &Context, matches: &ArgMatches, what: &str, named: &Named) -> Result<(), Failure> {
    let Some((journal, keys)) = holder(context, matches, &named.name).await? else {
        return Err(told(absent_raw(&named.name)));
    };
    let journal = journal.as_ref();
    let newest = keys.last().map_or(0, |key| key.cycle);
    let wanted = |key: &OrderKey| named.cycle.is_none_or(|cycle| key.cycle == cycle);
    let keys: Vec<OrderKey> = keys.into_iter().filter(wanted).collect();
    if keys.is_empty() {
        return Err(told(absent_raw(&named.name)));
    }
    let last = keys.last().map(std::slice::from_ref).unwrap_or_default();
    match what {
        "list" => {
            let mut rows = Vec::new();
            for key in &keys {
                rows.extend(shown(&journal.events(key).await.map_err(told)?)?);
            }
            print::rows(context, "orders", rows.into_iter().map(|(_, row)| row).collect(), &COLUMNS)
        }
        "show" => print_events(context, journal, last, false).await,
        "export" => print_events(context, journal, &keys, matches.get_flag("json-lines")).await,
        _ if named.cycle.is_some_and(|cycle| cycle != newest) => {
            let wrong = context.lang.say("the last one of this request is", "该请求的最近订单为");
            let message = format!("{wrong} {}/{newest}", named.name);
            Err(Failure::new(Exit::Invalid, message))
        }
        _ => settle(context, matches, what, (journal, &named.name)).await,
    }
}

/// The journal that has a name, and its orders there.
async fn holder(
    context: &Context,
    matches: &ArgMatches,
    name: &Name,
) -> Result<Option<(Box<dyn Journal>, Vec<OrderKey>)>, Failure> {
    for journal in state::journals(context, matches).await? {
        let mut keys = journal.orders().await.map_err(told)?;
        keys.retain(|key| key.certificate == *name);
        keys.sort();
        if !keys.is_empty() {
            return Ok(Some((journal, keys)));
        }
    }
    Ok(None)
}

async fn print_events(context: &Context, journal: &dyn Journal, keys: &[OrderKey], all: bool) -> Result<(), Failure> {
    let mut text = String::new();
    for key in keys {
        let events = journal.events(key).await.map_err(told)?;
        text.push_str(&if all { export_json(&events) } else { export(&events, context.lang.into()) });
    }
    context.print_text(&if all { text } else { printable::lines(&text) })
}

/// Finds out, resolves or abandons the last order of a name, and prints what became of it.
async fn settle(
    context: &Context,
    matches: &ArgMatches,
    what: &str,
    (journal, name): (&dyn Journal, &Name),
) -> Result<(), Failure> {
    if what == "abandon" && !matches.get_flag("yes") {
        return Err(Failure::unconfirmed(context.lang));
    }
    let Some(mut entry) = Entry::last(journal, name).await.map_err(told)? else {
        return Err(told(absent_raw(name)));
    };
    let why = || super::text(matches, "why").to_owned();
    match what {
        "abandon" => entry.abandon(why()).await.map_err(told)?,
        "resolve" => {
            let id = matches.get_one::<String>("executed").cloned();
            entry.resolve(who(), id, why()).await.map_err(told)?;
        }
        _ => {
            let api = entry.state().opened.api.clone();
            let session = state::session(context, &api, None).await?;
            context.say(context.lang.say(
                "finding out whether the call was executed; this takes up to a minute",
                "正在核实调用是否已执行，最多需要一分钟",
            ));
            let found = entry.find_out(&session, None).await;
            found.map_err(|failure| reported::failure(&failure).explained(&api, context.lang))?;
        }
    }
    let events = journal.events(&entry.state().key).await.map_err(told)?;
    let rows = shown(&events)?.into_iter().map(|(_, row)| row).collect();
    print::rows(context, "orders", rows, &COLUMNS)
}

/// An order as a row, with what it is about: the names of a certificate, or the call.
fn shown(events: &[Recorded]) -> Result<Option<(jiff::Timestamp, Value)>, Failure> {
    let Some(state) = State::of(events).map_err(told)? else { return Ok(None) };
    let mut row = row(&state);
    let call = events.iter().rev().find_map(|recorded| match &recorded.event {
        Event::Sending { action, request, .. } if state.key.certificate.is_direct() => Some((action, request)),
        _ => None,
    });
    let about = match call {
        Some((action, request)) => format!("{action} {}", brief(request)).trim_end().to_owned(),
        None => state.opened.names.join(","),
    };
    if let Some(members) = row.as_object_mut() {
        members.insert("about".to_owned(), about.into());
        if let Some((action, request)) = call {
            members.insert("action".to_owned(), action.clone().into());
            members.insert("request".to_owned(), request.clone().into());
        }
    }
    Ok(Some((state.opened_at, row)))
}

/// A request as a person recognises it.
fn brief(request: &Map<String, Value>) -> String {
    let short = request.iter().filter_map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (value.len() <= LONGEST && !value.contains('\n')).then(|| format!("{name}={value}"))
    });
    short.collect::<Vec<_>>().join(" ")
}
