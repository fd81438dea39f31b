//! `cloudcert check NAME`: all that the next order of a certificate needs, looked at and left as it is; and what a run tells of a proof.

use crate::dns::Dns;
use crate::setup::{called, cloudcert, endpoint, fault, split};
use crate::workflow::ways::{BY_HAND, Way};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use cloudcert_emulator::Emulator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

const ZONES: &str = "zone com\nzone example.com\nexample.com NS ns1.example.com\nns1.example.com A 127.0.0.1\n\
                     www.example.com A 192.0.2.1\nexample.com CAA 0 issue digicert.com";
const PACKAGE: &str = "geotrust-dv-1-starter";

/// A certificate, with the tables behind it and one server that answers all questions.
fn with(dns: &Dns, more: &str) -> String {
    format!("{}\n[dns]\nservers = [\"{}\"]\n", config(more), dns.address())
}

fn set(path: &str, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The rows of a check, in English and in Chinese.
fn rows(machine: &Machine, exit: Exit) -> [Vec<Value>; 2] {
    ["en", "zh"].map(|lang| {
        let done = machine.ends(&format!("check www --output json --lang {lang}"), exit);
        assert!(!done.all().contains("testsecret"), "{}", done.all());
        assert_eq!(done.err.is_empty(), exit == Exit::Done, "{}", done.err);
        done.json().as_array().unwrap().clone()
    })
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Checks a machine, and that the row of this check has this status and says this, in both languages, and that no other row has a problem.
#[track_caller]
fn finds(machine: &Machine, exit: Exit, check: &str, status: &str, said: &str) {
    let [en, zh] = rows(machine, exit);
    let statuses = |rows: &[Value]| {
        rows.iter().map(|row| (text(row, "check").to_owned(), text(row, "status").to_owned())).collect()
    };
    let (one, other): (Vec<_>, Vec<_>) = (statuses(&en), statuses(&zh));
    assert_eq!(one, other, "{en:?} {zh:?}");
    let found = en.iter().zip(&zh).find(|(row, _)| text(row, "check") == check && text(row, "status") == status);
    let (row, chinese) = found.unwrap_or_else(|| panic!("no {check} is {status}: {en:#?}"));
    assert!(format!("{} {}", text(row, "result"), text(row, "next")).contains(said), "{said}: {row}");
    if ["dns", "caa", "quota"].contains(&check) {
        assert!(is_chinese(text(chinese, "next")) || is_chinese(text(chinese, "result")), "{chinese}");
    }
    for row in en.iter().filter(|row| text(row, "status") == "problem") {
        assert_eq!(text(row, "check"), check, "{row}");
        assert!(!text(row, "next").is_empty(), "a problem has a way out: {row}");
    }
}

#[test]
fn a_machine_that_is_ready_is_said_to_be_and_left_as_it_is() {
    let (endpoint, dns) = (endpoint(), Dns::start(ZONES));
    let machine = Machine::new(endpoint.url(), "");
    let script = machine.folder.file("hook", "#!/bin/sh\n");
    set(&script, 0o755);
    let tables = format!(
        "deploy = [\"web\"]\n[hooks.zone]\ncommand = [\"{script}\"]\n[deploy.web]\nkind = \"files\"\nfolder = \"{}\"\nreload = [\"/bin/true\"]\n",
        machine.folder.path("tls")
    );
    let text_of = with(&dns, &tables).replace("{ manual = \"dns\" }", "{ dns = { hook = \"zone\" } }");
    machine.folder.file("config.toml", text_of);
    let [en, zh] = rows(&machine, Exit::Done);
    let checks: BTreeSet<&str> = en.iter().map(|row| text(row, "check")).collect();
    let all = "account caa clock configuration credentials dns endpoint journal proof quota state target";
    assert_eq!(checks, all.split(' ').collect(), "{en:#?}");
    for row in en.iter().chain(&zh) {
        assert_eq!(row["certificate"], "www");
        assert_eq!(text(row, "status"), if row["check"] == "account" { "skipped" } else { "ok" }, "{row}");
    }
    let quota = en.iter().find(|row| row["check"] == "quota").unwrap();
    assert!(text(quota, "result").starts_with(&format!("{PACKAGE}: 100 left")), "{quota}");
    assert_eq!(called(&endpoint), ["DescribePackageState", "DescribePackageState"]);
    for made in ["state", "tls"] {
        assert!(!machine.folder.0.join(made).exists(), "{made} was made");
    }
    let table = machine.ends("check www", Exit::Done).out;
    let header: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["certificate", "check", "status", "result", "next"]);
}

#[test]
fn an_order_is_looked_at_with_its_key_its_endpoint_and_its_due_date() {
    let (endpoint, other) = (endpoint(), endpoint());
    let machine = Machine::new(endpoint.url(), &config(""));
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    finds(&machine, Exit::Done, "order", "ok", "cloudcert resume www");
    finds(&machine, Exit::Done, "dns", "skipped", "dns.servers");
    let elsewhere = machine.ends(&format!("check www --output json --endpoint {}", other.url()), Exit::Unconfigured);
    let opened = elsewhere.json().as_array().unwrap().iter().find(|row| row["check"] == "order").cloned();
    assert!(text(&opened.unwrap(), "result").contains(endpoint.url()), "{}", elsewhere.out);
    let key = machine.folder.path("state/local/keys/www/1.pem");
    std::fs::rename(&key, machine.folder.path("kept.pem")).unwrap();
    finds(&machine, Exit::Failed, "order", "problem", "the private key cannot be read");
    std::fs::rename(machine.folder.path("kept.pem"), &key).unwrap();
    machine.ends("resume www", Exit::Done);
    finds(&machine, Exit::Done, "order", "ok", "www/1");
    finds(&machine, Exit::Done, "due", "ok", "before its end");
    assert_eq!(called(&endpoint).iter().filter(|action| action.starts_with("Create")).count(), 1);

    let local = machine.folder.path("state/local");
    set(&local, 0o777);
    finds(&machine, Exit::Unconfigured, "state", "problem", "everybody can write");
    set(&local, 0o700);
    machine.folder.file("state/local/journal.sqlite3", "not a database, and long enough to be taken for a damaged one");
    finds(&machine, Exit::Failed, "journal", "problem", "the journal is damaged");
}

#[test]
fn each_kind_of_problem_is_told_with_a_way_out() {
    let (endpoint, dns) = (endpoint(), Dns::start(ZONES));
    let machine = Machine::new(endpoint.url(), "");
    let configured = |text: String| machine.folder.file("config.toml", text);
    let plain = with(&dns, "");

    configured(plain.replace(PACKAGE, "geotrust-dv-1-nothing"));
    finds(&machine, Exit::Failed, "quota", "problem", "correct `product`");
    configured(plain.replace("product =", "produkt ="));
    finds(&machine, Exit::Unconfigured, "configuration", "problem", "config.toml:");

    let script = machine.folder.file("hook", "#!/bin/sh\n");
    let hook = format!("[hooks.zone]\ncommand = [\"{script}\"]\n");
    configured(with(&dns, &hook).replace("{ manual = \"dns\" }", "{ dns = { hook = \"zone\" } }"));
    finds(&machine, Exit::Unconfigured, "configuration", "problem", "chmod +x");
    let tls = machine.folder.path("tls");
    std::fs::create_dir(&tls).unwrap();
    set(&tls, 0o777);
    let target = format!("deploy = [\"web\"]\n[deploy.web]\nkind = \"files\"\nfolder = \"{tls}\"\n");
    configured(with(&dns, &target));
    finds(&machine, Exit::Unconfigured, "configuration", "problem", "chmod o-w");
    set(&tls, 0o700);
    finds(&machine, Exit::Done, "target", "ok", &tls);
    configured(with(&dns, &target.replace("folder", "owner = \"nobody-of-this-name\"\nfolder")));
    finds(&machine, Exit::Unconfigured, "target", "problem", "nobody-of-this-name");

    configured(plain.clone());
    finds(&machine, Exit::Done, "caa", "ok", "example.com");
    dns.set(&ZONES.replace("digicert.com", "sectigo.com"));
    finds(&machine, Exit::Failed, "caa", "problem", "add a CAA record for `digicert.com`");
    dns.set(&ZONES.replace("www.example.com A 192.0.2.1\n", ""));
    finds(&machine, Exit::Done, "dns", "ok", "does not exist");
    dns.set("zone com");
    finds(&machine, Exit::Failed, "dns", "problem", "registered");
    dns.set(&ZONES.replace("www.example.com A 192.0.2.1\n", ""));
    let web = machine.folder.path("web");
    std::fs::create_dir(&web).unwrap();
    configured(plain.replace("{ manual = \"dns\" }", &format!("{{ webroot = \"{web}\" }}")));
    finds(&machine, Exit::Failed, "dns", "problem", "a record that leads to the web server");
}

#[test]
fn silent_name_servers_are_advice_and_a_choice_asks_nobody() {
    let (endpoint, dns) = (endpoint(), Dns::start(&format!("{ZONES}\n!silent www.example.com")));
    let machine = Machine::new(endpoint.url(), &with(&dns, ""));
    let done = machine.ends("check www --output json", Exit::Done).json();
    let row = done.as_array().unwrap().iter().find(|row| row["check"] == "dns").unwrap().clone();
    assert_eq!((text(&row, "status"), text(&row, "next").contains("dns.servers")), ("advice", true), "{row}");
    machine.folder.file("config.toml", with(&dns, "").replace(&dns.address().to_string(), "127.0.0.1:1"));
    finds(&machine, Exit::Done, "dns", "advice", "unreachable");
    let asked = dns.asked().len();
    machine.folder.file("config.toml", format!("{}check = \"off\"\n", with(&dns, "")));
    finds(&machine, Exit::Done, "dns", "skipped", "dns.check");
    assert_eq!(dns.asked().len(), asked);
}

#[test]
fn a_package_that_is_empty_or_low_is_told() {
    let other = Emulator::new().quota("digicert-free-1-free", 9).serve_blocking().unwrap();
    finds(&Machine::new(other.url(), &config("")), Exit::Failed, "quota", "problem", "no package of it was bought");
    let second = config("").split("\n\n").nth(1).unwrap().replace("certificates.www", "certificates.two");
    for (left, exit, status, said) in [
        (0, Exit::Failed, "problem", "0 left"),
        (1, Exit::Done, "advice", "2 certificates"),
        (2, Exit::Done, "ok", "2 left"),
    ] {
        let endpoint = Emulator::new().quota(PACKAGE, left).serve_blocking().unwrap();
        let machine = Machine::new(endpoint.url(), &format!("{}\n{second}", config("")));
        finds(&machine, exit, "quota", status, said);
    }
}

#[test]
fn an_order_with_an_instance_wants_one_that_is_there() {
    let endpoint = endpoint();
    let listed = cloudcert(endpoint.url(), split("aliyun-cas list-instances")).ends(Exit::Done).json();
    let id = listed["InstanceList"][0]["InstanceId"].as_str().unwrap_or_else(|| panic!("{listed:#}")).to_owned();
    let text = config("")
        .replace(&format!("product = \"{PACKAGE}\""), "api = \"cas-instance\"\ninstance = \"ID\"")
        .replace("contact = {", "contact = { ids = [304050] }\n# {");
    let machine = Machine::new(endpoint.url(), &text.replace("ID", &id));
    finds(&machine, Exit::Done, "quota", "ok", &id);
    machine.folder.file("config.toml", text.replace("ID", "cas_dv-cn-nowhere0001"));
    finds(&machine, Exit::Failed, "quota", "problem", "name one with `instance`");
}

#[test]
fn keys_and_services_are_checked_as_for_an_api_version() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    let wrong = |run: crate::setup::Run, exit: Exit, check: &str| {
        let done = run.ends(exit).json();
        let wrong: Vec<Value> =
            done.as_array().unwrap().iter().filter(|row| row["status"] == "problem").cloned().collect();
        assert!(wrong.len() == 1 && wrong[0]["check"] == check && !text(&wrong[0], "next").is_empty(), "{wrong:?}");
    };
    let run = || machine.run("check www --output json").env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    wrong(run().env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""), Exit::Unconfigured, "credentials");
    wrong(run().env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "other"), Exit::Unconfigured, "quota");
    wrong(run().env("CLOUDCERT_ENDPOINT_URL", "http://127.0.0.1:1"), Exit::NotNow, "endpoint");
    endpoint.clock().advance(std::time::Duration::from_secs(3_600));
    wrong(run(), Exit::Failed, "clock");
}

