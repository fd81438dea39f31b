//! A record is looked for at the servers of its zone and at the resolvers.

use crate::proof::dns::Dns;
use crate::proof::{file, record};
use cloudcert_orders::Kind as FailureKind;
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::check::report::{Report, Role, Seen, Verdict, Warning};
use cloudcert_orders::proof::check::{Ask, Settings, Wanted, check};
use cloudcert_orders::proof::dns::client::Client;
use cloudcert_orders::proof::preflight::preflight;
use cloudcert_orders::text;
use std::time::{Duration, Instant};

const RECORD: &str = "_dnsauth.www.example.com TXT proof";

/// A zone with servers at two addresses of this machine.
const ZONES: &str = "zone example.com\nexample.com NS ns1.example.com\nexample.com NS ns2.example.com\nns1.example.com A 127.0.0.1\n\
                     ns2.example.com A 127.0.0.2\nzone example.net\nexample.net NS ns1.example.com";

/// Two servers of the zone; the first one is the resolver too.
fn servers(first: &str, second: &str) -> (Dns, Dns) {
    // The second one needs the port of the first, which somebody may have at its address.
    let pair = (0..20).find_map(|_| {
        let one = Dns::start(&format!("{ZONES}\n{first}"));
        let address = format!("127.0.0.2:{}", one.address().port());
        std::net::UdpSocket::bind(&address).ok()?;
        Some((one, Dns::start_at(&address, &format!("{ZONES}\n{second}"))))
    });
    pair.unwrap()
}

fn settings(server: &Dns, ask: Ask) -> Settings {
    Settings {
        ask,
        servers: vec![server.address().to_string()],
        port: server.address().port(),
        client: Client::new().timeout(Duration::from_millis(300)).tries(2),
        ..Settings::default()
    }
}

fn wanted() -> Wanted {
    Wanted::of(&record("proof")).unwrap().unwrap()
}

async fn look(server: &Dns, ask: Ask) -> Report {
    check(&wanted(), &settings(server, ask)).await.unwrap()
}

fn seen(report: &Report, role: Role) -> Vec<Seen> {
    report.rows.iter().filter(|row| row.role == role).map(|row| row.seen.clone()).collect()
}

#[tokio::test]
async fn every_server_of_the_zone_is_told() {
    let (one, two) = servers(RECORD, "");
    let report = look(&one, Ask::All).await;
    assert_eq!(report.zone.as_deref(), Some("example.com"));
    assert_eq!(seen(&report, Role::Authoritative), [Seen::Found, Seen::NoName]);
    assert_eq!(seen(&report, Role::Resolver), [Seen::Found]);
    assert_eq!(report.verdict(), Verdict::Somewhere);
    let port = one.address().port();
    let expected = format!(
        "TXT _dnsauth.www.example.com = proof: found at some servers only\n  zone example.com\n  ns1.example.com 127.0.0.1:{port}: found\n  \
         ns2.example.com 127.0.0.2:{port}: no such name\n  127.0.0.1:{port}: found"
    );
    assert_eq!(report.to_string(), expected);
    two.add(RECORD);
    assert_eq!(look(&one, Ask::All).await.verdict(), Verdict::Everywhere);
    two.set(&format!("{ZONES}\n_dnsauth.www.example.com TXT old"));
    assert_eq!(
        seen(&look(&one, Ask::Authoritative).await, Role::Authoritative)[1],
        Seen::Others(vec!["old".to_owned()])
    );
    for (fault, expected) in [
        ("!refuse _dnsauth.www.example.com", Seen::Refused),
        ("!servfail _dnsauth.www.example.com", Seen::Failed(text!("the server failed", "服务器出错"))),
        ("!silent _dnsauth.www.example.com", Seen::NoAnswer(text!("no answer in time", "未及时响应"))),
    ] {
        two.set(&format!("{ZONES}\n{fault}"));
        let report = look(&one, Ask::All).await;
        assert_eq!(seen(&report, Role::Authoritative), [Seen::Found, expected]);
        assert_eq!(report.verdict(), Verdict::Everywhere, "who says nothing does not count");
    }
}

#[tokio::test]
async fn only_those_are_asked_that_shall_be() {
    let (one, two) = servers(RECORD, RECORD);
    for (ask, roles) in [
        (Ask::Authoritative, vec![Role::Authoritative, Role::Authoritative]),
        (Ask::Resolvers, vec![Role::Resolver]),
        (Ask::Off, Vec::new()),
    ] {
        let report = look(&one, ask).await;
        assert_eq!(report.rows.iter().map(|row| row.role).collect::<Vec<_>>(), roles, "{ask:?}");
    }
    let before = (one.asked().len(), two.asked().len());
    assert_eq!(look(&one, Ask::Off).await.verdict(), Verdict::Skipped);
    assert_eq!((one.asked().len(), two.asked().len()), before);
}

