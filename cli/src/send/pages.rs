//! Lists over all their pages.

use crate::context::Context;
use clap::ArgMatches;
use cloudcert::dynamic::{Client, Request};
use cloudcert::{CallOptions, Error};
use serde_json::{Map, Value};

/// How many items are wanted, if more than one page is.
pub(super) fn limit(matches: &ArgMatches) -> Option<usize> {
    let most = matches.try_get_one::<u64>("max-items").ok().flatten();
    let all = matches.try_get_one::<bool>("all").ok().flatten().copied().unwrap_or_default();
    most.map(|most| usize::try_from(*most).unwrap_or(usize::MAX)).or_else(|| all.then_some(usize::MAX))
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
        context.progress(&format!(
            "{fetched} {}, {} {}",
            context.lang.say("pages", "页"),
            items.len(),
            context.lang.say("items", "项")
        ));
    }
    items.truncate(limit);
    let whole =
        path.iter().rev().fold(Value::Array(items), |inner, name| Map::from_iter([((*name).to_owned(), inner)]).into());
    Ok(whole)
}
