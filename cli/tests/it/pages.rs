//! Lists over several pages.

use crate::setup::{called, cloudcert, endpoint, split};
use cloudcert_cli::Exit;
use serde_json::{Value, json};

#[test]
fn all_pages_are_one_list() {
    let endpoint = endpoint();
    let run = |more: &str| {
        let words = split("aliyun-cas list-instances --show-size 5").into_iter().chain(split(more));
        cloudcert(endpoint.url(), words).ends(Exit::Done)
    };
    let ids = |of: &Value| -> Vec<String> {
        let rows = of["InstanceList"].as_array().unwrap();
        rows.iter().map(|row| row["InstanceId"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&run("--all").json());
    let first = ids(&run("").json());
    assert!(all.len() > first.len(), "{all:?}");
    assert_eq!((first.len(), &all[..5]), (5, first.as_slice()));
    endpoint.reset();
    assert_eq!(ids(&run("--max-items 7").json()), all[..7]);
    assert_eq!(called(&endpoint).len(), 2, "pages that nobody wants are not read");
    assert_eq!(run("--all --output jsonl").out.lines().count(), all.len());
    // One line of progress for each page, and none on standard output.
    let progress = run("--all").err;
    assert_eq!(progress.lines().collect::<Vec<_>>(), ["1 page, 5 items", "2 pages, 10 items", "3 pages, 12 items"]);
}

#[test]
fn a_part_is_never_taken_for_the_whole() {
    let endpoint = endpoint();
    let page =
        json!({ "kind": "response", "status": 400, "body": r#"{"Code":"Broken","Message":"m","RequestId":"R"}"# });
    let rule = json!({ "action": "ListInstances", "script": [null, page] });
    endpoint.inject(serde_json::from_value(rule).unwrap()).unwrap();
    let done = cloudcert(endpoint.url(), split("aliyun-cas list-instances --show-size 5 --all")).done();
    assert_ne!(done.code, Some(0));
    assert!(done.out.is_empty(), "{}", done.out);
}

#[test]
fn pages_have_no_files() {
    for more in ["--all", "--max-items 3"] {
        let words = split("aliyun-cas list-instances --write A=b").into_iter().chain(split(more));
        cloudcert("http://127.0.0.1:9", words).ends(Exit::Usage).says("--write");
    }
    cloudcert("http://127.0.0.1:9", split("aliyun-cas list-instances --max-items 0")).ends(Exit::Usage);
    cloudcert("http://127.0.0.1:9", split("aliyun-cas get-csr-detail --all")).ends(Exit::Usage);
}
