//! Bad input: refused before anything is sent, with its file and line, and with what to do.

use super::proofs::program;
use super::ways::{BY_HAND, Way};
use super::{Machine, config};
use crate::setup::{Done, Folder, called, cloudcert, endpoint, split};
use cloudcert_cli::Exit;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

/// A user and a group that every system has.
const NOBODY: u32 = 65534;
/// Commands that would order, go on or change something.
const COMMANDS: [&str; 3] = ["issue www --yes", "renew", "revoke www --reason test --yes"];

fn set(path: impl AsRef<Path>, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The line of a text, counted from 1.
fn line_of(text: &str, part: &str) -> usize {
    let place = text.find(part).unwrap_or_else(|| panic!("{part} is not in: {text}"));
    text[..place].matches('\n').count() + 1
}

/// Refused by every command, in this line, with what it says and what to do.
#[track_caller]
fn refused(url: &str, text: &str, line: usize, said: &str) {
    let machine = Machine::new(url, text);
    for command in COMMANDS {
        let done = machine.ends(command, Exit::Unconfigured);
        done.says(&format!("{}:{line}: ", machine.folder.path("config.toml")));
        done.says(said);
        done.says("next: ");
        // `renew` has a row of each certificate in any case, for those who watch its runs.
        assert!(done.out.is_empty() || command == "renew", "{command}: {}", done.out);
    }
    // A run of `renew` is remembered even if it could not begin.
    let mut folders = vec![machine.folder.0.join("state")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(entry.file_name(), "last-run.json", "nothing else was made: {said}");
            }
        }
    }
}