#[test]
fn a_word_is_an_api_version_or_a_certificate() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config("").replace("certificates.www", "certificates.aliyun-cas"));
    let about = |line: &str| machine.ends(line, Exit::Done).json()[0].clone();
    assert_eq!(about("check aliyun-cas --output json")["api"], "aliyun-cas-2020-04-07");
    assert_eq!(about("check --certificate aliyun-cas --output json")["certificate"], "aliyun-cas");
    machine.ends("check aliyun-cas --certificate aliyun-cas", Exit::Usage);
    let unknown = machine.ends("check www", Exit::Usage);
    unknown.says("aliyun-cas");
    unknown.says("[certificates.NAME]");
    cloudcert(endpoint.url(), split("check www --lang zh")).ends(Exit::Usage).says("[certificates.名称]");
    let clouds = machine.ends("check --output json", Exit::Done).json();
    let apis: BTreeSet<&str> = clouds.as_array().unwrap().iter().map(|row| text(row, "api")).collect();
    assert_eq!(apis.len(), 2, "{clouds}");
}

#[test]
fn a_clock_that_a_rehearsal_has_moved_is_no_problem() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    endpoint.clock().advance(Duration::from_secs(300 * 86_400));
    finds(&machine, Exit::Failed, "clock", "problem", "behind the service");
    let now = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(300 * 24)).to_string();
    let done = machine.run("check www --output json").env("CLOUDCERT_NOW", &now).ends(Exit::Done).json();
    let clock = done.as_array().unwrap().iter().find(|row| text(row, "check") == "clock").unwrap().clone();
    assert_eq!(clock["status"], "ok", "{clock}");
}

