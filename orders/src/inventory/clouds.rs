//! What the clouds have.

use super::join::{merge, serial};
use super::{KeyPlace, Row, Source};
use crate::base::failure::Failure;
use crate::base::task::Task;
use crate::cloud::kcm::BEIJING;
use crate::cloud::refusal::failure;
use crate::cloud::timestamp;
use cloudcert::Config;
use cloudcert::aliyun_cas::v2020_04_07::types::{CertificateSource, CertificateStatus, OrderStatus, OrderType};
use cloudcert::ksyun_kcm::v2016_03_04::types::{CertificateId, CertificateStatus as Status, ProjectId};
use cloudcert::{aliyun_cas::v2020_04_07 as cas, ksyun_kcm::v2016_03_04 as kcm};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use std::collections::BTreeSet;

/// An account at Alibaba Cloud: certificates with uploaded ones, instances without one, and orders from packages.
#[derive(Debug, Clone)]
pub struct Cas {
    account: String,
    client: cas::Client,
}

impl Cas {
    /// The account of a profile.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(account: &str, config: Config) -> Result<Self, Failure> {
        let client = cas::Client::new(config).map_err(|error| failure(&error))?;
        Ok(Self { account: account.to_owned(), client })
    }

    async fn certificates(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let mut items = self.client.list_certificates().show_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let is_upload = item.certificate_source == Some(CertificateSource::Upload);
            let mut row = Row::of(&self.account, if is_upload { "cas-upload" } else { "cas-certificate" });
            row.ids.extend(item.certificate_id.map(|id| format!("cas certificate {id}")));
            row.names = if item.domain.is_empty() { item.common_name.into_iter().collect() } else { item.domain };
            row.revoked = item.certificate_status == Some(CertificateStatus::Revoked);
            row.status = item.certificate_status.map(|status| status.to_string());
            row.from = item.not_before.and_then(|time| timestamp(time.instant().ok()?));
            row.to = item.not_after.and_then(|time| timestamp(time.instant().ok()?));
            row.serial = item.serial.as_deref().and_then(serial);
            row.key = if item.exist_private_key == Some(true) { KeyPlace::Cloud } else { KeyPlace::Unknown };
            endless(&mut row);
            rows.push(row);
        }
        Ok(())
    }

    /// Those that have no certificate yet: the others are among the certificates.
    async fn instances(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let mut items = self.client.list_instances().show_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            if item.certificate_id.is_some() {
                continue;
            }
            let mut row = Row::of(&self.account, "cas-instance");
            row.ids.extend(item.instance_id.map(|id| format!("cas instance {id}")));
            row.names = if item.domain.is_empty() { item.certificate_domain } else { item.domain };
            row.product = item.spec;
            row.status = item.status.map(|status| status.to_string());
            rows.push(row);
        }
        Ok(())
    }

    /// The list names no certificate, so that of an order is the only one with the same names and times, if there is one.
    async fn orders(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let certificates = rows.len();
        let mut items = self.client.list_user_certificate_order().order_type(OrderType::Cpack).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let mut row = Row::of(&self.account, "cas-order");
            row.ids.extend(item.order_id.map(|id| format!("cas order {id}")));
            row.names = item.domain.iter().flat_map(|all| all.split(',')).map(|name| name.trim().to_owned()).collect();
            row.product = item.product_code;
            row.revoked = item.status == Some(OrderStatus::Revoked);
            row.status = item.status.map(|status| status.to_string());
            row.from = item.cert_start_time.and_then(|time| timestamp(time.instant().ok()?));
            row.to = item.cert_end_time.and_then(|time| timestamp(time.instant().ok()?));
            let known = rows.get_mut(..certificates).unwrap_or_default();
            let mut same = known.iter_mut().filter(|other| is_same(other, &row));
            match (same.next(), same.next()) {
                (Some(one), None) => merge(one, row),
                _ => rows.push(row),
            }
        }
        Ok(())
    }
}

/// Whether an order and a certificate have the same times and names.
fn is_same(certificate: &Row, order: &Row) -> bool {
    let names = |row: &Row| row.names.iter().map(|name| name.to_ascii_lowercase()).collect::<BTreeSet<_>>();
    order.to.is_some()
        && certificate.to == order.to
        && certificate.from == order.from
        && names(certificate) == names(order)
}

