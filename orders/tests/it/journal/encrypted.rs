//! Connections over a network: encrypted and checked, or allowed by name.

use crate::journal::engine::order;
use crate::journal::postgres::refused;
use crate::journal::server::Cluster;
use cloudcert_orders::Kind;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, PostgresJournal, PostgresSettings};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use std::net::TcpListener;
use std::path::Path;

#[tokio::test]
async fn a_connection_over_a_network_is_encrypted_or_allowed() {
    for config in [
        "host=db.example.com user=x",
        "postgresql://x:example@192.0.2.1/x",
        "host=localhost,db.example.com user=x",
        "host=localhost hostaddr=192.0.2.1 user=x",
        "host=db.example.com user=x sslmode=disable",
        "host=db.example.com user=x sslmode=prefer",
    ] {
        let failure = refused(config).await;
        assert!(failure.message().contains("not be encrypted"), "{failure}");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        let failure = refused(&format!("host=localhost user=x sslmode={mode}")).await;
        assert!(failure.message().contains("no root certificates are named"), "{failure}");
    }
    let settings = PostgresSettings::new("postgresql://x:canary@127.0.0.1:1/x").unwrap();
    assert!(!format!("{settings:?}").contains("canary"));
    let failure = PostgresJournal::connect_with(settings).await.unwrap_err();
    assert!(failure.kind() == Kind::NotNow && !failure.to_string().contains("canary"), "{failure}");
    let failure = refused("host=localhost password=canary port=canary").await;
    assert!(!failure.to_string().contains("canary"), "{failure}");
    let settings = PostgresSettings::new("host=localhost user=x").unwrap();
    assert_eq!(settings.roots(Path::new("/nowhere")).unwrap_err().kind(), Kind::Unconfigured);
}

/// An authority in a file. All of them have the same name, as that of an impostor would.
fn authority(file: &Path) -> Issuer<'static, KeyPair> {
    let (mut params, key) = (CertificateParams::default(), KeyPair::generate().unwrap());
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
    Issuer::new(params, key)
}

/// Gives a server a certificate that is valid until that year.
fn certify(cluster: &Cluster, issuer: &Issuer<'static, KeyPair>, year: i32) -> [String; 2] {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["db.example.com".to_owned()]).unwrap();
    params.not_after = date_time_ymd(year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap();
    let file = cluster.write(Path::new("server.pem"), &certificate.pem());
    let key = cluster.write(Path::new("server.key"), &key.serialize_pem());
    [format!("ssl_cert_file={}", file.display()), format!("ssl_key_file={}", key.display())]
}

#[tokio::test]
async fn the_certificate_of_a_server_is_checked() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    cluster.keep();
    let folder = tempfile::tempdir().unwrap();
    let (roots, strange) = (folder.path().join("roots.pem"), folder.path().join("strange.pem"));
    let issuer = authority(&roots);
    authority(&strange);
    cluster.crash();
    let [certificate, key] = certify(&cluster, &issuer, 4000);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings =
        ["listen_addresses=127.0.0.1".to_owned(), format!("port={port}"), "ssl=on".to_owned(), certificate, key];
    cluster.serve(&settings.each_ref().map(String::as_str));
    let connect = async |host: &str, more: &str, roots: &Path| {
        let config = format!("host={host} hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres{more}");
        PostgresJournal::connect_with(PostgresSettings::new(&config)?.roots(roots)?).await
    };
    // Encryption follows from the roots. No mode turns it off.
    for mode in ["", " sslmode=verify-full", " sslmode=require", " sslmode=prefer", " sslmode=disable"] {
        let journal = connect("db.example.com", mode, &roots).await.unwrap();
        let sessions = "SELECT count(*) > 0 AND bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'cloudcert'";
        assert_eq!(cluster.sql("postgres", sessions).unwrap(), "t", "{mode}");
        drop(journal);
    }
    let journal = connect("db.example.com", "", &roots).await.unwrap();
    journal.append(&order("www", 1), 0, &Event::Drafted).await.unwrap();
    drop(journal);
    let refused = [
        ("other.example.com", &roots, "is for another host"),
        ("127.0.0.1", &roots, "is for another host"),
        ("db.example.com", &strange, "comes from none of the roots"),
    ];
    for (host, roots, expected) in refused {
        let failure = connect(host, "", roots).await.unwrap_err();
        assert!(failure.kind() == Kind::Unconfigured && failure.message().contains(expected), "{failure}");
        assert!(failure.next().is_some(), "{failure}");
    }
    cluster.crash();
    certify(&cluster, &issuer, 2020);
    cluster.serve(&settings.each_ref().map(String::as_str));
    let failure = connect("db.example.com", "", &roots).await.unwrap_err();
    assert!(failure.kind() == Kind::Unconfigured && failure.message().contains("has expired"), "{failure}");
    // Whoever stands between could say that the server has no encryption.
    cluster.crash();
    cluster.serve(&[&settings[0], &settings[1]]);
    let failure = connect("db.example.com", "", &roots).await.unwrap_err();
    assert!(failure.kind() == Kind::Unconfigured && failure.message().contains("no encrypted"), "{failure}");
}
