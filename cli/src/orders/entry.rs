//! `cloudcert issue --domain`: a certificate that the configuration lacks is added to it before anything is ordered, so that every later command and the
//! timer know it.

use super::desk::Office;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::profile;
use crate::reported as exit;
use clap::{Arg, ArgAction, ArgMatches};
use cloudcert::model::ascii_domain;
use cloudcert_orders::Name;
use cloudcert_orders::config::{Certificate, Cloud, Config};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::PathBuf;

/// The option that makes a command add a certificate.
pub(super) const DOMAIN: &str = "domain";

/// A certificate of the command line, in a configuration that has it.
pub(super) struct Entry {
    pub(super) config: Config,
    pub(super) name: Name,
    /// The text of the file as it was read.
    before: String,
    /// What has to be added to it. `None` if it is there already.
    text: Option<String>,
    file: PathBuf,
}

/// The options.
pub(super) fn options(lang: Lang) -> Vec<Arg> {
    let of = |name: &'static str, value: &'static str, en: &'static str, zh: &'static str| {
        Arg::new(name).long(name).value_name(value).requires(DOMAIN).help(lang.say(en, zh))
    };
    let domain =
        Arg::new(DOMAIN).long(DOMAIN).value_name("DOMAIN").action(ArgAction::Append).requires("save").help(lang.say(
            "Orders a certificate that the configuration lacks: its domains, the main one first",
            "订购配置中没有的证书：其域名，主域名在前",
        ));
    let save = Arg::new("save").long("save").action(ArgAction::SetTrue).requires(DOMAIN).help(lang.say(
        "Adds the certificate to the configuration, where `renew`, `revoke` and all others find it",
        "将该证书写入配置，供 `renew`、`revoke` 等命令使用",
    ));
    vec![
        domain,
        of("product", "CODE", "The product, which decides what it costs", "产品代码，决定费用"),
        of("contact", "NAME", "The applicant, at Kingsoft Cloud with the family name first", "申请人；金山云须姓在前"),
        of("email", "ADDRESS", "The email address of the applicant", "申请人邮箱"),
        of("phone", "NUMBER", "The phone number of the applicant", "申请人电话"),
        of(
            "prove",
            "WAY",
            "How the domain is proved: manual-dns, manual-file, dns:HOOK, file:HOOK or webroot:FOLDER [default: manual-dns]",
            "域名验证方式：manual-dns、manual-file、dns:钩子、file:钩子 或 webroot:文件夹 [默认：manual-dns]",
        )
        .value_parser(move |text: &str| prove(text, lang)),
        of(
            "set",
            "KEY=VALUE",
            "Another key of the certificate, as a text; KEY:=VALUE as in TOML, such as renew.auto:=true",
            "证书的其他配置项，值为文本；KEY:=VALUE 按 TOML 书写，例如 renew.auto:=true",
        )
        .action(ArgAction::Append)
        .value_parser(move |text: &str| set(text, lang)),
        save,
    ]
}

/// A text of TOML. JSON escapes the same characters.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn prove(text: &str, lang: Lang) -> Result<String, String> {
    Ok(match text.split_once(':').unwrap_or((text, "")) {
        ("manual-dns", "") => "{ manual = \"dns\" }".to_owned(),
        ("manual-file", "") => "{ manual = \"file\" }".to_owned(),
        (kind @ ("dns" | "file"), hook) if !hook.is_empty() => format!("{{ {kind} = {{ hook = {} }} }}", quoted(hook)),
        ("webroot", folder) if !folder.is_empty() => format!("{{ webroot = {} }}", quoted(folder)),
        _ => {
            let wrong = lang.say(
                "must be manual-dns, manual-file, dns:HOOK, file:HOOK or webroot:FOLDER",
                "须为 manual-dns、manual-file、dns:钩子、file:钩子 或 webroot:文件夹",
            );
            return Err(wrong.to_owned());
        }
    })
}

/// A line of TOML.
fn set(text: &str, lang: Lang) -> Result<String, String> {
    let wrong = || lang.say("must be KEY=VALUE or KEY:=VALUE", "须为 KEY=VALUE 或 KEY:=VALUE").to_owned();
    let (key, value) = text.split_once('=').ok_or_else(wrong)?;
    let (key, is_toml) = key.strip_suffix(':').map_or((key, false), |key| (key, true));
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte));
    // A line end would begin other tables.
    if !is_key || (is_toml && (value.trim().is_empty() || value.chars().any(char::is_control))) {
        return Err(wrong());
    }
    Ok(if is_toml { format!("{key} = {value}") } else { format!("{key} = {}", quoted(value)) })
}

