//! How data is printed.

use crate::setup::recorder::Recorder;
use crate::setup::{actions, bare, cloudcert, command, endpoint, split};
use cloudcert_cli::Exit;
use serde_json::{Value, json};

/// A list with two items.
fn list() -> Recorder {
    Recorder::answering(|_| {
        json!({ "RequestId": "R", "TotalCount": 2, "CurrentPage": 1, "ShowSize": 50, "CsrList": [
            { "CsrId": 9_007_199_254_740_993_i64, "Name": "one", "CommonName": "www.example.com", "Sans": "" },
            { "CsrId": 2, "Name": "中文", "CommonName": "example.com" },
        ] })
        .to_string()
    })
}

#[track_caller]
fn printed(recorder: &Recorder, more: &str) -> String {
    let done = cloudcert(&recorder.url, split("aliyun-cas list-csr").into_iter().chain(split(more))).ends(Exit::Done);
    let trailing = done.out.lines().filter(|line| line.ends_with(' ')).count();
    assert_eq!(trailing, 0, "blanks at ends of lines: {}", done.out);
    done.out
}

#[test]
fn a_list_in_each_form() {
    let list = list();
    let json: serde_json::Value = serde_json::from_str(&printed(&list, "")).unwrap();
    assert_eq!(printed(&list, "--output json"), printed(&list, ""));
    assert_eq!(json["CsrList"][0]["CsrId"], "9007199254740993");
    let lines = printed(&list, "--output jsonl");
    let rows: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&json!(rows), &json["CsrList"]);
    let table = printed(&list, "--output table --columns CsrId,Name,CommonName");
    let lines = [
        "CsrId             Name  CommonName",
        "9007199254740993  one   www.example.com",
        "2                 中文  example.com",
    ];
    assert_eq!(table.lines().collect::<Vec<_>>(), lines);
    let bare = printed(&list, "--output table --no-header --columns Name,CommonName");
    assert_eq!(bare, "one   www.example.com\n中文  example.com\n");
    assert_eq!(printed(&list, "--output text --columns Name,CommonName"), "one\twww.example.com\n中文\texample.com\n");
    assert_eq!(printed(&list, "--output none"), "");
    assert!(printed(&list, "--output table").lines().next().unwrap().contains("CommonName"));
}

#[test]
fn a_list_without_items_is_an_empty_list() {
    // Services leave the list out.
    let none = Recorder::answering(|_| json!({ "RequestId": "R", "TotalCount": 0 }).to_string());
    for form in ["jsonl", "table", "text"] {
        assert_eq!(printed(&none, &format!("--output {form}")), "");
    }
    assert_eq!(printed(&none, "--query length(CsrList)"), "0\n");
    for (api, action) in actions().filter(|(_, action)| action.paginator.is_some()) {
        let words = [&command(api), &action.name, "--skip-validation", "--output", "jsonl"].map(str::to_owned);
        assert_eq!(cloudcert(&none.url, &words).done().out, "", "{}", action.name);
        // With the items of the example, each is a row.
        let Some(example) = action.examples.iter().find(|example| example.error.is_none()) else { continue };
        let body = Value::from(example.response.clone().into_iter().collect::<serde_json::Map<_, _>>());
        let path: String = action.paginator.as_ref().unwrap().items.iter().flat_map(|name| ["/", name]).collect();
        let rows = body.pointer(&path).and_then(Value::as_array).map_or(0, Vec::len);
        let text = body.to_string();
        let some = Recorder::answering(move |_| text.clone());
        assert_eq!(cloudcert(&some.url, &words).done().out.lines().count(), rows, "{}", action.name);
    }
}

#[test]
fn a_single_response_in_each_form() {
    let single = Recorder::answering(|_| {
        json!({ "RequestId": "R", "Type": "domain_verify", "Domain": "www.example.com", "RecordType": "TXT" })
            .to_string()
    });
    let print = |form: &str| {
        let words = ["aliyun-cas", "describe-certificate-state", "--order-id", "7", "--output", form];
        cloudcert(&single.url, words).ends(Exit::Done).out
    };
    assert_eq!(print("jsonl").lines().count(), 1);
    let table = print("table");
    let row = table.lines().find(|line| line.starts_with("Domain ")).unwrap();
    assert!(row.ends_with("  www.example.com"), "{table}");
    let text = print("text");
    let mut cells: Vec<&str> = text.trim_end().split('\t').collect();
    cells.sort_unstable();
    assert_eq!(cells, ["TXT", "domain_verify", "www.example.com"]);
    assert_eq!(print("none"), "");
}

