//! Files that nobody wrote by hand, and secrets that stand where they should not.

use super::parse;
use cloudcert_orders::config::{Config, EXAMPLE};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::time::{Duration, Instant};

#[test]
fn keys_of_clouds_are_refused_and_never_shown() {
    let canary = "Canary0123456789abcdef";
    let ids = format!("LTAI5t{canary}");
    let texts = [
        format!("[profiles.prod]\ncloud = \"aliyun\"\naccess_key_secret = \"{canary}\""),
        format!("[profiles.prod]\ncloud = \"aliyun\"\nAccessKeyId = \"{canary}\""),
        format!("[profiles.prod]\ncloud = \"aliyun\"\ncredentials = \"{ids}\""),
        format!("[profiles.prod]\ncloud = \"aliyun\"\ncredentials = \"env:{ids}\""),
        format!("[hooks.a]\ncommand = [\"/bin/true\", \"AKLT{canary}\"]"),
        format!("[hooks.a]\ncommand = [\"/bin/true\", \"STS.{canary}\"]"),
        format!("[{ids}]\n"),
        format!("[hooks.{ids}]\ncommand = [\"/bin/true\"]"),
        format!("\"{ids}\" = 1"),
        format!("password = \"{canary}\""),
        format!("[journal]\npostgres = \"host=a password={canary}\""),
        format!("[limits]\norders_per_day = \"\"\"-----BEGIN PRIVATE KEY-----\n{canary}\n\"\"\""),
    ];
    for text in texts {
        let failures = parse(&text).unwrap_err();
        let said = format!("{failures:?}");
        assert!(!said.contains(canary), "{said}");
        assert!(
            failures.iter().any(|failure| failure.message().contains("must not stand in the configuration")),
            "{text}: {said}"
        );
    }
}

/// Every value of the example, one after the other, replaced by a text that must not be shown: as a text, and without quotes.
#[test]
fn no_value_is_repeated() {
    let canary = "xK9mQcanaryvalue7pL2";
    let mut refused = 0;
    for (number, line) in EXAMPLE.lines().enumerate() {
        let Some((key, rest)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        let comment = rest.find(" #").map_or("", |place| &rest[place..]);
        for value in [
            format!("\"{canary}\""),
            format!("[\"{canary}\"]"),
            format!("{{ {canary} = 1 }}"),
            canary.to_owned(),
            format!("\"{canary}"),
            format!("\"{canary}\\q\""),
        ] {
            let edited: String = EXAMPLE
                .lines()
                .enumerate()
                .map(
                    |(place, line)| {
                        if place == number { format!("{key} = {value}{comment}\n") } else { format!("{line}\n") }
                    },
                )
                .collect();
            let Err(failures) = parse(&edited) else { continue };
            refused += 1;
            // A key is shown, so that people find it; a value is not.
            if !value.starts_with('{') {
                assert!(!format!("{failures:?}").contains(canary), "{key} = {value}: {failures:#?}");
            }
        }
    }
    assert!(refused > 250, "{refused}");
}

fn quick(text: &str) -> usize {
    let start = Instant::now();
    let found = parse(text).map_or_else(|failures| failures.len(), |_| 0);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    found
}

#[test]
fn large_and_deep_files_are_bounded() {
    assert_eq!(quick(&"a".repeat(10_000_000)), 1);
    assert_eq!(quick(&format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000))).min(1), 1);
    assert_eq!(quick(&format!("a = {}", "{a=".repeat(100_000))).min(1), 1);
    assert_eq!(quick(&format!("{}a = 1", "a.".repeat(100_000))).min(1), 1);
    assert!(quick(&"= \n".repeat(300_000)) <= 101);
    assert!(quick(&"a = 1\n".repeat(100_000)) <= 101);
    let many = (0..40_000).map(|number| format!("[hooks.h{number}]\nx = 1\n")).collect::<Vec<_>>().concat();
    assert_eq!(quick(&many), 101);
    let names = (0..20_000).map(|number| format!("\"n{number}.example.com\",")).collect::<Vec<_>>().concat();
    assert!(quick(&EXAMPLE.replace("[\"www.example.com\"]", &format!("[{names}]"))) >= 1);
    let wrong = "\"-\",".repeat(100_000);
    assert!(quick(&EXAMPLE.replace("[\"www.example.com\"]", &format!("[{wrong}]"))) <= 101);
}

#[test]
fn control_characters_are_refused_and_not_printed() {
    for text in [
        "a = \"\0\"",
        "\0",
        "[\"a\\u0000\"]\n",
        "[hooks.a]\ncommand = [\"/bin/\\u001b[31m\"]",
        "[hooks.\"a\\u001b\"]\ncommand = [\"/a\"]",
        "\u{feff}\u{feff}a = 1",
    ] {
        let said = parse(text).unwrap_err().iter().map(ToString::to_string).collect::<String>();
        assert!(!said.chars().any(char::is_control), "{said:?}");
    }
}

#[test]
fn files_are_read_within_limits() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let good = write("good.toml", EXAMPLE.as_bytes());
    assert_eq!(Config::read(&good).unwrap().file, good.display().to_string());
    let failures = Config::read(&write("bad.toml", b"[limits]\norders_per_day = \"\xff\"\n")).unwrap_err();
    assert!(failures[0].place().unwrap().ends_with("bad.toml:2"), "{failures:?}");
    assert!(Config::read(&write("large.toml", &vec![b'#'; 10_000_000])).is_err());
    assert!(Config::read(folder.path()).is_err());
    assert!(Config::read(&folder.path().join("absent.toml")).is_err());
    assert!(Config::read("/dev/zero".as_ref()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]

    /// Parts of the example cut out, doubled and replaced: no panic, and problems that have a place and a way out.
    #[test]
    fn no_edit_breaks_the_reader(cuts in prop::collection::vec((0..EXAMPLE.len(), 0_usize..60, "[\\PC\n\"\\[\\]{}=.]{0,8}"), 1..6)) {
        let mut text = EXAMPLE.to_owned();
        for (start, length, with) in cuts {
            let start = start.min(text.len());
            let end = (start + length).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &with);
            }
        }
        let _ = parse(&text);
    }
}
