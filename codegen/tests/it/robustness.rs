//! Whatever the bytes, the loader returns a model or with findings: it neither panics nor hangs.

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
        "doc: ",
        "doc_zh: ",
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
    files[1].bytes = order.replace("json(Contact)", "json(Zzz)").replace("type: Kind", "type: Zzz").into_bytes();
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
    let text = |indent: &str| format!("doc: A.\n{indent}doc_zh: 甲。");
    let cases = [
        (
            "acme-ca-2026-01-01/Order.yaml",
            "parameters:\n",
            names(9_000, &|i| format!("  P{i}:\n    type: string\n    {}\n", text("    "))),
        ),
        (
            "acme-ca-2026-01-01/service.yaml",
            "    values:\n      SINGLE:\n",
            names(9_000, &|i| format!("      V{i}:\n        {}\n", text("        "))),
        ),
        ("acme-ca-2026-01-01/Order.yaml", "title: ", names(30_000, &|i| format!("unknown{i}: 1\n"))),
        ("acme-ca-2026-01-01/Order.yaml", "errors: [order-missing", names(9_000, &|i| format!(", none{i}"))),
    ];
    for (path, before, more) in cases {
        let mut files = base();
        let text = crate::fixture::text(&files, path).to_owned();
        let at = if before.starts_with("errors") {
            text.find(before).unwrap() + before.len()
        } else {
            text.find(before).unwrap() + before.find('\n').map_or(0, |end| end + 1)
        };
        let at = if before == "title: " { text.find(before).unwrap() } else { at };
        put(&mut files, path, format!("{}{more}{}", &text[..at], &text[at..]));
        let start = clock();
        survives(&files);
        let took = clock().saturating_sub(start);
        assert!(took.as_secs() < 20, "{path} {before}: {took:?}");
    }
}

/// The time that this thread has had a processor for, where the system tells: how busy it is otherwise does not show.
fn clock() -> std::time::Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), std::time::Duration::from_nanos)
}

/// What each of these puts at the end of a file is no longer to be read than it is long: brackets that are not closed, quotes, marks.
const HOSTILE: [&str; 22] = [
    "[", "{", "(", "[a, ", "{a: ", "? ", "- ", "- a\n", "\"", "'", "&a ", "*a ", "!a ", "!!map ", "a: ", "|\n", ">-\n",
    "\n", "# ", "%a\n", "---\n", "<<: x\n",
];

#[test]
fn the_time_grows_with_the_size_whatever_is_repeated() {
    let length = 96 << 10;
    for unit in HOSTILE {
        let more = unit.repeat(length / unit.len());
        for before in ["", "zz: ", "zz: 1 ", "\"zz\": \"", "zz: 'a", "# "] {
            let mut files = base();
            let service = crate::fixture::text(&files, "acme-ca-2026-01-01/service.yaml").to_owned();
            put(&mut files, "acme-ca-2026-01-01/service.yaml", format!("{service}\n{before}{more}"));
            let start = clock();
            // What reading the folder of one API version looks for before anything is loaded.
            assert!(cloudcert_codegen::disk::uses(&files).len() <= 1);
            survives(&files);
            let took = clock().saturating_sub(start);
            assert!(took.as_secs() < 6, "{before}{unit}: {took:?}");
        }
    }
}

/// A file, after what something is added, and what.
type Edit = (&'static str, &'static str, String);

/// A spec with as many slips, as long names and as much to hold against each other as there is room for.
#[test]
fn the_time_grows_with_the_size_whatever_is_wrong() {
    let doc = "doc: A., doc_zh: 甲。";
    let lines = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let long = |sign: &str| sign.repeat(150_000);
    let text = "meaning: A., meaning_zh: 甲。, cause: A., cause_zh: 甲。, remedy: A., remedy_zh: 甲。, retry: never";
    let (order, service) = ("acme-ca-2026-01-01/Order.yaml", "acme-ca-2026-01-01/service.yaml");
    let cases: Vec<(&str, Vec<Edit>)> = vec![
        (
            "sources that are not there, among many",
            vec![
                (order, "source:\n", lines(8_000, &|i| format!("  - {{X{i}: \"1\"}}\n"))),
                (
                    service,
                    "sources:\n",
                    lines(8_000, &|i| format!("  Y{i}: {{kind: document, title: a, version: \"1\"}}\n")),
                ),
            ],
        ),
        (
            "enums that are not there, among many",
            vec![
                (order, "parameters:\n", lines(4_000, &|i| format!("  P{i}: {{type: Nowhere{i}, {doc}}}\n"))),
                (
                    service,
                    "enums:\n",
                    lines(4_000, &|i| format!("  Nowher{i}: {{{doc}, base: string, values: {{A: {{{doc}}}}}}}\n")),
                ),
            ],
        ),
        (
            "long names",
            vec![
                (order, "parameters:\n", format!("  P: {{type: {}, {doc}}}\n", long("K"))),
                (
                    service,
                    "enums:\n",
                    format!("  ? {}x\n  : {{{doc}, base: string, values: {{A: {{{doc}}}}}}}\n", long("K")),
                ),
            ],
        ),
        (
            "error rows",
            vec![(
                service,
                "errors:\n",
                lines(4_000, &|i| format!("  e{i}: {{code: C{}, scope: common, status: [400], {text}}}\n", i / 2)),
            )],
        ),
        (
            "a pattern and a text that is held against it",
            vec![(
                order,
                "parameters:\n",
                format!(
                    "  P: {{type: string, pattern: {{regex: \"{}b\", severity: advice}}, {doc}, example: {}}}\n",
                    "a?".repeat(20_000),
                    long("a")
                ),
            )],
        ),
    ];
    for (about, edits) in cases {
        let mut files = base();
        for (path, after, more) in edits {
            let old = crate::fixture::text(&files, path).to_owned();
            put(&mut files, path, old.replacen(after, &format!("{after}{more}"), 1));
        }
        let start = clock();
        survives(&files);
        let took = clock().saturating_sub(start);
        assert!(took.as_secs() < 25, "{about}: {took:?}");
    }
}

