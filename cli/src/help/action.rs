//! The command of an action, and that of a waiter.

use super::text::{details, is_required};
use super::value::{long, placeholder, short};
use crate::lang::Lang;
use crate::names;
use crate::options::{self, Opt, Takes};
use clap::{Arg, ArgAction, Command};
use cloudcert::model::{Action, Api, Type, Waiter};

/// The command of an action. `api_command` is `cloudcert aliyun-cas`.
pub(crate) fn action(api: &Api, of: &Action, api_command: &str, lang: Lang) -> Command {
    let name = names::command(&of.name);
    let alias = Some(of.name.clone()).filter(|alias| *alias != name);
    let command = Command::new(name.clone())
        .aliases(alias)
        .about(lang.of(&of.title).to_owned())
        .long_about(format!("{}\n\n{}", lang.of(&of.title), lang.paragraph(&of.doc)))
        .after_long_help(details(api, of, &format!("{api_command} {name}"), lang))
        .after_help(lang.say(
            "`--help` says more: effect, cost, rules, errors, an example.",
            "`--help` 有更多说明：影响、费用、规则、错误和示例。",
        ));
    let command = with_parameters(command, api, of, lang);
    let mut own = vec![
        Arg::new("input")
            .long("input")
            .value_name("FILE|-")
            .help(lang.say("Reads the request from JSON; options win over it", "从 JSON 读取请求；选项优先")),
        Arg::new("skeleton")
            .long("skeleton")
            .action(ArgAction::SetTrue)
            .help(lang.say("Prints a request for `--input`, and sends nothing", "打印可用于 `--input` 的请求，不发送")),
        Arg::new("dry-run")
            .long("dry-run")
            .value_name("FORM")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("request")
            .value_parser(["request", "curl", "sign"])
            .help(lang.say(
                "Shows the signed request, a curl command, or the string to sign; sends nothing",
                "显示已签名的请求、curl 命令或待签名串，不发送",
            )),
        Arg::new("extra")
            .long("extra")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .help(lang.say("Adds a parameter that the description does not know", "添加描述中没有的参数")),
        Arg::new("skip-validation")
            .long("skip-validation")
            .action(ArgAction::SetTrue)
            .help(lang.say("Sends the request even if it breaks rules", "即使不符合规则也发送")),
        Arg::new("write").long("write").value_name("FIELD=FILE").action(ArgAction::Append).help(lang.say(
            "Writes a field of the response to a new file that only you can read; the way to get secrets",
            "将响应字段写入仅本人可读的新文件；获取秘密的唯一方式",
        )),
    ];
    if of.paginator.is_some() {
        own.push(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .conflicts_with("write")
                .help(lang.say("Reads all pages", "读取所有分页")),
        );
        own.push(
            Arg::new("max-items")
                .long("max-items")
                .value_name("N")
                .value_parser(move |text: &str| at_least_one(text, lang))
                .conflicts_with("write")
                .help(lang.say("Reads pages until it has so many items", "读到这么多项为止")),
        );
    }
    own.push(
        Arg::new("yes")
            .long("yes")
            .short('y')
            .action(ArgAction::SetTrue)
            .help(lang.say("Does what costs or cannot be undone without asking", "对产生费用或不可撤销的操作不再询问")),
    );
    let every = lang.say("Parameters of every request", "每个请求的参数");
    let command = command.args(options::common(api).map(|(of, name)| {
        let doc = lang.paragraph(&of.doc);
        Arg::new(name.clone()).long(name).alias(of.wire.clone()).value_name("VALUE").help(doc).help_heading(every)
    }));
    let heading = lang.say("Options of the command", "命令选项");
    command.next_help_heading(heading).args(own.into_iter().map(|arg| arg.help_heading(heading)))
}

/// Reads how many items are wanted.
fn at_least_one(text: &str, lang: Lang) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| lang.say("write a whole number from 1", "请写不小于 1 的整数").to_owned())
}

