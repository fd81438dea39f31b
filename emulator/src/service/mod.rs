//! How the services behave: one folder an API version, registered in one table by the id of the API.
//!
//! [`handle`] executes a call under the lock on the [`World`]. What takes long, making keys and looking up records, is an [`Errand`]:
//! the caller gets it from [`errand`], runs it without the lock, passes its result to [`report`], and then calls [`handle`]. Skipping
//! the errand is safe: the key is then made under the lock, and the record counts as not found.

mod account;
mod cas2018;
mod cas2020;
mod definition;
mod described;
mod errand;
mod forced;
mod issue;
mod kcm;
mod lookup;
mod shared;
mod table;
mod validation;
mod values;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use cas2020::check_stock;
pub(crate) use described::MARK;
pub(crate) use errand::{Errand, Report};
pub(crate) use forced::ForcedError;
pub(crate) use world::World;

use crate::base::call::{Call, Fields, Refusal};
use serde_json::Value;

/// The path of the root certificate.
const ROOT_PATH: &str = "/ca.pem";

/// What became of a call.
pub(crate) struct Handled {
    pub(crate) result: Result<Fields, Refusal>,
    /// Whether it was executed, which a forced error may hide.
    pub(crate) executed: bool,
    /// Whether no service plays the action, so that the result was made from its description.
    pub(crate) described: bool,
}

/// Executes a call. If no service plays its action, the description answers it.
pub(crate) fn handle(call: &Call<'_>, world: &mut World) -> Handled {
    let forced = match forced::take(call, &mut world.forced) {
        Some(error) if !error.executed => {
            return Handled { result: Err(error.refusal()), executed: false, described: false };
        }
        forced => forced,
    };
    let service = world.services.get_mut(call.api.id.as_str());
    let played = service.and_then(|service| service.handle(call, &mut world.shared));
    let described = played.is_none();
    let result = played.unwrap_or_else(|| described::describe(call, world.shared.clock.now()));
    let executed = result.is_ok();
    let result = match forced {
        Some(error) if executed => Err(error.refusal()),
        _ => result,
    };
    Handled { result, executed, described }
}

/// Returns what has to be done without the lock before a call is executed.
pub(crate) fn errand(call: &Call<'_>, world: &World) -> Option<Errand> {
    let (api, service) = world.services.get_key_value(call.api.id.as_str())?;
    Errand::of_order(api, service.pending(call, &world.shared)?, &world.shared)
}

/// Returns what has to be done without the lock before a path is fetched.
pub(crate) fn errand_of_path(path_and_query: &str, world: &World) -> Option<Errand> {
    (path_and_query == ROOT_PATH).then(|| Errand::of_authority(&world.shared))
}

/// Takes the result of an errand into the world.
pub(crate) fn report(report: &Report, world: &mut World) {
    let Some((api, id)) = &report.found else { return };
    if let Some(service) = world.services.get_mut(api) {
        service.found(id);
    }
}

/// Returns content type and content of a path other than `/` and `/_emulator/`.
pub(crate) fn fetch(path_and_query: &str, world: &mut World) -> Option<(&'static str, Vec<u8>)> {
    if path_and_query == ROOT_PATH {
        let root = world.shared.pki.root(world.shared.clock.now()).ok()?;
        return Some(("application/x-pem-file", root.into_bytes()));
    }
    let archive = world.services.values().find_map(|service| service.download(path_and_query))?;
    Some(("application/zip", archive))
}

/// Returns what the management API shows of the services, by the id of the API. A list shows at most this many rows.
pub(crate) fn state(world: &World, most: usize) -> Value {
    world.services.iter().map(|(id, service)| ((*id).to_owned(), service.state(&world.shared, most))).collect()
}
