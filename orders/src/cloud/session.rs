//! The account that pays, and the clients that reach it.

use super::fence::Fence;
use super::refusal::failure;
use crate::base::failure::{Failure, Kind};
use crate::base::machine;
use crate::journal::event::{Opened, Purpose, VERSION};
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

    /// What the first event of an order says: who pays, where, and which machine opens it. Names and product are added by those who have them.
    #[must_use]
    pub fn opened(&self, purpose: Purpose, api: &str) -> Opened {
        Opened {
            version: VERSION,
            purpose,
            names: Vec::new(),
            api: api.to_owned(),
            product: None,
            account: self.account.clone(),
            access_key_id: self.access_key_id.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            machine: machine::id(),
            machine_name: machine::name(),
        }
    }

    /// Refuses an order of another account or endpoint: a probe there says that nothing was ordered, whatever was ordered here.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured), with what differs.
    pub fn fits(&self, opened: &Opened) -> Result<(), Failure> {
        let pairs = [
            (text!("account", "账号"), &opened.account, &self.account),
            (text!("endpoint", "端点"), &opened.endpoint, &self.endpoint),
        ];
        for (what, wanted, found) in pairs {
            if wanted != found {
                let message = text!("the order was opened with the {what} `{wanted}`, and this is `{found}`", "订单建立时的{what}为 `{wanted}`，当前为 `{found}`"; what);
                let remedy = text!(
                    "Use the profile that the order was opened with: nothing was sent.",
                    "请使用建立订单时的配置（profile）：未发送任何请求。"
                );
                return Err(Failure::new(Kind::Unconfigured, message).remedy(remedy));
            }
        }
        Ok(())
    }
}
