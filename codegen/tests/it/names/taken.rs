//! Every name that could be taken, in every place where a spec names something: `check` refuses it and says the way round, or the
//! generated crate compiles. What is refused is there too, by that way.

use crate::compiles::{compile, with_crate};
use crate::features::Made;
use crate::fixture::data;
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load, reserved};
use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::BTreeSet;

/// A text in braces, and in lines.
const DOC: &str = "doc: A., doc_zh: 甲。";
const DOC_LINES: &str = "doc: A.\ndoc_zh: 甲。";
const TEXTS: &str = "status: [400], scope: common, meaning: A., meaning_zh: 甲。, cause: A., cause_zh: 甲。, remedy: A., remedy_zh: 甲。, retry: never";

/// Words of Rust, of its prelude and traits, of the generated code, and some that become each other.
const WORDS: &str = "abstract as async auto await become box break const continue crate default do dyn else enum extern final fn \
    for gen if impl in let loop macro macro_rules match mod move mut override priv pub raw ref return safe self static struct super \
    trait try type typeof union unsafe unsized use virtual where while yield \
    add all and any append as_i32 as_str borrow bool char clone cmp collect count deref drop each effect eq err expose extend f32 filled first \
    fmt from from_str get guaranteed hash held holds i32 i64 index into into_iter is_blank iter len map members ne next ok operation parse \
    paginated partial_cmp position problems push serde serialize show slot some str sum take to_owned to_string try_from u8 unwrap usize validate \
    values vec action api asked builder call client config core credentials data download endpoint error error_code find_out fill_defaults \
    info into_state item items list listing look looks_at metadata methods missing model options other out owner page pages pending \
    probe query recipe request request_id response route seen send set_metadata set_position sink state states std total types unknown v value wait wire \
    domain aux com1 con nul prn a1 a_1 ab a_b x1y x_1_y _ __ s d r k";

/// What is named so, and what it is called in Rust, if that is not its own name.
type Name = (String, Option<String>);
/// Paths and texts.
type Files = Vec<(String, String)>;
/// What a list of names makes of the minimal spec.
type Make = fn(&[Name]) -> Files;

/// A place where a spec names something, with the files that a list of names makes of the minimal spec. Each name comes with what it is
/// called in Rust, if that is not its own.
struct Place {
    name: &'static str,
    files: Make,
    /// The name of a word in this place.
    spelt: fn(&str) -> String,
    /// The way round, as a name; and the word that the finding must have.
    round: fn(&str) -> Name,
    help: &'static str,
}

fn camel(word: &str) -> String {
    word.to_upper_camel_case()
}

fn renamed(word: &str) -> Name {
    (camel(word), Some(format!("{}_field", word.to_snake_case().trim_matches('_'))))
}

/// Names that are ours are simply others.
fn other(word: &str) -> Name {
    (format!("{}Thing", camel(&camel(word))), None)
}

fn key(name: &str, rust: Option<&String>) -> String {
    rust.map_or_else(String::new, |rust| format!("{name}: {rust}, "))
}

fn ask(more: &str) -> (String, String) {
    let old = String::from_utf8(minimal("Ask.yaml")).unwrap();
    ("acme-ca-2026-01-01/Ask.yaml".to_owned(), format!("{old}{more}"))
}

fn service(more: &str) -> (String, String) {
    let old = String::from_utf8(minimal("service.yaml")).unwrap();
    ("acme-ca-2026-01-01/service.yaml".to_owned(), format!("{old}{more}"))
}

fn minimal(name: &str) -> Vec<u8> {
    std::fs::read(data().join("minimal/acme-ca-2026-01-01").join(name)).unwrap()
}

/// The same with the number of each.
fn numbered(names: &[Name], line: impl Fn(usize, &str, Option<&String>) -> String) -> String {
    names.iter().enumerate().map(|(index, (name, rust))| line(index, name, rust.as_ref())).collect()
}

fn lines(names: &[Name], line: impl Fn(&str, Option<&String>) -> String) -> String {
    names.iter().map(|(name, rust)| line(name, rust.as_ref())).collect()
}

fn parameters(names: &[Name], more: &str) -> Files {
    let kinds = ["type: string", "type: i64", "type: [string]", "type: boolean", "type: pem, sensitive: secret"];
    let rows = numbered(names, |index, name, rust| {
        format!("  {name}: {{{}, {}{more}{DOC}}}\n", kinds[index % kinds.len()], key("rust_name", rust))
    });
    vec![ask(&format!("parameters:\n{rows}"))]
}

