//! The page and the metrics.

use super::{ending, now, row, table};
use cloudcert_orders::inventory::{Inventory, KeyPlace, Limits, Packages, Problem, Row, Run, html, metrics};
use std::collections::BTreeSet;

const DAY: i64 = 86_400;
const HOSTILE: &str = "<script src=//evil.example>\"'&\\\n</script>";

fn sample() -> Inventory {
    let order = |number: u32| Some(format!("www/{number}"));
    let sources = BTreeSet::from(["journal".to_owned(), "live".to_owned()]);
    let due = ending("", 40 * DAY).to;
    let newest =
        Row { order: order(2), key: KeyPlace::Here, live: true, due, sources, ..ending("www.example.com", 100 * DAY) };
    let open = Row {
        order: order(3),
        open: true,
        outstanding: true,
        attention: Some("not deployed to nginx: exit 1".to_owned()),
        names: vec!["api.example.com".to_owned()],
        ..row("journal")
    };
    let rows = vec![
        Row { key: KeyPlace::Both, ..ending("shop.example.com", 6 * DAY) },
        Row { key: KeyPlace::Cloud, status: Some("issued".to_owned()), ..ending("mail.example.com", 29 * DAY) },
        Row { order: order(1), ..ending("www.example.com", 3 * DAY) },
        newest,
        open,
    ];
    let problems = vec![Problem { source: "prod: kcm".to_owned(), message: "the service is unavailable".to_owned() }];
    Inventory { rows, problems }
}

fn hostile() -> Inventory {
    let text = || HOSTILE.to_owned();
    let some = || Some(text());
    let rows = vec![Row {
        account: text(),
        ids: BTreeSet::from([text()]),
        sources: BTreeSet::from([text()]),
        status: some(),
        order: some(),
        attention: some(),
        ..ending(HOSTILE, DAY)
    }];
    Inventory { rows, problems: vec![Problem { source: text(), message: text() }] }
}

#[test]
fn the_page_in_both_languages() {
    insta::assert_snapshot!("page", html(&sample(), Limits::default(), now(), false));
    insta::assert_snapshot!("page_zh", html(&sample(), Limits::default(), now(), true));
}

#[test]
fn the_page_shows_texts_as_texts_and_loads_nothing() {
    for chinese in [false, true] {
        let page = html(&hostile(), Limits::default(), now(), chinese);
        for part in ["<script", "'&", "evil.example>"] {
            assert!(!page.contains(part), "{part} in {page}");
        }
        assert!(page.contains("&lt;script src=//evil.example&gt;&quot;&#39;&amp;"), "{page}");
        let page = html(&sample(), Limits::default(), now(), chinese);
        for part in ["http", "src=", "href", "url(", "@import", "<script", "<link"] {
            assert!(!page.contains(part), "{part} in {page}");
        }
    }
}

#[test]
fn the_metrics() {
    let packages = Packages::from([(("prod".to_owned(), "digicert-free-1-free".to_owned()), 17)]);
    let text = metrics(&sample(), &packages, Some(Run { at: now(), failed: 1 }));
    insta::assert_snapshot!("metrics", text);
    assert_eq!(metrics(&table(Vec::new()), &Packages::new(), None), "");
}

/// Every line is a comment or a sample in the text format, whatever the labels are; no sample is there twice.
#[test]
fn labels_are_escaped() {
    let mut inventory = hostile();
    inventory.rows.push(inventory.rows[0].clone());
    let text = metrics(&inventory, &Packages::from([((HOSTILE.to_owned(), HOSTILE.to_owned()), 1)]), None);
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (labels, value) = line.rsplit_once(' ').unwrap();
        assert!(labels.starts_with("cloudcert_") && value.parse::<i64>().is_ok(), "{line}");
        assert!(seen.insert(labels.to_owned()), "{line} is there twice");
        assert!(labels.contains(r#"<script src=//evil.example>\"'&\\\n</script>"#), "{line}");
    }
    assert!(seen.len() >= 5, "{text}");
}
