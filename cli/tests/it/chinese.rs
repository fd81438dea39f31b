//! A whole session of the order workflow in Chinese has no English sentence.

use crate::setup::{Done, Folder, cloudcert, endpoint, fault, split};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use cloudcert_emulator::Handle;
use serde_json::json;

/// The parts of a line that stand apart, as the columns of a table do.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(str::trim).filter(|part| !part.is_empty())
}

/// How many words stand next to each other: lower-case letters alone, as wire names, paths, times and ids are not. A comma or a colon divides them.
fn run(part: &str) -> usize {
    let (mut most, mut count) = (0, 0);
    for token in part.split_whitespace() {
        let bare = token.trim_end_matches(['.', ';', ',', ':']);
        count = if bare.len() > 1 && bare.chars().all(|c| c.is_ascii_lowercase()) { count + 1 } else { 0 };
        most = most.max(count);
        if token.ends_with([',', ':']) {
            count = 0;
        }
    }
    most
}

/// Text without what stands in quotes: names and commands, and what the service said in its own words.
fn unquoted(text: &str) -> String {
    let plain = text.split('`').step_by(2).collect::<Vec<_>>().join("``");
    plain.split('“').map(|part| part.split_once('”').map_or(part, |(_, rest)| rest)).collect()
}

/// Lines with an English sentence: words next to each other that are neither a name and its code, nor the name of an id and the id.
fn english(text: &str) -> Vec<String> {
    let is_english = |part: &str| {
        // A command has a note in parentheses at most.
        let is_command = part.starts_with("cloudcert ");
        let part = if is_command { part.split_once('(').map_or("", |(_, note)| note) } else { part };
        let is_id = |one: &str| {
            let tokens: Vec<&str> = one.split_whitespace().collect();
            tokens.len() == 3 && tokens[2].contains(|c: char| c.is_ascii_digit())
        };
        let is_pair = part.split_whitespace().count() == 2;
        !is_pair && !part.split(',').all(is_id) && run(part) >= 2
    };
    let text = unquoted(text);
    text.lines().filter(|line| parts(line).any(is_english)).map(str::to_owned).collect()
}

#[track_caller]
fn is_chinese(done: &Done, line: &str) {
    let found = english(&done.all());
    assert!(found.is_empty(), "`{line}` says in English: {found:#?}\n{}", done.all());
}

#[test]
fn english_is_told_from_names() {
    for text in [
        "error: the disk is full",
        "www/1: waiting: the certificate authority reviews it",
        "www  2026-01-01T00:00:00Z  it has no certificate yet",
        "下一步：Run it again.",
        "www/1  已完成  cloudcert issue www --replace (it orders another one)",
    ] {
        assert_eq!(english(text).len(), 1, "{text}");
    }
    for text in [
        "www/1: 发送 CreateCertificateWithCsrRequest",
        "2026-11-28T01:02:03Z  www/1    1  opened  purpose issue  names www.example.com",
        "可用的键：profile, api, names。",
        "p  cas-order,journal  cas certificate 7654321,cas order 90978863008240185  www.example.com",
        "www/1  已完成  cloudcert issue www --replace (会另行订购)",
        "请运行 `cloudcert issue www --replace`，或 `order verify`。",
        "服务返回错误：Forbidden，“You are not allowed to do that.”",
    ] {
        assert_eq!(english(text), Vec::<String>::new(), "{text}");
    }
}

fn zh(machine: &Machine, line: &str) -> Done {
    let done = machine.run(line).env("CLOUDCERT_LANG", "zh").done();
    is_chinese(&done, line);
    done
}

#[test]
fn a_session_from_order_to_revocation() {
    let endpoint = endpoint();
    let text = format!(
        "{}\n[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/false\"]\n",
        config("deploy = [\"web\"]\nrenew = { auto = true }")
    );
    let machine = Machine::new(endpoint.url(), &text);
    let waiting = zh(&machine, "issue www --yes --no-wait");
    assert_eq!(waiting.code, Some(i32::from(Exit::Waiting.code())), "{}", waiting.all());
    for line in "due|order list www|order list|order show www|check www|inventory|cancel www|renew|renew|due".split('|')
    {
        zh(&machine, line);
    }
    assert!(zh(&machine, "order show www").out.contains("未能") || zh(&machine, "order show www").out.contains("失败"));
    machine.folder.file("config.toml", text.replace("/bin/false", "/bin/true"));
    let again = zh(&machine, "issue www --yes");
    assert!(again.err.contains("下一步："), "{}", again.all());
    for line in [
        "renew",
        "deploy www",
        "resume www",
        "fetch www",
        "check www",
        "order list",
        "order find-out www",
        "order verify",
        "order resolve www --not-executed --why 已核实",
        "order abandon www --yes --why 不再需要",
        "issue other --yes",
        "inventory",
        "inventory --check --warning 400d",
        "inventory --nagios",
        "revoke www --reason 测试 --even-if-deployed --yes",
        "order export www",
        "order show www",
        "renew",
        "due --exit-code",
    ] {
        zh(&machine, line);
    }
    let text = config("").replace("certificates.www", "certificates.two");
    machine.folder.file("config.toml", text);
    for line in ["renew", "order show two", "issue two --yes --no-wait", "cancel two --yes", "order show two"] {
        zh(&machine, line);
    }
}

