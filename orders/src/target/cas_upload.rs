//! Uploads to CAS, API version 2020-04-07.

use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::store::{Store, Stored};
use crate::target::deploy::Target;
use crate::target::service::{NAMES, failed, named};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::types::{CertId, OrderType};
use serde_json::{Value, json};

/// How many characters a name may have.
const LONGEST: usize = 63;
const TAKEN: &str = "NameRepeat";

/// Uploads certificates to CAS, so that other products of Alibaba Cloud can use them.
///
/// Before an upload the list of uploaded certificates is read: one with the same SHA-256 is used and not uploaded again. The state has its `CertId`.
#[derive(Debug, Clone)]
pub struct CasUpload {
    /// The name of the target.
    pub name: String,
    /// Where the certificates come from.
    pub store: Store,
    /// The client, with the account that they go to.
    pub client: Client,
    /// The resource group that they go into.
    pub resource_group: Option<String>,
}

impl Target for CasUpload {
    fn name(&self) -> &str {
        &self.name
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, _: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            let id = self.upload(stored).await?;
            Ok(json!({ "CertId": id.to_string(), "fingerprint": stored.fingerprint }))
        })
    }
}

impl CasUpload {
    /// The id of the certificate at the service, uploaded if it was not there.
    pub(super) async fn upload(&self, stored: &Stored) -> Result<CertId, Failure> {
        if let Some(id) = self.find(stored).await? {
            return Ok(id);
        }
        let texts = self.store.texts(stored)?;
        let fullchain = [texts.certificate.as_str(), texts.chain.as_str()].concat();
        let wanted = format!("{}-{}", stored.order.certificate, stored.order.cycle);
        for number in 1..=NAMES {
            let name = named(&wanted, number, LONGEST);
            let mut call =
                self.client.upload_user_certificate().name(name).cert(fullchain.as_str()).key(texts.key.clone());
            if let Some(group) = &self.resource_group {
                call = call.resource_group_id(group.as_str());
            }
            match call.send().await {
                Ok(response) => return Ok(response.cert_id),
                // An upload whose response was lost has taken its own name, so the list decides.
                Err(error) if error.outcome_unknown() || error.code() == Some(TAKEN) => {
                    if let Some(id) = self.find(stored).await? {
                        return Ok(id);
                    }
                    if error.code() != Some(TAKEN) {
                        return Err(failed(&self.name, &error));
                    }
                }
                Err(error) => return Err(failed(&self.name, &error)),
            }
        }
        let failure = Failure::new(Kind::Failed, format!("{NAMES} names beginning with `{wanted}` are taken"));
        Err(failure.at(&self.name).remedy("Delete certificates that nothing uses any more from the service."))
    }

    /// The uploaded certificate with the same SHA-256. Without a status, the list has those that are valid.
    async fn find(&self, stored: &Stored) -> Result<Option<CertId>, Failure> {
        let list = self.client.list_user_certificate_order().order_type(OrderType::Upload).show_size(50);
        let mut items = list.items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failed(&self.name, &error))?;
            let same = item.sha2.is_some_and(|sha| sha.eq_ignore_ascii_case(&stored.fingerprint));
            if same && item.certificate_id.is_some() {
                return Ok(item.certificate_id);
            }
        }
        Ok(None)
    }
}
