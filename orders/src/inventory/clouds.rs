//! What the clouds have.

use super::join::serial;
use super::{KeyPlace, Row, Source};
use crate::base::failure::Failure;
use crate::base::task::Task;
use crate::cloud::refusal::failure;
use cloudcert::Config;
use cloudcert::aliyun_cas::v2020_04_07::types::OrderType;
use cloudcert::{aliyun_cas::v2020_04_07 as cas, ksyun_kcm::v2016_03_04 as kcm};
use jiff::Timestamp;
use std::time::SystemTime;

/// An account at Alibaba Cloud: certificates, instances without one, and orders from packages.
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
            let mut row = Row::of(&self.account, "cas-certificate");
            row.ids.extend(item.certificate_id.map(|id| format!("certificate {id}")));
            row.names = if item.domain.is_empty() { item.common_name.into_iter().collect() } else { item.domain };
            row.status = item.certificate_status.map(|status| status.to_string());
            row.from = item.not_before.and_then(|time| timestamp(time.instant().ok()?));
            row.to = item.not_after.and_then(|time| timestamp(time.instant().ok()?));
            row.serial = item.serial.as_deref().and_then(serial);
            row.key = if item.exist_private_key == Some(true) { KeyPlace::Cloud } else { KeyPlace::Unknown };
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
            row.ids.extend(item.instance_id.map(|id| format!("instance {id}")));
            row.names = item.certificate_domain;
            row.status = item.status.map(|status| status.to_string());
            rows.push(row);
        }
        Ok(())
    }

    async fn orders(&self, rows: &mut Vec<Row>) -> Result<(), Failure> {
        let mut items = self.client.list_user_certificate_order().order_type(OrderType::Cpack).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let mut row = Row::of(&self.account, "cas-order");
            row.ids.extend(item.order_id.map(|id| format!("order {id}")));
            row.names = item.domain.iter().flat_map(|all| all.split(',')).map(|name| name.trim().to_owned()).collect();
            row.product = item.product_code;
            row.status = item.status.map(|status| status.to_string());
            row.from = item.cert_start_time.and_then(|time| timestamp(time.instant().ok()?));
            row.to = item.cert_end_time.and_then(|time| timestamp(time.instant().ok()?));
            rows.push(row);
        }
        Ok(())
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

/// An account at Kingsoft Cloud: orders with their certificates.
#[derive(Debug, Clone)]
pub struct Kcm {
    account: String,
    client: kcm::Client,
}

/// No document says in which zone the times are; the console shows Beijing's, in seconds east of Greenwich.
const BEIJING: i32 = 8 * 3600;

impl Kcm {
    /// The account of a profile.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(account: &str, config: Config) -> Result<Self, Failure> {
        let client = kcm::Client::new(config).map_err(|error| failure(&error))?;
        Ok(Self { account: account.to_owned(), client })
    }

    async fn orders(&self) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        let mut items = self.client.list_certificates().items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let mut row = Row::of(&self.account, "kcm");
            row.ids.insert(format!("certificate {}", item.certificate_id));
            row.names = item.main_domain.into_iter().chain(item.additional_domains).chain(item.wildcards).collect();
            row.product = item.certificate_code.map(|code| code.to_string());
            row.status = item.certificate_status.map(|status| status.to_string());
            row.from = item.issue_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
            row.to = item.expire_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?));
            rows.push(row);
        }
        Ok(rows)
    }
}

impl Source for Kcm {
    fn name(&self) -> String {
        format!("{}: kcm", self.account)
    }

    fn rows(&self) -> Task<'_, Vec<Row>> {
        Box::pin(self.orders())
    }
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()
}
