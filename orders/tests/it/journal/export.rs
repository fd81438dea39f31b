//! Events as lines, and digests of requests.

use crate::journal::engine::order;
use crate::journal::sample::{Random, event, kinds};
use cloudcert_orders::Name;
use cloudcert_orders::journal::event::{Event, Issued, Recorded};
use cloudcert_orders::journal::{digest, export, export_json};
use serde_json::{Map, Value, json};

fn recorded() -> Vec<Recorded> {
    let (mut random, at) = (Random::new(3), "2026-11-28T01:02:03.456Z".parse().unwrap());
    let events = kinds().into_iter().enumerate();
    events
        .map(|(index, kind)| Recorded {
            order: order("www", 2),
            sequence: index as u64 + 1,
            at,
            event: event(&kind, &mut random),
        })
        .collect()
}

#[test]
fn each_event_is_one_line_for_people() {
    let recorded = recorded();
    let text = export(&recorded);
    assert_eq!(text.lines().count(), recorded.len());
    for (line, recorded) in text.lines().zip(&recorded) {
        assert!(line.starts_with("2026-11-28T01:02:03Z  www/2  "), "{line}");
        assert!(line.contains(recorded.event.kind()) && !line.contains(char::is_control), "{line}");
    }
}

#[test]
fn a_line_shows_ids_and_dates_and_no_certificate() {
    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_owned();
    let date = "2026-11-28T01:02:03Z".parse().unwrap();
    let issued = Issued {
        certificate: pem.clone(),
        chain: pem,
        fingerprint: "ab".repeat(32),
        not_before: date,
        not_after: date,
        key_of_service: false,
    };
    let answered = Event::Answered {
        ids: [("OrderId".to_owned(), "90071992547409931".to_owned())].into(),
        request_id: Some("r\u{1b}[2J".to_owned()),
    };
    let events = [answered, Event::Issued(Box::new(issued)), Event::Unknown { why: "x".repeat(5000) }];
    let recorded: Vec<Recorded> = events
        .into_iter()
        .enumerate()
        .map(|(index, event)| Recorded { order: order("www", 1), sequence: index as u64 + 1, at: date, event })
        .collect();
    let text = export(&recorded);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "2026-11-28T01:02:03Z  www/1    1  answered  OrderId 90071992547409931  request-id r [2J");
    assert!(
        lines[1].ends_with("not-after 2026-11-28T01:02:03Z  key own") && !lines[1].contains("CERTIFICATE"),
        "{}",
        lines[1]
    );
    assert!(lines[2].chars().count() < 300, "{}", lines[2]);
}

#[test]
fn lines_for_programs_have_everything() {
    let recorded = recorded();
    let read: Vec<Recorded> = export_json(&recorded).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, recorded);
}

fn request(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_digest_is_a_name_and_depends_on_all_but_the_order() {
    let one = digest(&request(r#"{"Action":"Apply","Domains":["a","b"],"Deep":{"x":1,"y":null}}"#));
    assert_eq!(one, digest(&request(r#"{"Deep":{"y":null,"x":1},"Domains":["a","b"],"Action":"Apply"}"#)));
    Name::direct(&one).unwrap();
    // A journal lives for years: this must not change.
    assert_eq!(digest(&Map::new()), "5401fb14323d302e78fb7e08030cb1d491c9f24551a44e51");
    let different = [
        r#"{"Action":"Apply","Domains":["b","a"],"Deep":{"x":1,"y":null}}"#,
        r#"{"Action":"Apply","Domains":["a","b"],"Deep":{"x":"1","y":null}}"#,
        r#"{"Action":"Apply","Domains":["a","b"],"Deep":{"x":1}}"#,
        r#"{"Action":"Apply","Domains":["ab"],"Deep":{"x":1,"y":null}}"#,
        r#"{"Action":"Apply","Domains":["a","b"],"x":1,"y":null}"#,
    ];
    for other in different {
        assert_ne!(one, digest(&request(other)), "{other}");
    }
    let numbers = [json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64), json!("9007199254740993")];
    let digests: std::collections::BTreeSet<String> =
        numbers.iter().map(|number| digest(&Map::from_iter([("id".to_owned(), number.clone())]))).collect();
    assert_eq!(digests.len(), 3);
}
