//! Cloud resources that can use a certificate: listeners of load balancers, and domains of other services.

use crate::base::call::{Call, Fields, Refusal};
use crate::service::cas2020::held::Held;
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::invalid;
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The account that everything belongs to.
pub(super) const ACCOUNT: i64 = 1_234_567_890_123_456;
/// The page size of a call that names none.
const USUAL_SIZE: i64 = 20;
/// The id of the first resource.
const FIRST_ID: i64 = 2_356_001;
const REGION: &str = "cn-hangzhou";
/// The cloud whose resources are there without an access key.
const OWN_CLOUD: &str = "aliyun";

/// When the resources of the start were made: 2025-06-01.
const SEEDED: i64 = 1_748_736_000;

/// What the account has at the start: product, domain, and the port of a listener. The last one takes no certificate.
const SEEDS: [(&str, &str, Option<u16>); 9] = [
    ("SLB", "www.example.com", Some(443)),
    ("SLB", "api.example.com", Some(8443)),
    ("ALB", "www.example.com", Some(443)),
    ("NLB", "api.example.com", Some(443)),
    ("CDN", "cdn.example.com", None),
    ("CDN", "static.example.com", None),
    ("DCDN", "*.example.com", None),
    ("OSS", "files.example.com", None),
    ("CDN", "broken.invalid", None),
];

/// A resource.
#[derive(Clone)]
pub(in crate::service::cas2020) struct Resource {
    cloud: String,
    pub(super) product: String,
    pub(super) domain: String,
    port: Option<u16>,
    pub(super) certificate: Option<i64>,
    /// The access key of another cloud that brought it: its number here, and its id there.
    access: Option<(i64, String)>,
    created: i64,
    modified: i64,
}

/// All resources.
#[derive(Clone)]
pub(in crate::service::cas2020) struct Resources {
    all: BTreeMap<i64, Resource>,
    last: i64,
}

impl Resources {
    pub(super) fn seeded() -> Self {
        let mut resources = Self { all: BTreeMap::new(), last: FIRST_ID - 1 };
        for (product, domain, port) in SEEDS {
            resources.add(OWN_CLOUD, product, domain, port, SEEDED);
        }
        resources
    }

    fn add(&mut self, cloud: &str, product: &str, domain: &str, port: Option<u16>, now: i64) -> Option<&mut Resource> {
        self.last += 1;
        let (cloud, product, domain) = (cloud.to_owned(), product.to_owned(), domain.to_owned());
        let (certificate, access, created, modified) = (None, None, now, now);
        let made = Resource { cloud, product, domain, port, certificate, access, created, modified };
        self.all.insert(self.last, made);
        self.all.get_mut(&self.last)
    }

    /// Adds what an access key of another cloud shows: one domain of its CDN.
    pub(in crate::service::cas2020) fn add_cloud(&mut self, cloud: &str, access: (i64, String), now: i64) {
        let product = if cloud == "Aws" { "AwsCloudFront".to_owned() } else { format!("{cloud}CDN") };
        let domain = format!("{}.example.com", cloud.to_lowercase());
        if let Some(resource) = self.add(cloud, &product, &domain, None, now) {
            resource.access = Some(access);
        }
    }

    /// Removes what an access key of another cloud showed.
    pub(in crate::service::cas2020) fn remove_cloud(&mut self, access: i64) {
        self.all.retain(|_, resource| resource.access.as_ref().is_none_or(|(number, _)| *number != access));
    }

    /// Counts the resources with a certificate, by cloud and product, that an access key shows, or all of them.
    pub(in crate::service::cas2020) fn counts(&self, key: Option<&str>) -> Vec<Value> {
        let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for resource in self.all.values().filter(|resource| resource.certificate.is_some()) {
            if key.is_none_or(|key| resource.is_of(key)) {
                *counts.entry((&resource.cloud, &resource.product)).or_default() += 1;
            }
        }
        let shown = counts.into_iter().map(
            |((cloud, product), count)| json!({ "CloudName": cloud, "CloudProduct": product, "TotalCount": count }),
        );
        shown.collect()
    }