/// What goes wrong with an order at the service.
fn failing(endpoint: &Handle, what: &serde_json::Value) {
    endpoint.reset();
    fault(endpoint, "CreateCertificateWithCsrRequest", what);
}

#[test]
fn orders_that_fail() {
    let endpoint = endpoint();
    for (what, lines) in [
        (json!({ "kind": "close-after-commit" }), &["issue www --yes --no-wait", "order show www"][..]),
        (
            json!({ "kind": "html", "status": 403 }),
            &["issue www --yes", "order show www", "renew", "renew --output json"][..],
        ),
    ] {
        failing(&endpoint, &what);
        let machine = Machine::new(endpoint.url(), &config(""));
        for line in lines {
            zh(&machine, line);
        }
    }
    let closed = Machine::new("http://127.0.0.1:9", &config(""));
    let done = zh(&closed, "issue www --yes");
    assert!(done.err.contains("无法连接"), "{}", done.all());
}

#[test]
fn configurations_that_are_refused() {
    let endpoint = endpoint();
    let plain = config("");
    let cases = [
        plain.replace("product =", "produkt ="),
        format!("{plain}[certificates.www]\n"),
        plain.replace("product = \"geotrust-dv-1-starter\"\n", ""),
        plain.replace("{ manual = \"dns\" }", "{ dns = { hook = \"none\" } }"),
        plain.replace("profile = \"p\"", "profile = \"q\""),
        plain.replace("www.example.com", "http://www.example.com"),
        plain.replace("contact = {", "contact = { ,"),
        config("renew = { before = \"1d\" }\nkey = \"dsa\"\ndeploy = [\"none\", \"cas-upload\", \"cas-upload\"]"),
        format!("{plain}[hooks.a]\ncommand = \"sh\"\ntimeout = \"9\"\nenv = [\"ALIYUN_X\", \"a b\"]\n"),
        format!("{plain}[hooks.a]\ncommand = [\"/nowhere/hook\"]\n"),
        format!("{plain}[deploy.web]\nkind = \"files\"\nfolder = \"relative\"\nkey_mode = \"0644\"\n"),
        format!("{plain}[journal]\npostgres = \"host=db password=x\"\n[dns]\nservers = [\"x\"]\ncheck = \"no\"\n"),
    ];
    for text in cases {
        let machine = Machine::new(endpoint.url(), &text);
        let done = zh(&machine, "issue www --yes");
        assert_eq!(done.code, Some(i32::from(Exit::Unconfigured.code())), "{text}\n{}", done.all());
        assert!(done.err.contains("config.toml") && done.err.contains("下一步："), "{text}\n{}", done.all());
    }
    let folder = Folder::new();
    let relative = Machine::new(endpoint.url(), &plain);
    for line in ["issue www --yes --state here".to_owned(), format!("order verify --state {}/x", folder.file("f", ""))]
    {
        zh(&relative, &line);
    }
}

#[test]
fn messages_in_json_follow_the_language_and_codes_do_not() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    let run = |lang: &str| machine.run("renew --output json").env("CLOUDCERT_LANG", lang).done();
    let (en, zh) = (run("en"), run("zh"));
    let row = |done: &Done| done.json()["certificates"][0].clone();
    let (en_row, zh_row) = (row(&en), row(&zh));
    assert_eq!((&en_row["outcome"], &zh_row["outcome"]), (&json!("stopped"), &json!("stopped")));
    assert_eq!(en_row["message"], "www: the journal has no order of it");
    assert_eq!(zh_row["message"], "www: 日志中没有它的订单");
    assert!(english(&zh.all()).is_empty(), "{}", zh.all());
}

#[test]
fn sources_that_cannot_be_read() {
    let endpoint = endpoint();
    fault(&endpoint, "ListUserCertificates", &json!({ "kind": "html", "status": 403 }));
    let done = cloudcert(endpoint.url(), split("inventory")).env("CLOUDCERT_LANG", "zh").ends(Exit::Mixed);
    is_chinese(&done, "inventory");
    assert!(done.err.contains("kcm"), "{}", done.all());
}
