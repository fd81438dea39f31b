//! Solvers are chosen by challenge; what a person has to do is said.

use crate::proof::{context, file, record};
use cloudcert_orders::proof::manual::{Manual, instruction, waiting};
use cloudcert_orders::proof::solver::{Solver, Solvers};
use cloudcert_orders::proof::webroot::Webroot;
use cloudcert_orders::{Kind, OrderKey};
use serde_json::Value;
use std::sync::Arc;

#[tokio::test]
async fn a_solver_is_chosen_by_the_challenge() {
    let root = tempfile::tempdir().unwrap();
    let solvers = Solvers::new().dns(Arc::new(Manual)).file(Arc::new(Webroot::new(root.path())));
    let (record, file) = (record("x"), file("/a", "x"));
    assert!(solvers.is_manual(&record) && !solvers.is_manual(&file));
    solvers.check().unwrap();
    for _ in 0..2 {
        assert_eq!(solvers.present(&context(), &record).await.unwrap(), Value::Null);
        solvers.present(&context(), &file).await.unwrap();
    }
    assert!(root.path().join("a").exists());
    for _ in 0..2 {
        solvers.cleanup(&context(), &record, &Value::Null).await.unwrap();
        solvers.cleanup(&context(), &file, &Value::Null).await.unwrap();
    }
    assert!(!root.path().join("a").exists());
    let broken = Solvers::new().file(Arc::new(Webroot::new("relative")));
    assert!(broken.check().is_err());
}

#[tokio::test]
async fn a_proof_that_nobody_publishes_is_said() {
    let none = Solvers::new();
    for (challenge, key) in [(record("x"), "prove = { dns"), (file("/a", "x"), "prove = { webroot")] {
        let failure = none.present(&context(), &challenge).await.unwrap_err();
        assert_eq!((failure.kind(), failure.place()), (Kind::Unconfigured, Some("www.example.com")));
        assert!(failure.next().unwrap().contains(key), "{failure}");
        none.cleanup(&context(), &challenge, &Value::Null).await.unwrap_err();
        assert!(!none.is_manual(&challenge));
    }
}

#[test]
fn a_person_is_told_what_to_do() {
    let (record, file) = (record("value\u{1b}[2J"), file("/.well-known/a.txt", "content"));
    assert_eq!(
        instruction(&record).to_string(),
        "Create the TXT record `_dnsauth.www.example.com` (the service calls it `_dnsauth`) with the value `value\u{fffd}[2J`."
    );
    assert_eq!(instruction(&file).to_string(), "Make http://www.example.com/.well-known/a.txt show `content`.");
    let failure = waiting(&OrderKey::new("www".parse().unwrap(), 2), &[record, file]);
    assert_eq!((failure.kind(), failure.place()), (Kind::Waiting, Some("www/2")));
    let next = failure.next().unwrap();
    assert!(next.contains("_dnsauth") && next.ends_with("Then run it again."), "{next}");
}
