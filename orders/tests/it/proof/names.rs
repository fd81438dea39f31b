//! The full names of records, from what services write.

use cloudcert_orders::proof::caa::issuer;
use cloudcert_orders::proof::dns::servers::of_text;
use cloudcert_orders::proof::name::full_name;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[test]
fn a_name_is_understood_whatever_it_is_relative_to() {
    let table = [
        // Relative to the domain.
        ("_dnsauth", "www.example.com", "_dnsauth.www.example.com"),
        ("_dnsauth", "example.com", "_dnsauth.example.com"),
        ("_dnsauth", "*.example.com", "_dnsauth.example.com"),
        ("_dnsauth", "*.a.example.com", "_dnsauth.a.example.com"),
        ("_dnsauth.x", "www.example.com", "_dnsauth.x.www.example.com"),
        // Relative to the zone.
        ("_dnsauth.www", "www.example.com", "_dnsauth.www.example.com"),
        ("_dnsauth.a.b", "a.b.example.com", "_dnsauth.a.b.example.com"),
        ("_dnsauth.a", "a.b.example.com", "_dnsauth.a.b.example.com"),
        ("www", "www.example.com", "www.example.com"),
        // Nobody has a zone of one label, so this is relative to the domain.
        ("_dnsauth.example", "example.com", "_dnsauth.example.example.com"),
        // Complete.
        ("_dnsauth.www.example.com", "www.example.com", "_dnsauth.www.example.com"),
        ("_dnsauth.www.example.com.", "www.example.com", "_dnsauth.www.example.com"),
        ("_dnsauth.example.com", "www.example.com", "_dnsauth.example.com"),
        ("_dnsauth.example.com.cn", "www.example.com.cn", "_dnsauth.example.com.cn"),
        ("www.example.com", "www.example.com", "www.example.com"),
        ("token.validation.example.net.", "www.example.com", "token.validation.example.net"),
        // A name that merely ends alike.
        ("_dnsauth.notexample.com", "example.com", "_dnsauth.notexample.com.example.com"),
        // The domain itself.
        ("@", "www.example.com", "www.example.com"),
        ("", "*.example.com", "example.com"),
        // Case, blanks and dots.
        (" _DNSAUTH ", "WWW.Example.COM.", "_dnsauth.www.example.com"),
        ("_dnsauth.WWW.example.com", "www.example.com", "_dnsauth.www.example.com"),
        // Nothing to be relative to.
        ("_dnsauth", "", "_dnsauth"),
        ("_dnsauth", "localhost", "_dnsauth.localhost"),
        ("_dnsauth.localhost", "localhost", "_dnsauth.localhost"),
    ];
    for (raw, domain, full) in table {
        assert_eq!(full_name(raw, domain), full, "`{raw}` of `{domain}`");
    }
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn any_text_is_survived() {
    let result = runner(2_000).run(&("\\PC{0,40}|[.@* a-c]{0,20}", "\\PC{0,40}|[.@* a-c]{0,20}"), |(one, two)| {
        let full = full_name(&one, &two);
        prop_assert!(full.len() <= 2 * (one.len() + two.len()) + 1, "{full}");
        let _ = (issuer(&one), of_text(&format!("nameserver {one}\n{two}")));
        Ok(())
    });
    result.unwrap();
}

#[test]
fn a_full_name_stays_as_it_is() {
    let label = "[a-z_][a-z0-9-]{0,5}";
    let name = (proptest::collection::vec(label, 1..4), proptest::collection::vec(label, 2..5));
    let result = runner(500).run(&name, |(raw, domain)| {
        let (raw, domain) = (raw.join("."), domain.join("."));
        let full = full_name(&raw, &domain);
        prop_assert!(full == raw || full.ends_with(&domain), "{full}");
        prop_assert!(full.starts_with(&raw) || full.ends_with(&domain), "{full}");
        prop_assert_eq!(full_name(&full, &domain), full.clone());
        prop_assert_eq!(full_name(&format!("{full}."), &domain), full);
        Ok(())
    });
    result.unwrap();
}
