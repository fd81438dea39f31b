//! The tree of commands has everything that the description has.

use crate::setup::words::kebab;
use crate::setup::{actions, bare, command, split};
use clap::{Arg, Command};
use cloudcert::model::{Action, Api, Field, Type};
use cloudcert_cli::Exit;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::OnceLock;

/// The tree in English, built once.
fn tree() -> &'static Command {
    static TREE: OnceLock<Command> = OnceLock::new();
    TREE.get_or_init(|| cloudcert_cli::command("en"))
}

fn of_action(tree: &'static Command, api: &Api, action: &Action) -> &'static Command {
    let of_api = tree.find_subcommand(command(api)).unwrap();
    of_api.find_subcommand(kebab(&action.name)).unwrap_or_else(|| panic!("{} has no command", action.name))
}

/// The option of a parameter, which the vendor's spelling finds whatever its name is.
pub(crate) fn option_name(api: &Api, action: &Action, wire: &str) -> String {
    find(of_action(tree(), api, action), wire).unwrap_or_else(|| panic!("{wire}")).get_long().unwrap().to_owned()
}

fn find<'a>(command: &'a Command, alias: &str) -> Option<&'a Arg> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_global_set())
        .find(|arg| arg.get_all_aliases().is_some_and(|all| all.contains(&alias)) || arg.get_long() == Some(alias))
}

/// The vendor's spellings of a parameter and of its members.
fn spellings(api: &Api, action: &Action, field: &Field, above: &str, deep: usize, out: &mut Vec<String>) {
    let own = format!("{above}{}", field.wire);
    let inner = match &field.kind {
        Type::Structure(name) | Type::JsonText(name) if deep < 3 => Some(name),
        _ => None,
    };
    let defined = cloudcert::model::defined(action.parameters.iter());
    let structure = inner.and_then(|name| {
        let here = defined.iter().copied().find(|of| of.name == *name);
        here.or_else(|| api.structures().into_iter().find(|of| of.name == *name))
    });
    for member in structure.map(|of| of.fields.as_slice()).unwrap_or_default() {
        spellings(api, action, member, &format!("{own}."), deep + 1, out);
    }
    out.push(own);
}

#[test]
fn both_trees_pass_the_assertions_of_the_parser() {
    for lang in ["en", "zh"] {
        let tree = cloudcert_cli::command(lang);
        tree.clone().debug_assert();
        let described = actions().count();
        let built = cloudcert::model::apis().iter().filter_map(|api| tree.find_subcommand(command(api)));
        let built = built.flat_map(Command::get_subcommands).filter(|of| of.get_name() != "wait");
        assert_eq!(built.count(), described);
    }
}

#[test]
fn every_parameter_and_member_has_an_option_by_both_spellings() {
    let mut count = 0;
    let mut renamed = String::new();
    for (api, action) in actions() {
        let command = of_action(tree(), api, action);
        assert_eq!(command.get_all_aliases().next().is_some(), kebab(&action.name) != action.name);
        assert!(command.get_all_aliases().all(|alias| alias == action.name));
        let mut all = Vec::new();
        action.parameters.iter().for_each(|field| spellings(api, action, field, "", 0, &mut all));
        for spelling in all {
            let arg = find(command, &spelling).unwrap_or_else(|| panic!("{} has no option {spelling}", action.name));
            let (long, plain) = (arg.get_long().unwrap(), spelling.split('.').map(kebab).collect::<Vec<_>>().join("."));
            if long != plain {
                assert_eq!(long, format!("param-{plain}"));
                writeln!(renamed, "{} {} --{long}", api.id, action.name).unwrap();
            }
            assert!(arg.get_help().is_some() && arg.get_long_help().is_some(), "{} {spelling}", action.name);
            count += 1;
        }
    }
    assert!(
        count > actions().map(|(_, action)| action.parameters.len()).sum::<usize>(),
        "members have no options: {count}"
    );
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("renamed", renamed);
    });
}

#[test]
fn every_waiter_has_a_command() {
    for (api, action) in actions() {
        for waiter in &action.waiters {
            let wait = tree().find_subcommand(command(api)).unwrap().find_subcommand("wait").unwrap();
            let own = wait.find_subcommand(waiter.name.replace('_', "-")).unwrap();
            assert!(own.get_all_aliases().any(|alias| alias == waiter.name) || !waiter.name.contains('_'));
            for field in &action.parameters {
                assert!(find(own, &field.wire).is_some(), "{} lacks {}", waiter.name, field.wire);
            }
            assert!(find(own, "deadline").is_some());
            assert_eq!(find(own, "not-found-for").is_some(), !waiter.tolerate.is_empty());
        }
    }
}

