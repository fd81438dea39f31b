//! The endpoint table: it must have a host for the default region, and hold nothing but host names.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};

/// Checks the endpoints and the protocol of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    if let Some(protocol) = api.definitions.protocol {
        if protocol.value.signatures.is_empty() {
            let message = "a protocol needs at least one signature scheme";
            out.push(protocol.at.get("signatures").key_finding(Code::InvalidEndpoint, message));
        }
        for (name, item) in &api.definitions.common_parameters {
            for (i, scheme) in item.value.signatures.iter().enumerate() {
                if !protocol.value.signatures.contains(scheme) {
                    let message = format!("`{name}` belongs to a signature scheme that the protocol does not have");
                    out.push(item.at.get("signatures").index(i).finding(Code::DanglingReference, message));
                }
            }
        }
    }
    let Some(endpoints) = api.definitions.endpoints else { return };
    let (value, at) = (endpoints.value, endpoints.at);
    if !value.hosts.iter().any(|host| fits(&host.region, &value.default_region)) {
        let message = format!("no row matches the default region `{}`", value.default_region);
        out.push(at.get("default_region").finding(Code::InvalidEndpoint, message).help("add it to `hosts`"));
    }
    for (i, host) in value.hosts.iter().enumerate() {
        let row = at.get("hosts").index(i);
        for (key, name) in [("host", Some(&host.host)), ("vpc_host", host.vpc_host.as_ref())] {
            if let Some(name) = name.filter(|name| !is_host(name)) {
                let message =
                    format!("`{name}` is not a host name: write it in lower case, without scheme, port or path");
                out.push(row.get(key).finding(Code::InvalidEndpoint, message));
            }
        }
        if host.region.is_empty() || host.region.strip_suffix('*').unwrap_or(&host.region).contains('*') {
            let message = format!("`{}` is neither a region nor a prefix with a trailing `*`", host.region);
            out.push(row.get("region").finding(Code::InvalidEndpoint, message));
        }
        if let Some(earlier) = value.hosts.iter().take(i).position(|other| fits(&other.region, &host.region)) {
            let message = format!("this row is never used: an earlier row matches `{}`", host.region);
            out.push(
                row.get("region")
                    .finding(Code::InvalidEndpoint, message)
                    .related(at.get("hosts").index(earlier).get("region").related("this one")),
            );
        }
    }
}

/// Whether the region of a row, which may be a prefix like `cn-*`, matches a region.
fn fits(row: &str, region: &str) -> bool {
    match row.strip_suffix('*') {
        Some(start) => region.starts_with(start),
        None => row == region,
    }
}

fn is_host(name: &str) -> bool {
    name.contains('.')
        && name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
}