impl Entry {
    /// Reads the configuration, and adds the certificate of the options to it in memory. Nothing is written or sent.
    ///
    /// # Errors
    ///
    /// All that is wrong with it or with the configuration, with exit 4; with exit 10 if another certificate there is for the same domains and product.
    pub(super) fn of(context: &Context, matches: &ArgMatches) -> Result<Self, Failure> {
        let lang = context.lang;
        let config = super::desk::configuration(context)?;
        let file = PathBuf::from(&config.file);
        let unreadable = |error: std::io::Error| {
            Failure::new(Exit::Unconfigured, format!("{}: {}", config.file, lang.system(&error)))
        };
        let before = std::fs::read_to_string(&file).map_err(unreadable)?;
        let domains: Vec<&str> = matches.get_many::<String>(DOMAIN).into_iter().flatten().map(String::as_str).collect();
        let name = name(context, matches, &domains)?;
        let text = text(&name, &profile(context, &config)?, &config, &domains, matches);
        if let Some(known) = config.certificates.get(&name) {
            if before.contains(&text) {
                return Ok(Self { config, name, before, text: None, file });
            }
            let wrong = lang.say("has this name already, and says something else", "已使用此名称，但内容不同");
            return Err(taken(context, &format!("{}: {wrong}", known.place), &name));
        }
        let gap = if before.is_empty() || before.ends_with('\n') { "\n" } else { "\n\n" };
        let text = format!("{gap}{text}");
        let whole = Config::parse(&format!("{before}{text}"), &config.file).map_err(|found| {
            // Lines that nobody has written yet say nothing.
            let found: Vec<_> = found
                .iter()
                .map(|one| {
                    let again = cloudcert_orders::Failure::new(one.kind(), one.what().clone());
                    again.remedy(one.what_next().cloned().unwrap_or_default())
                })
                .collect();
            exit::all(&found)
        })?;
        whole.check_files().map_err(|found| exit::all(&found))?;
        let own = whole.certificates.get(&name);
        if let Some(twin) = own.and_then(|own| config.certificates.values().find(|other| is_same(own, other))) {
            let wrong = lang.say("is for these domains and this product already", "已用于这些域名和此产品");
            return Err(taken(context, &format!("{}: {wrong}", twin.place), &twin.name));
        }
        Ok(Self { config: whole, name, before, text: Some(text), file })
    }

    /// Refuses to order beside an open order of the same domains and product that has another name.
    ///
    /// # Errors
    ///
    /// With exit 10 if the journal has one; those of the journal.
    pub(super) async fn is_alone(&self, context: &Context, office: &Office) -> Result<(), Failure> {
        let states = office.desk(std::time::Duration::ZERO).states().await;
        let states = states.map_err(|failure| exit::failure(&failure))?;
        let plan = &office.plan;
        let twin = states.iter().find(|state| {
            let same = set_of(&state.opened.names) == set_of(&plan.names) && state.opened.product == plan.product;
            same && !state.is_closed() && state.key.certificate != plan.name
        });
        let Some(twin) = twin else { return Ok(()) };
        let wrong = context
            .lang
            .say("an order of these domains and this product is open:", "这些域名和此产品已有未完成的订单：");
        let remedy = context.lang.say("finish it first: cloudcert resume", "请先完成该订单：cloudcert resume");
        Err(Failure::new(Exit::Unconfirmed, format!("{wrong} {}", twin.key))
            .remedy(format!("{remedy} {}", twin.key.certificate)))
    }

    /// Adds the certificate to the file, unless it is there already. After that it is on the disk.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, with exit 4, or somebody has changed it meanwhile, with exit 9. Nothing was sent.
    pub(super) fn save(&self, context: &Context) -> Result<(), Failure> {
        let Some(text) = &self.text else { return Ok(()) };
        let lang = context.lang;
        let failed = |error: std::io::Error| {
            let wrong = lang.say("the certificate cannot be added:", "无法写入证书：");
            Failure::new(Exit::Unconfigured, format!("{}: {wrong} {}", self.file.display(), lang.system(&error)))
        };
        let mut file = OpenOptions::new().read(true).append(true).open(&self.file).map_err(failed)?;
        file.lock().map_err(failed)?;
        let mut now = String::new();
        file.read_to_string(&mut now).map_err(failed)?;
        if now != self.before {
            let wrong = lang.say("the configuration was changed meanwhile", "配置已被修改");
            return Err(Failure::new(Exit::Busy, format!("{}: {wrong}", self.file.display()))
                .remedy(lang.say("run it again: nothing was sent.", "请重新运行：未发送任何请求。")));
        }
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        let added = lang.say("added to", "已写入");
        context.say(&format!("{}: {added} {}", self.name, self.file.display()));
        Ok(())
    }
}