#[test]
fn no_parameter_can_take_the_name_of_an_own_option() {
    let own = |command: &Command, vendor: &BTreeSet<String>| {
        let all = command.get_arguments().filter_map(Arg::get_long).filter(|long| !vendor.contains(*long));
        all.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    // Options that are no parameter of an action; a parameter of this name must have been renamed.
    let mut reserved = BTreeSet::new();
    for (api, action) in actions() {
        let command = of_action(tree(), api, action);
        let mut all = Vec::new();
        action.parameters.iter().for_each(|field| spellings(api, action, field, "", 0, &mut all));
        all.extend(api.common_parameters.iter().map(|of| of.wire.clone()));
        let vendor = all.iter().filter_map(|of| find(command, of)?.get_long().map(str::to_owned)).collect();
        reserved.extend(own(command, &vendor));
    }
    reserved.extend(tree().get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)));
    reserved.extend(["help", "version", "deadline", "not-found-for"].map(str::to_owned));
    let source = include_str!("../../src/names.rs");
    let list = source.split_once("OWN: &[&str] = &[").unwrap().1.split_once("];").unwrap().0;
    let listed: BTreeSet<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(listed, reserved);
}

#[test]
fn vendor_spellings_work() {
    let line = "aliyun-cas CreateCertificateRequest --Domain www.example.com --Email ops@example.com --Phone 13800000000 \
         --Username Ops --ValidateType DNS --ProductCode digicert-free-1-free --dry-run";
    let dry = bare(split(line))
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
        .ends(Exit::Done);
    assert!(dry.out.contains("Domain") && dry.out.contains("www.example.com"), "{}", dry.out);
    let by_id = split("ksyun-kcm-2016-03-04 ListCertificates --skeleton");
    let by_name = split("ksyun-kcm list-certificates --skeleton");
    assert_eq!(bare(by_id).ends(Exit::Done).out, bare(by_name).ends(Exit::Done).out);
}

#[test]
fn the_value_of_an_option_is_no_command() {
    let done = bare(split("--profile aliyun-cas ksyun-kcm list-certificates --skeleton")).ends(Exit::Done);
    assert!(done.json().is_object());
    bare(split("call aliyun-cas --help")).ends(Exit::Done);
}

/// Calls this for a command and those below it.
fn walk(command: &mut Command, each: &mut dyn FnMut(&mut Command)) {
    each(command);
    command.get_subcommands_mut().for_each(|inner| walk(inner, each));
}

#[test]
fn every_help_can_be_shown() {
    for lang in ["en", "zh"] {
        let mut tree = cloudcert_cli::command(lang);
        tree.build();
        let mut count = 0;
        walk(&mut tree, &mut |command| {
            let (long, short) = (command.render_long_help().to_string(), command.render_help().to_string());
            let usage = if lang == "zh" { "用法：" } else { "Usage: " };
            assert!(long.contains(usage) && short.contains(usage), "{long}");
            assert!(command.get_about().is_some(), "{} says nothing", command.get_name());
            count += 1;
        });
        assert!(count > actions().count(), "{count}");
    }
}

#[test]
#[cfg(unix)]
fn arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let odd = std::ffi::OsStr::from_bytes(b"\xff");
    for words in [vec![odd], vec!["aliyun-cas".as_ref(), odd], vec!["aliyun-cas".as_ref(), "list-csr".as_ref(), odd]] {
        bare(words).ends(Exit::Usage);
    }
}

#[test]
fn each_level_has_help() {
    for (api, action) in actions().step_by(9) {
        let (api, action) = (command(api), kebab(&action.name));
        for lang in ["en", "zh"] {
            for flag in ["--help", "-h"] {
                let done = bare([&api, &action, flag, "--lang", lang]).ends(Exit::Done);
                assert!(done.err.is_empty() && done.out.contains(&action), "{}", done.out);
            }
        }
    }
    for line in ["", "aliyun-cas", "ksyun-kcm wait"] {
        // Without a command there is help too, but it is a mistake.
        bare(split(line)).ends(Exit::Usage);
        bare(split(line).into_iter().chain(["--help"])).ends(Exit::Done);
    }
}
