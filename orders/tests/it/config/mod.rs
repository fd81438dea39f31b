//! Configurations: what is read, and what is said about those that cannot be.

mod edits;
mod files;
mod hostile;
mod remedies;

use cloudcert_orders::config::{
    Certificate, Cloud, Config, DnsCheck, EXAMPLE, Flow, KeySource, Prove, RenewBy, TargetKind,
};
use cloudcert_orders::due::Before;
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::{Failure, Kind};
use std::time::Duration;

fn parse(text: &str) -> Result<Config, Vec<Failure>> {
    let result = Config::parse(text, "config.toml");
    if let Err(failures) = &result {
        assert!((1..=101).contains(&failures.len()));
        for failure in failures {
            assert_eq!(failure.kind(), Kind::Unconfigured);
            assert!(failure.place().is_some_and(|place| place.starts_with("config.toml")), "{failure:?}");
            assert!(failure.next().is_some_and(|next| next.ends_with('.')), "{failure:?}");
        }
    }
    result
}

fn example() -> Config {
    parse(EXAMPLE).unwrap_or_else(|failures| panic!("{failures:#?}"))
}

fn certificate<'a>(config: &'a Config, name: &str) -> &'a Certificate {
    config.certificates.get(&name.parse().unwrap()).unwrap()
}

/// The line of the first place of a text.
fn line(text: &str, part: &str) -> usize {
    let before = text.find(part).unwrap_or_else(|| panic!("`{part}` is not there"));
    text[..before].matches('\n').count() + 1
}

#[test]
fn the_example_is_read() {
    let config = example();
    let www = certificate(&config, "www");
    assert_eq!((www.cloud, www.flow, www.flow.api()), (Cloud::Aliyun, Flow::CasPackage, "aliyun-cas-2020-04-07"));
    assert_eq!((www.profile.as_str(), www.product.as_deref()), ("prod", Some("geotrust-dv-1-starter")));
    assert_eq!(www.names, ["www.example.com"]);
    assert_eq!(www.key, KeySource::Own(KeyKind::EcP256));
    assert_eq!(www.prove, Prove::Dns { hook: "alidns".to_owned() });
    assert_eq!(www.renew.before, Before::Fixed(Duration::from_secs(30 * 86_400)));
    assert!(www.renew.auto && www.renew.by == RenewBy::Order && !www.shared);
    assert_eq!(www.deploy, ["nginx", "cas-upload"]);
    assert_eq!(www.contact.email.as_deref(), Some("ops@example.com"));
    assert_eq!(www.place, format!("config.toml:{}", line(EXAMPLE, "[certificates.www]")));

    let shop = certificate(&config, "shop");
    assert_eq!((shop.flow, shop.instance.as_deref()), (Flow::CasInstance, Some("cas_dv-cn-example0001")));
    assert_eq!((shop.contact.ids.as_slice(), shop.company.id.as_deref()), (&["304050".to_owned()][..], Some("50607")));
    assert_eq!(shop.renew.before, Before::Third);
    assert!(!shop.renew.auto, "nothing is ordered unasked unless the configuration says so");
    assert_eq!(shop.prove, Prove::Webroot("/srv/www".into()));

    let api = certificate(&config, "api");
    assert_eq!((api.cloud, api.flow, &api.prove), (Cloud::Ksyun, Flow::Kcm, &Prove::ManualDns));
    assert_eq!((api.project.as_deref(), api.bill_type), (Some("100001"), Some(805)));
    let subject = api.company.subject();
    assert_eq!((subject.organisation.as_deref(), subject.country.as_deref()), (Some("Example Ltd"), Some("CN")));

    let alidns = config.hooks.get("alidns").unwrap();
    assert_eq!(
        (alidns.command.len(), alidns.timeout, alidns.env.as_slice()),
        (3, Duration::from_secs(120), &["ALIDNS_KEY_FILE".to_owned()][..])
    );
    let TargetKind::Files(nginx) = &config.deploy.get("nginx").unwrap().kind else { panic!("not files") };
    assert_eq!((nginx.key_mode, nginx.combined, nginx.timeout), (0o640, false, Duration::from_secs(60)));
    assert_eq!(config.deploy.get("nginx").unwrap().verify, ["www.example.com:443"]);
    assert!(config.deploy.contains_key("cas-upload") && config.deploy.contains_key("kcm-upload"));
    assert_eq!(config.limits.orders_per_day, 10);
    assert_eq!((config.dns.check, config.dns.servers.len()), (DnsCheck::All, 2));
    assert_eq!(config.dns.servers[0].port(), 53);
    assert!(config.journal.postgres.is_some());
    assert_eq!(config.notify.unwrap().events.len(), 4);
}

#[test]
fn profiles_are_passed_through() {
    let config = example();
    let prod = config.profiles.table().get("prod").unwrap();
    assert_eq!(prod.get("credentials").unwrap().as_str(), Some("chain"));
    assert_eq!(format!("{:?}", config.profiles), "{\"kingsoft\", \"prod\"}");
}

#[test]
fn an_empty_configuration_orders_nothing_and_has_limits() {
    let config = parse("").unwrap();
    assert!(config.certificates.is_empty() && config.journal.postgres.is_none() && config.notify.is_none());
    assert_eq!(config.limits.orders_per_day, 10);
    assert_eq!(config.dns.check, DnsCheck::All);
}