#[tokio::test]
async fn an_alias_is_followed_into_its_zone() {
    let alias = "_dnsauth.www.example.com CNAME proofs.example.net";
    let (one, _two) = servers(&format!("{alias}\nproofs.example.net TXT proof"), alias);
    let report = look(&one, Ask::All).await;
    assert_eq!(report.aliases, ["proofs.example.net"]);
    assert_eq!(report.zone.as_deref(), Some("example.net"));
    assert_eq!(seen(&report, Role::Authoritative), [Seen::Found], "the servers of the target: {report}");
    assert_eq!(report.verdict(), Verdict::Everywhere);
}

#[tokio::test]
async fn aliases_in_a_circle_end() {
    let circle = "_dnsauth.www.example.com CNAME a.example.net\na.example.net CNAME _dnsauth.www.example.com";
    let (one, _two) = servers(circle, circle);
    let report = look(&one, Ask::Authoritative).await;
    assert!(report.warnings.contains(&Warning::Circle), "{report}");
    let report = look(&one, Ask::Resolvers).await;
    assert!(matches!(report.rows[0].seen, Seen::Failed(_)), "{report}");
    let chain: Vec<String> = (0..30).map(|n| format!("a{n}.example.net CNAME a{}.example.net", n + 1)).collect();
    let chain = chain.join("\n");
    let (one, _two) = servers(&format!("_dnsauth.www.example.com CNAME a0.example.net\n{chain}"), "");
    let report = look(&one, Ask::All).await;
    assert!(report.aliases.len() <= 9, "{report}");
    assert_eq!(report.verdict(), Verdict::Nowhere, "{report}");
}

#[tokio::test]
async fn silence_is_a_warning_and_ends_in_time() {
    let silent = Dns::start("!silent _dnsauth.www.example.com");
    let report = look(&silent, Ask::All).await;
    assert_eq!(report.verdict(), Verdict::Unknown);
    assert!(report.warnings.contains(&Warning::NobodyAnswered), "{report}");
    // A resolver that is slow for each question.
    let slow = (0..9).fold(ZONES.to_owned(), |zones, n| format!("{zones}\n!delay ns{n}.example.com 250"));
    let slow = Dns::start(&slow);
    let begun = Instant::now();
    let limit = Duration::from_millis(400);
    let report = check(&wanted(), &Settings { limit, ..settings(&slow, Ask::All) }).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert!(report.warnings.contains(&Warning::TimeUp), "{report}");
}

#[tokio::test]
async fn a_domain_without_a_zone_is_said() {
    let server = Dns::start("zone com");
    let report = look(&server, Ask::Authoritative).await;
    assert_eq!(report.verdict(), Verdict::Unknown);
    assert!(report.to_string().contains("is the domain registered?"), "{report}");
    let lame = Dns::start("zone example.com\nexample.com NS ns1.example.net");
    let report = look(&lame, Ask::Authoritative).await;
    assert!(report.to_string().contains("ns1.example.net of the zone example.com has no address"), "{report}");
}

#[tokio::test]
async fn settings_are_checked() {
    let with = |server: &str| Settings { servers: vec![server.to_owned()], ..Settings::default() };
    for server in
        ["127.0.0.1", "::1", ":53", "", "example.com", "example.com:x", "a b:53", "a\u{1b}:53", "example.com:70000"]
    {
        let failure = check(&wanted(), &with(server)).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Unconfigured, "{server}");
        assert!(failure.next().unwrap().contains("dns.servers"), "{failure}");
        assert!(!failure.to_string().contains('\u{1b}'));
    }
    // A host that is not known now may be known later: nobody is stopped by it.
    let settings = with("nowhere.invalid:53");
    let report = check(&wanted(), &settings).await.unwrap();
    assert_eq!(report.verdict(), Verdict::Unknown);
    assert!(report.to_string().contains("Nobody was asked"), "{report}");
    let looks = preflight(&["www.example.com".to_owned()], &[], &settings).await.unwrap();
    assert!(looks[0].to_string().contains("Nobody was asked"), "{}", looks[0]);
}

#[test]
fn a_challenge_is_a_record_or_none() {
    assert_eq!(Wanted::of(&file("/a", "b")).unwrap(), None);
    let dns = |name: &str, kind: &str| Challenge::Dns {
        domain: "example.com".to_owned(),
        name: name.to_owned(),
        raw: String::new(),
        kind: kind.to_owned(),
        value: "v".to_owned(),
    };
    let wanted = Wanted::of(&dns("_Dnsauth.example.com.", "cname")).unwrap().unwrap();
    assert_eq!(wanted.name, "_dnsauth.example.com");
    for (name, kind) in
        [("a.example.com", "MX"), ("a.example.com", ""), ("a..example.com", "TXT"), ("例.example.com", "TXT")]
    {
        let failure = Wanted::of(&dns(name, kind)).unwrap_err();
        assert!(failure.next().is_some(), "{failure}");
    }
}