/// The name that was given, else the main domain: its identity for ever.
fn name(context: &Context, matches: &ArgMatches, domains: &[&str]) -> Result<Name, Failure> {
    let derived = || {
        let main = domains.first().and_then(|main| ascii_domain(main))?;
        Some(main.strip_prefix("*.").map_or(main.clone(), |rest| format!("wildcard.{rest}")))
    };
    let text = matches.get_one::<String>("name").cloned().or_else(derived);
    let text = text.ok_or_else(|| {
        let wrong = context.lang.say("--domain must be a domain, such as www.example.com", "--domain 须为域名");
        Failure::new(Exit::Usage, wrong)
    })?;
    text.parse::<Name>().ok().filter(|name| !name.is_direct()).ok_or_else(|| {
        let wrong = context.lang.say("cannot be the name of a certificate", "不能作为证书名称");
        Failure::new(Exit::Usage, format!("`{text}` {wrong}")).remedy(
            context
                .lang
                .say("name it: cloudcert issue NAME --domain ...", "请指定名称：cloudcert issue 名称 --domain ..."),
        )
    })
}

/// The profile that was named, else the only one that there is.
fn profile(context: &Context, config: &Config) -> Result<String, Failure> {
    let lang = context.lang;
    let known: Vec<&String> = config.profiles.table().keys().collect();
    let chosen = match (profile::name(context), known.as_slice()) {
        (Some((name, _)), known) => known.iter().find(|known| ***known == name).map(|_| name),
        (None, [one]) => Some((*one).clone()),
        (None, _) => None,
    };
    chosen.ok_or_else(|| {
        let wrong = lang.say("which profile of the configuration pays?", "由配置中的哪个 profile 付费？");
        Failure::new(Exit::Unconfigured, format!("{}: {wrong}", config.file)).remedy(lang.say(
            "name one with --profile; if it has none, add `[profiles.NAME]` with `cloud = \"aliyun\"` or `\"ksyun\"`.",
            "请用 --profile 指定；若没有，请添加 `[profiles.名称]` 及 `cloud = \"aliyun\"` 或 `\"ksyun\"`。",
        ))
    })
}

/// The table of the certificate.
fn text(name: &Name, profile: &str, config: &Config, domains: &[&str], matches: &ArgMatches) -> String {
    let given = |option: &str| matches.get_one::<String>(option).map(String::as_str);
    let names: Vec<String> = domains.iter().map(|domain| quoted(domain)).collect();
    let mut lines = vec![
        format!("[certificates.{}]", quoted(name.as_str())),
        format!("profile = {}", quoted(profile)),
        format!("names = [{}]", names.join(", ")),
    ];
    lines.extend(given("product").map(|product| format!("product = {}", quoted(product))));
    let cloud = config.profiles.table().get(profile).and_then(|profile| profile.get("cloud"));
    let is_kcm = cloud.and_then(|cloud| cloud.as_str()) == Some(Cloud::Ksyun.name());
    match given("contact").map(|contact| (contact, contact.split_once(' '))) {
        Some((_, Some((last, first)))) if is_kcm => {
            lines.push(format!("contact.last_name = {}", quoted(last)));
            lines.push(format!("contact.first_name = {}", quoted(first.trim())));
        }
        Some((contact, _)) => lines.push(format!("contact.name = {}", quoted(contact))),
        None => {}
    }
    for option in ["email", "phone"] {
        lines.extend(given(option).map(|value| format!("contact.{option} = {}", quoted(value))));
    }
    lines.push(format!("prove = {}", given("prove").unwrap_or("{ manual = \"dns\" }")));
    lines.extend(matches.get_many::<String>("set").into_iter().flatten().cloned());
    lines.join("\n") + "\n"
}

fn set_of(names: &[String]) -> BTreeSet<&String> {
    names.iter().collect()
}

/// Whether two certificates would be ordered for the same.
fn is_same(own: &Certificate, other: &Certificate) -> bool {
    own.name != other.name && own.product == other.product && set_of(&own.names) == set_of(&other.names)
}

fn taken(context: &Context, message: &str, name: &Name) -> Failure {
    let remedy = context.lang.say("order it by its name: cloudcert issue", "请按名称订购：cloudcert issue");
    Failure::new(Exit::Unconfirmed, message).remedy(format!("{remedy} {name}"))
}
