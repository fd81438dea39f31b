//! The docs of hosts and protocols: which host serves which region, how requests are signed, and which response names another host.

use super::about::scheme;
use super::docs::Docs;
use super::facts::Facts;
use super::links;
use super::prose::prose;
use super::tables::table;
use super::words::codes;
use crate::model::{Action, Api, Endpoint, Match, RetryAfterUnit, Text, UnknownRegion};

/// Adds the hosts by region, and the rules of the protocol that users meet, to the docs of a client.
pub(super) fn by_region(docs: Docs, api: &Api) -> Docs {
    let endpoints = &api.endpoints;
    let mut facts = Facts::default();
    let default = &endpoints.default_region;
    facts.add(
        format!("The region is `{default}` unless the configuration names another one."),
        format!("未配置地域时使用 `{default}`。"),
    );
    match endpoints.unknown_region {
        UnknownRegion::Refuse => facts.add(
            "A region without a row is an error. Set the endpoint for it.",
            "表中没有的地域会报错，此时请直接设置接入地址。",
        ),
        UnknownRegion::UseDefault => facts.add(
            "A region without a row is served by the host of the default region.",
            "表中没有的地域使用默认地域的接入地址。",
        ),
    }
    let docs = docs.markdown("# Regions").facts(&facts);
    let rows = endpoints.hosts.iter().map(row);
    let (english, chinese): (Vec<Vec<String>>, Vec<Vec<String>>) = rows.unzip();
    docs.markdown(&table(&["region", "host", "inside a VPC", "note"], english))
        .markdown(&table(&["地域", "接入地址", "专有网络", "说明"], chinese))
        .markdown("# Protocol")
        .facts(&protocol(api))
}

/// One row a language.
fn row(row: &Endpoint) -> (Vec<String>, Vec<String>) {
    let region = match &row.region {
        Match::Exact(region) => region.clone(),
        Match::Prefix(start) => format!("{start}*"),
    };
    let mut notes = Facts::default();
    if row.disputed {
        notes.add("Sources disagree.", "各来源说法不一。");
    }
    let mut notes = notes.seen(&row.undocumented);
    if let Some(doc) = &row.doc {
        notes.add(prose(&doc.en), prose(&doc.zh));
    }
    let vpc = row.vpc_host.as_ref().map(|host| format!("`{host}`")).unwrap_or_default();
    let cells = |notes: String| vec![format!("`{region}`"), format!("`{}`", row.host), vpc.clone(), notes];
    (cells(notes.en()), cells(notes.zh()))
}

/// What a user can meet of the protocol: schemes, scope, clock, and the delay that the service asks for.
fn protocol(api: &Api) -> Facts {
    let protocol = &api.protocol;
    let mut facts = Facts::default();
    let names = codes(protocol.signatures.iter().map(|of| scheme(*of)), "and");
    facts.add(
        format!("Signature schemes, the default first: {}.", names.en),
        format!("签名方式（首个为默认）：{}。", names.zh),
    );
    if let Some(name) = &protocol.signing_name {
        facts.add(format!("The scope of a signature names `{name}`."), format!("签名范围中的服务名为 `{name}`。"));
    }
    if let Some(region) = &protocol.signing_region {
        facts.add(
            format!("Without a region, the scope names `{region}`."),
            format!("未配置地域时，签名范围中的地域为 `{region}`。"),
        );
    }
    if let Some(seconds) = protocol.clock_window_seconds {
        facts.add(
            format!("The clock may be off by {seconds} s. The client corrects it once."),
            format!("时钟误差不得超过 {seconds} 秒，客户端会校正一次。"),
        );
    }
    if let Some(of) = &protocol.retry_after {
        let header = &of.header;
        let [en, zh] = match of.unit {
            RetryAfterUnit::Milliseconds => ["milliseconds", "毫秒"],
            RetryAfterUnit::Seconds => ["seconds", "秒"],
        };
        facts.add(
            format!("The client waits as long as `{header}` of a response says, in {en}."),
            format!("客户端按响应头 `{header}` 的要求等待，单位为{zh}。"),
        );
    }
    facts
}

/// Adds where else the host of an action comes from.
pub(super) fn from_response(docs: Docs, api: &Api, action: &Action) -> Docs {
    let Some(from) = &action.host_from else { return docs };
    let name = api.action(&from.action).map_or_else(|| from.action.clone(), links::method);
    let field = from.field.join(".");
    let Text { en, zh } = &from.doc;
    docs.markdown(&format!("The response of {name} may name the host of this action, in `{field}`. {}", prose(en)))
        .markdown(&format!("{name} 的响应可能在 `{field}` 中给出该接口的接入地址。{}", prose(zh)))
}
