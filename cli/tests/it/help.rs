//! Snapshots of help and of errors, in both languages.

use crate::setup::{bare, cloudcert, split};
use cloudcert_cli::Exit;

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn help_in_both_languages() {
    for (name, line) in [
        ("program", "--help"),
        ("order", "aliyun-cas create-certificate-request --help"),
        ("list", "ksyun-kcm list-certificates -h"),
        ("wait", "aliyun-cas wait certificate-issued --help"),
    ] {
        for lang in ["en", "zh"] {
            let done = bare(split(line)).env("CLOUDCERT_LANG", lang).ends(Exit::Done);
            assert!(done.err.is_empty(), "{}", done.err);
            snapshot(&format!("help-{name}-{lang}"), &done.out);
        }
    }
}

#[test]
fn errors_in_both_languages() {
    for lang in ["en", "zh"] {
        let line = "aliyun-cas create-certificate-request --domain www.example.com --product-code digicert-free-1-free";
        let words = split(line).into_iter().chain(["--lang", lang]);
        let done = cloudcert("http://127.0.0.1:9", words).ends(Exit::Invalid);
        snapshot(&format!("error-{lang}"), &done.err);
    }
}

#[test]
fn the_locale_chooses_the_language() {
    let said = |name: &str, value: &str| bare(["explain", "NoSuchCode"]).env(name, value).ends(Exit::Failed).err;
    for (name, value, is_chinese) in [
        ("LANG", "zh_CN.UTF-8", true),
        ("LC_ALL", "zh", true),
        ("LANG", "C", false),
        ("CLOUDCERT_LANG", "zh-Hans", true),
    ] {
        assert_eq!(said(name, value).starts_with("错误："), is_chinese, "{name}={value}");
    }
    let both = bare(["explain", "NoSuchCode", "--lang=en"]).env("LANG", "zh_CN").env("CLOUDCERT_LANG", "zh");
    assert!(both.ends(Exit::Failed).err.starts_with("error: "));
}