/// Structures of which each holds the next one twice: a path of members for each way, which nobody can count.
#[test]
fn structures_that_reach_without_bounds_are_refused() {
    let doc = "doc: A., doc_zh: 甲。";
    let with = |levels: usize, members: &[&str], kind: fn(usize) -> String| {
        let kept = |level: usize, fields: &str| format!("  T{level}: {{{doc}, fields: {{{fields}}}}}\n");
        let holding = |level: usize| {
            let member = |name: &&str| format!("{name}: {{type: {}, {doc}}}", kind(level + 1));
            kept(level, &members.iter().map(member).collect::<Vec<_>>().join(", "))
        };
        let last = kept(levels, &format!("A: {{type: string, {doc}, example: x}}"));
        let types = (0..levels).map(holding).chain([last]).collect::<Vec<_>>().concat();
        let mut files = base();
        let service = crate::fixture::text(&files, "acme-ca-2026-01-01/service.yaml")
            .replace("types:\n", &format!("types:\n{types}"));
        put(&mut files, "acme-ca-2026-01-01/service.yaml", service);
        for (section, name) in [("\nparameters:\n", "Sent"), ("\nresponse:\n", "Read")] {
            let field = format!("{section}  {name}: {{type: {}, {doc}}}\n", kind(0));
            let order = crate::fixture::text(&files, "acme-ca-2026-01-01/Order.yaml").replace(section, &field);
            put(&mut files, "acme-ca-2026-01-01/Order.yaml", order);
        }
        files
    };
    let one: fn(usize) -> String = |level| format!("T{level}");
    let list: fn(usize) -> String = |level| format!("[T{level}]");
    for (levels, members, kind) in [(40, &["A", "B"][..], one), (40, &["A", "B"], list), (2_000, &["A"], one)] {
        let findings = load(&with(levels, members, kind)).unwrap_err();
        assert!(findings.to_string().contains("` leads to "), "{findings}");
    }
    load(&with(8, &["A", "B"], one)).unwrap_or_else(|findings| panic!("{findings}"));
}

/// The runtime refuses to compile a structure with more guaranteed fields than it can track. The loader must say so first.
#[test]
fn as_many_fields_can_be_guaranteed_as_the_runtime_tracks() {
    let with = |count: usize| {
        let field = |n| format!("      F{n}: {{type: string, guaranteed: true, doc: A., doc_zh: 甲。}}\n");
        let fields: String = (0..count).map(field).collect();
        let mut files = base();
        let path = "acme-ca-2026-01-01/ListOrders.yaml";
        let wide =
            format!("\nresponse:\n  Wide:\n    type: Wide\n    doc: A.\n    doc_zh: 甲。\n    fields:\n{fields}");
        let text = crate::fixture::text(&files, path).replacen("\nresponse:\n", &wide, 1);
        put(&mut files, path, text);
        load(&files)
    };
    with(64).unwrap_or_else(|findings| panic!("{findings}"));
    let findings = with(65).unwrap_err().to_string();
    assert!(
        findings.contains("the structure `Wide` has 65 guaranteed fields; at most 64 can be tracked"),
        "{findings}"
    );
    let folder = crate::fixture::repository().join("sdk/src/wire");
    let sources = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    assert_eq!(sources.filter(|text| text.contains(".len() <= 64")).count(), 1, "the runtime's own limit");
}

#[test]
fn deep_nesting_and_alias_bombs_are_refused_at_once() {
    let deep = format!("spec: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let levels = (0..30).map(|level| format!("b{level}: &b{level} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"));
    let bomb: String = std::iter::once("a: &a [x]\n".to_owned()).chain(levels).collect();
    for text in [deep, bomb] {
        let mut files = base();
        put(&mut files, "defects.yaml", text);
        let start = clock();
        survives(&files);
        let took = clock().saturating_sub(start);
        assert!(took.as_secs() < 5, "took {took:?}");
    }
}

/// What an action looks up in all others is looked up once for all: ten times the actions take ten times as long, not a hundred times.
#[test]
fn generating_takes_as_long_as_there_are_actions() {
    let took = |actions: usize| {
        let mut files = base();
        let list = crate::fixture::text(&files, "acme-ca-2026-01-01/ListOrders.yaml").to_owned();
        for n in 0..actions {
            let text = list
                .replace("ListOrders", &format!("ListOrders{n:04}"))
                .replace("order_issued", &format!("order_issued{n:04}"));
            let text = text
                .replace("OrderItem", &format!("OrderItem{n:04}"))
                .replace("NewestState", &format!("NewestState{n:04}"));
            let text = text.replace("IssuedOrder", &format!("IssuedOrder{n:04}"));
            put(&mut files, &format!("acme-ca-2026-01-01/ListOrders{n:04}.yaml"), text);
        }
        let model = load(&files).unwrap_or_else(|findings| panic!("{findings}"));
        let start = clock();
        let made = cloudcert_codegen::emit::generate(&model);
        assert!(made.len() > actions);
        clock().saturating_sub(start)
    };
    let (few, many) = (took(60), took(600));
    assert!(many < few * 20, "60 actions: {few:?}, 600 actions: {many:?}");
}