/// A certificate whose end is not known must not look as if it never ended.
fn endless(row: &mut Row) {
    if row.to.is_none() && !row.revoked {
        row.attention = Some("the service shows no end that can be read".to_owned());
    }
}

impl Source for Cas {
    fn name(&self) -> String {
        format!("{}: cas", self.account)
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        Box::pin(async move {
            let mut rows = Vec::new();
            self.certificates(&mut rows).await?;
            self.instances(&mut rows).await?;
            self.orders(&mut rows).await?;
            Ok(rows)
        })
    }
}

/// An account at Kingsoft Cloud: orders with their certificates, and uploads.
#[derive(Debug, Clone)]
pub struct Kcm {
    account: String,
    client: kcm::Client,
    projects: Vec<i64>,
}

impl Kcm {
    /// The account of a profile. The list has the orders of the default project, unless [others](Self::projects) are named.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(account: &str, config: Config) -> Result<Self, Failure> {
        let client = kcm::Client::new(config).map_err(|error| failure(&error))?;
        Ok(Self { account: account.to_owned(), client, projects: Vec::new() })
    }

    /// Lists the orders of these projects too. The service cannot list all projects.
    #[must_use]
    pub fn projects(mut self, projects: impl IntoIterator<Item = i64>) -> Self {
        self.projects.extend(projects);
        self
    }

    async fn orders(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let list = self.client.list_certificates().page_size(100);
        let mut items = if self.projects.is_empty() {
            list.items()
        } else {
            let all: BTreeSet<i64> = self.projects.iter().copied().chain([0]).collect();
            list.project_ids(all.into_iter().map(ProjectId::from)).items()
        };
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let mut row = Row::of(&self.account, "kcm");
            row.ids.insert(format!("kcm order {}", item.certificate_id));
            row.names = item.main_domain.into_iter().chain(item.additional_domains).chain(item.wildcards).collect();
            row.product = item.certificate_code.map(|code| code.to_string());
            row.from = item.issue_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
            row.to = item.expire_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
            row.revoked = item.certificate_status == Some(Status::Revoked);
            if item.certificate_status == Some(Status::Issued) {
                if row.to.is_none() {
                    self.end(&item.certificate_id, &mut row).await?;
                }
                endless(&mut row);
            }
            row.status = item.certificate_status.as_ref().map(status);
            rows.push(row);
        }
        Ok(())
    }

    /// The list may have no end; the details have it.
    async fn end(&self, id: &CertificateId, row: &mut Row) -> Result<(), Failure> {
        let detail =
            self.client.get_certificate_detail().certificate_id(id.clone()).await.map_err(|error| failure(&error))?;
        row.from = detail.certificate.issue_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
        row.to = detail.certificate.expire_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
        Ok(())
    }

    async fn uploads(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let mut items = self.client.list_user_certificates().page_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let mut row = Row::of(&self.account, "kcm-upload");
            row.ids.insert(format!("kcm upload {}", item.cert_id));
            row.names = item.main_domain.into_iter().collect();
            for name in item.domains.into_iter().chain(item.additional_domains) {
                if !row.names.contains(&name) {
                    row.names.push(name);
                }
            }
            row.sha1 = item.fingerprint.filter(|print| !print.is_empty()).map(|print| print.to_ascii_lowercase());
            row.from = item.issue_time.as_deref().and_then(beijing);
            row.to = item.expire_time.as_deref().and_then(beijing);
            // It was stored with its key.
            row.key = KeyPlace::Cloud;
            endless(&mut row);
            rows.push(row);
        }
        Ok(())
    }
}

impl Source for Kcm {
    fn name(&self) -> String {
        format!("{}: kcm", self.account)
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        Box::pin(async move {
            let mut rows = Vec::new();
            self.orders(&mut rows).await?;
            self.uploads(&mut rows).await?;
            Ok(rows)
        })
    }
}

/// The state in a word: the service has numbers.
fn status(status: &Status) -> String {
    let word = match status {
        Status::NotReviewed => "not-reviewed",
        Status::InReview => "in-review",
        Status::Issued => "issued",
        Status::Revoked => "revoked",
        Status::ReviewFailed => "review-failed",
        Status::Cancelled => "cancelled",
        other => return other.to_string(),
    };
    word.to_owned()
}

/// A time as this list has it: `2026-01-02 03:04:05`.
fn beijing(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text.trim()).ok()?;
    Offset::from_seconds(BEIJING).ok()?.to_timestamp(time).ok()
}