#[test]
fn queries_choose() {
    let list = list();
    assert_eq!(printed(&list, "--query CsrList[].Name --output text"), "one\n中文\n");
    assert_eq!(printed(&list, "--query length(CsrList)"), "2\n");
    let wrong = cloudcert(&list.url, split("aliyun-cas list-csr --query CsrList[")).ends(Exit::Usage);
    wrong.says("--query");
    // What was returned is not lost by a mistake in the query.
    let done = cloudcert(&list.url, split("aliyun-cas list-csr --query abs(CsrList)")).ends(Exit::Failed);
    done.says("9007199254740993");
    assert!(done.out.is_empty());
}

#[test]
fn a_variable_chooses_the_form_and_the_option_wins() {
    let list = list();
    let run = |words: &str, form: &str| cloudcert(&list.url, split(words)).env("CLOUDCERT_OUTPUT", form);
    assert_eq!(run("aliyun-cas list-csr", "none").ends(Exit::Done).out, "");
    assert!(run("aliyun-cas list-csr --output json", "none").ends(Exit::Done).json().is_object());
    run("aliyun-cas list-csr", "xml").ends(Exit::Usage).says("CLOUDCERT_OUTPUT");
    run("aliyun-cas list-csr", "").ends(Exit::Done).json();
}

#[test]
fn options_of_all_commands_stand_anywhere() {
    let list = list();
    let before = cloudcert(&list.url, split("--output table --columns Name aliyun-cas list-csr")).ends(Exit::Done).out;
    let after = cloudcert(&list.url, split("aliyun-cas list-csr --output table --columns Name")).ends(Exit::Done).out;
    assert_eq!(before, after);
}

#[test]
fn a_column_that_no_row_has_is_named() {
    let list = list();
    let run = |words: &str| {
        cloudcert(&list.url, split("aliyun-cas list-csr").into_iter().chain(split(words))).ends(Exit::Done)
    };
    for form in ["table", "text"] {
        let done = run(&format!("--output {form} --columns Name,Colour,CommonName,Name.Size"));
        done.says("note: --columns: no row has Colour, Name.Size; there are: CommonName, CsrId, Name");
        assert!(done.out.contains("one"));
        assert_eq!(run(&format!("--output {form} --columns Name,CommonName")).err, "");
    }
    assert!(run("--output text --columns Colour --lang zh").err.contains("没有一行含有 Colour"));
    // A query makes rows of its own; JSON has no columns.
    let words = ["aliyun-cas", "list-csr", "--output", "table", "--columns", "n", "--query", "CsrList[].{n: Name}"];
    assert_eq!(cloudcert(&list.url, words).ends(Exit::Done).err, "");
    assert_eq!(run("--columns Colour").err, "");
}

#[test]
fn control_characters_do_not_reach_a_terminal() {
    let hostile = "\u{1b}]0;CANARY\u{7}\u{9b}31m\u{7f}";
    let answer = json!({ "RequestId": "R", "TotalCount": 1, "CsrList": [{ "CsrId": 1, "Name": hostile }] }).to_string();
    let recorder = Recorder::answering(move |_| answer.clone());
    for form in ["json", "jsonl", "table", "text"] {
        let done = cloudcert(&recorder.url, ["aliyun-cas", "list-csr", "--output", form]).ends(Exit::Done);
        assert!(done.out.contains("CANARY"));
        assert!(!done.out.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{form}: {:?}", done.out);
    }
    let endpoint = endpoint();
    let body = json!({ "RequestId": "R", "Code": "Broken", "Message": hostile }).to_string();
    crate::setup::fault(&endpoint, "ListCsr", &json!({ "kind": "response", "status": 400, "body": body }));
    for form in ["text", "json"] {
        let done = cloudcert(endpoint.url(), ["aliyun-cas", "list-csr", "--output", form]).done();
        assert_ne!(done.code, Some(0));
        assert!(!done.err.chars().any(|c| c.is_control() && c != '\n'), "{form}: {:?}", done.err);
    }
    let done = bare(["explain", hostile]).done();
    assert!(!done.err.chars().any(|c| c.is_control() && c != '\n'), "{:?}", done.err);
}
