//! The table as a page of one file, with a line of time: for people who would rather look.

use super::{Inventory, KeyPlace, Limits, Row};
use jiff::Timestamp;
use std::fmt::Write;

/// How many days the line of time has.
const DAYS: i64 = 400;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1f24}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d8dee4;vertical-align:top}\
th{font-weight:600}.bar{background:#eef1f4;height:.8rem;min-width:14rem;position:relative}\
.bar i{position:absolute;left:0;top:0;bottom:0;background:#2f6f4f}.soon .bar i{background:#b26a00}.over .bar i{background:#a4262c}\
.attention{color:#a4262c}.old{opacity:.55}h1{font-size:1.3rem}p.problem{color:#a4262c}code{font-size:.85em}\
@media(prefers-color-scheme:dark){body{background:#16191d;color:#dfe4ea}th,td{border-color:#30363d}.bar{background:#262b31}}";

/// The page. Those that end within the limits have a colour; `chinese` is its language. It needs nothing from outside, and shows everything as text.
#[must_use]
pub fn html(inventory: &Inventory, limits: Limits, now: Timestamp, chinese: bool) -> String {
    let say = |english: &'static str, chinese_text: &'static str| if chinese { chinese_text } else { english };
    let title = say("Certificates", "证书");
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}, {}</h1>\n",
        say("en", "zh"),
        now.strftime("%Y-%m-%d %H:%M UTC"),
    );
    for problem in &inventory.problems {
        let missing = say("could not be read, so its certificates are missing", "无法读取，其证书未列出");
        let _ = writeln!(
            out,
            "<p class=\"problem\">{} {missing}: {}</p>",
            escaped(&problem.source),
            escaped(&problem.message)
        );
    }
    let heads = [
        say("names", "域名"),
        say("ends", "到期"),
        say("days", "剩余天数"),
        say("time", "时间线"),
        say("status", "状态"),
        say("key", "私钥"),
        say("seen in", "来源"),
        say("order", "订单"),
    ];
    out.push_str("<table>\n<tr>");
    out.extend(heads.iter().map(|head| format!("<th>{head}</th>")));
    out.push_str("</tr>\n");
    for row in &inventory.rows {
        line(&mut out, inventory, row, (limits, now), chinese);
    }
    out.push_str("</table>\n</html>\n");
    out
}

fn line(out: &mut String, inventory: &Inventory, row: &Row, (limits, now): (Limits, Timestamp), chinese: bool) {
    let days = row.days(now);
    let class = match () {
        () if inventory.is_over(row) => "old",
        () if row.ends_within(limits.critical, now) => "over",
        () if row.ends_within(limits.warning, now) => "soon",
        () => "",
    };
    let text = |value: Option<&str>| value.map(escaped).unwrap_or_default();
    let list = |all: &mut dyn Iterator<Item = &String>| all.map(|one| escaped(one)).collect::<Vec<_>>().join("<br>");
    let key = match (row.key, chinese) {
        (KeyPlace::Here, false) => "here",
        (KeyPlace::Here, true) => "本机",
        (KeyPlace::Cloud, false) => "cloud",
        (KeyPlace::Cloud, true) => "云端",
        (KeyPlace::Both, false) => "here, cloud",
        (KeyPlace::Both, true) => "本机、云端",
        (KeyPlace::Unknown, false) => "unknown",
        (KeyPlace::Unknown, true) => "未知",
    };
    let share = days.map_or(0, |days| days.clamp(0, DAYS) * 100 / DAYS);
    let end = row.to.map(|to| to.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    let attention = row.attention.as_deref().map(|why| format!("<div class=\"attention\">{}</div>", escaped(why)));
    let _ = writeln!(
        out,
        "<tr class=\"{class}\"><td>{}</td><td>{end}</td><td>{}</td><td><div class=\"bar\"><i style=\"width:{share}%\"></i></div></td>\
         <td>{}{}</td><td>{key}</td><td>{}</td><td>{}</td></tr>",
        list(&mut row.names.iter()),
        days.map(|days| days.to_string()).unwrap_or_default(),
        text(row.status.as_deref()),
        attention.unwrap_or_default(),
        list(&mut row.sources.iter()),
        text(row.order.as_deref()),
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