/// The command of a waiter: the parameters of the action that it polls, and its deadline.
pub(crate) fn waiter(api: &Api, of: &Action, waiter: &Waiter, lang: Lang) -> Command {
    let poll = &waiter.poll;
    let facts = match lang {
        Lang::En => format!(
            "Calls {} every {} to {} seconds. Ends well in: {}. Ends with an error in: {}.",
            of.name,
            poll.first_seconds,
            poll.most_seconds,
            waiter.success.join(", "),
            waiter.failure.join(", ")
        ),
        Lang::Zh => format!(
            "每隔 {} 至 {} 秒调用 {}。成功状态：{}。失败状态：{}。",
            poll.first_seconds,
            poll.most_seconds,
            of.name,
            waiter.success.join("、"),
            waiter.failure.join("、")
        ),
    };
    let tolerance = (!waiter.tolerate.is_empty()).then(|| {
        let seconds = move |text: &str| crate::duration::parse(text, lang);
        Arg::new("not-found-for").long("not-found-for").value_name("DURATION").value_parser(seconds).help(lang.say(
            "How long the service may answer that it is not found: something new becomes visible late [default: 60s]",
            "服务返回“不存在”时最多容忍多久：新建的对象可能稍后才可见 [默认：60s]",
        ))
    });
    let seconds = move |text: &str| crate::duration::parse(text, lang);
    let name = names::command(&waiter.name);
    let alias = Some(waiter.name.clone()).filter(|alias| *alias != name);
    let command = Command::new(name).aliases(alias).about(lang.paragraph(&waiter.doc)).after_help(facts);
    let command = with_parameters(command, api, of, lang);
    command
        .next_help_heading(lang.say("Options of the command", "命令选项"))
        .args(tolerance)
        .arg(Arg::new("deadline").long("deadline").value_name("DURATION").value_parser(seconds).help(match lang {
            Lang::En => {
                format!("How long to wait at most, such as 90s, 10m or 2h [default: {}s]", poll.deadline_seconds)
            }
            Lang::Zh => format!("最长等待时间，例如 90s、10m、2h [默认：{}s]", poll.deadline_seconds),
        }))
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("FILE|-")
                .help(lang.say("Reads the request from JSON; options win over it", "从 JSON 读取请求；选项优先")),
        )
        .arg(Arg::new("write").long("write").value_name("FIELD=FILE").action(ArgAction::Append).help(lang.say(
            "Writes a field of the last response to a new file that only you can read",
            "将最后一次响应的字段写入仅本人可读的新文件",
        )))
}

/// Adds an option for each parameter and member.
fn with_parameters(command: Command, api: &Api, action: &Action, lang: Lang) -> Command {
    let options = options::of(api, action);
    let (required, rest): (Vec<&Opt<'_>>, Vec<&Opt<'_>>) = options.iter().partition(|option| is_required(option));
    let headings = [lang.say("Required parameters", "必填参数"), lang.say("Parameters", "可选参数")];
    let args = [required, rest].into_iter().zip(headings).flat_map(|(options, heading)| {
        options.into_iter().map(|option| parameter(api, option, lang).help_heading(heading)).collect::<Vec<_>>()
    });
    command.args(args)
}

fn parameter(api: &Api, option: &Opt<'_>, lang: Lang) -> Arg {
    let mut arg = Arg::new(option.long.clone())
        .long(option.long.clone())
        .value_name(placeholder(option))
        .help(short(option, lang))
        .long_help(long(api, option, lang));
    if option.alias != option.long {
        arg = arg.alias(option.alias.clone());
    }
    match option.takes {
        Takes::Flag => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
        Takes::Values { .. } | Takes::Objects | Takes::Entries => arg.action(ArgAction::Append),
        Takes::Value if matches!(option.field.kind, Type::I32 | Type::I64 | Type::F64) => {
            arg.allow_negative_numbers(true)
        }
        // A key that somebody writes here by mistake begins with hyphens, and the parser would repeat it in its error.
        Takes::Secret { .. } | Takes::File(_) => arg.allow_hyphen_values(true),
        _ => arg,
    }
}
