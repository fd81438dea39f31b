//! The page for people: what it is made of, what it may do, and the words it has.

use crate::setup::signed::endpoint;
use crate::setup::wire::{Response, Sent};
use cloudcert::model;
use cloudcert_emulator::Handle;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

async fn get(endpoint: &Handle, path: &str) -> Response {
    Sent::new("GET", path).to(endpoint.address()).await
}

/// The files of the page by their paths, with their texts.
fn files() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manage/page");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path));
    let own = named.filter(|(name, _)| name != "mod.rs");
    own.map(|(name, path)| {
        let path_of = if name == "index.html" { String::new() } else { name };
        (format!("/_emulator/{path_of}"), fs::read_to_string(path).unwrap())
    })
    .collect()
}

fn scripts() -> String {
    let files = files();
    files
        .iter()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "js"))
        .map(|(_, text)| text.as_str())
        .collect()
}

#[tokio::test]
async fn every_file_is_served_with_its_type_and_a_strict_policy() {
    let endpoint = endpoint().await;
    let kinds = [
        ("/", "text/html;charset=utf-8"),
        (".css", "text/css;charset=utf-8"),
        (".js", "text/javascript;charset=utf-8"),
        (".svg", "image/svg+xml"),
        (".json", "application/json"),
    ];
    for (path, text) in files() {
        let response = get(&endpoint, &path).await;
        let (_, kind) = kinds.iter().find(|(end, _)| path.ends_with(end)).unwrap();
        assert_eq!((response.status, response.header("content-type"), &response.body), (200, Some(*kind), &text));
        let policy = response.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self';"] {
            assert!(policy.contains(part), "{policy}");
        }
        for part in ["require-trusted-types-for 'script'", "frame-ancestors 'none'", "form-action 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(response.header(name), Some(value), "{path}");
        }
        let head = Sent::new("HEAD", path.clone()).to(endpoint.address()).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-length"), Some(text.len().to_string().as_str()), "{path}");
        for method in ["PUT", "DELETE"] {
            let refused = Sent::new(method, path.clone()).to(endpoint.address()).await;
            assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")), "{method} {path}");
        }
        let posted = Sent::new("POST", path.clone()).body("application/json", "{}").to(endpoint.address()).await;
        assert_eq!(posted.status, 405, "{path}");
    }
    assert_eq!(endpoint.state()["requests"]["seen"], 0, "serving the page must not count as an API call");
}

#[tokio::test]
async fn without_its_slash_the_path_leads_to_the_page() {
    let endpoint = endpoint().await;
    let response = get(&endpoint, "/_emulator").await;
    assert_eq!((response.status, response.header("location")), (308, Some("/_emulator/")));
    assert_eq!(get(&endpoint, "/_emulator/?lang=zh").await.status, 200);
}

