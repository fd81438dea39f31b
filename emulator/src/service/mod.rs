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

pub(crate) use described::{MARK, describe};
pub(crate) use errand::{Errand, Report};
pub(crate) use forced::ForcedError;
pub(crate) use world::World;

use crate::base::call::{Call, Fields, Refusal};
use serde_json::Value;

/// The path of the root certificate.
const ROOT_PATH: &str = "/ca.pem";

/// Executes a call. Returns `None` if no service plays its action.
pub(crate) fn handle(call: &Call, world: &mut World) -> Option<Result<Fields, Refusal>> {
    let forced = forced::take(call, &mut world.forced);
    if let Some(error) = forced.as_ref().filter(|error| !error.executed) {
        return Some(Err(error.refusal()));
    }
    let service = world.services.get_mut(call.api.id.as_str())?;
    let result = service.handle(call, &mut world.shared)?;
    Some(match forced {
        Some(error) if result.is_ok() => Err(error.refusal()),
        _ => result,
    })
}

/// Returns what has to be done without the lock before a call is executed.
pub(crate) fn errand(call: &Call, world: &World) -> Option<Errand> {
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

/// Returns what the management API shows of the services, by the id of the API.
pub(crate) fn state(world: &World) -> Value {
    world.services.iter().map(|(id, service)| ((*id).to_owned(), service.state(&world.shared))).collect()
}