#[test]
fn a_product_that_no_document_has_is_advice() {
    let endpoint = endpoint();
    let kingsoft = Way::Kcm.config(endpoint.url(), BY_HAND, "");
    let known = kingsoft.lines().find_map(|line| line.strip_prefix("product = ")).unwrap().trim_matches('"').to_owned();
    let machine = Machine::new(endpoint.url(), &kingsoft);
    let rows_of = |machine: &Machine| rows(machine, Exit::Done)[0].clone();
    assert!(rows_of(&machine).iter().all(|row| text(row, "check") != "product"));
    machine.folder.file("config.toml", kingsoft.replace(&known, "SECDVSSL"));
    finds(&machine, Exit::Done, "product", "advice", "SECDVSSL");
    finds(&machine, Exit::Done, "product", "advice", &known);
}

#[test]
fn a_read_that_meets_a_fault_may_be_repeated() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    for _ in 0..20 {
        fault(&endpoint, "DescribePackageState", &json!({ "kind": "internal", "committed": false }));
    }
    let done = machine.run("check www").done();
    assert!(!done.all().contains("executed"), "{}", done.all());
    assert!(done.all().contains("run the command again later"), "{}", done.all());
}

/// Adds the record to the file of the zones, or takes it away.
const SCRIPT: &str = r#"#!/bin/sh
read -r told
part() { printf '%s' "$told" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
[ "$CLOUDCERT_EVENT" = cleanup ] || printf '%s\n' "$(part name) $(part type) $(part value)" >> "$1"
"#;

#[test]
fn a_run_tells_what_servers_say_of_the_proof_and_goes_on() {
    for (lang, told, seen) in [
        ("en", "the proof as others see it: TXT _dnsauth.www.example.com = ", ": found"),
        ("zh", "外界看到的验证信息：TXT", "已找到"),
    ] {
        let machine = Machine::new("http://127.0.0.1:1", "");
        let zones = machine.folder.file("zones", format!("{ZONES}\n"));
        let dns = Dns::of_file(&zones);
        let endpoint = Emulator::new().dns(dns.address()).serve_blocking().unwrap();
        let script = machine.folder.file("hook", SCRIPT);
        set(&script, 0o755);
        let hook = format!("[hooks.zone]\ncommand = [\"{script}\", \"{zones}\"]\n");
        let text = with(&dns, &hook).replace("{ manual = \"dns\" }", "{ dns = { hook = \"zone\" } }");
        machine.folder.file("config.toml", format!("{text}check = \"resolvers\"\n"));
        let run = machine.run(&format!("issue www --yes --lang {lang}")).env("CLOUDCERT_ENDPOINT_URL", endpoint.url());
        let done = run.ends(Exit::Done);
        done.says(told);
        let server = format!("\n  {}", dns.address());
        assert!(
            done.err.lines().any(|line| format!("\n{line}").starts_with(&server) && line.contains(seen)),
            "{}",
            done.err
        );
    }
}

#[test]
fn a_run_goes_on_where_nobody_answers() {
    let endpoint = Emulator::new().polls_until_verified(3).serve_blocking().unwrap();
    let text = format!("{}\n[dns]\nservers = [\"127.0.0.1:1\"]\n", config(""));
    for (lang, warning) in [("en", "warning: "), ("zh", "警告：")] {
        let machine = Machine::new(endpoint.url(), &text);
        let name = if lang == "en" { "www" } else { "zwei" };
        machine.folder.file("config.toml", text.replace("www", name));
        let done = machine.ends(&format!("issue {name} --yes --lang {lang}"), Exit::Done);
        done.says(warning);
    }
    assert_eq!(called(&endpoint).iter().filter(|action| action.starts_with("CreateCertificate")).count(), 2);
}
