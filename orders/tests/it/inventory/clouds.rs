//! Both clouds, the journal and the store, at local endpoints.

use crate::fast::Fast;
use crate::flow::run;
use crate::store::authority::Authority;
use cloudcert::{Config, Credentials, aliyun_cas::v2020_04_07 as cas, ksyun_kcm::v2016_03_04 as kcm};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::Lang;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::inventory::{Cas, Inventory, Kcm, KeyPlace, Limits, Local, Row, Urgency, read};
use cloudcert_orders::journal::SqliteJournal;
use cloudcert_orders::store::{NewCertificate, Store};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

async fn endpoint() -> Handle {
    Emulator::new().serve().await.unwrap()
}

fn aliyun(endpoint: &Handle) -> Config {
    let config = Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url());
    config.environment(Fast::new(None))
}

fn ksyun(endpoint: &Handle) -> Config {
    let config = Config::new(Credentials::new("AKLTtestid", "testsecret")).endpoint(endpoint.url());
    config.environment(Fast::new(None))
}

async fn upload(endpoint: &Handle, new: &NewCertificate, name: &str, to_cas: bool) {
    let fullchain = format!("{}{}", new.certificate, new.chain);
    if to_cas {
        let client = cas::Client::new(aliyun(endpoint)).unwrap();
        client.upload_user_certificate().name(name).cert(fullchain).key(new.key.clone()).send().await.unwrap();
    } else {
        let client = kcm::Client::new(ksyun(endpoint)).unwrap();
        client
            .upload_certificate()
            .cert_name(name)
            .cert_file(fullchain)
            .cert_key(new.key.clone())
            .send()
            .await
            .unwrap();
    }
}

fn texts(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

/// All rows but the bought instances that nobody used yet, which the endpoint has from the start.
fn certificates(inventory: &Inventory) -> Vec<&Row> {
    let unused = texts(&["cas-instance"]);
    inventory.rows.iter().filter(|row| row.sources != unused).collect()
}

#[tokio::test]
async fn a_certificate_of_two_clouds_and_this_machine_is_one_row() {
    let (endpoint, folder) = (endpoint().await, tempfile::tempdir().unwrap());
    let state = folder.path().join("state");
    let (store, new) = (Store::open(&state).unwrap(), Authority::new().issue(&["www.example.com"]));
    let stored = store.put(&"www/1".parse().unwrap(), &new).unwrap();
    let journal = SqliteJournal::open(&state).await.unwrap();
    upload(&endpoint, &new, "www-1", true).await;
    upload(&endpoint, &new, "www-1", false).await;
    let (cas, kcm) = (Cas::new("one", aliyun(&endpoint)).unwrap(), Kcm::new("two", ksyun(&endpoint)).unwrap());
    let local = Local { journal: &journal, store: &store, before: BTreeMap::new(), now: Timestamp::now() };
    let inventory = read(&[&cas, &kcm, &local]).await;
    assert!(inventory.problems.is_empty(), "{:?}", inventory.problems);
    let rows = certificates(&inventory);
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!(row.sources, texts(&["cas-upload", "kcm-upload", "live"]));
    assert_eq!((row.key, row.live, row.to), (KeyPlace::Both, true, Some(stored.not_after)));
    assert_eq!(row.fingerprint.as_ref(), Some(&stored.fingerprint));
    assert_eq!((row.names.as_slice(), row.attention.as_ref()), (["www.example.com".to_owned()].as_slice(), None));
}

#[tokio::test]
async fn an_order_is_one_row() {
    let (endpoint, folder) = (run::emulator().serve().await.unwrap(), tempfile::tempdir().unwrap());
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    run::run(&endpoint, &journal, folder.path(), &Watched::default()).await.unwrap();
    let store = Store::open(folder.path()).unwrap();
    let cas = Cas::new("prod", aliyun(&endpoint)).unwrap();
    let local = Local { journal: &journal, store: &store, before: BTreeMap::new(), now: Timestamp::now() };
    let inventory = read(&[&cas, &local]).await;
    let rows = certificates(&inventory);
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!(row.sources, texts(&["cas-certificate", "cas-order", "journal", "live"]));
    assert_eq!((row.account.as_str(), row.order.as_deref()), ("prod", Some("www/1")));
    assert!(row.due < row.to && row.due > row.from && !row.open && !row.outstanding, "{row:?}");
    assert_eq!(row.key, KeyPlace::Here);
    // The store keeps three generations, the key of an order stays.
    std::fs::remove_dir_all(folder.path().join("live/www")).unwrap();
    let inventory = read(&[&local]).await;
    assert_eq!(certificates(&inventory)[0].key, KeyPlace::Here);
    std::fs::remove_file(folder.path().join("keys/www/1.pem")).unwrap();
    let inventory = read(&[&local]).await;
    assert_eq!(certificates(&inventory)[0].key, KeyPlace::Unknown);
    assert_eq!(inventory.urgency(Limits::default(), Timestamp::now()), Urgency::Fine);
}

#[tokio::test]
async fn lists_are_read_to_their_ends() {
    let endpoint = endpoint().await;
    let authority = Authority::new();
    for number in 0..230 {
        let new = authority.issue(&[&format!("n{number}.example.com")]);
        upload(&endpoint, &new, &format!("n-{number}"), number < 120).await;
    }
    let (cas, kcm) = (Cas::new("one", aliyun(&endpoint)).unwrap(), Kcm::new("two", ksyun(&endpoint)).unwrap());
    let inventory = read(&[&cas, &kcm]).await;
    let rows = certificates(&inventory);
    let names: BTreeSet<&String> = rows.iter().flat_map(|row| &row.names).collect();
    assert_eq!((rows.len(), names.len(), inventory.problems.len()), (230, 230, 0));
}

/// Whatever list of a cloud fails: it is said, and the other cloud's rows are there.
#[tokio::test]
async fn a_list_that_fails_is_a_problem() {
    let authority = Authority::new();
    let lists = [
        ("one: cas", "ListCertificates"),
        ("one: cas", "ListInstances"),
        ("one: cas", "ListUserCertificateOrder"),
        ("two: kcm", "ListCertificates"),
        ("two: kcm", "ListUserCertificates"),
    ];
    for (source, action) in lists {
        let (aliyun_end, ksyun_end) = (endpoint().await, endpoint().await);
        upload(&aliyun_end, &authority.issue(&["a.example.com"]), "a", true).await;
        upload(&ksyun_end, &authority.issue(&["k.example.com"]), "k", false).await;
        let failing = if source == "one: cas" { &aliyun_end } else { &ksyun_end };
        failing.inject(Rule::new(Fault::Internal { committed: false }).action(action)).unwrap();
        let (cas, kcm) = (Cas::new("one", aliyun(&aliyun_end)).unwrap(), Kcm::new("two", ksyun(&ksyun_end)).unwrap());
        let inventory = read(&[&cas, &kcm]).await;
        let sources: Vec<&str> = inventory.problems.iter().map(|problem| problem.source.of(Lang::En)).collect();
        assert_eq!(sources, [source], "{action}");
        let other = if source == "one: cas" { "k.example.com" } else { "a.example.com" };
        assert!(inventory.rows.iter().any(|row| row.names == [other]), "{action}: {:?}", inventory.rows);
        assert_eq!(inventory.urgency(Limits::default(), Timestamp::now()), Urgency::Unknown, "{action}");
    }
}
