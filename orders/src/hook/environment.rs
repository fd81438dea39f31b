//! The variables that a hook gets.

use crate::hook::event::{HookEvent, What};
use std::ffi::{OsStr, OsString};

/// The variables of each cloud begin so. Their SDKs and programs read access keys, tokens and addresses of such from them.
const CLOUDS: [&str; 7] = ["ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "ALIYUN_", "KSYUN_", "KSC_", "KS_"];
/// What the name of such a variable contains if its value opens an account.
const KEYS: [&str; 5] = ["KEY", "SECRET", "TOKEN", "CREDENTIALS", "PASSWORD"];

/// The variables of a hook: its own, and those of this process that it may see.
pub(super) fn of(
    event: &HookEvent,
    named: &[String],
    all: impl Iterator<Item = (OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    let may = |name: &OsStr| {
        let Some(name) = name.to_str() else { return false };
        !opens_account(name) && (is_plain(name) || named.iter().any(|one| one == name))
    };
    let mut out: Vec<_> = all.filter(|(name, _)| may(name)).collect();
    let mut set = |name: &str, value: OsString| {
        out.retain(|(known, _)| known != name);
        out.push((name.into(), value));
    };
    set("CLOUDCERT_EVENT", event.kind().into());
    set("CLOUDCERT_CERTIFICATE", event.certificate.as_ref().map_or("", |name| name.as_str()).into());
    set("CLOUDCERT_NAMES", event.names.join(",").into());
    let folder = match &event.what {
        What::Deploy { folder, .. } => folder.clone().into_os_string(),
        _ => OsString::new(),
    };
    set("CLOUDCERT_FOLDER", folder);
    out
}

/// Whether a variable tells a program where and for whom it runs, and nothing else.
fn is_plain(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "LANG" | "LANGUAGE" | "TZ") || name.starts_with("LC_")
}

/// Whether the value of a variable opens an account of a cloud.
fn opens_account(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    CLOUDS.iter().any(|cloud| name.starts_with(cloud)) && KEYS.iter().any(|key| name.contains(key))
}
