//! Renewals that extend a certificate at Kingsoft Cloud: every row of the table of crashes, and what the service may show.

use super::{Machine, config};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert_emulator::{Fault, Rule};
use cloudcert_orders::Kind;
use cloudcert_orders::cloud::Progress;
use cloudcert_orders::journal::Journal;
use cloudcert_orders::journal::event::{Event, Recorded};
use cloudcert_orders::journal::state::BEFORE;
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::renew::Wish;
use cloudcert_orders::renew::report::{Line, Outcome};
use serde_json::Value;
use std::time::Duration;

const EXTEND: &str = "ExtendCertificate";
const ID: &str = "CertificateId";

/// A machine whose certificate is due, and is extended when it is renewed.
async fn due() -> (Machine, Line) {
    let mut machine = Machine::new(true).await;
    machine.issue().await;
    machine.plan.extends = true;
    let first = machine.run(Wish::Renew).await;
    assert_eq!(first.outcome, Outcome::Nothing);
    machine.pass(300);
    (machine, first)
}

impl Machine {
    /// Runs as a timer does, until it is done or stops in another way than by waiting.
    async fn renew(&self) -> Line {
        for _ in 0..50 {
            let line = self.run(Wish::Renew).await;
            if ![Some(Kind::Waiting), Some(Kind::NotNow)].contains(&line.outcome.kind()) {
                return line;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("it was not renewed");
    }

    async fn events(&self, order: &str) -> Vec<Event> {
        let recorded = self.journal.events(&order.parse().unwrap()).await.unwrap();
        recorded.into_iter().map(|Recorded { event, .. }| event).collect()
    }

    /// The requests that the second order has announced.
    async fn announced(&self) -> Vec<Value> {
        let all = self.events("www/2").await;
        let request = |event| match event {
            Event::Sending { action, request, .. } if action == EXTEND => Some(Value::Object(request)),
            Event::Sending { action, .. } => panic!("{action} was announced"),
            _ => None,
        };
        all.into_iter().filter_map(request).collect()
    }

    fn kcm(&self) -> Value {
        self.endpoint.state()["services"]["ksyun-kcm-2016-03-04"].clone()
    }

    /// How often something was paid: each of these certificates costs 100.
    fn paid(&self) -> u64 {
        self.kcm()["spent"]["amount"].as_u64().unwrap() / 100
    }

    fn lose(&self, fault: Fault) {
        self.endpoint.inject(Rule::new(fault).action(EXTEND).times(1)).unwrap();
    }

    /// Somebody orders another certificate of this name.
    async fn ordered_elsewhere(&self) -> String {
        let client = kcm::Client::new(config(&self.endpoint, true)).unwrap();
        let order = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
        let order = order.year_length(1).domain_count(1).wildcard_count(0).send().await.unwrap();
        order.certificate.certificate_id.to_string()
    }
}

#[tokio::test]
async fn a_renewal_extends_the_certificate_and_keeps_its_id() {
    let (mut machine, first) = due().await;
    machine.plan.bill_type = Some(801);
    let second = machine.renew().await;
    assert_eq!(second.outcome, Outcome::Renewed);
    assert!(second.not_after > first.not_after && second.fingerprint != first.fingerprint);
    assert_eq!(second.ids.get(ID), first.ids.get(ID));
    assert_eq!((machine.orders(), machine.paid()), (1, 2), "one certificate, paid twice");
    let [request] = machine.announced().await.try_into().unwrap();
    assert_eq!((request[ID].as_str(), &request["BillType"]), (first.ids.get(ID).map(String::as_str), &801.into()));
    assert_eq!(machine.renew().await.outcome, Outcome::Nothing);
    // The next one extends what the extension has.
    machine.pass(300);
    assert_eq!(machine.renew().await.outcome, Outcome::Renewed);
    assert_eq!((machine.orders(), machine.paid()), (1, 3));
}

#[tokio::test]
async fn the_first_certificate_and_a_replacement_are_orders() {
    let mut machine = Machine::new(true).await;
    machine.plan.extends = true;
    machine.plan.bill_type = Some(805);
    machine.issue().await;
    let Some(Event::Sending { action, request, .. }) =
        machine.events("www/1").await.into_iter().find(|event| matches!(event, Event::Sending { .. }))
    else {
        panic!("nothing was sent")
    };
    assert_eq!((action.as_str(), request.get("BillType")), ("ApplyCertificate", Some(&805.into())));
    machine.issue().await;
    assert_eq!((machine.orders(), machine.paid()), (2, 2));
}

/// Status 0 of the certificate shows that it was executed.
#[tokio::test]
async fn a_lost_response_is_found_out_by_the_status() {
    for fault in [Fault::CloseAfterCommit, Fault::Truncated, Fault::Internal { committed: true }] {
        let (machine, first) = due().await;
        machine.lose(fault.clone());
        let second = machine.renew().await;
        assert_eq!(second.outcome, Outcome::Renewed, "{fault:?}");
        assert_eq!(second.ids.get(ID), first.ids.get(ID));
        assert_eq!((machine.announced().await.len(), machine.orders(), machine.paid()), (1, 1, 2), "{fault:?}");
    }
}

/// Status 2 proves nothing, however long it lasts.
#[tokio::test]
async fn what_shows_nothing_is_never_sent_again() {
    let (machine, _) = due().await;
    machine.lose(Fault::CloseBeforeReading);
    for _ in 0..3 {
        let (kind, why) = machine.stopped(Wish::Renew).await;
        assert!(kind == Kind::Unknown && why.contains("0 of these names are new"), "{why}");
        let (kind, why) = machine.stopped(Wish::Replace).await;
        assert_eq!(kind, Kind::Unknown, "{why}");
        machine.pass(1);
    }
    assert_eq!((machine.announced().await.len(), machine.orders(), machine.paid()), (1, 1, 1));
}

/// The renewal may have an id of its own.
#[tokio::test]
async fn one_new_id_in_the_list_is_the_renewal_and_two_are_nothing() {
    let (machine, first) = due().await;
    machine.lose(Fault::CloseBeforeReading);
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::Unknown);
    let new = machine.ordered_elsewhere().await;
    let second = machine.renew().await;
    assert_eq!((&second.outcome, second.ids.get(ID)), (&Outcome::Renewed, Some(&new)));
    assert!(second.not_after > first.not_after);
    assert_eq!((machine.announced().await.len(), machine.orders(), machine.paid()), (1, 2, 2));

    let (machine, _) = due().await;
    machine.lose(Fault::CloseBeforeReading);
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::Unknown);
    machine.ordered_elsewhere().await;
    machine.ordered_elsewhere().await;
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert!(kind == Kind::Unknown && why.contains("2 of these names are new"), "{why}");
    assert_eq!((machine.announced().await.len(), machine.paid()), (1, 3));
}

