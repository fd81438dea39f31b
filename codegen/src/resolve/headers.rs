//! File headers: the language version, and that files and folders are named after their content.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::model::Effect;

/// Checks the headers of all files of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for shared in api.files.iter().filter(|file| file.at.file().starts_with("shared/")) {
        let defaults = !shared.value.defaults.methods.is_empty() || !shared.value.defaults.errors.is_empty();
        let of_services =
            [("api", shared.value.api.is_some()), ("uses", !shared.value.uses.is_empty()), ("defaults", defaults)];
        if let Some((key, _)) = of_services.into_iter().find(|(_, given)| *given) {
            let message = format!("`{key}` belongs in a service.yaml, not in a shared file");
            out.push(shared.at.get(key).key_finding(Code::Inapplicable, message));
        }
    }
    let service = api.service;
    match &service.value.api {
        None => out.push(
            service
                .at
                .finding(Code::MissingKey, "the key `api` is missing")
                .help("add `api:` with provider, service and version"),
        ),
        Some(info) => {
            let folder = format!("{}-{}-{}", info.provider, info.service, info.version);
            if folder != api.id {
                let message = format!("the folder is named `{}`; for this `api` it must be `{folder}`", api.id);
                out.push(
                    service
                        .at
                        .get("api")
                        .key_finding(Code::NameMismatch, message)
                        .help("rename the folder, or correct `api`"),
                );
            }
            for (key, value) in [("provider", &info.provider), ("service", &info.service)] {
                if !value.starts_with(|c: char| c.is_ascii_lowercase())
                    || !value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                {
                    let message = format!(
                        "`{value}` becomes part of a module name and may hold lower-case letters and digits only"
                    );
                    out.push(service.at.get("api").get(key).finding(Code::InvalidIdentifier, message));
                }
            }
            if !is_date(&info.version) {
                let message = format!("the version `{}` is not of the form YYYY-MM-DD", info.version);
                out.push(service.at.get("api").get("version").finding(Code::InvalidIdentifier, message));
            }
        }
    }
    for (key, absent) in
        [("protocol", api.definitions.protocol.is_none()), ("endpoints", api.definitions.endpoints.is_none())]
    {
        if absent {
            let message = format!("the key `{key}` is missing here and in the shared files that this file uses");
            out.push(service.at.finding(Code::MissingKey, message).help(format!("add `{key}: ...`")));
        }
    }
    check_actions(api, out);
}

fn check_actions(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let legacy = api.service.value.api.as_ref().is_some_and(|info| info.legacy.is_some());
    if api.actions.is_empty() {
        out.push(
            api.service
                .at
                .finding(Code::MissingFile, "this API version has no actions")
                .help("add an `<Action>.yaml` beside this file"),
        );
    }
    for (stem, action) in &api.actions {
        let name = &action.value.action;
        if name != stem {
            let message = format!("the file `{stem}.yaml` describes the action `{name}`");
            out.push(
                action
                    .at
                    .get("action")
                    .finding(Code::NameMismatch, message)
                    .help("rename the file, or correct `action`"),
            );
        }
        match (&action.value.replaced_by, legacy) {
            (None, true) => out.push(
                action
                    .at
                    .get("action")
                    .key_finding(
                        Code::MissingKey,
                        format!("`{name}` belongs to a withdrawn API version and has no `replaced_by`"),
                    )
                    .help("name what to use instead, or say that nothing replaces it"),
            ),
            (Some(_), false) => out.push(
                action
                    .at
                    .get("replaced_by")
                    .key_finding(Code::Inapplicable, "`replaced_by` is for actions of a withdrawn API version")
                    .help("use `history: {deprecated: ...}`"),
            ),
            _ => {}
        }
        if action.value.irreversible && action.value.effect == Effect::Read {
            let finding = action
                .at
                .get("irreversible")
                .key_finding(Code::Inapplicable, format!("`{name}` only reads, so it takes nothing away"));
            out.push(finding.help("remove `irreversible`, or correct `effect`"));
        }
        if action.value.methods.is_empty() {
            let finding =
                action.at.get("methods").key_finding(Code::MissingKey, format!("`{name}` has no HTTP method"));
            out.push(finding.help("add `methods: [...]` here, or under `defaults` in service.yaml"));
        }
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
}