/// Actions with so many required parameters each, and with a wait, whose arguments they are.
fn required(names: &[Name]) -> Files {
    let state = format!("enums:\n  Phase: {{base: i32, {DOC}, values: {{\"1\": {{name: Done, {DOC}}}}}}}\n");
    let mut files = vec![service(&state)];
    for (index, names) in names.chunks(40).enumerate() {
        let rows = lines(names, |name, rust| {
            format!("  {name}: {{type: string, required: true, {}{DOC}, example: x}}\n", key("rust_name", rust))
        });
        let given = lines(names, |name, _| format!("{name}: x, "));
        files.push((
            format!("acme-ca-2026-01-01/Need{index}.yaml"),
            format!(
                "action: Need{index}\ntitle: A\ntitle_zh: 甲\n{DOC_LINES}\neffect: read\nmethods: [POST]\nparameters:\n{rows}response:\n  \
                 Phase: {{type: Phase, {DOC}}}\nwaiters:\n  need{index}_done: {{{DOC}, field: Phase, success: [\"1\"], poll: {{first_seconds: 5, most_seconds: 60, deadline_seconds: 3600}}}}\n\
                 examples:\n  - {{title: A, title_zh: 甲, request: {{{given}}}}}\nsource: M\n"
            ),
        ));
    }
    files
}

/// Fields of a response, guaranteed or not, all of which a state has.
fn fields(names: &[Name]) -> Files {
    let state = format!("enums:\n  Phase: {{base: i32, {DOC}, values: {{\"1\": {{name: Done, {DOC}}}}}}}\n");
    let rows = lines(names, |name, rust| format!("  {name}: {{type: string, {}{DOC}}}\n", key("rust_name", rust)));
    let all = names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    let (guaranteed, optional) = all.split_at(all.len() / 2);
    let view = format!(
        "state_view: {{name: PhaseView, {DOC}, on: Phase, states: {{\"1\": {{name: DonePhase, fields: [{}], optional: [{}]}}}}}}\n",
        guaranteed.join(", "),
        optional.join(", ")
    );
    vec![service(&state), ask(&format!("response:\n  Phase: {{type: Phase, {DOC}}}\n{rows}{view}"))]
}

fn members(names: &[Name]) -> Files {
    let rows = lines(names, |name, rust| format!("      {name}: {{type: string, {}{DOC}}}\n", key("rust_name", rust)));
    let used = format!("response:\n  Part: {{type: Part, {DOC}}}\nparameters:\n  Sent: {{type: Part, {DOC}}}\n");
    vec![service(&format!("types:\n  Part:\n    doc: A.\n    doc_zh: 甲。\n    fields:\n{rows}")), ask(&used)]
}

fn actions(names: &[Name]) -> Files {
    let file = |(name, rust): &Name| {
        let called = rust.as_ref().map_or_else(String::new, |rust| format!("rust_name: {rust}\n"));
        let text = format!(
            "action: {name}\n{called}title: A\ntitle_zh: 甲\n{DOC_LINES}\neffect: read\nmethods: [POST]\nparameters:\n  \
             Name: {{type: string, required: true, {DOC}, example: x}}\nexamples:\n  - {{title: A, title_zh: 甲, request: {{Name: x}}}}\nsource: M\n"
        );
        (format!("acme-ca-2026-01-01/{name}.yaml"), text)
    };
    names.iter().map(file).collect()
}

fn waits(names: &[Name]) -> Files {
    let state = format!("enums:\n  Phase: {{base: i32, {DOC}, values: {{\"1\": {{name: Done, {DOC}}}}}}}\n");
    let rows = lines(names, |name, _| {
        format!(
            "  {name}: {{{DOC}, field: Phase, success: [\"1\"], poll: {{first_seconds: 5, most_seconds: 60, deadline_seconds: 3600}}}}\n"
        )
    });
    vec![service(&state), ask(&format!("response:\n  Phase: {{type: Phase, {DOC}}}\nwaiters:\n{rows}"))]
}

/// Values of an enum, each of which is a state too.
fn values(names: &[Name]) -> Files {
    let rows = lines(names, |name, rust| format!("      {name}: {{{}{DOC}}}\n", key("name", rust)));
    let states = lines(names, |name, _| format!("    {name}: {{}}\n"));
    let used = format!(
        "parameters:\n  Kind: {{type: Kind, {DOC}}}\nresponse:\n  Phase: {{type: Kind, {DOC}}}\nstate_view:\n  name: KindView\n  doc: A.\n  doc_zh: 甲。\n  on: Phase\n  states:\n{states}"
    );
    vec![
        service(&format!("enums:\n  Kind:\n    base: string\n    doc: A.\n    doc_zh: 甲。\n    values:\n{rows}")),
        ask(&used),
    ]
}

