//! `cloudcert config`: where the configuration is, what counts, and an example to begin from. It never shows a secret.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::names;
use crate::output;
use crate::profile::{self, Cloud, Entry, Place};
use clap::{ArgMatches, Command};
use cloudcert::{REDACTED, dynamic};
use serde_json::json;
use std::fs::DirBuilder;
use std::path::Path;

/// The example that `init` writes.
const EXAMPLE: &str = "\
# The configuration of cloudcert. It names sources of credentials and never holds a key.
# `cloudcert config show` says what counts, and `cloudcert check` whether it works.
#
# A profile is used with --profile NAME, or CLOUDCERT_PROFILE=NAME.

# [profiles.prod]
# cloud = \"aliyun\"                  # aliyun or ksyun
# credentials = \"aliyun-cli:prod\"   # a profile of the file of the tool `aliyun`
# region = \"cn-hangzhou\"

# [profiles.kingsoft]
# cloud = \"ksyun\"
# credentials = \"ksyun-file:default\" # a section of ~/.ks/credentials
# project = 100001                  # where a request names no project

# [profiles.local]
# cloud = \"aliyun\"
# credentials = \"env\"               # variables: ALIBABA_CLOUD_ACCESS_KEY_ID and so on
# endpoint = \"http://127.0.0.1:8080\" # started by `cloudcert emulate --listen 127.0.0.1:8080`

# `credentials` is one of
#   chain                 all sources that the cloud's own tools know, in their order (the default)
#   env                   the variables of the cloud
#   aliyun-cli:NAME       a profile of ~/.aliyun/config.json
#   aliyun-file:SECTION   a section of ~/.alibabacloud/credentials
#   ksyun-file:SECTION    a section of ~/.ks/credentials

# What `cloudcert issue www` orders, how the domain is proved, and where the certificate goes.
# [certificates.www]
# profile = \"prod\"
# names = [\"www.example.com\"]         # the main domain first
# product = \"geotrust-dv-1-starter\"   # what it costs follows from it
# contact = { name = \"Li Lei\", email = \"ops@example.com\", phone = \"13800000000\" }
# prove = { dns = { hook = \"zone\" } } # or { webroot = \"/srv/www\" }, { manual = \"dns\" }
# deploy = [\"nginx\"]
# renew = { auto = true }             # a timer may order without asking

# Programs that publish proofs and take them away, or are told of what happened.
# [hooks.zone]
# command = [\"/usr/local/lib/cloudcert/zone\"]

# [deploy.nginx]
# kind = \"files\"                      # or command, cas-upload, kcm-upload, cas-deploy
# folder = \"/etc/nginx/tls/www\"       # nginx names /etc/nginx/tls/www/current/fullchain.pem and privkey.pem
# reload = [\"systemctl\", \"reload\", \"nginx\"]
";

/// The example in Chinese.
const EXAMPLE_ZH: &str = "\
# cloudcert 的配置。只写凭证的来源，不写密钥。
# `cloudcert config show` 显示生效的设置，`cloudcert check` 检查能否正常工作。
#
# 用 --profile 名称 或 CLOUDCERT_PROFILE=名称 选用其中一个。

# [profiles.prod]
# cloud = \"aliyun\"                  # aliyun 或 ksyun
# credentials = \"aliyun-cli:prod\"   # 工具 `aliyun` 配置文件中的配置
# region = \"cn-hangzhou\"

# [profiles.kingsoft]
# cloud = \"ksyun\"
# credentials = \"ksyun-file:default\" # ~/.ks/credentials 中的一节
# project = 100001                  # 请求未指定项目时使用

# [profiles.local]
# cloud = \"aliyun\"
# credentials = \"env\"               # 环境变量 ALIBABA_CLOUD_ACCESS_KEY_ID 等
# endpoint = \"http://127.0.0.1:8080\" # 由 `cloudcert emulate --listen 127.0.0.1:8080` 启动

# `credentials` 的取值：
#   chain                 按顺序尝试官方工具的所有凭证来源（默认）
#   env                   该云的环境变量
#   aliyun-cli:名称       ~/.aliyun/config.json 中的配置
#   aliyun-file:节        ~/.alibabacloud/credentials 中的一节
#   ksyun-file:节         ~/.ks/credentials 中的一节

# `cloudcert issue www` 订购什么、如何验证域名、证书部署到哪里。
# [certificates.www]
# profile = \"prod\"
# names = [\"www.example.com\"]         # 主域名在前
# product = \"geotrust-dv-1-starter\"   # 决定费用
# contact = { name = \"Li Lei\", email = \"ops@example.com\", phone = \"13800000000\" }
# prove = { dns = { hook = \"zone\" } } # 或 { webroot = \"/srv/www\" }、{ manual = \"dns\" }
# deploy = [\"nginx\"]
# renew = { auto = true }             # 定时器可以不经询问订购

# 发布和移除验证信息，或接收通知的程序。
# [hooks.zone]
# command = [\"/usr/local/lib/cloudcert/zone\"]

# [deploy.nginx]
# kind = \"files\"                      # 或 command、cas-upload、kcm-upload、cas-deploy
# folder = \"/etc/nginx/tls/www\"       # nginx 引用 /etc/nginx/tls/www/current/fullchain.pem 和 privkey.pem
# reload = [\"systemctl\", \"reload\", \"nginx\"]
";

