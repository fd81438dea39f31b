//! The file with a description, as `cloudcert-codegen model` prints it.

use cloudcert::model::Model;
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Maximum size of the file in bytes. The description of the SDK has less than a tenth.
const MOST: u64 = 16 << 20;

/// Reads a description. The error says what is wrong with the file, and where.
pub(super) fn read(file: &Path) -> Result<Model, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    File::open(file).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(format!("is larger than {} MiB", MOST >> 20));
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        unknown_family(&bytes).unwrap_or_else(|| format!("is not what `cloudcert-codegen model` prints: {error}"))
    })
}

/// What is needed of a description to tell which protocols it needs.
#[derive(Deserialize)]
struct Outline {
    apis: Vec<OutlinedApi>,
}

#[derive(Deserialize)]
struct OutlinedApi {
    id: String,
    protocol: OutlinedProtocol,
}

#[derive(Deserialize)]
struct OutlinedProtocol {
    family: String,
}

/// A sentence about the first API whose protocol has a name that this program does not know.
fn unknown_family(bytes: &[u8]) -> Option<String> {
    let outline: Outline = serde_json::from_slice(bytes).ok()?;
    let is_known = |family: &str| serde_json::from_value::<cloudcert::model::Family>(family.into()).is_ok();
    let api = outline.apis.into_iter().find(|api| !is_known(&api.protocol.family))?;
    Some(format!("the API {} speaks the protocol {}, which this endpoint does not know", api.id, api.protocol.family))
}
