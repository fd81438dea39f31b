//! How the services behave.

use crate::call::{Answer, Call, Refusal};
use crate::world::World;
use serde_json::{Value, json};

/// Executes a call.
pub(crate) fn handle(call: &Call, _world: &mut World) -> Result<Answer, Refusal> {
    let row = match call.api.protocol.family {
        cloudcert::model::Family::AliyunRpc => "internal-error",
        cloudcert::model::Family::KsyunQuery => "gateway-exception",
    };
    Err(Refusal::new(row, format!("Exception: this endpoint does not implement {} yet.", call.action.name)))
}

/// What stands at other paths than `/` and `/_emulator/`: content type and content.
pub(crate) fn fetch(_path_and_query: &str, _world: &mut World) -> Option<(&'static str, Vec<u8>)> {
    None
}

/// What the management API shows of the services; never a key, a token or a CSR.
pub(crate) fn state(_world: &World) -> Value {
    json!({})
}
