//! A command of the user that deploys.

use crate::base::task::Task;
use crate::hook::{Hook, HookEvent, What};
use crate::store::Stored;
use crate::target::deploy::Target;
use serde_json::Value;

/// Runs a hook with the event `deploy`. Its state is kept, and given back to it next time.
#[derive(Debug, Clone)]
pub struct Command {
    /// The name of the target.
    pub name: String,
    /// The command.
    pub hook: Hook,
}

impl Target for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, previous: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            let result = self.hook.run(&event(stored, previous)).await?;
            Ok(result.state.map_or(Value::Null, Value::Object))
        })
    }
}

/// The event that a hook gets for a generation.
pub(super) fn event(stored: &Stored, previous: Option<&Value>) -> HookEvent {
    HookEvent {
        certificate: Some(stored.order.certificate.clone()),
        names: stored.names.clone(),
        attempt: 1,
        what: What::Deploy {
            folder: stored.folder.clone(),
            cert: stored.cert(),
            chain: stored.chain(),
            fullchain: stored.fullchain(),
            privkey: stored.privkey(),
            fingerprint: stored.fingerprint.clone(),
            state: previous.cloned().unwrap_or_default(),
        },
    }
}
