//! Proofs of domains: solvers, questions to name servers, and what is made of their answers.

mod asking;
mod authorities;
mod checks;
mod decisions;
#[path = "../../support/dns.rs"]
pub(crate) mod dns;
mod files;
mod hooks;
mod messages;
mod names;
mod preflight;
mod solvers;
mod webroot;
mod whole;

use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::solver::Context;

/// For whom proofs of these tests are published.
fn context() -> Context {
    Context { certificate: "www".parse().unwrap(), names: vec!["www.example.com".to_owned()], attempt: 1 }
}

/// A proof by a TXT record.
fn record(value: &str) -> Challenge {
    Challenge::Dns {
        domain: "www.example.com".to_owned(),
        name: "_dnsauth.www.example.com".to_owned(),
        raw: "_dnsauth".to_owned(),
        kind: "TXT".to_owned(),
        value: value.to_owned(),
    }
}

/// A proof by a file.
fn file(path: &str, content: &str) -> Challenge {
    Challenge::File { domain: "www.example.com".to_owned(), path: path.to_owned(), content: content.to_owned() }
}
