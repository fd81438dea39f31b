//! The domain names of a certificate as DNS shows them: whether they exist, and whether the authority of the product may issue for them.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::lang::Lang;
use cloudcert_orders::config::Certificate;
use cloudcert_orders::proof::caa::Permission;
use cloudcert_orders::proof::check::Settings;
use cloudcert_orders::proof::preflight::{Advice, Look, preflight};

/// Looks at the names, and adds a row or two for each.
pub(super) async fn look(certificate: &Certificate, dns: &Settings, findings: &mut Findings) {
    let issuers = certificate.issuers();
    match preflight(&certificate.names, &issuers, dns).await {
        Ok(looks) => {
            for look in looks {
                exists(&look, certificate.prove.is_dns(), findings);
                permission(&look, &issuers, findings);
            }
        }
        Err(failure) => findings.problem("dns", &super::told(&failure)),
    }
}

fn exists(look: &Look, by_dns: bool, findings: &mut Findings) {
    let (lang, name) = (findings.lang, &look.name);
    let zone = look.zone.as_deref().unwrap_or("-");
    for advice in &look.advice {
        match advice {
            Advice::NoZone => {
                let wrong = lang.say("no zone has this name", "没有包含此名称的区域");
                let next =
                    lang.say("see whether the domain is registered, and spelt right.", "请确认域名已注册且拼写正确。");
                findings.problem("dns", &Failure::new(Exit::Failed, format!("{name}: {wrong}")).remedy(next));
            }
            Advice::NoName(_) if by_dns => {
                let told = lang.say(
                    "does not exist, which a proof by a DNS record does not need; its zone is",
                    "不存在；通过 DNS 记录验证时无需存在。所在区域：",
                );
                findings.ok("dns", &format!("{name}: {told} {zone}"));
            }
            Advice::NoName(_) => {
                let wrong = lang.say("does not exist in the zone", "不存在于区域");
                let next = lang.say(
                    "create a record that leads to the web server: the authority fetches a file there.",
                    "请创建指向 Web 服务器的记录：证书颁发机构会从那里获取文件。",
                );
                findings.problem("dns", &Failure::new(Exit::Failed, format!("{name}: {wrong} {zone}")).remedy(next));
            }
            Advice::NobodyAsked(_) | Advice::Unknown(_) | Advice::TimeUp | Advice::NotAscii => {
                let next = lang.say(
                    "set `dns.servers` to resolvers that this machine reaches. The authority may see the name all the same.",
                    "请将 `dns.servers` 设为本机可访问的解析器。证书颁发机构仍可能看到此名称。",
                );
                findings.advice("dns", &format!("{name}: {}", unknown(advice, lang)), next);
            }
            _ => {}
        }
    }
    if look.exists == Some(true) && look.zone.is_some() {
        let told = lang.say("exists in the zone", "存在于区域");
        findings.ok("dns", &format!("{name}: {told} {zone}"));
    }
}

/// Why nothing is known.
fn unknown(advice: &Advice, lang: Lang) -> String {
    match (lang, advice) {
        (Lang::En, Advice::Unknown(why)) => format!("nothing is known about it: {why}"),
        (Lang::Zh, Advice::NobodyAsked(why)) => format!("未查询任何服务器：{}", why.of(lang.into())),
        (Lang::Zh, Advice::Unknown(why)) => format!("对此名称一无所知（{}）", why.of(lang.into())),
        (Lang::Zh, Advice::TimeUp) => "时间已到，未能查看全部内容".to_owned(),
        (Lang::Zh, Advice::NotAscii) => "无法查询此名称，请写成 ASCII 形式（`xn--`）".to_owned(),
        (_, other) => other.to_string(),
    }
}

fn permission(look: &Look, issuers: &[String], findings: &mut Findings) {
    let (lang, name) = (findings.lang, &look.name);
    if issuers.is_empty() {
        let why = lang.say(
            "it is not known how the authority of the product calls itself there",
            "不知道该产品的颁发机构在其中使用的名称",
        );
        return findings.skipped("caa", &format!("{name}: {why}"));
    }
    if let Some(Advice::CaaUnknown(why)) = look.advice.iter().find(|one| matches!(one, Advice::CaaUnknown(_))) {
        let wrong = lang.say("the CAA records could not be read:", "无法读取 CAA 记录：");
        let next = lang.say(
            "see to it that they can be read: otherwise the authority refuses to issue.",
            "请确保可以读取，否则颁发机构会拒绝签发。",
        );
        return findings.advice("caa", &format!("{name}: {wrong} {}", why.of(lang.into())), next);
    }
    let at = look.restricted_by.as_deref().unwrap_or(name);
    match &look.permission {
        None => {}
        Some(Permission::Unrestricted) => {
            findings.ok("caa", &format!("{name}: {}", lang.say("nothing restricts who may issue", "未限制颁发机构")));
        }
        Some(Permission::Allowed) => {
            let told = lang.say("the authority may issue by the records of", "允许该颁发机构签发，依据的记录位于");
            findings.ok("caa", &format!("{name}: {told} {at}"));
        }
        Some(Permission::Forbidden(others)) => {
            let wrong = lang.say("the records of", "以下名称的记录");
            let only = match (others.as_slice(), lang) {
                ([], Lang::En) => "allow nobody to issue".to_owned(),
                ([], Lang::Zh) => "不允许任何机构签发".to_owned(),
                (some, Lang::En) => format!("allow only {} to issue", some.join(", ")),
                (some, Lang::Zh) => format!("只允许 {} 签发", some.join(", ")),
            };
            let issuer = issuers.first().map_or("", String::as_str);
            let next = match lang {
                Lang::En => format!("add a CAA record for `{issuer}` there, or the authority refuses."),
                Lang::Zh => format!("请在该处为 `{issuer}` 添加 CAA 记录，否则颁发机构会拒绝签发。"),
            };
            let failure = Failure::new(Exit::Failed, format!("{name}: {wrong} {at} {only}"));
            findings.problem("caa", &failure.remedy(next));
        }
        Some(Permission::Critical(tag)) => {
            let wrong = lang.say("has a critical record with the tag", "有一条关键记录，标签为");
            let next = lang
                .say("an authority that does not know the tag refuses to issue.", "不认识该标签的颁发机构会拒绝签发。");
            findings.advice("caa", &format!("{name}: {at} {wrong} {tag}"), next);
        }
    }
}
