//! The program's own command, and that of an API version.

use super::action::{action, waiter};
use crate::lang::Lang;
use crate::names;
use clap::{Arg, ArgAction, Command};
use cloudcert::dynamic;
use cloudcert::model::Api;

/// Whether the arguments name a command. Only those get their options, so that the program starts at once.
pub(crate) type IsNamed<'a> = &'a dyn Fn(&str) -> bool;

/// The command of an API version with all its actions and waiters.
pub(crate) fn api(of: &Api, all: &[&str], is_named: IsNamed<'_>, lang: Lang) -> Command {
    let name = names::api(&of.id, all);
    let mut command =
        summary(of, name, lang).subcommand_required(true).arg_required_else_help(true).disable_help_subcommand(true);
    let api_command = format!("cloudcert {name}");
    let mut actions: Vec<_> = of.actions.iter().collect();
    // By group, as the description lists them.
    actions.sort_by_key(|action| of.groups.iter().position(|group| Some(&group.name) == action.group.as_ref()));
    for (order, of_action) in actions.into_iter().enumerate() {
        let name = names::command(&of_action.name);
        let whole = is_named(&name) || is_named(&of_action.name);
        let of_action = if whole {
            action(of, of_action, &api_command, lang)
        } else {
            Command::new(name).about(lang.of(&of_action.title).to_owned())
        };
        command = command.subcommand(of_action.display_order(order));
    }
    let waiters = of.actions.iter().flat_map(|action| action.waiters.iter().map(move |waiter| (action, waiter)));
    let mut wait = Command::new("wait")
        .about(lang.say("Waits until something has happened", "等待某事完成"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
    let is_wanted = is_named("wait");
    for (of_action, of_waiter) in waiters {
        if !is_wanted {
            wait = wait.subcommand(Command::new(names::command(&of_waiter.name)));
            continue;
        }
        wait = wait.subcommand(waiter(of, of_action, of_waiter, lang));
    }
    if wait.has_subcommands() { command.subcommand(wait.display_order(usize::MAX)) } else { command }
}

/// The command of an API version without its actions, for the list of commands.
pub(super) fn summary(of: &Api, name: &str, lang: Lang) -> Command {
    let legacy = of.legacy.as_ref().map(|legacy| format!("\n\n{}", lang.paragraph(&legacy.doc))).unwrap_or_default();
    let mut command = Command::new(name.to_owned())
        .about(format!("{} ({})", lang.of(&of.title), of.version))
        .long_about(format!("{}{legacy}", lang.paragraph(&of.doc)));
    if name != of.id {
        command = command.alias(of.id.clone());
    }
    command
}

/// The program without the commands that are no API version. `chosen` is the API version whose actions the arguments name, as far as it was read.
pub(crate) fn root(chosen: Option<&Api>, is_named: IsNamed<'_>, lang: Lang) -> Command {
    let all: Vec<&str> = dynamic::apis().collect();
    let mut command = Command::new("cloudcert")
        .version(env!("CARGO_PKG_VERSION"))
        .about(lang.say(
            "Certificates of Alibaba Cloud and Kingsoft Cloud from the shell. Unofficial: not made or supported by either cloud.",
            "在命令行中使用阿里云与金山云的证书服务。非官方工具，与两家云厂商无关。",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .infer_long_args(false)
        .next_help_heading(lang.say("Options of all commands", "通用选项"))
        .args(global(lang));
    for (order, id) in all.iter().enumerate() {
        let name = names::api(id, &all);
        let of = match chosen {
            Some(of) if of.id == *id => Some(api(of, &all, is_named, lang)),
            _ => dynamic::title(id).map(|[en, zh]| {
                let version = id.get(id.len().saturating_sub(10)..).unwrap_or(id);
                Command::new(name.to_owned()).about(format!("{} ({version})", lang.say(en, zh)))
            }),
        };
        command = command.subcommands(of.map(|of| of.display_order(order)));
    }
    command
}

/// A command and those below it with what the parser itself says in this language.
pub(crate) fn localized(command: Command, lang: Lang) -> Command {
    if lang == Lang::En {
        return command;
    }
    let command = command
        .mut_subcommands(|inner| localized(inner, lang))
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .help_template("{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}");
    if command.is_disable_help_flag_set() {
        return command;
    }
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let help = help.help("显示帮助（-h 为摘要，--help 为全文）").help_heading("通用选项").display_order(usize::MAX);
    let command = command.disable_help_flag(true).arg(help);
    if command.get_version().is_none() {
        return command;
    }
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    command.disable_version_flag(true).arg(version.help("显示版本").help_heading("通用选项").display_order(usize::MAX))
}

/// Whether this argument is an option of all commands whose value is the next argument.
pub(crate) fn takes_value(argument: &str) -> bool {
    let Some(name) = argument.strip_prefix("--") else { return false };
    global(Lang::En).iter().any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values())
}

/// The options of all commands.
fn global(lang: Lang) -> Vec<Arg> {
    let option = |name: &'static str, value: &'static str, en: &'static str, zh: &'static str| {
        Arg::new(name).long(name).value_name(value).global(true).help(lang.say(en, zh))
    };
    vec![
        option(
            "profile",
            "NAME",
            "Uses this profile of the configuration, or of the cloud's own tools",
            "使用配置文件或云厂商工具中的此配置",
        ),
        option("region", "REGION", "Calls the service in this region", "调用此地域的服务"),
        option("endpoint", "URL", "Calls this address, for example the local endpoint", "调用此地址，例如本地端点"),
        option("config", "FILE", "Reads this configuration", "读取此配置文件"),
        option(
            "timeout",
            "DURATION",
            "How long a call may take with its retries, such as 30s",
            "一次调用（含重试）的最长时间，例如 30s",
        )
        .value_parser(move |text: &str| crate::duration::parse(text, lang)),
        option(
            "output",
            "FORMAT",
            "How to print: json, jsonl, table, text or none",
            "输出格式：json、jsonl、table、text 或 none",
        )
        .value_parser(["json", "jsonl", "table", "text", "none"]),
        option("query", "JMESPATH", "Prints only what this expression selects", "只打印此表达式选出的内容"),
        option("columns", "LIST", "The columns of a table, parted by commas", "表格的列，以逗号分隔"),
        Arg::new("no-header")
            .long("no-header")
            .global(true)
            .action(ArgAction::SetTrue)
            .help(lang.say("Leaves the header of a table out", "不打印表头")),
        option("lang", "LANG", "The language of help and messages: en or zh", "帮助和消息的语言：en 或 zh")
            .value_parser(["en", "zh"]),
    ]
}
