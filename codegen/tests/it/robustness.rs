//! Whatever the bytes, the loader answers with a model or with findings: it neither panics nor hangs.

use crate::fixture::{base, own, put};
use cloudcert_codegen::load;
use cloudcert_codegen::source::SourceFile;
use proptest::prelude::*;

/// Loads, and renders what was found: positions must lie within the texts.
fn survives(files: &[SourceFile]) {
    if let Err(findings) = load(files) {
        assert!(!findings.items().is_empty(), "an error without a finding");
        assert!(findings.to_string().contains("of the spec"));
        for finding in findings.items() {
            let file = files.iter().find(|f| f.path == finding.file);
            let length = file.map_or(0, |f| f.bytes.len());
            assert!(finding.span.end <= length, "{finding:?} ends behind its file");
        }
    }
}

/// Any file of the sound spec, and of ours for longer texts with Chinese in them.
fn any_file() -> impl Strategy<Value = (Vec<SourceFile>, usize)> {
    prop_oneof![7 => Just(base()), 1 => Just(own())].prop_flat_map(|files| {
        let count = files.len();
        (Just(files), 0..count)
    })
}

/// Bits of YAML that confuse readers.
fn noise() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "? ",
        "&a ",
        "*a",
        "!!map ",
        "<<: ",
        "---\n",
        "...\n",
        "\n",
        "\n  ",
        "\t",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "%YAML 1.2\n",
        "#",
        "\u{feff}",
        "\r\n",
        "\u{0}",
        "~",
        "0x1F",
        "域",
        "en: ",
        "zh: ",
        "type: ",
        "1e999",
        "-9223372036854775809",
        "=",
        ",",
    ]);
    prop::collection::vec(bits, 0..12).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn truncated_anywhere((files, index) in any_file(), cut in 0.0..1.0f64) {
        let mut files = files;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a file")]
        let at = (files[index].bytes.len() as f64 * cut) as usize;
        files[index].bytes.truncate(at);
        survives(&files);
    }

    #[test]
    fn noise_anywhere((files, index) in any_file(), cut in 0.0..1.0f64, noise in noise()) {
        let mut files = files;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a file")]
        let at = (files[index].bytes.len() as f64 * cut) as usize;
        files[index].bytes.splice(at..at, noise.into_bytes());
        survives(&files);
    }

    #[test]
    fn any_text_as_any_file(text in "\\PC{0,400}", (files, index) in any_file()) {
        let mut files = files;
        let path = files[index].path.clone();
        put(&mut files, &path, text);
        survives(&files);
    }

    #[test]
    fn any_bytes_under_any_name(bytes in prop::collection::vec(any::<u8>(), 0..400), path in "[a-z/.-]{0,20}(service.yaml|defects.yaml|[A-Z].yaml)?") {
        survives(&[SourceFile::new(path, bytes)]);
    }

    /// A line of the sound spec is dropped or doubled: nearly always still YAML, so the passes see it.
    #[test]
    fn a_line_dropped_or_doubled((files, index) in any_file(), line in 0.0..1.0f64, double: bool) {
        let mut files = files;
        let text = String::from_utf8(files[index].bytes.clone()).unwrap();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a line of a file")]
        let at = (lines.len() as f64 * line) as usize;
        if double { lines.insert(at, lines[at]) } else { lines.remove(at); }
        files[index].bytes = lines.concat().into_bytes();
        survives(&files);
    }

    /// A scalar is replaced by one of another kind.
    #[test]
    fn a_value_of_another_kind((files, index) in any_file(), place in 0.0..1.0f64, value in prop::sample::select(vec!["7", "true", "~", "[]", "{}", "x", "[{a: 1}]", "''"])) {
        let mut files = files;
        let text = String::from_utf8(files[index].bytes.clone()).unwrap();
        let places: Vec<usize> = text.match_indices(": ").map(|(i, _)| i + 2).collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a list")]
        let start = places[(places.len() as f64 * place) as usize];
        let end = start + text[start..].find('\n').unwrap();
        files[index].bytes = format!("{}{value}{}", &text[..start], &text[end..]).into_bytes();
        survives(&files);
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = load(&base()).unwrap();
    let mut files = base();
    for file in &mut files {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        file.bytes = format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes();
    }
    assert_eq!(load(&files).unwrap_or_else(|findings| panic!("{findings}")), plain);
}

#[test]
fn loading_twice_and_in_any_order_gives_the_same_model() {
    let mut files = own();
    let first = serde_json::to_string(&load(&files).unwrap()).unwrap();
    files.reverse();
    let second = serde_json::to_string(&load(&files).unwrap()).unwrap();
    assert!(first == second, "the order of the files shows in the model");
}

#[test]
fn the_order_of_the_files_does_not_show_in_the_findings() {
    let mut files = base();
    let order = String::from_utf8(files[1].bytes.clone()).unwrap();
    files[1].bytes = order.replace("of: Contact", "of: Zzz").replace("enum: Kind", "enum: Zzz").into_bytes();
    let first = load(&files).unwrap_err().to_string();
    for _ in 0..8 {
        files.reverse();
        assert_eq!(load(&files).unwrap_err().to_string(), first);
    }
}

/// Large files within the limits, sound and not: the time grows with the size, not with its square.
#[test]
fn large_files_take_no_time() {
    let names = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let text = "doc: {en: A., zh: 甲。}";
    let cases = [
        (
            "acme-ca-2026-01-01/Order.yaml",
            "parameters:\n",
            names(9_000, &|i| format!("  P{i}:\n    type: string\n    {text}\n")),
        ),
        (
            "acme-ca-2026-01-01/service.yaml",
            "    values:\n      SINGLE:\n",
            names(9_000, &|i| format!("      V{i}:\n        {text}\n")),
        ),
        ("acme-ca-2026-01-01/Order.yaml", "title:\n", names(30_000, &|i| format!("unknown{i}: 1\n"))),
        ("acme-ca-2026-01-01/Order.yaml", "errors: [order-missing", names(9_000, &|i| format!(", none{i}"))),
    ];
    for (path, before, more) in cases {
        let mut files = base();
        let text = crate::fixture::text(&files, path).to_owned();
        let at = if before.starts_with("errors") {
            text.find(before).unwrap() + before.len()
        } else {
            text.find(before).unwrap() + before.find('\n').unwrap() + 1
        };
        let at = if before == "title:\n" { text.find(before).unwrap() } else { at };
        put(&mut files, path, format!("{}{more}{}", &text[..at], &text[at..]));
        let start = std::time::Instant::now();
        survives(&files);
        assert!(start.elapsed().as_secs() < 20, "{path} {before}: {:?}", start.elapsed());
    }
}

#[test]
fn deep_nesting_and_alias_bombs_are_refused_at_once() {
    let deep = format!("spec: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let levels = (0..30).map(|level| format!("b{level}: &b{level} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"));
    let bomb: String = std::iter::once("a: &a [x]\n".to_owned()).chain(levels).collect();
    for text in [deep, bomb] {
        let mut files = base();
        put(&mut files, "defects.yaml", text);
        let start = std::time::Instant::now();
        survives(&files);
        assert!(start.elapsed().as_secs() < 5, "took {:?}", start.elapsed());
    }
}
