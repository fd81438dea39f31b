//! One question, one server: transports, lies, silence.

use crate::proof::dns::Dns;
use cloudcert_orders::proof::dns::client::Client;
use cloudcert_orders::proof::dns::lookup::Lookup;
use cloudcert_orders::proof::dns::servers::of_text;
use cloudcert_orders::proof::dns::{Answer, Code, Data, Kind, Question, Trouble};
use std::time::Duration;

const ZONES: &str = "zone example.com\nwww.example.com TXT here\nexample.com NS ns1.example.com\nns1.example.com A 127.0.0.1\n\
                     ns1.example.com AAAA ::1";

fn client() -> Client {
    Client::new().timeout(Duration::from_millis(300)).tries(2)
}

fn question(name: &str) -> Question {
    Question { name: name.to_owned(), kind: Kind::Txt, recursive: false }
}

fn texts(answer: &Answer) -> Vec<&str> {
    let texts = answer.answers.iter().filter_map(|row| match &row.data {
        Data::Txt(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

async fn ask(server: &Dns, name: &str) -> Result<Answer, Trouble> {
    client().ask(server.address(), &question(name)).await
}

#[tokio::test]
async fn both_families_are_asked() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let server = Dns::start_at(address, ZONES);
        let answer = ask(&server, "www.example.com").await.unwrap();
        assert_eq!((answer.code, answer.authoritative, texts(&answer)), (Code::Exists, true, vec!["here"]));
        assert_eq!(ask(&server, "nowhere.example.com").await.unwrap().code, Code::NoSuchName);
        assert_eq!(ask(&server, "www.example.net").await.unwrap().code, Code::Refused);
    }
}

#[tokio::test]
async fn a_cut_answer_is_asked_for_over_tcp() {
    let server = Dns::start(&format!("{ZONES}\n!truncate www.example.com"));
    assert_eq!(texts(&ask(&server, "www.example.com").await.unwrap()), ["here"]);
    assert_eq!(server.asked(), ["udp TXT www.example.com", "tcp TXT www.example.com"]);
}

#[tokio::test]
async fn lies_are_ignored_and_the_answer_is_awaited() {
    for lie in ["!lie-id", "!lie-name", "!lie-port"] {
        let server = Dns::start(&format!("{ZONES}\n{lie} www.example.com"));
        assert_eq!(texts(&ask(&server, "www.example.com").await.unwrap()), ["here"], "{lie}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_edns_is_asked_without() {
    let server = Dns::start(&format!("{ZONES}\n!no-edns www.example.com"));
    assert_eq!(texts(&ask(&server, "www.example.com").await.unwrap()), ["here"]);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn silence_ends_after_all_attempts() {
    let server = Dns::start(&format!("{ZONES}\n!silent www.example.com\n!garbage ns1.example.com"));
    assert_eq!(ask(&server, "www.example.com").await, Err(Trouble::Silent(0)));
    assert_eq!(server.asked().len(), 2);
    assert_eq!(ask(&server, "ns1.example.com").await, Err(Trouble::Unreadable));
    let ids: Result<Answer, Trouble> = ask(&server, "a..b").await;
    assert_eq!(ids, Err(Trouble::NoName));
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = client().ask(nobody, &question("www.example.com")).await.unwrap_err();
    assert!(matches!(error, Trouble::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn the_next_resolver_is_asked_where_one_fails() {
    let failing = Dns::start(&format!("{ZONES}\n!servfail www.example.com"));
    let silent = Dns::start(&format!("{ZONES}\n!silent www.example.com"));
    let good = Dns::start(ZONES);
    let all = [&failing, &silent, &good].map(Dns::address).to_vec();
    let answer = Lookup::new(client(), all.clone()).ask("WWW.example.com.", Kind::Txt).await.unwrap();
    assert_eq!(texts(&answer), ["here"]);
    let trouble = Lookup::new(client(), all[..2].to_vec()).ask("www.example.com", Kind::Txt).await.unwrap_err();
    assert_eq!(trouble, Trouble::Answered(Code::ServerFailure), "an answer says more than silence");
    assert_eq!(Lookup::new(client(), Vec::new()).ask("a.example", Kind::Txt).await, Err(Trouble::Nobody));
}

#[tokio::test]
async fn zones_and_their_servers_are_found() {
    let server = Dns::start(&format!(
        "{ZONES}\nzone sub.example.com\na.b.sub.example.com TXT x\nalias.example.com CNAME a.b.sub.example.com\nzone net"
    ));
    let lookup = Lookup::new(client(), vec![server.address()]);
    let zones = [
        ("www.example.com", Some("example.com")),
        ("example.com", Some("example.com")),
        ("_dnsauth.not.yet.example.com", Some("example.com")),
        ("a.b.sub.example.com", Some("sub.example.com")),
        // The zone of the alias, not that of its target.
        ("alias.example.com", Some("example.com")),
        // Nobody owns a zone of one label.
        ("www.unregistered.net", None),
    ];
    for (name, zone) in zones {
        assert_eq!(lookup.zone(name).await.unwrap().as_deref(), zone, "{name}");
    }
    let servers = lookup.servers("example.com").await.unwrap();
    assert_eq!(servers.into_iter().collect::<Vec<_>>(), ["ns1.example.com"]);
    let addresses: Vec<String> = lookup.addresses("ns1.example.com").await.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["127.0.0.1", "::1"]);
}

#[test]
fn resolvers_are_read_as_systems_do() {
    let table = [
        ("nameserver 192.0.2.1\nnameserver 2001:db8::1\n", "192.0.2.1:53 [2001:db8::1]:53"),
        ("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n  nameserver\t192.0.2.3 # why\n", "192.0.2.3:53"),
        ("nameserver fe80::1%3\nnameserver fe80::1%eth0\n", "[fe80::1%3]:53"),
        ("search example.com\noptions rotate\nnameservers 192.0.2.1\nnameserver\nnameserver x\n", ""),
        (
            "nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4",
            "1.1.1.1:53 1.1.1.2:53 1.1.1.3:53",
        ),
        ("\0\u{fffd}\nnameserver 192.0.2.1\r\n", "192.0.2.1:53"),
    ];
    for (text, expected) in table {
        let found: Vec<String> = of_text(text).iter().map(ToString::to_string).collect();
        assert_eq!(found.join(" "), expected, "{text:?}");
    }
}
