//! A target whose server is asked what it shows.

use crate::base::task::Task;
use crate::store::Stored;
use crate::target::deploy::Target;
use crate::target::served::Served;
use serde_json::Value;

/// Deploys, then compares what a server shows. A difference is a failed deployment.
#[derive(Debug)]
pub struct Verified {
    /// What deploys.
    pub target: Box<dyn Target>,
    /// The server.
    pub served: Served,
}

impl Target for Verified {
    fn name(&self) -> &str {
        self.target.name()
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, previous: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            let state = self.target.deploy(stored, previous).await?;
            self.served.verify(stored).await?;
            Ok(state)
        })
    }
}
