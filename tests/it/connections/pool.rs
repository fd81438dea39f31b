//! Clients share connections with their clones, and every request has a user agent.

use super::{TOKEN, fetch_token};
use crate::setup::config::single_attempt_at;
use crate::setup::futures::{multi_thread, now};
use crate::setup::script::Script;
use crate::setup::server::{Authority, BOTH, Server, http};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Connection, ErrorKind};
use std::time::Duration;

#[test]
fn clones_of_a_client_reuse_its_connections() {
    let authority = Authority::new();
    for tls in [None, Some(authority.tls("127.0.0.1", BOTH))] {
        let server = super::service(tls);
        let connection = Connection::new().root_certificates(authority.pem());
        let client = Client::new(single_attempt_at(server.url()).connection(connection)).unwrap();
        multi_thread(2).block_on(async {
            for _ in 0..200 {
                client.clone().get_token().send().await.unwrap();
            }
        });
        assert_eq!(server.seen().len(), 200);
        // A call that begins before the connection of the one before is back in the pool makes another one.
        assert!(server.accepted() <= 5, "{} connections for 200 calls", server.accepted());
    }
}

#[test]
fn concurrent_calls_take_no_more_connections_than_there_are_calls() {
    fn shared<T: Clone + Send + Sync + 'static>(of: &T) -> T {
        of.clone()
    }
    let server = Server::new(None, |_, out| {
        std::thread::sleep(Duration::from_millis(1));
        out.write_all(&http("200 OK", "", TOKEN))
    });
    let client = Client::new(single_attempt_at(server.url())).unwrap();
    let runtime = multi_thread(2);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let client = shared(&client);
            runtime.spawn(async move {
                for _ in 0..50 {
                    client.get_token().send().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    assert_eq!(server.seen().len(), 400);
    assert!(server.accepted() <= 16, "{} connections for 8 tasks", server.accepted());
}

#[test]
fn every_request_has_a_user_agent_over_every_transport() {
    let base = format!("cloudcert/{} rust", env!("CARGO_PKG_VERSION"));
    let server = super::service(None);
    fetch_token(single_attempt_at(server.url())).unwrap();
    fetch_token(single_attempt_at(server.url()).app_name("my-tool/1.2")).unwrap();
    let seen: Vec<String> = server.seen().iter().map(|s| s.header("user-agent").unwrap().to_owned()).collect();
    assert_eq!(seen, [base.clone(), format!("{base} my-tool/1.2")]);

    let script = Script::repeat(TOKEN);
    now(Client::new(script.config().app_name("my-tool/1.2")).unwrap().get_token().send()).unwrap();
    let sent = script.sent().remove(0);
    let agents: Vec<&String> = sent.headers.iter().filter(|(name, _)| *name == "user-agent").map(|(_, v)| v).collect();
    assert_eq!(agents, [&format!("{base} my-tool/1.2")]);
}

#[test]
fn an_app_name_that_cannot_be_in_a_header_is_refused() {
    let name = |name: &str| Client::new(single_attempt_at("https://kcm.example.com").app_name(name));
    for fine in ["a", "My-Tool/1.2.3+build.7~x_y", &"x".repeat(64)] {
        name(fine).unwrap();
    }
    for bad in ["", "two words", "a\r\nx-evil: 1", "名称", "a\"b", "a(b)", "a@example.com", &"x".repeat(65)] {
        let error = name(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
        assert!(error.to_string().contains("app_name"), "{error}");
    }
}
