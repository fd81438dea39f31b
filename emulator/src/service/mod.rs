//! How the services behave.
//!
//! [`handle`] executes a call under the lock on the world. What takes long, making keys and looking records up, is an
//! [`Errand`]: the front asks for it by [`errand`], runs it without the lock, hands in what came of it by [`report`], and
//! then calls [`handle`]. Nothing breaks if it does not: a key is then made under the lock, and a record is not found.

mod cas2018;
mod cas2020;
mod errand;
mod issue;
mod kcm;
mod lookup;
mod mishap;
mod proof;

#[cfg(test)]
mod tests;

pub(crate) use cas2018::Cas2018;
pub(crate) use cas2020::Cas2020;
pub(crate) use errand::{Errand, Report};
pub(crate) use kcm::Kcm;
pub(crate) use mishap::Mishap;

use crate::call::{Answer, Call, Refusal};
use crate::world::World;
use errand::Of;
use serde_json::{Value, json};

/// How many orders and certificates a list of the management API shows at most, the latest ones.
const SHOWN: usize = 1000;
/// Where the root certificate is.
const ROOT_PATH: &str = "/ca.pem";

/// An API version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Api {
    Cas2020,
    Cas2018,
    Kcm,
}

impl Api {
    fn of(call: &Call) -> Self {
        match (call.api.service.as_str(), call.api.version.as_str()) {
            ("cas", "2020-04-07") => Self::Cas2020,
            ("cas", _) => Self::Cas2018,
            _ => Self::Kcm,
        }
    }
}

/// Executes a call.
pub(crate) fn handle(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let mishap = mishap::strike(call, &mut world.mishaps);
    if let Some(mishap) = &mishap
        && !mishap.after
    {
        return Err(mishap.refusal());
    }
    let answer = match Api::of(call) {
        Api::Cas2020 => cas2020::handle(call, world),
        Api::Cas2018 => cas2018::handle(call, world),
        Api::Kcm => kcm::handle(call, world),
    };
    match mishap {
        Some(mishap) if answer.is_ok() => Err(mishap.refusal()),
        _ => answer,
    }
}

/// What has to be done without the lock before a call is executed.
pub(crate) fn errand(call: &Call, world: &World) -> Option<Errand> {
    let pending = match Api::of(call) {
        Api::Cas2020 => cas2020::pending(call, world),
        Api::Cas2018 => cas2018::pending(call, world),
        Api::Kcm => kcm::pending(call, world),
    };
    Errand::of(pending?, world)
}

/// What has to be done without the lock before a path is fetched.
pub(crate) fn errand_of_path(path_and_query: &str, world: &World) -> Option<Errand> {
    (path_and_query == ROOT_PATH).then(|| Errand::authority(world))
}

/// Takes in what came of an errand.
pub(crate) fn report(report: &Report, world: &mut World) {
    if !report.found {
        return;
    }
    match &report.of {
        Of::Nothing => {}
        Of::Order(id) => world.cas2020.found(*id),
        Of::Instance(id) => world.cas2018.found(id),
        Of::Certificate(id) => world.kcm.found(id),
    }
}

/// What stands at other paths than `/` and `/_emulator/`: content type and content.
pub(crate) fn fetch(path_and_query: &str, world: &mut World) -> Option<(&'static str, Vec<u8>)> {
    if path_and_query == ROOT_PATH {
        let root = world.pki.root(world.clock.now()).ok()?;
        return Some(("application/x-pem-file", root.into_bytes()));
    }
    kcm::download(path_and_query, world).map(|archive| ("application/zip", archive))
}

/// What the management API shows of the services; never a key, a token or a CSR.
pub(crate) fn state(world: &World) -> Value {
    json!({
        "aliyun-cas-2020-04-07": world.cas2020.state(),
        "aliyun-cas-2018-07-13": world.cas2018.state(),
        "ksyun-kcm-2016-03-04": world.kcm.state(),
    })
}

/// An answer out of a JSON object.
fn answer(value: Value) -> Answer {
    match value {
        Value::Object(object) => object,
        _ => Answer::new(),
    }
}

/// A cell of a table of the description.
fn cell<'a>(call: &'a Call, table: &str, row: &str, column: &str) -> Option<&'a Value> {
    let table = call.api.table(table)?;
    let position = table.columns.iter().position(|found| found.name == column)?;
    table.rows.iter().find(|found| found.value == row)?.cells.get(position)
}

/// A domain in ASCII, with or without the asterisk of a wildcard; nothing if a text is none. Certificates hold domains in this form.
fn domain(text: &str) -> Option<String> {
    cloudcert::model::ascii_domain(text)
}

/// A day, in UTC.
fn day(seconds: i64) -> String {
    shown(seconds, "%Y-%m-%d")
}

/// A time, in UTC.
fn time(seconds: i64) -> String {
    shown(seconds, "%Y-%m-%d %H:%M:%S")
}

fn shown(seconds: i64, form: &str) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime(form).to_string()
}
