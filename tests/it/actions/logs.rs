//! No log shows a secret or personal data: every action over https, with all log targets at TRACE.

use super::sample::{Style, members};
use super::{Case, cases};
use crate::setup::clock::ManualClock;
use crate::setup::marked::providers::ask_all_providers;
use crate::setup::marked::proxies::call_by_marked_proxies;
use crate::setup::marked::{PERSON, SECRET};
use crate::setup::server::{Authority, BOTH, Server, http};
use cloudcert::{Config, Connection, Credentials};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// All that is logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn marked_config(url: &str, connection: &Connection) -> Config {
    let credentials = Credentials::new("testid", format!("{SECRET}key")).with_token(format!("{SECRET}token"));
    Config::new(credentials).endpoint(url).environment(ManualClock::new()).connection(connection.clone())
}

/// Responses of every kind, each with marks in it.
fn replies(case: &Case, response: &Value) -> [(u16, String); 6] {
    let quoted = format!("server string to sign is:POST&%2F&Key%3D{SECRET}x");
    let error = json!({"Code": "X", "Message": quoted, "Error": {"Code": "X", "Message": quoted}});
    [
        (200, response.to_string()),
        (200, json!({ "RequestId": "R", "Later": format!("{SECRET}later") }).to_string()),
        (200, format!("{{\"{SECRET}x")),
        (200, format!("<{}Response><A>{SECRET}", case.action.name)),
        (400, error.to_string()),
        (502, format!("<html>{SECRET}</html>")),
    ]
}

#[test]
fn no_log_shows_a_secret_or_personal_data() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    let reply = Arc::new(Mutex::new((200, String::new())));
    let (authority, given) = (Authority::new(), reply.clone());
    let connection = Connection::new().only_root_certificates(authority.pem());
    let server = Server::new(Some(authority.tls("127.0.0.1", BOTH)), move |_, out| {
        let (status, body) = given.lock().unwrap().clone();
        out.write_all(&http(&format!("{status} X"), "Connection: close\r\n", body))
    });
    let style = Style::MARKED;
    let mut calls = 0;
    for case in cases() {
        let request = Value::Object(members(case.api, &case.action.parameters, style));
        let response = Value::Object(members(case.api, &case.action.response, style));
        for next in replies(&case, &response) {
            *reply.lock().unwrap() = next;
            match (case.call)(marked_config(&server.url(), &connection), &request) {
                Ok(outcome) => assert!(!outcome.debug.contains(SECRET) && !outcome.debug.contains(PERSON)),
                Err(error) => assert!(!format!("{error} {error:?} {error:#?}").contains(SECRET), "{error}"),
            }
            calls += 1;
        }
    }
    // Where credentials come from, all that is asked there is marked too.
    ask_all_providers();
    // And where proxies and download links have theirs.
    let login = call_by_marked_proxies(SECRET);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for target in ["cloudcert", "reqwest", "hyper_util", "rustls::client", "rustls::common_state"] {
        assert!(log.contains(target), "nothing is logged by {target}");
    }
    assert!(log.matches("cloudcert").count() >= calls, "each call logs how it ended");
    for mark in [SECRET, PERSON, &*login, "Signature=", "AWS4-HMAC-SHA256"] {
        let shown = log.lines().find(|line| line.contains(mark));
        assert_eq!(shown, None, "{mark} is logged");
    }
}
