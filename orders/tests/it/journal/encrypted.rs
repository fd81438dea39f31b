//! Connections over a network: encrypted and checked, or allowed by name.

use crate::journal::engine::order;
use crate::journal::postgres::refused;
use crate::journal::server::Cluster;
use cloudcert_orders::Kind;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, PostgresJournal, PostgresSettings};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
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

/// An authority, and a certificate of it for a server.
fn authority(folder: &Path, name: &str) -> (std::path::PathBuf, String, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let root = params.self_signed(&key).unwrap();
    let file = folder.join(format!("{name}.pem"));
    std::fs::write(&file, root.pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (file, certificate.pem(), key.serialize_pem())
}

#[tokio::test]
async fn the_certificate_of_a_server_is_checked() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    cluster.keep();
    let folder = tempfile::tempdir().unwrap();
    let (roots, certificate, key) = authority(folder.path(), "db.example.com");
    let (strange, ..) = authority(folder.path(), "other.example.com");
    cluster.crash();
    let certificate = cluster.write(Path::new("server.pem"), &certificate);
    let key = cluster.write(Path::new("server.key"), &key);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", certificate.display()),
        format!("ssl_key_file={}", key.display()),
    ];
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
    // Whoever stands between could say that the server has no encryption.
    cluster
        .sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cloudcert'")
        .unwrap();
    cluster.crash();
    cluster.serve(&[&settings[0], &settings[1]]);
    let failure = connect("db.example.com", "", &roots).await.unwrap_err();
    assert!(failure.kind() == Kind::Unconfigured && failure.message().contains("no encrypted"), "{failure}");
}
