//! API versions as a whole: protocol, endpoints, common parameters.

use super::common::{self, care, report, shown};
use crate::diff::values::{Changes, apart};
use crate::diff::walk::Walk;
use crate::model::{Api, CommonParameter, Endpoint, Envelope, Protocol, UnknownRegion};
use serde_json::Value;

pub(super) fn api(walk: &mut Walk<'_>, base: &Api, head: &Api, changes: &mut Changes) {
    if changes.take("version").is_some() {
        // The folder and the modules are named after it.
        for key in ["id", "modules"] {
            changes.take(key);
        }
        walk.report("service-version-changed", Some(base.version.clone()), Some(head.version.clone()));
    }
    if let Some((before, after)) = changes.take("legacy") {
        let part = |value: &Value, key: &str| value.get(key).cloned().unwrap_or_default();
        let since = (part(&before, "since"), part(&after, "since"));
        let id = match (before.is_null(), after.is_null()) {
            (true, _) => "service-withdrawn",
            (_, true) => "service-reinstated",
            _ => "service-withdrawal-changed",
        };
        if id != "service-withdrawal-changed" || since.0 != since.1 {
            walk.report(id, shown(&since.0), shown(&since.1)).at("api");
        }
        let docs = (part(&before, "doc"), part(&after, "doc"));
        if id == "service-withdrawal-changed" && docs.0 != docs.1 {
            walk.report("docs-changed", shown(&docs.0), shown(&docs.1)).at("api");
        }
    }
}

pub(super) fn protocol(walk: &mut Walk<'_>, base: &Protocol, head: &Protocol, changes: &mut Changes) {
    report(walk, "protocol-family-changed", "family", changes);
    signatures(walk, base, head, changes);
    report(walk, "signing-name-changed", "signing_name", changes);
    report(walk, "signing-region-changed", "signing_region", changes);
    report(walk, "clock-window-changed", "clock_window_seconds", changes);
    report(walk, "xml-lists-changed", "xml_lists", changes);
    if let Some((before, after)) = changes.take("envelope") {
        let id = if head.envelope == Envelope::Optional { "envelope-allowed" } else { "envelope-refused" };
        walk.report(id, shown(&before), shown(&after)).at("envelope");
    }
    report(walk, "error-style-changed", "error_style", changes);
    if let Some((before, after)) = changes.take("success_codes") {
        let (gone, came) = apart(&before, &after);
        for code in gone {
            walk.report("success-code-removed", shown(&code), None).at("success_codes");
        }
        for code in came {
            walk.report("success-code-added", None, shown(&code)).at("success_codes");
        }
    }
    if let Some((before, after)) = changes.take("retry_after") {
        let id = match (before.is_null(), after.is_null()) {
            (true, _) => "retry-after-added",
            (_, true) => "retry-after-removed",
            _ => "retry-after-changed",
        };
        walk.report(id, shown(&before), shown(&after)).at("retry_after");
    }
    report(walk, "time-stamps-changed", "time_stamps", changes);
}

/// The first scheme is the default.
fn signatures(walk: &mut Walk<'_>, base: &Protocol, head: &Protocol, changes: &mut Changes) {
    let Some((before, after)) = changes.take("signatures") else { return };
    let (gone, came) = apart(&before, &after);
    let first = |value: &Value| value.get(0).cloned().unwrap_or_default();
    let (old, new) = (first(&before), first(&after));
    for scheme in &gone {
        let id = if *scheme == old { "signature-default-removed" } else { "signature-removed" };
        walk.report(id, shown(scheme), None).at("signatures");
    }
    for scheme in &came {
        let id = if *scheme == new { "signature-default-added" } else { "signature-added" };
        walk.report(id, None, shown(scheme)).at("signatures");
    }
    let same = base.signatures.first() == head.signatures.first();
    if !same && !gone.contains(&old) && !came.contains(&new) {
        walk.report("signature-default-changed", shown(&old), shown(&new)).at("signatures");
    }
}

pub(super) fn endpoints(walk: &mut Walk<'_>, changes: &mut Changes) {
    report(walk, "default-region-changed", "default_region", changes);
    if let Some((before, after)) = changes.take("unknown_region") {
        let refuses = walk.pair.head.endpoints.unknown_region == UnknownRegion::Refuse;
        let id = if refuses { "unknown-region-refused" } else { "unknown-region-accepted" };
        walk.report(id, shown(&before), shown(&after)).at("unknown_region");
    }
}

pub(super) fn endpoint(walk: &mut Walk<'_>, base: &Endpoint, head: &Endpoint, changes: &mut Changes) {
    report(walk, "endpoint-host-changed", "host", changes);
    let vpc = match (&base.vpc_host, &head.vpc_host) {
        (None, _) => "endpoint-vpc-added",
        (_, None) => "endpoint-vpc-removed",
        _ => "endpoint-vpc-changed",
    };
    report(walk, vpc, "vpc_host", changes);
    let disputed = if head.disputed { "endpoint-disputed" } else { "endpoint-settled" };
    report(walk, disputed, "disputed", changes);
}

pub(super) fn common_parameter(
    walk: &mut Walk<'_>,
    _base: &CommonParameter,
    head: &CommonParameter,
    changes: &mut Changes,
) {
    let required = if head.required { "common-param-became-required" } else { "common-param-became-optional" };
    report(walk, required, "required", changes);
    report(walk, "common-param-carrier-changed", "header", changes);
    report(walk, "common-param-setter-changed", "set_by", changes);
    report(walk, "common-param-signatures-changed", "signatures", changes);
    report(walk, "common-param-enum-changed", "enumeration", changes);
    report(walk, "common-param-default-changed", "default", changes);
    care(walk, ["common-param-hidden", "common-param-shown"], changes);
}

/// Texts and origins have been reported. The rest is one change.
pub(super) fn common_field(walk: &mut Walk<'_>, changes: &mut Changes) {
    common::whole(walk, "common-field-changed", changes);
}
