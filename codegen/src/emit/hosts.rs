//! The docs of hosts: which host serves which region, and which response names another host.

use super::docs::Docs;
use crate::model::{Action, Api, Endpoint, Match};

/// Adds the hosts by region to the docs of a client.
pub(super) fn by_region(docs: Docs, api: &Api) -> Docs {
    api.endpoints
        .hosts
        .iter()
        .fold(docs.paragraph("Hosts by region (各地域的主机):"), |docs, of| docs.paragraph(&row(of)))
}

fn row(row: &Endpoint) -> String {
    let region = match &row.region {
        Match::Exact(region) => region.clone(),
        Match::Prefix(start) => format!("{start}*"),
    };
    let mut text = format!("`{region}`: `{}`", row.host);
    if let Some(host) = &row.vpc_host {
        text = format!("{text}; VPC (专有网络): `{host}`");
    }
    if row.disputed {
        text.push_str("; disputed by sources (来源说法不一)");
    }
    if !row.undocumented.is_documented() {
        text = format!("{text}; not in the documents, seen in (文档未列出，见于): {}", row.undocumented.0.join(", "));
    }
    if let Some(doc) = &row.doc {
        text = format!("{text}. {} {}", doc.en.trim(), doc.zh.trim());
    }
    text
}

/// Adds where else the host of an action comes from.
pub(super) fn from_response(docs: Docs, action: &Action) -> Docs {
    let Some(from) = &action.host_from else { return docs };
    let (name, field) = (&from.action, from.field.join("."));
    docs.paragraph(&format!("`{field}` in the response of `{name}` may be the host of this action. {}", from.doc.en))
        .paragraph(&format!("`{name}` 响应中的 `{field}` 可能是本操作的主机。{}", from.doc.zh))
}