/// What is used as a parameter, required and not, in a list, and in the response.
fn used(names: &[Name], field: impl Fn(&str) -> String) -> (String, String) {
    let places = |section: &str, more: &str| {
        let rows = lines(names, |name, _| format!("  F{name}: {{{}, {more}{DOC}}}\n", field(name)));
        format!("{section}:\n{rows}")
    };
    ask(&format!("{}{}", places("parameters", ""), places("response", "")))
}

fn ids(names: &[Name]) -> Files {
    let rows = numbered(names, |index, name, _| {
        format!("  {name}: {{base: {}, {DOC}}}\n", if index % 2 == 0 { "i64" } else { "string" })
    });
    vec![service(&format!("ids:\n{rows}")), used(names, |name| format!("type: {name}"))]
}

fn enums(names: &[Name]) -> Files {
    let rows = lines(names, |name, _| format!("  {name}: {{base: string, {DOC}, values: {{A: {{{DOC}}}}}}}\n"));
    vec![service(&format!("enums:\n{rows}")), used(names, |name| format!("type: [{name}]"))]
}

fn structures(names: &[Name]) -> Files {
    let rows = lines(names, |name, _| format!("  {name}: {{{DOC}, fields: {{A: {{type: string, {DOC}}}}}}}\n"));
    vec![service(&format!("types:\n{rows}")), used(names, |name| format!("type: [{name}]"))]
}

/// Structures that a field defines where it stands, and what a state has.
fn in_place(names: &[Name]) -> Files {
    let rows =
        lines(names, |name, _| format!("  F{name}: {{type: {name}, fields: {{A: {{type: string, {DOC}}}}}, {DOC}}}\n"));
    vec![ask(&format!("response:\n{rows}"))]
}

fn cases(names: &[Name]) -> Files {
    let rows = numbered(names, |index, _, _| format!("      \"{index}\": {{name: V{index}, {DOC}}}\n"));
    let states = numbered(names, |index, name, _| format!("    \"{index}\": {{name: {name}, optional: [Text]}}\n"));
    let used = format!(
        "response:\n  Phase: {{type: Phase, {DOC}}}\n  Text: {{type: string, {DOC}}}\nstate_view:\n  name: PhaseView\n  doc: A.\n  doc_zh: 甲。\n  on: Phase\n  states:\n{states}"
    );
    vec![
        service(&format!("enums:\n  Phase:\n    base: i32\n    doc: A.\n    doc_zh: 甲。\n    values:\n{rows}")),
        ask(&used),
    ]
}

fn codes(names: &[Name]) -> Files {
    let rows = numbered(names, |index, name, rust| {
        let (code, inner) = (key("code_name", rust), key("inner_code_name", rust));
        format!("  e{index}: {{code: \"{name}\", {code}inner_code: \"{name}\", {inner}{TEXTS}}}\n")
    });
    let (path, text) = service("");
    vec![(path, text.replace("errors:\n", &format!("errors:\n{rows}")))]
}

const fn place(
    name: &'static str,
    files: Make,
    spelt: fn(&str) -> String,
    round: fn(&str) -> Name,
    help: &'static str,
) -> Place {
    Place { name, files, spelt, round, help }
}

const PLACES: [Place; 14] = [
    place("parameters", |names| parameters(names, ""), camel, renamed, "rust_name"),
    place("required", required, camel, renamed, "rust_name"),
    place("fields", fields, camel, renamed, "rust_name"),
    place("members", members, camel, renamed, "rust_name"),
    place("actions", actions, camel, renamed, "rust_name"),
    place("waits", waits, ToSnakeCase::to_snake_case, |word| (format!("{}_thing", word.trim_matches('_')), None), ""),
    place("values", values, camel, |word| (camel(word), Some(format!("{}Value", camel(&camel(word))))), "name"),
    place("ids", ids, camel, other, "give it another one"),
    place("enums", enums, camel, other, "give it another one"),
    place("structures", structures, camel, other, "give it another one"),
    place("in-place", in_place, camel, other, "give it another one"),
    place("cases", cases, camel, other, "give it another one"),
    place("codes", codes, camel, |word| (camel(word), Some(format!("{}Code", camel(&camel(word))))), "code_name"),
    place(
        "raw-codes",
        codes,
        str::to_owned,
        |word| (word.to_owned(), Some(format!("{}Code", camel(&camel(word))))),
        "code_name",
    ),
];