/// What was surely not executed is tried again; a final refusal ends the order.
#[tokio::test]
async fn a_refused_extension_was_not_executed() {
    let (machine, _) = due().await;
    machine.endpoint.inject(Rule::new(Fault::Throttle { retry_after_ms: Some(1) }).action(EXTEND).times(40)).unwrap();
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::NotNow);
    machine.endpoint.clear_faults();
    assert_eq!(machine.renew().await.outcome, Outcome::Renewed);
    assert_eq!((machine.announced().await.len(), machine.orders(), machine.paid()), (2, 1, 2));
}

#[tokio::test]
async fn what_cannot_be_extended_is_refused_before_anything_is_sent() {
    let (mut machine, first) = due().await;
    machine.plan.names = vec!["shop.example.com".to_owned()];
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert!(kind == Kind::Refused && why.contains("keeps the main domain www.example.com"), "{why}");
    machine.plan.names = vec!["www.example.com".to_owned()];
    let client = kcm::Client::new(config(&machine.endpoint, true)).unwrap();
    let token = client.get_token().await.unwrap().token;
    let id = first.ids.get(ID).unwrap();
    client.revoke_certificate().certificate_id(id.as_str()).reason("a test").token(token).send().await.unwrap();
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert!(kind == Kind::Refused && why.contains("has the status"), "{why}");
    assert_eq!((machine.announced().await.len(), machine.paid()), (0, 1));
}

/// The way of an order was settled when it was opened.
#[tokio::test]
async fn another_configuration_does_not_change_the_way_of_an_open_order() {
    let (mut machine, first) = due().await;
    machine.lose(Fault::CloseBeforeReading);
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::Unknown);
    machine.plan.extends = false;
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert!(kind == Kind::Unknown && why.contains(EXTEND), "{why}");
    assert_eq!((machine.orders(), machine.paid()), (1, 1));

    // And the other way round.
    let (mut machine, _) = due().await;
    machine.plan.extends = false;
    machine.endpoint.inject(Rule::new(Fault::CloseAfterCommit).action("ApplyCertificate").times(1)).unwrap();
    machine.run(Wish::Renew).await;
    machine.plan.extends = true;
    let second = machine.renew().await;
    assert_ne!((second.outcome, second.ids.get(ID)), (Outcome::Renewed, first.ids.get(ID)));
    assert_eq!((machine.orders(), machine.paid()), (2, 2));
}

/// Servers use the certificate whose id the extension has.
#[tokio::test]
async fn an_extension_under_its_old_id_is_not_cancelled_and_the_old_certificate_is_not_taken_for_it() {
    let (mut machine, first) = due().await;
    machine.plan.key = cloudcert_orders::cloud::plan::KeySource::Own(KeyKind::EcP256);
    let extension = machine.cloud.extension().unwrap();
    let mut ids = first.ids.clone();
    ids.insert("InstanceId".to_owned(), ids[ID].clone());
    let refused = extension.cancel(&ids).await.unwrap_err();
    assert!(refused.to_string().contains("the certificate that is in use"), "{refused}");
    ids.insert(BEFORE.to_owned(), first.fingerprint.clone().unwrap());
    let Progress::Waiting(why) = extension.poll(&machine.plan, &ids).await.unwrap() else { panic!("it was taken") };
    assert!(why.to_string().contains("the certificate before"), "{why}");
    assert!(matches!(machine.cloud.poll(&machine.plan, &ids).await.unwrap(), Progress::Issued(_)));
}

/// Contact and company that the service keeps take the place of what the plan says.
#[tokio::test]
async fn a_stored_contact_and_company_are_named_by_their_ids() {
    let mut machine = Machine::new(true).await;
    let (contact, organization) = (&mut machine.plan.contact, &mut machine.plan.organization);
    (contact.name, contact.email, contact.phone) = Default::default();
    (organization.company, organization.address, organization.postal_code) = Default::default();
    organization.contact_ids = vec!["200001".to_owned()];
    organization.company_id = Some("300001".to_owned());
    machine.issue().await;
    assert_eq!(machine.paid(), 1);
}
