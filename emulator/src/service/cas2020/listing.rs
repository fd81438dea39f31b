//! Listing orders and certificates in one list, as `ListUserCertificateOrder` does.

use super::held::Held;
use super::labels::Labels;
use super::order::{Order, Stage, instance};
use super::orders::Orders;
use super::page::{Page, contains};
use super::refusals::invalid;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::Level;
use crate::service::account::StoredCertificate;
use crate::service::values::{cell, day, fields};
use serde_json::{Value, json};

/// The page size of a call that names none.
const USUAL_SIZE: i64 = 50;
/// A certificate is about to expire this many seconds before its end.
const SOON: i64 = 30 * 86_400;

/// Which orders and certificates a list shows.
struct Filter<'a> {
    status: Option<&'a str>,
    keyword: Option<&'a str>,
    group: Option<&'a str>,
}

impl<'a> Filter<'a> {
    fn of(call: &'a Call<'_>) -> Self {
        let text = |name| call.params.text(name);
        Self { status: text("Status"), keyword: text("Keyword"), group: text("ResourceGroupId") }
    }

    /// Whether a resource with this id and these names is shown.
    fn takes<'n>(&self, id: &'n str, names: impl Iterator<Item = &'n str>, labels: &Labels) -> bool {
        contains(self.keyword, names.chain([id])) && self.group.is_none_or(|group| labels.group(id) == group)
    }
}

/// Lists orders from packages, or certificates. No orders are bought in another way.
pub(super) fn list(
    call: &Call<'_>,
    orders: &Orders,
    labels: &Labels,
    account: Held<'_>,
    now: i64,
) -> Result<Fields, Refusal> {
    let page = Page::read(call, USUAL_SIZE, None)?;
    let wanted = Filter::of(call);
    let all: Vec<Value> = match call.params.text("OrderType").unwrap_or("CPACK") {
        "CPACK" => of_orders(call, orders, &wanted, (labels, account), now),
        "BUY" => Vec::new(),
        "CERT" => of_certificates(account, &wanted, labels, now, true),
        "UPLOAD" => of_certificates(account, &wanted, labels, now, false),
        _ => return Err(invalid("OrderType", "It is CPACK, BUY, UPLOAD or CERT.")),
    };
    let total = all.len();
    Ok(fields(json!({
        "CertificateOrderList": page.of(all.into_iter()),
        "CurrentPage": page.number,
        "ShowSize": page.size,
        "TotalCount": total,
    })))
}

/// Returns the orders, the latest first.
fn of_orders(
    call: &Call<'_>,
    orders: &Orders,
    wanted: &Filter<'_>,
    (labels, account): (&Labels, Held<'_>),
    now: i64,
) -> Vec<Value> {
    let taken = orders.iter().rev().filter(|(id, order)| {
        wanted.status.is_none_or(|asked| asked == status(order, account, now))
            && wanted.takes(&instance(*id), order.names(), labels)
    });
    taken.map(|(id, order)| shown(call, id, order, status(order, account, now))).collect()
}

/// Returns the state of an order as the list calls it.
fn status(order: &Order, account: Held<'_>, now: i64) -> &'static str {
    match &order.stage {
        Stage::Placed | Stage::Validating(_) => "CHECKING",
        Stage::Failed => "CHECKED_FAIL",
        Stage::Withdrawn { .. } => "PAYED",
        Stage::Revoked(..) => "REVOKED",
        Stage::Issued(id, _) if account.is_revoked(*id) => "REVOKED",
        Stage::Issued(_, stored) => age(stored, now),
    }
}

/// Returns how far a certificate is from its end.
pub(super) fn age(stored: &StoredCertificate, now: i64) -> &'static str {
    match stored.reading.to - now {
        left if left < 0 => "EXPIRED",
        left if left < SOON => "WILLEXPIRED",
        _ => "ISSUED",
    }
}

fn shown(call: &Call<'_>, id: i64, order: &Order, status: &str) -> Value {
    let code: &str = &order.product;
    let brand = cell(call, "ProductCodes", code, "brand").and_then(Value::as_str).unwrap_or_default();
    let level = match order.level {
        Level::Dv => "DV",
        Level::Ov => "OV",
        Level::Ev => "EV",
    };
    let count = order.names().count();
    let wildcards = order.names().filter(|name| name.starts_with("*.")).count();
    let kind = match (count, wildcards) {
        (1, 0) => "ONE",
        (1, _) => "WILDCARD",
        (_, 0) => "MULTIPLE",
        _ => "M_WILDCARD",
    };
    let mut out = fields(json!({
        "OrderId": id,
        "InstanceId": instance(id),
        "Domain": &*order.domains,
        "DomainCount": count,
        "WildDomainCount": wildcards,
        "DomainType": kind,
        "ProductCode": code,
        "ProductName": format!("{brand} {level}"),
        "RootBrand": brand,
        "CertType": if code.contains("-free-") { "FREE" } else { level },
        "BuyDate": order.placed.saturating_mul(1000),
        "SourceType": "cpack",
        "Status": status,
        "TrusteeStatus": "unTrustee",
    }));
    if let Stage::Issued(_, stored) | Stage::Revoked(_, stored) = &order.stage {
        let reading = &stored.reading;
        out.insert("Algorithm".to_owned(), reading.key_type.into());
        out.insert("CertStartTime".to_owned(), reading.from.saturating_mul(1000).into());
        out.insert("CertEndTime".to_owned(), reading.to.saturating_mul(1000).into());
    }
    Value::Object(out)
}

/// Returns certificates, the latest first. Without a status, those that are valid.
fn of_certificates(account: Held<'_>, wanted: &Filter<'_>, labels: &Labels, now: i64, with_bought: bool) -> Vec<Value> {
    let taken = account.iter().rev().filter(|(id, held)| {
        let status = if account.is_revoked(*id) { "REVOKED" } else { age(held, now) };
        let fits = match wanted.status {
            None => matches!(status, "ISSUED" | "WILLEXPIRED"),
            Some(asked) => asked == status,
        };
        let names = held.reading.sans.iter().map(String::as_str).chain([held.name.as_str()]);
        fits && (with_bought || !held.bought) && wanted.takes(&account.resource(*id, held), names, labels)
    });
    taken.map(|(id, held)| certificate(id, held, account, labels, now)).collect()
}

fn certificate(id: i64, held: &StoredCertificate, account: Held<'_>, labels: &Labels, now: i64) -> Value {
    let resource = account.resource(id, held);
    let reading = &held.reading;
    let mut out = fields(json!({
        "CertificateId": id,
        "Name": held.name,
        "CommonName": reading.common,
        "Sans": reading.sans.join(","),
        "Issuer": reading.issuer,
        "StartDate": day(reading.from),
        "EndDate": day(reading.to),
        "Expired": now > reading.to,
        "Upload": !held.bought,
        "Fingerprint": reading.fingerprint,
        "SerialNo": reading.serial,
        "Sha2": reading.sha2,
        "ResourceGroupId": labels.group(&resource),
        "InstanceId": resource,
    }));
    let named = [
        ("OrgName", &reading.organization),
        ("City", &reading.city),
        ("Province", &reading.province),
        ("Country", &reading.country),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            out.insert(name.to_owned(), value.clone().into());
        }
    }
    Value::Object(out)
}
