//! Broken, huge and hostile sources: nothing panics, time stays linear, and what is wrong is said with its place.

use super::{action, edited, remarked, said};
use cloudcert_codegen::import::{Format, Input, Limits, Remarks, lay, read};
use cloudcert_codegen::source::SourceFile;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const SOURCES: [(&str, Format); 6] = [
    ("python", Format::Python),
    ("python-old", Format::Python),
    ("api-docs", Format::ApiDocs),
    ("cli-metadata", Format::CliMetadata),
    ("go-ksyun", Format::GoKsyun),
    ("python-ksyun", Format::PythonKsyun),
];

fn input(format: Format, files: &[(&str, &str)]) -> Input {
    let files = files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    Input { label: format.label().to_owned(), format, files }
}

#[test]
fn an_empty_source_is_no_api() {
    for (_, format) in SOURCES {
        let (api, remarks) = said(&input(format, &[]));
        assert!(api.actions.is_empty());
        remarked(&remarks, &[format.label(), "no action was found"]);
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let mut broken = edited("python", Format::Python, None);
    let file = broken.files.iter_mut().find(|file| file.path.ends_with("_send_parcel_request.py")).unwrap();
    file.bytes.splice(60..60, [b'\n', 0xff]);
    let (api, remarks) = said(&broken);
    remarked(&remarks, &["_send_parcel_request.py:", "invalid-utf8"]);
    remarked(&remarks, &["`SendParcel` takes a `SendParcelRequest`, which no file defines"]);
    assert!(api.actions.contains_key("CountParcels"));
    let (_, remarks) = said(&edited("api-docs", Format::ApiDocs, Some(("zh.json", "\"apis\"", "\"apis"))));
    remarked(&remarks, &["zh.json:", "syntax: not JSON"]);
    let open = ("_send_parcel_request.py", "    ):\n        # The boxes", "    :\n        # The boxes");
    let (_, remarks) = said(&edited("python", Format::Python, Some(open)));
    remarked(&remarks, &["_send_parcel_request.py:7", "not closed"]);
    let (_, remarks) =
        said(&edited("go-ksyun", Format::GoKsyun, Some(("models.go", "} `json:\"SendParcelResponse\"`\n}", ""))));
    remarked(&remarks, &["models.go:", "syntax"]);
}

#[test]
fn a_class_that_contains_itself_ends_in_a_remark() {
    let (api, remarks) = said(&edited(
        "python",
        Format::Python,
        Some(("_send_parcel_request.py", "key: str = None", "key: main_models.SendParcelRequestTags = None")),
    ));
    remarked(&remarks, &["_send_parcel_request.py:", "`SendParcelRequestTags` contains itself"]);
    assert!(action(&api, "SendParcel").parameters.contains_key("Tags"));
}

/// A small file can describe a huge tree: each class names the next one twice.
#[test]
fn structures_that_multiply_stop_at_the_limit() {
    let mut models = String::new();
    for n in 0..23 {
        let next = n + 1;
        let class = format!(
            "class C{n}(DaraModel):\n    def __init__(self, a: C{next} = None, b: C{next} = None):\n        self.a = a\n    def to_map(self):\n        \
             if self.a is not None:\n            result['A'] = self.a\n        if self.b is not None:\n            result['B'] = self.b\n"
        );
        models.push_str(&class);
    }
    models.push_str("class C23(DaraModel):\n    pass\n");
    let client =
        "    def a_with_options(self, request: C0) -> XResponse:\n        params = Params(action='A', version='1')\n";
    let start = Instant::now();
    let (_, remarks) = said(&input(Format::Python, &[("client.py", client), ("models.py", &models)]));
    remarked(&remarks, &["too-large", "more items than the limit"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn deep_nesting_ends_in_a_remark() {
    let deep = "List[".repeat(200_000);
    let text = format!(
        "class ARequest(DaraModel):\n    def __init__(self, a: {deep}int{}):\n        self.a = a\n    def to_map(self):\n        if self.a:\n            result['A'] = self.a\n",
        "]".repeat(200_000)
    );
    let client =
        "    def a_with_options(self, request: ARequest) -> X:\n        params = Params(action='A', version='1')\n";
    let (_, remarks) = said(&input(Format::Python, &[("client.py", client), ("models.py", &text)]));
    remarked(&remarks, &["too-deep"]);
    let json = format!("{{\"apis\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let (_, remarks) = said(&input(Format::ApiDocs, &[("a.json", &json)]));
    remarked(&remarks, &["a.json:1", "recursion"]);
    let go = format!(
        "const APIVersion = \"1\"\n.WithApiInfo(\"a\", APIVersion, \"A\")\ntype ARequest struct {{\n{}",
        "A struct {\n".repeat(100_000)
    );
    let (_, remarks) = said(&input(Format::GoKsyun, &[("a.go", &go)]));
    remarked(&remarks, &["too-deep"]);
}

/// A bracket that is never closed is looked for once, not from every line.
#[test]
fn time_stays_linear() {
    let call = "    def a_with_options(self) -> X:\n        params = Params(action = 'A'\n        Params(\n";
    let mut client = String::new();
    for _ in 0..20_000 {
        client.push_str(call);
    }
    let class = "class A(DaraModel):\n    def __init__(self,\n".repeat(50_000);
    let start = Instant::now();
    let _ = said(&input(Format::Python, &[("client.py", &client), ("models.py", &class)]));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn files_beyond_the_limits_are_not_read() {
    let limits = Limits { file_bytes: 1000, ..Limits::default() };
    let mut remarks = Remarks::default();
    let _ = read(&edited("python", Format::Python, None), &limits, &mut remarks);
    let remarks: Vec<String> = remarks.items().iter().map(ToString::to_string).collect();
    remarked(&remarks, &["client.py", "too-large"]);
}

/// Remarks quote names, never values or sentences.
#[test]
fn no_remark_shows_an_example() {
    let (_, remarks) = said(&edited("api-docs", Format::ApiDocs, None));
    assert!(
        remarks.iter().all(|remark| !remark.contains("rm -rf") && !remark.contains("access_token")),
        "{remarks:#?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Cut, doubled and overwritten sources are read to some end.
    #[test]
    fn nothing_panics(which in 0..SOURCES.len(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8, any::<char>()), 1..12)) {
        let (folder, format) = SOURCES[which];
        let mut input = edited(folder, format, None);
        for (file, place, how, c) in edits {
            let of = file.get(&input.files).path.clone();
            let bytes = &mut input.files.iter_mut().find(|file| file.path == of).unwrap().bytes;
            if bytes.is_empty() {
                continue;
            }
            let at = place.index(bytes.len());
            match how {
                0 => bytes.truncate(at),
                1 => { let part = bytes[at..].to_vec(); bytes.extend(part); }
                2 => { let mut buffer = [0; 4]; bytes.splice(at..=at, c.encode_utf8(&mut buffer).bytes()); }
                _ => { bytes.drain(at..bytes.len().min(at + 40)); }
            }
        }
        let mut remarks = Remarks::default();
        let api = read(&input, &Limits::default(), &mut remarks);
        let _ = lay([api.clone(), api], &mut remarks);
    }
}
