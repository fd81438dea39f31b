//! What remedies tell people to write is a configuration.

use super::parse;
use cloudcert_orders::config::{Config, EXAMPLE, Prove};
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::solver::{Context, Solver, Solvers};
use cloudcert_orders::proof::webroot::Webroot;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn record() -> Challenge {
    let [domain, raw, kind, value] = ["www.example.com", "_dnsauth", "TXT", "x"].map(str::to_owned);
    Challenge::Dns { name: format!("{raw}.{domain}"), domain, raw, kind, value }
}

fn file() -> Challenge {
    let [domain, path, content] = ["www.example.com", "/x", "x"].map(str::to_owned);
    Challenge::File { domain, path, content }
}

/// The texts in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[tokio::test]
async fn what_to_write_about_a_proof_is_what_the_configuration_reads() {
    let context = Context { certificate: "www".parse().unwrap(), names: Vec::new(), attempt: 1 };
    let none = Solvers::new();
    let web = Webroot::new("/nowhere");
    for (solver, challenge, by_dns) in
        [(&none as &dyn Solver, record(), true), (&none, file(), false), (&web, record(), true)]
    {
        let failure = solver.present(&context, &challenge).await.unwrap_err();
        let snippets = quoted(failure.next().unwrap());
        assert!(!snippets.is_empty(), "{failure}");
        for snippet in snippets {
            let text = EXAMPLE.replace(r#"prove = { dns = { hook = "alidns" } }"#, &snippet.replace("NAME", "alidns"));
            let config = parse(&text).unwrap_or_else(|failures| panic!("{snippet}: {failures:#?}"));
            let prove = &config.certificates[&"www".parse().unwrap()].prove;
            assert_eq!(prove.is_dns(), by_dns, "{snippet}");
            assert!(by_dns || !matches!(prove, Prove::Dns { .. }));
        }
    }
}

/// The keys of the documented example, as `section.key` with each part of their path.
fn keys() -> BTreeSet<String> {
    fn walk(table: &toml::Table, path: &[&str], keys: &mut BTreeSet<String>) {
        for (name, value) in table {
            let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            for from in 0..path.len() {
                keys.insert(path[from..].join("."));
            }
            if let Some(inner) = value.as_table() {
                walk(inner, &path, keys);
            }
        }
    }
    let mut keys = BTreeSet::new();
    walk(&EXAMPLE.parse().unwrap(), &[], &mut keys);
    keys
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// Whether a text looks like a key of the configuration with its section, such as `dns.servers`.
fn is_key(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let fits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    parts.len() > 1 && parts.iter().all(fits) && !matches!(parts.last(), Some(&"pem" | &"json" | &"conf" | &"d"))
}

#[test]
fn messages_name_keys_that_exist() {
    let keys = keys();
    assert!(keys.contains("dns.servers") && keys.contains("company.city"), "{keys:?}");
    let mut named = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for line in std::fs::read_to_string(&path).unwrap().lines().filter(|line| !line.trim().starts_with("//")) {
            for key in quoted(line).into_iter().filter(|text| is_key(text)) {
                named += 1;
                assert!(keys.contains(key), "{}: the configuration has no `{key}`", path.display());
            }
        }
    }
    assert!(named > 2, "{named}");
    assert!(Config::parse(EXAMPLE, "x").is_ok());
}
