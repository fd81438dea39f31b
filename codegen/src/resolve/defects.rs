//! Defects of the documents: each number is used once in the whole spec, and each defect has a reading.

use super::files::SpecFiles;
use super::headers::LANGUAGE;
use super::references::defects_of;
use super::secrets::private_keys;
use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::Defect;
use crate::yaml::At;
use std::collections::BTreeMap;

/// Checks the defects of the whole spec.
pub(super) fn check(tree: &SpecFiles, apis: &[RawApi<'_>], out: &mut Vec<Finding>) {
    let mut all: Vec<(&Defect, At<'_>)> = Vec::new();
    if let Some(register) = &tree.register {
        let at = register.file.at();
        private_keys(at, out);
        if register.value.spec != LANGUAGE {
            let message =
                format!("this loader reads version {LANGUAGE} of the spec language, not {}", register.value.spec);
            out.push(at.get("spec").finding(Code::LanguageVersion, message).help(format!("write `spec: {LANGUAGE}`")));
        }
        all.extend(register.value.defects.iter().enumerate().map(|(i, d)| (d, at.get("defects").index(i))));
    }
    for api in apis {
        all.extend(defects_of(api));
    }
    let mut seen: BTreeMap<u32, At<'_>> = BTreeMap::new();
    for (defect, at) in all {
        if defect.read_as.en.trim().is_empty() || defect.read_as.zh.trim().is_empty() {
            let message = format!("defect {} says what is printed but not how it is read", defect.id);
            out.push(
                at.get("id").finding(Code::DefectWithoutReading, message).help("add `read_as` with the reading chosen"),
            );
        }
        for (key, text) in [("printed", &defect.printed), ("why", &defect.why)] {
            if text.en.trim().is_empty() || text.zh.trim().is_empty() {
                let message = format!("defect {} has no `{key}`", defect.id);
                out.push(at.get("id").finding(Code::DefectWithoutReading, message));
            }
        }
        match seen.get(&defect.id) {
            // A shared file appears once for every API version that uses it.
            Some(first) if first.file() == at.file() && first.span() == at.span() => {}
            Some(first) => {
                let message = format!("the defect number {} is used twice", defect.id);
                out.push(
                    at.get("id")
                        .finding(Code::DuplicateDefect, message)
                        .related(first.get("id").related("first used here")),
                );
            }
            None => {
                seen.insert(defect.id, at);
            }
        }
    }
}