#[test]
fn names_are_kept_in_their_encoded_form() {
    let text = EXAMPLE.replace("[\"www.example.com\"]", "[\"WWW.Faß.de\", \"中文.example\"]");
    assert_eq!(certificate(&parse(&text).unwrap(), "www").names, ["www.xn--fa-hia.de", "xn--fiq228c.example"]);
}

#[test]
fn the_example_has_every_key() {
    // An unknown key in each table, and in each inline one, makes the library say which keys are known there.
    let mut tables: Vec<String> = EXAMPLE
        .lines()
        .filter(|line| line.starts_with('['))
        .map(|line| {
            let header = line.split(']').next().unwrap();
            EXAMPLE.replace(&format!("{header}]"), &format!("{header}]\nunknown-key = 1\n"))
        })
        .collect();
    tables.extend(
        ["{ name", "{ dns", "{ hook", "{ ids", "{ id =", "{ webroot", "{ manual"]
            .map(|start| EXAMPLE.replace(start, &start.replace('{', "{ unknown-key = 1,"))),
    );
    tables.push(format!("unknown-key = 1\n{EXAMPLE}"));
    let mut keys = 0;
    for text in tables {
        let Err(failures) = parse(&text) else { continue };
        let all: Vec<_> = failures.iter().filter(|failure| failure.message().contains("unknown-key`")).collect();
        assert!(!all.is_empty(), "{failures:#?}");
        for failure in all {
            let known = failure.next().unwrap().strip_prefix("Known keys: ").unwrap().trim_end_matches('.').split(", ");
            for key in known {
                keys += 1;
                let shown = [
                    format!("\n{key} = "),
                    format!("{{ {key} = "),
                    format!(", {key} = "),
                    format!("[{key}."),
                    format!("[{key}]"),
                    format!(".{key}]"),
                ];
                assert!(shown.iter().any(|text| EXAMPLE.contains(text)), "`{key}` is not in the example");
            }
        }
    }
    assert!(keys > 80, "{keys}");
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_lines() {
    let text = r#"
surprise = 1
[profiles.prod]
cloud = "elsewhere"
[certificates.www]
profile = "nobody"
names = ["www.example.com", "www.EXAMPLE.com", "localhost"]
kye = "ec-p256"
prove = { dns = { hook = "nobody" }, webroot = "relative" }
renew = { before = "1d", auto = "yes" }
deploy = ["nowhere"]
[hooks.one]
command = []
timeout = "2 minutes"
[limits]
orders_per_day = -1
"#;
    let failures = parse(text).unwrap_err();
    let lines: Vec<usize> =
        failures.iter().map(|failure| failure.place().unwrap().rsplit(':').next().unwrap().parse().unwrap()).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    for wrong in [2, 4, 6, 7, 8, 9, 10, 11, 13, 14, 16] {
        assert!(lines.contains(&wrong), "line {wrong}: {failures:#?}");
    }
    // Two names, two ways that are wrong and that there are two of them, and two of the renewal.
    assert_eq!([7, 9, 10].map(|line| lines.iter().filter(|other| **other == line).count()), [2, 3, 2], "{failures:#?}");
    assert!(failures.iter().any(|failure| failure.next().unwrap().starts_with("Did you mean `key`?")));
}

#[test]
fn debug_shows_no_person() {
    let shown = format!("{:?}", example());
    for part in ["Li Lei", "ops@example.com", "13800000000", "1 Example Road", "chain"] {
        assert!(!shown.contains(part), "{part}");
    }
}

#[test]
fn the_products_of_the_example_are_those_of_the_description() {
    for certificate in example().certificates.values() {
        let Some(product) = &certificate.product else { continue };
        let api = cloudcert::model::api(certificate.flow.api()).unwrap();
        let table = &api.tables[0];
        let row = table.rows.iter().find(|row| row.value == *product).unwrap_or_else(|| panic!("{product} is unknown"));
        let cell = |name: &str| {
            let place = table.columns.iter().position(|column| column.name == name)?;
            row.cells[place].as_u64()
        };
        let wildcards = certificate.names.iter().filter(|name| name.starts_with("*.")).count() as u64;
        let domains = certificate.names.len() as u64 - wildcards;
        for (count, bounds) in
            [(domains, ["min_domains", "max_domains"]), (wildcards, ["min_wildcards", "max_wildcards"])]
        {
            let [least, most] = bounds.map(cell);
            assert!(least.is_none_or(|least| least <= count) && most.is_none_or(|most| count <= most), "{product}");
        }
    }
}

#[test]
fn the_authority_of_a_product_follows_from_its_brand() {
    let config = example();
    for name in ["www", "api"] {
        let issuers = certificate(&config, name).issuers();
        assert_eq!(issuers.first().map(String::as_str), Some("digicert.com"), "{name}: {issuers:?}");
    }
    assert!(certificate(&config, "shop").issuers().is_empty(), "an instance has no product");
    let unknown = EXAMPLE.replace("geotrust-dv-1-starter", "cfca-ov-1-personal");
    assert!(certificate(&parse(&unknown).unwrap(), "www").issuers().is_empty(), "it is not known how it calls itself");
}
