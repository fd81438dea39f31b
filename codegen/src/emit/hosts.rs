//! The docs of hosts: which host serves which region, and which response names another host.

use super::docs::Docs;
use crate::model::{Action, Api, Endpoint, Match};

/// Adds the hosts by region to the docs of a client.
pub(super) fn by_region(docs: Docs, api: &Api) -> Docs {
    let docs = docs.paragraph("Hosts by region:").paragraph("各地域的接入地址：");
    api.endpoints.hosts.iter().fold(docs, row)
}

/// One paragraph a language. A row that says no more than its host needs no second one.
fn row(docs: Docs, row: &Endpoint) -> Docs {
    let region = match &row.region {
        Match::Exact(region) => region.clone(),
        Match::Prefix(start) => format!("{start}*"),
    };
    let (mut en, mut zh) = (String::new(), String::new());
    if let Some(host) = &row.vpc_host {
        en = format!("{en} Inside a VPC: `{host}`.");
        zh = format!("{zh}专有网络：`{host}`。");
    }
    if row.disputed {
        en.push_str(" Sources disagree.");
        zh.push_str("各来源说法不一。");
    }
    if !row.undocumented.is_documented() {
        en = format!("{en} Not in the documents, but seen in: {}.", row.undocumented.0.join(", "));
        zh = format!("{zh}文档未列出，见于：{}。", row.undocumented.0.join("、"));
    }
    if let Some(doc) = &row.doc {
        en = format!("{en} {}", doc.en.trim());
        zh.push_str(doc.zh.trim());
    }
    let docs = docs.paragraph(&format!("`{region}`: `{}`.{en}", row.host));
    if zh.is_empty() { docs } else { docs.paragraph(&format!("`{region}`：`{}`。{zh}", row.host)) }
}

/// Adds where else the host of an action comes from.
pub(super) fn from_response(docs: Docs, action: &Action) -> Docs {
    let Some(from) = &action.host_from else { return docs };
    let (name, field) = (&from.action, from.field.join("."));
    docs.paragraph(&format!("The response of `{name}` may name the host of this action, in `{field}`. {}", from.doc.en))
        .paragraph(&format!("`{name}` 的响应可能在 `{field}` 中给出该接口的接入地址。{}", from.doc.zh))
}