/// The command.
pub(crate) fn command(lang: Lang) -> Command {
    let inner = |name: &'static str, en: &'static str, zh: &'static str| Command::new(name).about(lang.say(en, zh));
    Command::new("config")
        .about(lang.say("Shows the configuration, or writes an example of one", "显示配置，或写出示例配置"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(inner("show", "Shows the settings that count, and where each is from", "显示生效的设置及其来源"))
        .subcommand(inner("path", "Prints where the configuration is read from", "打印配置文件的路径"))
        .subcommand(inner(
            "init",
            "Writes an example with comments, unless there is a configuration",
            "写出带注释的示例配置，不覆盖已有文件",
        ))
}

/// Runs it.
pub(crate) fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    let Some(place) = profile::place(context) else {
        let lang = context.lang;
        let message =
            lang.say("no configuration can be found, because HOME is not set", "未设置 HOME，无法确定配置文件");
        return Err(Failure::new(Exit::Unconfigured, message)
            .remedy(lang.say("name one with --config FILE.", "请用 --config 指定文件。")));
    };
    match name {
        "path" => context.print_text(&place.file.display().to_string()),
        "init" => init(context, &place.file),
        _ => show(context, inner, &place),
    }
}

/// Writes the example. Nobody else can read the file from the first byte on, because people put keys where they do not belong.
fn init(context: &Context, file: &Path) -> Result<(), Failure> {
    let lang = context.lang;
    let failed = |error: std::io::Error| {
        let wrong = lang.say("cannot write", "无法写入");
        Failure::new(Exit::Failed, format!("{wrong} `{}`: {}", file.display(), lang.system(&error)))
    };
    if file.symlink_metadata().is_ok() {
        let wrong = lang.say("is there already, and is left as it is:", "已存在，未作更改：");
        return Err(Failure::new(Exit::Usage, format!("{wrong} `{}`", file.display())).remedy(
            lang.say("edit it, or name another file with --config.", "请直接编辑，或用 --config 指定其他文件。"),
        ));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    output::create(file, lang.say(EXAMPLE, EXAMPLE_ZH)).map_err(failed)?;
    context.print_text(&file.display().to_string())
}

/// Prints a row for each setting: what it is, and where it is from.
fn show(context: &Context, matches: &ArgMatches, place: &Place) -> Result<(), Failure> {
    let file = profile::read(context)?;
    let mut rows = Vec::new();
    let mut say = |setting: &str, value: &str, from: &str| {
        rows.push(json!({ "setting": setting, "value": value, "from": from }));
    };
    let absent = if place.file.exists() { "" } else { context.lang.say(" (no such file)", "（文件不存在）") };
    say("config", &format!("{}{absent}", place.file.display()), place.from);
    let named = profile::name(context);
    let (profile, from) = named.as_ref().map_or(("", "default"), |(name, from)| (name.as_str(), *from));
    say("profile", profile, from);
    say("output", context.format.form.name(), origin(matches, "output", &["CLOUDCERT_OUTPUT"]));
    let locale = ["CLOUDCERT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
    say("lang", context.lang.say("en", "zh"), origin(matches, "lang", &locale));
    let used = named.as_ref().and_then(|(name, _)| file.profiles.get(name));
    let all: Vec<&str> = dynamic::apis().collect();
    for api in names::newest() {
        let short = names::api(api, &all);
        let credentials = context
            .profile(api)
            .map_or_else(|failure| failure.report.message.of(context.lang.into()).to_owned(), |profile| profile.from);
        say(&format!("{short}.credentials"), &credentials, from);
        if used.is_some_and(|entry| Cloud::of(api) != Some(entry.cloud)) {
            continue;
        }
        let endpoint = context.client(api).map_or_else(
            |failure| failure.report.message.of(context.lang.into()).to_owned(),
            |client| client.endpoint(),
        );
        say(&format!("{short}.endpoint"), &endpoint, of_endpoint(context, api, used));
    }
    let path = place.file.display().to_string();
    for (name, entry) in &file.profiles {
        let mut of = |key: &str, value: &str| say(&format!("profiles.{name}.{key}"), value, &path);
        of("cloud", entry.cloud.name());
        of("credentials", entry.source().unwrap_or(REDACTED));
        entry.region.iter().for_each(|region| of("region", region));
        entry.project.iter().for_each(|project| of("project", &project.to_string()));
        // One with a password in it is refused where it is used, and not shown here.
        let endpoint = |url: &String| if url.contains(['@', '?', '#']) { REDACTED.to_owned() } else { url.clone() };
        entry.endpoint.iter().for_each(|url| of("endpoint", &endpoint(url)));
    }
    context.print_rows(rows, &["setting", "value", "from"])
}

/// What sets an option of all commands.
fn origin(matches: &ArgMatches, option: &str, variables: &[&'static str]) -> &'static str {
    if matches.contains_id(option) {
        return if option == "lang" { "--lang" } else { "--output" };
    }
    let is_set = |name: &&&str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    variables.iter().find(is_set).copied().unwrap_or("default")
}

/// What names the endpoint that counts.
fn of_endpoint(context: &Context, api: &str, used: Option<&Entry>) -> &'static str {
    if context.endpoint.is_some() {
        return "--endpoint";
    }
    if used.is_some_and(|entry| entry.endpoint.is_some()) {
        return "profile";
    }
    // Which of the variables for all services and for one of them it is, the SDK decides.
    let by_variable = std::env::vars_os().any(|(name, value)| {
        name.to_str().is_some_and(|name| name.starts_with("CLOUDCERT_ENDPOINT_URL")) && !value.is_empty()
    });
    if by_variable {
        "CLOUDCERT_ENDPOINT_URL"
    } else if context.region.is_some() {
        "--region"
    } else if used.is_some_and(|entry| entry.region.is_some()) {
        "profile"
    } else if context.profile(api).is_ok_and(|profile| profile.region_of_file(api).is_some()) {
        "region_id"
    } else {
        "default"
    }
}
