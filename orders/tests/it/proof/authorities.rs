//! Which authorities CAA records allow.

use cloudcert_orders::proof::caa::{Permission, Property, decide, issuer};

/// Records, written as `issue digicert.com`; a `!` in front makes one critical.
fn records(text: &str) -> Vec<Property> {
    let lines = text.split('|').map(str::trim).filter(|line| !line.is_empty());
    let read = |line: &str| {
        let (tag, value) = line.split_once(' ').unwrap_or((line, ""));
        let critical = tag.starts_with('!');
        Property { critical, tag: tag.trim_start_matches('!').to_owned(), value: value.to_owned() }
    };
    lines.map(read).collect()
}

#[test]
fn permissions_follow_rfc_8659() {
    use Permission::{Allowed, Critical, Unrestricted};
    let forbidden = |others: &[&str]| Permission::Forbidden(others.iter().map(|&other| other.to_owned()).collect());
    let table = [
        ("", false, Unrestricted),
        ("", true, Unrestricted),
        ("issue digicert.com", false, Allowed),
        ("issue digicert.com", true, Allowed),
        ("issue DigiCert.COM", false, Allowed),
        ("issue symantec.com", false, Allowed),
        ("issue sectigo.com", false, forbidden(&["sectigo.com"])),
        ("issue sectigo.com | issue digicert.com", false, Allowed),
        ("issue ;", false, forbidden(&[])),
        ("issue", false, forbidden(&[])),
        // For wildcards `issuewild` overrides `issue`; for others it says nothing.
        ("issue digicert.com | issuewild sectigo.com", true, forbidden(&["sectigo.com"])),
        ("issue digicert.com | issuewild sectigo.com", false, Allowed),
        ("issue sectigo.com | issuewild digicert.com", true, Allowed),
        ("issuewild ;", false, Unrestricted),
        ("issuewild ;", true, forbidden(&[])),
        ("iodef mailto:a@example.com", false, Unrestricted),
        ("!iodef mailto:a@example.com", false, Unrestricted),
        ("!issue digicert.com", false, Allowed),
        // An unknown tag counts only if it is critical, then above all.
        ("tbs unknown", false, Unrestricted),
        ("!tbs unknown | issue digicert.com", false, Critical("tbs".to_owned())),
        // Parameters, and values that break the grammar: those allow nobody.
        ("issue digicert.com; cansignhttpexchanges=yes", false, Allowed),
        ("issue digicert.com; a=b; c=", false, Allowed),
        ("issue digicert.com;", false, Allowed),
        ("issue digicert.com; %%%%%", false, forbidden(&[])),
        ("issue digicert.com a=b", false, forbidden(&[])),
        ("issue \"digicert.com\"", false, forbidden(&[])),
        ("issue -digicert.com", false, forbidden(&[])),
    ];
    let issuers = ["digicert.com".to_owned(), "symantec.com.".to_owned()];
    for (text, wildcard, expected) in table {
        assert_eq!(decide(&records(text), &issuers, wildcard), expected, "{text}, wildcard: {wildcard}");
    }
}

#[test]
fn a_value_names_one_authority() {
    let table =
        [(" CA1.example.net ; policy=ev ", Some("ca1.example.net")), ("ca1..example", None), ("ca1.example; =a", None)];
    for (value, expected) in table {
        assert_eq!(issuer(value).as_deref(), expected, "{value}");
    }
}
