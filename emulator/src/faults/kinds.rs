//! The kinds of faults, for programs that let people choose.

use super::rule::Fault;
use serde_json::{Map, Value, json};

/// One fault of each kind, with what it has if nobody says otherwise.
fn one_of_each() -> Vec<Fault> {
    let committed = false;
    vec![
        Fault::Throttle { retry_after_ms: None },
        Fault::Internal { committed },
        Fault::Unavailable { committed },
        Fault::Service { row: String::new(), committed },
        Fault::Html { status: 502, committed },
        Fault::Empty { status: 502, committed },
        Fault::Response { status: 200, body: String::new(), content_type: "application/json".to_owned(), committed },
        Fault::CloseBeforeReading,
        Fault::CloseAfterCommit,
        Fault::Slow { ms: 1_000 },
        Fault::Stall { ms: 60_000 },
        Fault::Truncated,
        Fault::Malformed,
        Fault::Oversized { bytes: 16 << 20 },
        Fault::ContentType { value: "text/plain".to_owned() },
        Fault::ClockSkew { seconds: 3_600 },
        Fault::Envelope,
    ]
}

/// Returns the kinds of faults. Each has its members: the value that a member has if it is left out, and whether it may be.
pub(crate) fn kinds() -> Vec<Value> {
    let written = one_of_each().into_iter().filter_map(|fault| serde_json::to_value(fault).ok());
    written.filter_map(|fault| fault.as_object().map(kind)).collect()
}

fn kind(fault: &Map<String, Value>) -> Value {
    let members = fault.iter().filter(|(name, _)| *name != "kind").map(|(name, usual)| {
        let mut without = fault.clone();
        without.remove(name);
        let required = serde_json::from_value::<Fault>(Value::Object(without)).is_err();
        (name.clone(), json!({ "default": usual, "required": required }))
    });
    let members: Map<String, Value> = members.collect();
    json!({ "kind": fault.get("kind"), "members": members })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_once_with_its_defaults() {
        // The error names all kinds.
        let error = serde_json::from_str::<Fault>(r#"{"kind": "none of them"}"#).unwrap_err().to_string();
        let known: Vec<&str> = error.split("expected one of").nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        let listed = kinds();
        let listed: Vec<&str> = listed.iter().map(|kind| kind.get("kind").unwrap().as_str().unwrap()).collect();
        assert_eq!(listed, known);
        for fault in one_of_each() {
            let full = serde_json::to_value(&fault).unwrap();
            let kind = kind(full.as_object().unwrap());
            let members = kind.get("members").unwrap().as_object().unwrap();
            let required = |name: &String| members.get(name).is_none_or(|member| member["required"] == true);
            let bare: Map<String, Value> =
                full.as_object().unwrap().clone().into_iter().filter(|(name, _)| required(name)).collect();
            assert_eq!(serde_json::from_value::<Fault>(Value::Object(bare)).unwrap(), fault, "{kind}");
        }
    }
}
