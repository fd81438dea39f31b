//! Lists over all their pages.

use crate::context::Context;
use crate::failure::Failure;
use crate::lang::Lang;
use clap::ArgMatches;
use cloudcert::dynamic::{Client, Request};
use cloudcert::model::Action;
use cloudcert::{CallOptions, Error};
use serde_json::{Map, Value};

/// How many items are wanted, if more than one page is.
pub(super) fn limit(matches: &ArgMatches) -> Option<usize> {
    let most = matches.try_get_one::<u64>("max-items").ok().flatten();
    let all = matches.try_get_one::<bool>("all").ok().flatten().copied().unwrap_or_default();
    most.map(|most| usize::try_from(*most).unwrap_or(usize::MAX)).or_else(|| all.then_some(usize::MAX))
}

/// A page of a list with its list. Services leave out the one without items, and a query or a table would take the rest for an item.
pub(super) fn listed(mut page: Value, of: &Action) -> Value {
    let Some((last, above)) = of.paginator.as_ref().and_then(|paginator| paginator.items.split_last()) else {
        return page;
    };
    let mut at = &mut page;
    for name in above {
        let Some(map) = at.as_object_mut() else { return page };
        at = map.entry(name).or_insert_with(|| Map::new().into());
    }
    if let Some(map) = at.as_object_mut() {
        map.entry(last).or_insert_with(|| Value::Array(Vec::new()));
    }
    page
}

/// Prints a response, by the items of its list if it has one.
pub(super) fn print(context: &Context, value: &Value, of: &Action) -> Result<(), Failure> {
    match &of.paginator {
        Some(paginator) => context.print_list(value, &paginator.items),
        None => context.print(value),
    }
}

/// Reads pages until there are so many items, and returns one structure with the whole list, at the path that it has on a page.
///
/// # Errors
///
/// Those of a call, or if the end of the list is not proved: a part is never taken for the whole.
pub(super) async fn read(
    context: &Context,
    client: &Client,
    request: &Request,
    options: CallOptions,
    limit: usize,
) -> Result<Value, Error> {
    let mut pages = client.pages(request, options)?;
    let path = pages.items();
    let (mut items, mut fetched) = (Vec::new(), 0);
    while items.len() < limit {
        let Some(page) = pages.next().await else { break };
        let mut page = page?.json();
        fetched += 1;
        let pointer: String = path.iter().flat_map(|name| ["/", name]).collect();
        match page.pointer_mut(&pointer).map(Value::take).unwrap_or_default() {
            Value::Array(found) => items.extend(found),
            Value::Null => {}
            single => items.push(single),
        }
        let found = items.len();
        context.progress(&match context.lang {
            Lang::En => format!("{}, {}", counted(fetched, "page"), counted(found, "item")),
            Lang::Zh => format!("{fetched} 页，{found} 项"),
        });
    }
    items.truncate(limit);
    let whole =
        path.iter().rev().fold(Value::Array(items), |inner, name| Map::from_iter([((*name).to_owned(), inner)]).into());
    Ok(whole)
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