fn spec(place: &Place, names: &[Name]) -> Vec<SourceFile> {
    let mut files = disk::read(&data().join("minimal")).unwrap();
    for (path, text) in (place.files)(names) {
        files.retain(|file| file.path != path);
        files.push(SourceFile::new(path, text));
    }
    files
}

/// All words, in all their meanings.
fn words() -> BTreeSet<String> {
    let lists = [
        reserved::BUILDER,
        reserved::CLIENT,
        reserved::CLIENT_TRAITS,
        reserved::MODULES,
        reserved::FIELDS,
        reserved::STATES,
        reserved::TYPES,
    ];
    let listed = lists.into_iter().flatten().map(|word| word.to_snake_case());
    let made = reserved::MADE.into_iter().flat_map(|(by, _)| reserved::made(by)).map(str::to_owned);
    let variants = [reserved::OPEN, reserved::OTHER].map(ToSnakeCase::to_snake_case);
    WORDS.split_whitespace().map(str::to_owned).chain(listed).chain(made).chain(variants).collect()
}

#[test]
fn a_name_is_refused_with_a_way_round_or_compiles_wherever_it_stands() {
    let (mut specs, mut refused) = (Vec::new(), BTreeSet::new());
    for place in &PLACES {
        let (mut names, mut seen, mut rusts) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for word in words() {
            let spelt = (place.spelt)(&word);
            // Two words that are one name here are one name.
            if spelt.is_empty()
                || !seen.insert(spelt.to_lowercase())
                || !rusts.insert(spelt.to_snake_case().replace('_', ""))
            {
                continue;
            }
            let name = match load(&spec(place, &[(spelt.clone(), None)])) {
                Ok(_) => (spelt, None),
                Err(findings) => {
                    refused.insert(format!("{} {word}", place.name));
                    for finding in findings.items() {
                        let help = finding.help.clone().unwrap_or_default();
                        assert!(
                            place.help.is_empty() || help.contains(place.help) || help.contains("would do"),
                            "{} {word}: {finding:?}",
                            place.name
                        );
                    }
                    (place.round)(&word)
                }
            };
            names.push(name);
        }
        let model = load(&spec(place, &names)).unwrap_or_else(|findings| panic!("{}: {findings}", place.name));
        specs.push(Made { name: place.name.to_owned(), model, fault: None });
    }
    for known in [
        "parameters dry_run",
        "parameters guard",
        "parameters items",
        "parameters type",
        "actions guard",
        "actions guard_with",
        "actions dry_run",
        "actions dry_run_call",
        "actions clone",
        "actions types",
        "actions error_code",
        "actions aux",
        "required state",
        "fields metadata",
        "members unknown",
        "values unknown",
        "values other",
        "ids from",
        "structures some",
        "enums s",
        "codes self",
    ] {
        assert!(refused.contains(known), "{known} was not refused");
    }
    with_crate("names", &specs, Vec::new(), |package| {
        let said: String = compile::check(package).iter().map(|diagnostic| diagnostic.rendered.as_str()).collect();
        assert!(said.is_empty(), "{said}");
    });
}

/// Names that meet each other only after they were made Rust's.
#[test]
fn names_that_become_one_are_refused() {
    for (place, first, second, whether) in [
        ("parameters", "OrderId", "Order_Id", true),
        ("parameters", "orderID", "OrderId", true),
        ("parameters", "Foo1", "Foo_1", false),
        ("required", "Foo1", "Foo_1", true),
        ("required", "Domain", "WithDomain", true),
        ("required", "Domain", "DomainIsSet", true),
        ("required", "XIsSet", "WithX", true),
        ("fields", "Key-Name", "KeyName", true),
        ("actions", "GetToken", "Get_Token", true),
        ("actions", "Get1", "Get_1", false),
        ("values", "a-b", "a_b", true),
        ("codes", "Foo.Bar", "FooBar", true),
        ("codes", "Foo.Bar", "foo_bar", true),
        ("in-place", "Request", "Other", true),
        ("structures", "Builder", "Other", true),
        ("cases", "PhaseView", "Other", true),
        ("cases", "OtherPhaseView", "Other", true),
    ] {
        let of = PLACES.iter().find(|of| of.name == place).unwrap();
        let names = [first, second].map(|name| (name.to_owned(), None));
        let outcome = load(&spec(of, &names));
        assert_eq!(outcome.is_err(), whether, "{place}: {first} and {second}: {outcome:?}");
    }
}
