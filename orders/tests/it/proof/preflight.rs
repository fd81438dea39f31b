//! Names are looked at before anything is ordered.

use crate::proof::dns::Dns;
use cloudcert_orders::proof::caa::Permission;
use cloudcert_orders::proof::check::{Ask, Settings};
use cloudcert_orders::proof::dns::client::Client;
use cloudcert_orders::proof::preflight::{Look, preflight};
use std::time::Duration;

const ZONES: &str = "zone com\nzone org\nzone example.com\nwww.example.com A 192.0.2.1\nexample.com CAA 0 issue sectigo.com\n\
                     example.com CAA 0 issuewild digicert.com\nown.example.com CAA 0 issue digicert.com\nown.example.com A 192.0.2.1\n\
                     free.example.org A 192.0.2.1\nzone example.org\nalias.example.org CNAME own.example.com\n\
                     strict.example.org CAA 128 tbs x\nbroken.example.org A 192.0.2.1\n!servfail broken.example.org";

async fn look_at(server: &Dns, name: &str, issuers: &[&str]) -> Look {
    let settings = Settings {
        servers: vec![server.address().to_string()],
        client: Client::new().timeout(Duration::from_millis(300)).tries(1),
        ..Settings::default()
    };
    let issuers: Vec<String> = issuers.iter().map(|&issuer| issuer.to_owned()).collect();
    preflight(&[name.to_owned()], &issuers, &settings).await.unwrap().remove(0)
}

#[tokio::test]
async fn records_of_the_nearest_parent_count() {
    let server = Dns::start(ZONES);
    let sectigo = Permission::Forbidden(vec!["sectigo.com".to_owned()]);
    let table = [
        ("www.example.com", sectigo.clone(), Some("example.com")),
        ("*.example.com", Permission::Allowed, Some("example.com")),
        ("a.b.www.example.com", sectigo, Some("example.com")),
        ("own.example.com", Permission::Allowed, Some("own.example.com")),
        ("deep.own.example.com", Permission::Allowed, Some("own.example.com")),
        ("free.example.org", Permission::Unrestricted, None),
        ("alias.example.org", Permission::Allowed, Some("alias.example.org")),
        ("strict.example.org", Permission::Critical("tbs".to_owned()), Some("strict.example.org")),
    ];
    for (name, permission, by) in table {
        let look = look_at(&server, name, &["digicert.com"]).await;
        assert_eq!((look.permission.clone(), look.restricted_by.as_deref()), (Some(permission), by), "{look}");
    }
}

#[tokio::test]
async fn advice_says_what_to_do() {
    let server = Dns::start(ZONES);
    let table = [
        ("free.example.org", "ready"),
        (
            "www.example.com",
            "The CAA records of example.com allow only sectigo.com to issue. Add a CAA record for `digicert.com` there",
        ),
        ("new.example.org", "does not exist in the zone example.org. A DNS record can prove it, a file cannot."),
        ("www.unregistered.com", "is the domain registered, and spelt right?"),
        ("例.example.com", "beginning with `xn--`"),
        ("strict.example.org", "has the critical tag `tbs`"),
        ("broken.example.org", "The CAA records could not be read: the server failed."),
    ];
    for (name, advice) in table {
        let look = look_at(&server, name, &["digicert.com"]).await;
        assert!(look.to_string().contains(advice), "{look}");
        assert_eq!(look.advice.is_empty(), advice == "ready");
    }
    server.set("zone other.example");
    let look = look_at(&server, "www.example.com", &["digicert.com"]).await;
    assert!(look.to_string().contains("the server refused"), "{look}");
    server.set("!silent www.example.com");
    let look = look_at(&server, "www.example.com", &["digicert.com"]).await;
    assert_eq!((look.exists, &look.permission), (None, &None));
    assert!(look.to_string().contains("no answer in time"), "{look}");
}

#[tokio::test]
async fn nothing_is_asked_that_nobody_wants_to_know() {
    let server = Dns::start(ZONES);
    let look = look_at(&server, "www.example.com", &[]).await;
    assert_eq!((look.exists, look.permission), (Some(true), None));
    assert!(!server.asked().iter().any(|question| question.contains("CAA")));
    let settings = Settings { ask: Ask::Off, ..Settings::default() };
    assert!(preflight(&["www.example.com".to_owned()], &[], &settings).await.unwrap().is_empty());
}
