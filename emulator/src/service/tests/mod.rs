//! Tests of the services through `handle`, with a clock that the tests move.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cas2018;
mod cas2020;
mod cas2020_access;
mod cas2020_certificates;
mod cas2020_contacts;
mod cas2020_csrs;
mod cas2020_deployment;
mod cas2020_instances;
mod cas2020_labels;
mod cas2020_orders;
mod cas2020_stock;
mod cas2020_warehouses;
mod described;
mod errands;
mod kcm;
mod kcm_orders;
mod kcm_store;
mod played;
mod readme;
mod rows;
mod rows_living;

use super::{ForcedError, World, handle};
use crate::base::call::{Call, Fields, Params, Refusal};
use crate::base::clock::Clock;
use crate::base::settings::Settings;
use crate::pki::{Algorithm, Key, Reading, belongs, system_request};
use cloudcert::model;
use serde_json::Value;
use std::time::Duration;

/// 2026-01-02T03:04:05Z.
const NOW: i64 = 1_767_323_045;

const CAS2020: &str = "aliyun-cas-2020-04-07";
const CAS2018: &str = "aliyun-cas-2018-07-13";
const KCM: &str = "ksyun-kcm-2016-03-04";

/// Rows of the API that the spec does not list for these actions, because no source names their errors. Actions nearby return them.
const BORROWED: [(&str, &[&str]); 4] = [
    ("CreateCertificateForPackageRequest", &["package-not-found", "quota-exhausted", "create-failed"]),
    (
        "RenewCertificateOrderForPackageRequest",
        &["order-not-found", "order-state-error", "quota-exhausted", "create-failed"],
    ),
    ("CancelOrderRequest", &["order-not-found", "order-state-error"]),
    ("CancelCertificateForPackageRequest", &["order-not-found", "order-state-error"]),
];

/// Makes a world whose clock is stopped.
fn world(settings: Settings) -> World {
    let clock = Clock::starting(Some(NOW));
    clock.stop();
    let settings = Settings { public_url: "http://127.0.0.1:8080".to_owned(), ..settings };
    World::new(clock, settings, true)
}

fn usual() -> World {
    world(Settings::default())
}

fn call(api: &str, action: &str, params: &[(&str, &str)]) -> Call<'static> {
    let api: &'static model::Api = model::apis().iter().find(|found| found.id == api).unwrap();
    let action = api.action(action).unwrap();
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Call { api, action, params: Params(params), host: None }
}

/// One world and one API version.
struct Service {
    api: &'static str,
    world: World,
}

impl Service {
    fn new(api: &'static str, world: World) -> Self {
        Self { api, world }
    }

    fn call(&mut self, action: &str, params: &[(&str, &str)]) -> Result<Fields, Refusal> {
        let handled = handle(&call(self.api, action, params), &mut self.world);
        assert!(!handled.described, "the action is played");
        handled.result
    }

    fn ok(&mut self, action: &str, params: &[(&str, &str)]) -> Value {
        match self.call(action, params) {
            Ok(fields) => Value::Object(fields),
            Err(refusal) => panic!("{action}: {refusal:?}"),
        }
    }

    /// Returns the row that a call is refused with. The spec must list it for the action, or it must be
    /// a common or a borrowed one.
    fn refused(&mut self, action: &str, params: &[(&str, &str)]) -> String {
        let row = self.call(action, params).expect_err("the call is refused").row.into_owned();
        let call = call(self.api, action, &[]);
        let known = call.api.errors.iter().find(|known| known.name == row).unwrap_or_else(|| panic!("no row {row}"));
        let borrowed = BORROWED.iter().any(|(name, rows)| *name == action && rows.contains(&row.as_str()));
        let listed = borrowed || call.action.errors.contains(&row);
        assert!(listed || known.scope == model::ErrorScope::Common, "{action} does not list {row}");
        row
    }

    /// Returns what the management API shows of the service.
    fn state(&self) -> Value {
        crate::service::state(&self.world, 1000)[self.api].clone()
    }

    fn wait(&self, seconds: u64) {
        self.world.shared.clock.advance(Duration::from_secs(seconds));
    }

    /// Makes the next call of an action return an error.
    fn force(&mut self, action: &str, row: &str, executed: bool) {
        self.world.forced.push(ForcedError { action: action.to_owned(), row: row.to_owned(), times: 1, executed });
    }
}

/// Makes a CSR for a domain.
fn csr(domain: &str) -> String {
    system_request(&Key::make(Algorithm::Ecc, 1, "").unwrap(), domain).unwrap()
}

fn names(response: &Value) -> Vec<&str> {
    response.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Reads a certificate of a response, and checks that it has its issuer and names these domains.
fn certificate(pem: &Value, domains: &[&str]) -> Reading {
    let pem = pem.as_str().unwrap();
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2, "the certificate and its issuer");
    let reading = Reading::of(pem).unwrap();
    assert_eq!(reading.sans, domains);
    reading
}

#[test]
fn every_service_is_registered_under_an_api_of_the_spec() {
    for (id, _) in super::table::SERVICES {
        assert!(model::api(id).is_some(), "{id}");
    }
}

#[test]
fn what_no_service_plays_is_described() {
    let mut world = World::new(Clock::starting(Some(NOW)), Settings::default(), false);
    let get = call(KCM, "GetToken", &[]);
    let handled = handle(&get, &mut world);
    assert!(handled.described && handled.executed && handled.result.is_ok());
    // An error after the execution hides a success, as it does with a behaviour.
    for executed in [false, true] {
        world.forced.push(ForcedError::once(&get, &get.action.errors[0], executed));
        let handled = handle(&get, &mut world);
        assert_eq!(
            (handled.executed, handled.result.unwrap_err().row.as_ref()),
            (executed, get.action.errors[0].as_str())
        );
        assert!(world.forced.is_empty());
    }
}