#[tokio::test]
async fn the_page_is_guarded_as_the_management_api_is() {
    let endpoint = endpoint().await;
    let own = format!("http://{}", endpoint.address());
    let paths = files().into_keys().chain(["/_emulator".to_owned(), "/_emulator/choices".to_owned()]);
    for path in paths {
        let sent = || Sent::new("GET", path.clone());
        for (name, value) in [
            ("host", "example.com"),
            ("host", "rebind.network:8080"),
            ("origin", "http://example.com"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let response = sent().header(name, value).to(endpoint.address()).await;
            assert_eq!(response.status, 403, "{path} {name}: {value}");
            assert!(response.json()["error"].is_string(), "{path}");
        }
        let allowed = sent().header("origin", &*own).header("sec-fetch-site", "same-origin");
        assert!(matches!(allowed.to(endpoint.address()).await.status, 200 | 308), "{path}");
    }
}

/// The parts of a text between a start and the next end.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

#[test]
fn nothing_comes_from_outside_and_no_text_becomes_markup() {
    let files = files();
    let html = &files["/_emulator/"];
    let links = between(html, "src=\"", "\"").into_iter().chain(between(html, "href=\"", "\""));
    for link in links.chain(between(&scripts(), "from \"./", "\"")).filter(|link| !link.starts_with('#')) {
        assert!(link == "state" || files.contains_key(&format!("/_emulator/{link}")), "{link} is no file of the page");
    }
    for forbidden in ["<style", "style=", " onclick", " onload", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for (path, text) in &files {
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http://") && !outside.contains("https://") && !outside.contains("//cdn"), "{path}");
    }
    let scripts = scripts();
    for forbidden in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "Function("]
    {
        assert!(!scripts.contains(forbidden), "{forbidden}");
    }
}

fn words() -> BTreeMap<String, BTreeMap<String, String>> {
    serde_json::from_str(&files()["/_emulator/words.json"]).unwrap()
}

/// What of a text stands for values: `{count}`.
fn holes(text: &str) -> BTreeSet<&str> {
    between(text, "{", "}").into_iter().collect()
}

#[test]
fn both_languages_have_all_words() {
    let words = words();
    assert_eq!(words.keys().collect::<Vec<_>>(), ["en", "zh"]);
    let keys = |of: &str| words[of].keys().collect::<Vec<_>>();
    assert_eq!(keys("en"), keys("zh"));
    for (key, english) in &words["en"] {
        let chinese = &words["zh"][key];
        assert!(!english.trim().is_empty() && !chinese.trim().is_empty(), "{key}");
        assert_eq!(holes(english), holes(chinese), "{key}");
    }
    // Each text that the page asks for is there, and none is there for nothing.
    let html = files()["/_emulator/"].clone();
    let scripts = scripts();
    let used: BTreeSet<&str> =
        between(&html, "data-t=\"", "\"").into_iter().chain(between(&html, "data-p=\"", "\"")).collect();
    for key in used.iter().copied().chain(between(&scripts, " t(\"", "\"")).chain(between(&scripts, "(t(\"", "\"")) {
        assert!(words["en"].contains_key(key), "{key}");
    }
    let kinds = ["api", "short", "effect", "fault", "member", "section", "column", "state", "request"];
    let own = words["en"].keys().filter(|key| !kinds.contains(&key.split('.').next().unwrap()));
    let unused: Vec<&String> =
        own.filter(|key| !used.contains(key.as_str()) && !scripts.contains(&format!("\"{key}\""))).collect();
    assert!(unused.iter().all(|key| ["method"].contains(&key.as_str())), "{unused:?}");
}

/// Collects the keys that the page asks for when it shows a part of the state.
fn shown(value: &Value, path: &str, keys: &mut BTreeSet<String>) {
    let Some(members) = value.as_object() else { return };
    for (name, inner) in members.iter().filter(|(name, _)| !name.ends_with("_total")) {
        let at = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let list = inner.as_array().or_else(|| inner["latest"].as_array()).or_else(|| inner["first"].as_array());
        let quotas = inner.as_object().is_some_and(|all| all.values().all(|one| one.get("used").is_some()));
        let mut columns = |row: &Value, but: &str| {
            keys.extend(row.as_object().unwrap().keys().filter(|key| *key != but).map(|key| format!("column.{key}")));
        };
        if let Some(rows) = list {
            assert!(!rows.is_empty(), "{at}: the README shows one of each");
            columns(&rows[0], "");
            keys.insert(format!("section.{at}"));
            if let Some(rest) = inner.as_object() {
                let beside = |name: &String| !["total", "latest", "first"].contains(&name.as_str());
                keys.extend(rest.keys().filter(|name| beside(name)).map(|name| format!("section.{at}.{name}")));
            }
        } else if quotas {
            columns(inner.as_object().unwrap().values().next().unwrap(), "total");
            keys.extend([format!("section.{at}"), "column.product".to_owned()]);
        } else if inner.is_object() && inner.get("limit").is_none() && inner.get("amount").is_none() {
            shown(inner, &at, keys);
        } else {
            keys.insert(format!("section.{at}"));
        }
    }
}

#[tokio::test]
async fn everything_that_the_endpoint_names_has_a_word() {
    let mut keys = BTreeSet::new();
    // The README shows the state with all its members, which another test holds.
    let readme = include_str!("../../../README.md").split("### What the state shows").nth(1).unwrap();
    let state: Value = serde_json::from_str(between(readme, "```json", "```")[0]).unwrap();
    for (api, service) in state.as_object().unwrap() {
        keys.extend([format!("api.{api}"), format!("short.{api}")]);
        shown(service, "", &mut keys);
    }
    let endpoint = endpoint().await;
    let choices = get(&endpoint, "/_emulator/choices").await.json();
    for kind in choices["kinds"].as_array().unwrap() {
        keys.insert(format!("fault.{}", kind["kind"].as_str().unwrap()));
        keys.extend(kind["members"].as_object().unwrap().keys().map(|name| format!("member.{name}")));
    }
    for action in choices["apis"].as_array().unwrap().iter().flat_map(|api| api["actions"].as_array().unwrap()) {
        keys.insert(format!("effect.{}", action["effect"].as_str().unwrap()));
    }
    let (new, old, kcm) = ("aliyun-cas-2020-04-07", "aliyun-cas-2018-07-13", "ksyun-kcm-2016-03-04");
    for (api, name) in [
        (new, "ApplicationState"),
        (new, "CertificateStatus"),
        (new, "InstanceStatus"),
        (new, "DeploymentJobStatus"),
        (old, "InstanceStatus"),
        (kcm, "CertificateStatus"),
    ] {
        let own = if api == kcm { format!("{api}.") } else { String::new() };
        let states = &model::api(api).unwrap().enumeration(name).unwrap().values;
        keys.extend(states.iter().map(|state| format!("state.{own}{}", state.wire)));
    }
    let words = words();
    let missing: Vec<&String> = keys.iter().filter(|key| !words["en"].contains_key(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
