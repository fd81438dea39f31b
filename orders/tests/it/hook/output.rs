//! What is kept of a hook's output.

use super::{present, shell};
use cloudcert_orders::Kind;
use cloudcert_orders::Text;
use cloudcert_orders::hook::{HookEvent, OUTPUT_LIMIT, Trouble, What};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_last_line_is_the_state_if_it_is_an_object() {
    let cases = [
        (r#"echo a; echo '{"id": "7"}'"#, Some(json!({"id": "7"})), vec!["a"]),
        (r#"echo '{"id": "7"}'; echo; echo '  '"#, Some(json!({"id": "7"})), vec![]),
        (r#"printf '{"big": 90071992547409931}'"#, Some(json!({"big": 90_071_992_547_409_931_u64})), vec![]),
        (r#"echo '{"id": "7"}'; echo done"#, None, vec![r#"{"id": "7"}"#, "done"]),
        ("echo '[1]'", None, vec!["[1]"]),
        ("echo '{ready}'", None, vec!["{ready}"]),
        (r#"echo '{"id": "7"}' >&2"#, None, vec![r#"{"id": "7"}"#]),
        ("true", None, vec![]),
    ];
    for (script, state, log) in cases {
        let result = shell(script).run(&present()).await.unwrap();
        assert_eq!(result.state.map(serde_json::Value::Object), state, "{script}");
        assert_eq!(result.log, log, "{script}");
        assert_eq!(result.dropped, 0, "{script}");
    }
}

#[tokio::test]
async fn ten_mebibytes_are_read_and_a_part_is_kept() {
    for script in [
        "head -c 10485760 /dev/zero | tr '\\0' x; echo; echo '{\"id\":1}'",
        "yes | head -c 10485760; echo '{\"id\":1}'",
        "yes | head -c 10485760 >&2; echo '{\"id\":1}'",
    ] {
        let result = shell(script).run(&present()).await.unwrap();
        let kept: usize = result.log.iter().map(|line| line.len() + 1).sum();
        assert!(kept <= OUTPUT_LIMIT + 1, "{kept}");
        assert!(kept > OUTPUT_LIMIT / 2, "{kept}");
        assert!(result.dropped > 1 << 20, "{}", result.dropped);
        assert_eq!(result.state.unwrap()["id"], 1);
    }
}

#[tokio::test]
async fn a_state_that_is_too_long_is_a_failure() {
    let script = "printf '{\"a\":\"'; head -c 100000 /dev/zero | tr '\\0' x; echo '\"}'";
    let failure = shell(script).run(&present()).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Failed);
    assert!(failure.message().contains("64 KiB"), "{failure}");
}

#[tokio::test]
async fn output_cannot_control_a_terminal() {
    let result = shell("printf '\\033[2Jred\\r\\n\\377\\342\\200\\256\\n'").run(&present()).await.unwrap();
    assert_eq!(result.log, ["\\u{1b}[2Jred", "\u{fffd}\\u{202e}"]);
}

#[tokio::test]
async fn a_private_key_is_not_kept() {
    let script = "echo before; echo '-----BEGIN EC PRIVATE KEY-----'; echo canary-51; echo '-----END EC PRIVATE KEY-----'; echo after; \
        echo '-----BEGIN PRIVATE KEY-----canary-51-----END PRIVATE KEY-----' >&2; \
        echo '{\"key\": \"-----BEGIN PRIVATE KEY-----\\ncanary-51\\n-----END PRIVATE KEY-----\"}'";
    let result = shell(script).run(&present()).await.unwrap();
    assert!(!format!("{result:?}").contains("canary"), "{result:?}");
    assert!(result.log.contains(&"before".to_owned()) && result.log.contains(&"after".to_owned()), "{result:?}");
}

#[tokio::test]
async fn a_private_key_is_found_wherever_its_marks_stand() {
    let (begin, end, certificate) =
        ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "-----END CERTIFICATE-----");
    let long = "x".repeat(OUTPUT_LIMIT + 1);
    for text in [
        format!("{certificate}{begin}\ncanary\n{end}"),
        format!("{certificate}{begin}\ncanary\n{end}{begin}\ncanary\n{end}"),
        format!("{begin}canary{end}{begin}\ncanary\n{end}"),
        format!("{long}{begin}\ncanary\n{end}"),
        format!("{}{begin}\ncanary\n{end}", &long[..OUTPUT_LIMIT - 15]),
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\ncanary\n-----END PGP PRIVATE KEY BLOCK-----".to_owned(),
        "-----BEGIN RSA PRIVATE KEY\ncanary\n-----END RSA PRIVATE KEY-----".to_owned(),
        format!("-----BEGIN {begin}\ncanary\n{end}"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("text");
        std::fs::write(&file, format!("before\n{text}\nafter\nlast\n")).unwrap();
        for to in ["", " >&2"] {
            let result = shell(&format!("cat {}{to}", file.display())).run(&present()).await.unwrap();
            let shown = text.replace(&long, "LONG");
            assert!(!format!("{result:?}").contains("canary"), "{shown}{to}");
            assert!(
                result.log.contains(&"before".to_owned()) && result.log.contains(&"last".to_owned()),
                "{shown}{to}"
            );
        }
    }
}

#[tokio::test]
async fn a_hook_need_not_read_its_input() {
    let message = Text::quote("x".repeat(1 << 20));
    let event = HookEvent { what: What::Failure(Trouble { code: None, message, remedy: None }), ..present() };
    let started = Instant::now();
    shell("exec <&-; sleep 0.2").run(&event).await.unwrap();
    shell("sleep 0.2").run(&event).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let count = shell("wc -c").run(&event).await.unwrap().log;
    assert!(count[0].trim().parse::<usize>().unwrap() > 1 << 20);
}
