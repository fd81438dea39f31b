//! How the services behave.

use crate::call::{Answer, Call, Refusal};
use crate::world::World;
use serde_json::{Value, json};

/// Executes a call.
pub(crate) fn handle(_call: &Call, _world: &mut World) -> Result<Answer, Refusal> {
    Ok(Answer::new())
}

/// What stands at other paths than `/` and `/_emulator/`: content type and content.
pub(crate) fn fetch(_path_and_query: &str, _world: &mut World) -> Option<(&'static str, Vec<u8>)> {
    None
}

/// What the management API shows of the services; never a key, a token or a CSR.
pub(crate) fn state(_world: &World) -> Value {
    json!({})
}
