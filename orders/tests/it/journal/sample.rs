//! Events of every kind with contents from a seed.

use cloudcert_orders::journal::event::{Event, Opened, VERSION};
use serde_json::{Map, Value, json};

/// The kinds of events, as the library itself lists them in the error for another one.
pub(crate) fn kinds() -> Vec<String> {
    let error = serde_json::from_value::<Event>(json!({"kind": "?"})).unwrap_err().to_string();
    let (_, list) = error.split_once("expected one of ").unwrap();
    list.split(", ").map(|kind| kind.trim_matches('`').to_owned()).collect()
}

/// An event of a kind. The library tells which fields it lacks, one after the other.
pub(crate) fn event(kind: &str, random: &mut Random) -> Event {
    let mut object = Map::from_iter([("kind".to_owned(), json!(kind))]);
    loop {
        match serde_json::from_value::<Event>(Value::Object(object.clone())) {
            Ok(event) => return event,
            Err(error) => {
                let error = error.to_string();
                let field = error
                    .strip_prefix("missing field `")
                    .and_then(|rest| rest.split_once('`'))
                    .unwrap_or_else(|| panic!("{kind}: {error}"))
                    .0;
                object.insert(field.to_owned(), value(field, random));
            }
        }
    }
}

/// The event that opens an order.
pub(crate) fn opened(names: &[&str]) -> Event {
    Event::Opened(Box::new(Opened {
        version: VERSION,
        purpose: cloudcert_orders::journal::event::Purpose::Issue,
        names: names.iter().map(ToString::to_string).collect(),
        api: "ksyun-kcm-2016-03-04".to_owned(),
        product: Some("dv".to_owned()),
        account: "1234".to_owned(),
        access_key_id: "example".to_owned(),
        endpoint: "https://kcm.example.com".to_owned(),
        region: None,
        machine: "machine".to_owned(),
        machine_name: "host".to_owned(),
    }))
}

fn value(field: &str, random: &mut Random) -> Value {
    match field {
        "version" => json!(VERSION),
        "attempt" => json!(random.below(u64::from(u32::MAX))),
        "purpose" => json!("renew"),
        "verdict" => json!(["executed", "not-executed", "ambiguous"][usize::try_from(random.below(3)).unwrap()]),
        "end" => json!("abandoned"),
        "not_before" | "not_after" => json!("2026-11-28T01:02:03.000000004Z"),
        "last" | "key_of_service" => json!(random.below(2) == 0),
        "names" => json!([random.text(), random.text()]),
        "states" => json!([random.json(2), random.json(2)]),
        "ids" => json!({random.text(): random.text(), "OrderId": u64::MAX.to_string()}),
        "request" => json!({"text": random.text(), "deep": random.json(3), "large": u64::MAX, "small": i64::MIN}),
        "saved" | "state" => random.json(3),
        "moment" => json!({"boot": random.text(), "milliseconds": random.below(u64::MAX)}),
        "challenges" => json!([
            {"by": "dns", "domain": "example.com", "name": random.text(), "raw": "_dnsauth", "kind": "TXT", "value": random.text()},
            {"by": "file", "domain": "example.com", "path": "/.well-known/x", "content": random.text()},
        ]),
        _ => json!(random.text()),
    }
}

/// Numbers from a seed (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    /// Texts that tables, JSON and terminals may get wrong.
    fn text(&mut self) -> String {
        const PARTS: [&str; 12] = [
            "a",
            "",
            "域名",
            "'",
            "\"",
            "\\u0000",
            "\u{0}",
            "\n",
            "\u{1f511}",
            "); DROP TABLE event; --",
            "\u{202e}",
            "%$1{}",
        ];
        (0..self.below(6)).map(|_| PARTS[usize::try_from(self.below(12)).unwrap()]).collect()
    }

    fn json(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(u64::MAX)),
            3 => json!(self.text()),
            4 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => Value::Object((0..self.below(4)).map(|_| (self.text(), self.json(depth - 1))).collect()),
        }
    }
}