    pub(super) fn get(&self, id: i64) -> Option<&Resource> {
        self.all.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: i64) -> Option<&mut Resource> {
        self.all.get_mut(&id)
    }

    pub(super) fn list(&self, call: &Call<'_>, account: Held<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, USUAL_SIZE, None)?;
        let (cloud, product) = (call.params.text("CloudName"), call.params.text("CloudProduct"));
        let (word, key) = (call.params.text("Keyword"), call.params.text("SecretId"));
        let certificates: Option<Vec<i64>> = match call.params.text("CertIds") {
            None => None,
            Some(text) => {
                let ids = serde_json::from_str(text).map_err(|_| invalid("CertIds", "It is a list of ids in JSON."));
                Some(ids?)
            }
        };
        let taken = self.all.iter().filter(|(_, resource)| {
            cloud.is_none_or(|cloud| cloud == resource.cloud)
                && key.is_none_or(|key| resource.is_of(key))
                && product.is_none_or(|product| product == resource.product)
                && contains(word, [resource.domain.as_str(), &resource.instance()])
                && certificates.as_ref().is_none_or(|ids| resource.certificate.is_some_and(|id| ids.contains(&id)))
        });
        let all: Vec<Value> = taken.map(|(id, resource)| resource.shown(*id, account)).collect();
        let total = all.len();
        Ok(fields(json!({
            "Data": page.of(all.into_iter()),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "Total": total,
        })))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn state(&self, most: usize) -> Value {
        let shown = self.all.iter().take(most).map(|(id, resource)| {
            json!({
                "id": id,
                "product": resource.product,
                "domain": resource.domain,
                "certificate": resource.certificate,
            })
        });
        shown.collect()
    }
}

impl Resource {
    pub(super) fn put(&mut self, certificate: Option<i64>, now: i64) {
        (self.certificate, self.modified) = (certificate, now);
    }

    /// Whether an access key of another cloud shows it.
    fn is_of(&self, key: &str) -> bool {
        self.access.as_ref().is_some_and(|(_, id)| id == key)
    }

    /// Returns the instance of a listener, or an empty text.
    fn instance(&self) -> String {
        self.port.map(|_| format!("{}-example00001", self.product.to_lowercase())).unwrap_or_default()
    }

    /// Returns what the lists of resources and of workers show of a listener.
    pub(super) fn listener(&self) -> Option<(String, String, u16)> {
        self.port.map(|port| (self.instance(), format!("lsn-example00001@{port}"), port))
    }

    pub(super) fn place(&self) -> Value {
        json!({
            "CloudName": self.cloud,
            "CloudProduct": self.product,
            "CloudRegion": REGION,
            "RegionId": REGION,
            "UserId": ACCOUNT,
        })
    }

    pub(super) fn shown(&self, id: i64, account: Held<'_>) -> Value {
        let has = i32::from(self.certificate.is_some());
        let mut out = fields(self.place());
        out.extend(fields(json!({
            "Id": id,
            "Domain": self.domain,
            "EnableHttps": has,
            "Status": "online",
            "GmtCreate": self.created.saturating_mul(1000),
            "GmtModified": self.modified.saturating_mul(1000),
        })));
        if let Some((instance, listener, port)) = self.listener() {
            out.extend(fields(json!({
                "InstanceId": instance,
                "ListenerId": listener,
                "ListenerPort": port.to_string(),
                "DefaultResource": 0,
            })));
        }
        if let Some((access, _)) = &self.access {
            out.insert("CloudAccessId".to_owned(), access.to_string().into());
            out.insert("UseSsl".to_owned(), has.into());
        }
        if let Some(certificate) = self.certificate {
            out.insert("CertId".to_owned(), certificate.into());
            if let Some(held) = account.get(certificate) {
                out.insert("CertName".to_owned(), held.name.clone().into());
                out.insert("CertStartTime".to_owned(), held.reading.from.saturating_mul(1000).into());
                out.insert("CertEndTime".to_owned(), held.reading.to.saturating_mul(1000).into());
            }
        }
        Value::Object(out)
    }
}
