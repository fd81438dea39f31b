//! Uploads to KCM.

use crate::base::failure::Failure;
use crate::base::hex::hex;
use crate::base::task::Task;
use crate::store::{Store, Stored, Texts};
use crate::target::deploy::Target;
use crate::target::service::failed;
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use x509_parser::pem::parse_x509_pem;

/// Uploads certificates to KCM, so that load balancers of Kingsoft Cloud can use them.
///
/// Before an upload the list of stored certificates is read: one with the same SHA-1 is used and not uploaded again. The state has its `CertID`.
#[derive(Debug, Clone)]
pub struct KcmUpload {
    /// The name of the target.
    pub name: String,
    /// Where the certificates come from.
    pub store: Store,
    /// The client, with the account that they go to.
    pub client: Client,
    /// The project that they belong to.
    pub project: Option<i64>,
}

impl Target for KcmUpload {
    fn name(&self) -> &str {
        &self.name
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, _: Option<&'a Value>) -> Task<'a, Value> {
        Box::pin(async move {
            let texts = self.store.texts(stored)?;
            let id = self.upload(stored, &texts).await?;
            Ok(json!({ "CertID": id, "fingerprint": stored.fingerprint }))
        })
    }
}

impl KcmUpload {
    async fn upload(&self, stored: &Stored, texts: &Texts) -> Result<String, Failure> {
        let sha1 = sha1(&texts.certificate);
        if let Some(id) = self.find(&sha1).await? {
            return Ok(id);
        }
        let fullchain = [texts.certificate.as_str(), texts.chain.as_str()].concat();
        let name = format!("{}-{}", stored.order.certificate, stored.order.cycle);
        let mut call =
            self.client.upload_certificate().cert_name(name).cert_file(fullchain).cert_key(texts.key.clone());
        if let Some(project) = self.project {
            call = call.project_id(project);
        }
        match call.send().await {
            Ok(response) => Ok(response.certificate.cert_id.to_string()),
            // The service refuses what it has already, and a lost upload may have been executed: the list decides.
            Err(error) => match self.find(&sha1).await? {
                Some(id) => Ok(id),
                None => Err(failed(&self.name, &error)),
            },
        }
    }

    /// The stored certificate with this SHA-1.
    async fn find(&self, sha1: &str) -> Result<Option<String>, Failure> {
        let mut items = self.client.list_user_certificates().page_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failed(&self.name, &error))?;
            if item.fingerprint.is_some_and(|found| found.eq_ignore_ascii_case(sha1)) {
                return Ok(Some(item.cert_id.to_string()));
            }
        }
        Ok(None)
    }
}

/// The SHA-1 of a certificate, which is how this service names it. The store has checked that it can be read.
fn sha1(pem: &str) -> String {
    parse_x509_pem(pem.as_bytes()).map(|(_, section)| hex(&Sha1::digest(&section.contents))).unwrap_or_default()
}