#[test]
fn mistakes_of_the_configuration_have_their_line_and_send_nothing() {
    let endpoint = endpoint();
    let plain = config("renew = { auto = true }");
    let manual = "prove = { manual = \"dns\" }";
    let names = "names = [\"www.example.com\"]";
    // What stands in the configuration, what stands in its place, and what is said.
    let edits = [
        ("product =", "produkt =", "`certificates.www.produkt`"),
        ("renew = { auto = true }", "renew = { auto = \"yes\" }", "true or false"),
        ("renew = { auto = true }", "renew = { autos = true }", "Did you mean `auto`"),
        ("renew = { auto = true }", "renew = [\"auto\"]", "must be a table"),
        ("renew = { auto = true }", "renew = { before = 30 }", "a whole number with its unit"),
        ("renew = { auto = true }", "[certificates.www]", "there twice"),
        ("renew = { auto = true }", "deploy = [\"web\"]", "names a target that the configuration does not have"),
        ("renew = { auto = true }", "deploy = \"web\"", "must be a list of texts"),
        ("renew = { auto = true }", "key = \"rsa-1024\"", "must be one of"),
        ("renew = { auto = true }", "api = \"kcm\"", "which Alibaba Cloud does not have"),
        ("renew = { auto = true }", "access_key_secret = \"CANARY\"", "looks like a key or a password"),
        (names, "names = \"www.example.com\"", "must be a list of texts"),
        (names, "names = []", "has no domain"),
        (names, "names = [\"\"]", "must be a text in quotes"),
        (names, "names = [\" \"]", "must be a text in quotes"),
        (names, "names = [\"www example.com\"]", "is not a domain"),
        (names, "names = [\"www.example.com\", \"WWW.example.com\"]", "a domain twice"),
        (names, "names = [\"www.example.com\", \"*.example.com\"]", "wildcard domains and others"),
        (names, "names = [1]", "must be a text in quotes"),
        (manual, "prove = { webroot = \"srv\" }", "must be an absolute path"),
        (manual, "prove = { webroot = \"/srv/../etc\" }", "without `..`"),
        (manual, "prove = { dns = { hook = \"zone\" } }", "names a hook that the configuration does not have"),
        (manual, "prove = { manual = \"dns\", webroot = \"/srv\" }", "has 2"),
        (manual, "prove = \"manual\"", "must be a table"),
        ("profile = \"p\"", "profile = \"q\"", "names a profile that the configuration does not have"),
        ("profile = \"p\"", "profile = 1", "must be a text"),
        ("profile = \"p\"", "profile = \"\"", "must be a text"),
        ("cloud = \"aliyun\"", "cloud = \"azure\"", "must be one of aliyun, ksyun"),
        ("cloud = \"aliyun\"", "cloud = \"aliyun\"\ncredentials = \"LTAICANARY0123456789\"", "looks like a key"),
        ("email = \"ops@example.com\"", "email = \"ops\"", "is not an email address"),
        ("[certificates.www]", "[certificates.www", "not TOML"),
    ];
    for (before, after, said) in edits {
        let text = plain.replacen(before, after, 1);
        assert_ne!(text, plain, "`{before}`");
        let part = after.lines().last().unwrap();
        let place = if after == "[certificates.www]" { text.rfind(after) } else { text.find(part) };
        let line = text[..place.unwrap()].matches('\n').count() + 1;
        refused(endpoint.url(), &text, line, said);
    }
    let missing = [
        ("product = \"geotrust-dv-1-starter\"\n", "`certificates.www.product` is missing"),
        ("profile = \"p\"\n", "`certificates.www.profile` is missing"),
        ("names = [\"www.example.com\"]\n", "`certificates.www.names` is missing"),
        ("prove = { manual = \"dns\" }\n", "`certificates.www.prove` is missing"),
    ];
    for (without, said) in missing {
        let text = plain.replacen(without, "", 1);
        refused(endpoint.url(), &text, line_of(&text, "[certificates.www]"), said);
    }
    let wild = plain.replace("www.example.com", "*.example.com").replace(manual, "prove = { webroot = \"/tmp\" }");
    refused(endpoint.url(), &wild, line_of(&wild, "prove"), "a wildcard domain");
    let cloudless = plain.replace("cloud = \"aliyun\"\n", "");
    refused(endpoint.url(), &cloudless, 1, "`profiles.p.cloud` is missing");
    for name in ["WWW", "\"\"", "\"../etc\"", "\"a b\"", "_direct-1"] {
        let text = plain.replace("[certificates.www]", &format!("[certificates.{name}]"));
        refused(endpoint.url(), &text, line_of(&text, "[certificates"), "cannot be a name");
    }
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn the_old_version_takes_no_key_of_this_machine() {
    let endpoint = endpoint();
    let text = Way::Old.config(endpoint.url(), BY_HAND, "").replace("key = \"service\"\n", "");
    let machine = Machine::new(endpoint.url(), &text);
    let done = machine.ends("issue www --yes", Exit::Unconfigured);
    done.says("config.toml:");
    done.says("key = \"service\"");
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn mistakes_of_a_profile_have_their_place_and_send_nothing() {
    let endpoint = endpoint();
    let profile = "cloud = \"aliyun\"";
    for (more, said) in [
        ("endpont = \"https://example.com\"", "endpont"),
        ("credentials = \"vault\"", "credentials"),
        ("credentials = \"ksyun-file:main\"", "credentials"),
        ("project = 1", "project"),
        ("region = 1", "string"),
        ("endpoint = \"example com\"", "endpoint"),
    ] {
        let text = config("").replace(profile, &format!("{profile}\n{more}"));
        let machine = Machine::new(endpoint.url(), &text);
        for command in ["issue www --yes", "renew"] {
            let mut run = machine.run(command);
            if more.starts_with("endpoint") {
                run.command.env_remove("CLOUDCERT_ENDPOINT_URL");
            }
            let done = run.ends(Exit::Unconfigured);
            done.says(said);
            done.says("next: ");
        }
    }
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

/// A run with a configuration at this path.
#[track_caller]
fn at(url: &str, path: &str, said: &str) -> Done {
    let state = Folder::new();
    let run = cloudcert(url, split("issue www --yes")).env("CLOUDCERT_CONFIG", path);
    let done = run.env("CLOUDCERT_STATE", &state.path("state")).ends(Exit::Unconfigured);
    done.says(path);
    done.says(said);
    done.says("next: ");
    done
}

#[test]
fn a_configuration_that_cannot_be_read_or_that_others_can_change_is_refused() {
    let endpoint = endpoint();
    let url = endpoint.url();
    let folder = Folder::new();
    set(&folder.0, 0o700);
    at(url, &folder.path("absent.toml"), "cannot be read");
    at(url, &folder.path(""), "is not a file");
    let link = |name: &str, to: &str| {
        symlink(to, folder.path(name)).unwrap();
        folder.path(name)
    };
    at(url, &link("dangling.toml", "/nowhere"), "cannot be read");
    at(url, &link("loop.toml", "loop.toml"), "cannot be read");
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    at(url, &pipe, "is not a file");
    at(url, &folder.file("binary.toml", b"a = \"\xff\"\n"), "not UTF-8");
    at(url, &folder.file("large.toml", "#".repeat(2 << 20)), "more than");
    let open = folder.file("open.toml", config(""));
    set(&open, 0o666);
    at(url, &open, "everybody can change");
    at(url, &link("link.toml", &open), "everybody can change");
    let done = cloudcert(url, split("issue www --yes")).env("HOME", "/nowhere").done();
    assert_eq!(done.code, Some(i32::from(Exit::Unconfigured.code())), "{}", done.all());
    assert!(done.err.contains("next: "), "{}", done.err);
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn programs_and_folders_that_are_not_safe_are_refused() {
    let endpoint = endpoint();
    let place = Folder::new();
    set(&place.0, 0o700);
    let hook = program(&place, "hook", "#!/bin/sh\n");
    let text = format!(
        "{}[hooks.zone]\ncommand = [\"{hook}\"]\n",
        config("").replace("{ manual = \"dns\" }", "{ dns = { hook = \"zone\" } }")
    );
    let line = line_of(&text, "[hooks.zone]");
    let wrong = |said: &str| refused(endpoint.url(), &text, line, said);
    set(&hook, 0o600);
    wrong("is not a program that this user can run");
    set(&hook, 0o702);
    wrong("everybody can change");
    set(&hook, 0o700);
    set(&place.0, 0o777);
    wrong("everybody can replace");
    set(&place.0, 0o700);
    // Only root can give something away.
    if chown(&hook, None, Some(NOBODY)).is_ok() {
        set(&hook, 0o770);
        wrong("another group can change");
        set(&hook, 0o700);
        chown(&hook, Some(NOBODY), None).unwrap();
        wrong("belongs to another user");
        chown(&hook, Some(0), Some(0)).unwrap();
        chown(&place.0, Some(NOBODY), None).unwrap();
        wrong("another user can replace");
        chown(&place.0, Some(0), None).unwrap();
    }
    std::fs::remove_file(&hook).unwrap();
    wrong("cannot be looked at");
    symlink("/nowhere", &hook).unwrap();
    wrong("cannot be looked at");
    std::fs::remove_file(&hook).unwrap();
    std::fs::create_dir(&hook).unwrap();
    wrong("is not a program");
    // A link to a program that is safe is as good as the program.
    std::fs::remove_dir(&hook).unwrap();
    symlink("/bin/true", &hook).unwrap();
    Machine::new(endpoint.url(), &text).ends("due", Exit::Done);
    let relative = text.replace(&hook, "hook");
    refused(endpoint.url(), &relative, line + 1, "begins with a relative path");
    let as_text = text.replace(&format!("[\"{hook}\"]"), &format!("\"{hook}\""));
    refused(endpoint.url(), &as_text, line + 1, "must be a list");

    let root = place.path("root");
    let text = config("").replace("{ manual = \"dns\" }", &format!("{{ webroot = \"{root}\" }}"));
    refused(endpoint.url(), &text, line_of(&text, "[certificates.www]"), "is not there");
    let target = place.0.join("tls");
    std::fs::create_dir(&target).unwrap();
    set(&target, 0o777);
    let text = format!(
        "{}\n[deploy.web]\nkind = \"files\"\nfolder = \"{}\"\n",
        config("deploy = [\"web\"]"),
        target.display()
    );
    refused(endpoint.url(), &text, line_of(&text, "[deploy.web]"), "everybody can write");
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn a_state_folder_that_others_can_write_is_refused_wherever_it_is_open() {
    let endpoint = endpoint();
    // Which of the folders is open, after all of them were made.
    for name in ["state", "state/local", "state/local/locks", "state/local/live", "state/local/keys"] {
        for mode in [0o777, 0o702, 0o770, 0o1777] {
            let machine = Machine::new(endpoint.url(), &config(""));
            machine.ends("due", Exit::Done);
            let path = machine.folder.path(name);
            std::fs::create_dir_all(&path).unwrap();
            set(&path, mode);
            let done = machine.ends("issue www --yes --no-wait", Exit::Unconfigured);
            assert!(done.all().contains(&path), "{name} {mode:o}: {}", done.all());
            assert!(done.all().contains("chmod"), "{name} {mode:o}: {}", done.all());
        }
    }
    let ordered = called(&endpoint).into_iter().filter(|action| action == super::ORDER).count();
    assert_eq!(ordered, 0);
    let machine = Machine::new(endpoint.url(), &config(""));
    machine.ends("due", Exit::Done);
    let journal = machine.folder.path("state/local/journal.sqlite3");
    set(&journal, 0o644);
    machine.ends("issue www --yes", Exit::Unconfigured).says(&journal);
    set(&journal, 0o600);
    let aside = machine.folder.path("aside");
    std::fs::rename(&journal, &aside).unwrap();
    symlink(&aside, &journal).unwrap();
    machine.ends("issue www --yes", Exit::Unconfigured).says(&journal);
}

#[test]
fn names_and_arguments_that_are_wrong_send_nothing() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    for line in [
        "issue",
        "issue www other --yes",
        "issue www --yes --wait soon",
        "issue www --yes --wait -1s",
        "issue www --yes --wait 1s --no-wait",
        "issue www --yes --names other.example.com",
        "renew --budget soon",
        "revoke www --yes",
        "cancel",
        "order",
        "order shred www",
        "units launchd",
    ] {
        let done = machine.ends(line, Exit::Usage);
        assert!(done.out.is_empty(), "{line}: {}", done.out);
    }
    for line in
        ["issue other --yes", "renew www other", "due other", "fetch other", "order show other", "issue WWW --yes"]
    {
        let done = machine.ends(line, Exit::Unconfigured);
        done.says("www");
        done.says("next: ");
    }
    let relative = machine.ends("issue www --yes --state here", Exit::Unconfigured);
    relative.says("absolute");
    relative.says("next: ");
    let now = machine.run("issue www --yes").env("CLOUDCERT_NOW", "tomorrow").ends(Exit::Unconfigured);
    now.says("CLOUDCERT_NOW");
    now.says("next: ");
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn certificates_of_overlapping_names_keep_their_orders_apart() {
    let endpoint = endpoint();
    let second =
        config("").replace("[profiles.p]\ncloud = \"aliyun\"\n", "").replace("certificates.www", "certificates.two");
    let machine = Machine::new(endpoint.url(), &format!("{}\n{second}", config("")));
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("order verify", Exit::Done);
    // Both have the name: the second one is ordered too, and neither is taken for the other's.
    machine.ends("issue two --yes", Exit::Done);
    machine.ends("order verify", Exit::Done);
    machine.ends("renew", Exit::Done);
    let ordered = called(&endpoint).into_iter().filter(|action| action == super::ORDER).count();
    assert_eq!(ordered, 2);
}
