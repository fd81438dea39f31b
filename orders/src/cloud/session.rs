//! The account that pays, and the clients that reach it.

use super::fence::Fence;
use super::refusal::failure;
use crate::base::failure::{Failure, Kind};
use crate::journal::event::Opened;
use cloudcert::Config;
use cloudcert::dynamic::Client;

/// An account at an API version, through the fence.
#[derive(Debug, Clone)]
pub struct Session {
    /// The client of operations by name.
    pub client: Client,
    /// The configuration of further clients. It has the fence.
    pub config: Config,
    /// The fence.
    pub fence: Fence,
    /// The account.
    pub account: String,
    /// The access key id, which need not be kept secret.
    pub access_key_id: String,
    /// Where requests go.
    pub endpoint: String,
    /// The region, if the configuration names one.
    pub region: Option<String>,
}

impl Session {
    /// Makes the clients of an API version. `account` is who pays: for Alibaba Cloud by
    /// [`caller_identity`](cloudcert::credentials::caller_identity). An access key id is not an account.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work, or no credentials are found.
    pub async fn open(
        api: &str,
        config: Config,
        fence: Fence,
        account: String,
        region: Option<String>,
    ) -> Result<Self, Failure> {
        let config = config.interceptor(fence.clone());
        let client = Client::new(api, config.clone()).map_err(|error| failure(&error))?;
        let credentials = client.credentials().await.map_err(|error| failure(&error))?;
        let (endpoint, access_key_id) = (client.endpoint(), credentials.access_key_id().to_owned());
        Ok(Self { client, config, fence, account, access_key_id, endpoint, region })
    }

    /// Refuses an order of another account or endpoint: a probe there says that nothing was ordered, whatever was ordered here.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured), with what differs.
    pub fn fits(&self, opened: &Opened) -> Result<(), Failure> {
        let pairs = [("account", &opened.account, &self.account), ("endpoint", &opened.endpoint, &self.endpoint)];
        for (what, wanted, found) in pairs {
            if wanted != found {
                let message = format!("the order was opened with the {what} `{wanted}`, and this is `{found}`");
                let remedy = "Use the profile that the order was opened with: nothing was sent.";
                return Err(Failure::new(Kind::Unconfigured, message).remedy(remedy));
            }
        }
        Ok(())
    }
}
