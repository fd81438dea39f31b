//! What the world sees of proofs and names, in the language of the user.

use crate::lang::Lang;
use cloudcert_orders::proof::check::report::{Report, Seen, Verdict, Warning};
use cloudcert_orders::proof::file::Shown;
use cloudcert_orders::proof::sight::Sight;
use std::fmt::Write;

/// What the world sees of a proof: a line, and one for each server behind it.
pub(super) fn text(sight: &Sight, lang: Lang) -> String {
    match (lang, sight) {
        (Lang::En, _) => format!("the proof as others see it: {sight}"),
        (Lang::Zh, Sight::Record(report)) => format!("外界看到的验证信息：{}", record(report)),
        (Lang::Zh, Sight::File { address, shown }) => format!("外界看到的验证信息：{address}：{}", file(shown)),
        (Lang::Zh, Sight::Unknown(failure)) => format!("无法查看验证信息：{failure}"),
    }
}

fn record(report: &Report) -> String {
    let says = match report.verdict() {
        Verdict::Skipped => "未查询",
        Verdict::Everywhere => "已找到",
        Verdict::Somewhere => "仅部分服务器可见",
        Verdict::Nowhere => "未找到",
        Verdict::Unknown => "未知",
    };
    let wanted = &report.wanted;
    let mut text = format!("{} {} = {}：{says}", wanted.kind, wanted.name, wanted.value);
    for alias in &report.aliases {
        // Writing into a text cannot fail.
        let _ = write!(text, "\n  是 {alias} 的别名");
    }
    if let Some(zone) = &report.zone {
        let _ = write!(text, "\n  区域 {zone}");
    }
    for row in &report.rows {
        let server = row.server.as_deref().map(|server| format!("{server} ")).unwrap_or_default();
        let _ = write!(text, "\n  {server}{}：{}", row.address, seen(&row.seen));
    }
    for each in &report.warnings {
        let _ = write!(text, "\n  警告：{}", warning(each));
    }
    text
}

fn seen(seen: &Seen) -> String {
    match seen {
        Seen::Found => "已找到".to_owned(),
        Seen::Others(values) => format!("其他值：{}", values.join(", ")),
        Seen::NoRecord => "没有此类型的记录".to_owned(),
        Seen::NoName => "没有此名称".to_owned(),
        Seen::Refused => "被拒绝".to_owned(),
        Seen::Lame => "不服务于该区域".to_owned(),
        Seen::Failed(why) => format!("失败（{why}）"),
        Seen::NoAnswer(why) => format!("没有响应（{why}）"),
    }
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::NobodyAsked(why) => format!("未查询任何服务器：{why}"),
        Warning::NobodyAnswered => {
            "没有服务器响应：本机的 53 端口可能被阻断。证书颁发机构仍可能看到该记录。".to_owned()
        }
        Warning::TimeUp => "时间已到，未能查询所有服务器。".to_owned(),
        Warning::NoZone(name) => format!("未找到 {name} 所在的区域：域名是否已注册？"),
        Warning::ZoneUnknown(name, why) => format!("{name} 所在的区域未知：{why}"),
        Warning::ServersUnknown(zone, why) => format!("区域 {zone} 的服务器未知：{why}"),
        Warning::NoServers(zone) => format!("解析器未给出区域 {zone} 的服务器。"),
        Warning::NoAddress { server, zone } => format!("区域 {zone} 的服务器 {server} 没有地址。"),
        Warning::Circle => "别名形成循环。".to_owned(),
        Warning::ManyAliases(most) => format!("别名超过 {most} 个，未继续跟随。"),
        other => other.to_string(),
    }
}

fn file(shown: &Shown) -> String {
    match shown {
        Shown::Found => "已找到".to_owned(),
        Shown::Other(text) => format!("其他内容：{text}"),
        Shown::Status(status) => format!("状态码 {status}"),
        Shown::NoAnswer(why) => format!("没有响应（{why}）"),
    }
}
