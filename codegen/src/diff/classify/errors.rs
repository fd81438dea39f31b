//! Error rows. A code has one variant, however many rows it has.

use super::common::{report, shown};
use crate::diff::Level;
use crate::diff::values::Changes;
use crate::diff::walk::Walk;
use crate::model::{Api, ErrorRow};

/// The rule for an error row that is new. With `gone`, the row was removed, and the mirror of the rule applies.
pub(super) fn added(walk: &Walk<'_>, row: &ErrorRow, gone: bool) -> &'static str {
    let other = if gone { walk.pair.head } else { walk.pair.base };
    if has_code(other, row) && has_inner(other, row) { "error-row-added" } else { "error-code-added" }
}

fn has_code(api: &Api, row: &ErrorRow) -> bool {
    api.errors.iter().any(|other| other.code_name == row.code_name)
}

fn has_inner(api: &Api, row: &ErrorRow) -> bool {
    row.inner_code_name.is_none() || api.errors.iter().any(|other| other.inner_code_name == row.inner_code_name)
}

pub(super) fn row(walk: &mut Walk<'_>, base: &ErrorRow, head: &ErrorRow, changes: &mut Changes) {
    report(walk, "error-row-renamed", "name", changes);
    // A variant that other rows still have stays.
    let (code_stays, inner_stays) = (has_code(walk.pair.head, base), has_inner(walk.pair.head, base));
    let stays = |stays: bool| if stays { Level::Compatible } else { Level::Breaking };
    let code = changes.take("code");
    for (key, same) in [("code_name", code.is_none()), ("inner_code_name", base.inner_code == head.inner_code)] {
        if same && let Some((before, after)) = changes.take(key) {
            walk.report("error-variant-renamed", shown(&before), shown(&after)).at(key);
        }
    }
    if changes.take("code_name").is_some() {
        let (before, after) = (base.code.as_str().to_owned(), head.code.as_str().to_owned());
        walk.report("error-code-changed", Some(before), Some(after)).at("code").source(stays(code_stays));
    } else if let Some((before, after)) = code {
        walk.report("error-code-match-changed", shown(&before), shown(&after)).at("code");
    }
    if let Some((before, after)) = changes.take("inner_code") {
        changes.take("inner_code_name");
        let id = match (before.is_null(), after.is_null()) {
            (true, _) => "error-inner-code-added",
            (_, true) => "error-inner-code-removed",
            _ => "error-inner-code-changed",
        };
        let found = walk.report(id, shown(&before), shown(&after)).at("inner_code");
        if id != "error-inner-code-added" {
            found.source(stays(inner_stays));
        }
    }
    report(walk, "error-status-changed", "status", changes);
    report(walk, "error-retry-changed", "retry", changes);
    report(walk, "error-scope-changed", "scope", changes);
    report(walk, "error-message-match-changed", "message_contains", changes);
    report(walk, "error-already-done-changed", "already_done", changes);
}
