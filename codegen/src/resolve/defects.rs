//! Defects of the documents: items name them by number, `defects.yaml` describes them, and each needs the other.

use super::files::SpecFiles;
use super::references::marks;
use super::secrets::private_keys;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{DefectRegister, DefectSpec};
use crate::yaml::At;
use std::collections::BTreeMap;

/// Where a number stands.
type Seen<'a> = BTreeMap<u32, At<'a>>;

/// Checks the defects of the whole spec.
pub(super) fn check(tree: &SpecFiles, apis: &[RawApi<'_>], out: &mut Vec<Finding>) {
    let whole = tree.register.as_ref().map(super::files::Read::item);
    let registers = whole.into_iter().chain(apis.iter().filter_map(|api| api.defects));
    let mut described = Seen::new();
    for register in registers {
        private_keys(register.at, out);
        spelling(register, out);
        for (number, defect) in &register.value.defects {
            let at = place(register, *number);
            readable(*number, defect, at, out);
            if let Some(first) = described.insert(*number, at) {
                let message = format!("the defect number {number} is used twice");
                let finding = at.key_finding(Code::DuplicateDefect, message);
                out.push(finding.related(first.related("first used here")));
            }
        }
    }
    let mut marked = Seen::new();
    for api in apis {
        let mut own = Seen::new();
        for (number, at) in marks(api) {
            let shared = at.file().starts_with("shared/");
            // A shared file appears once for every API version that uses it.
            let first = marked.insert(number, at);
            if let Some(first) = first.filter(|first| first.file() != at.file() || first.span() != at.span()) {
                let message = format!("the defect {number} is named by two items; name it where it matters most");
                let finding = at.finding(Code::DuplicateDefect, message);
                out.push(finding.related(first.related("the other item")));
            }
            let register = if shared { whole } else { api.defects };
            if !register.is_some_and(|register| register.value.defects.contains_key(&number)) {
                let file = if shared { "defects.yaml".to_owned() } else { format!("{}/defects.yaml", api.id) };
                let message = format!("{file} has no defect {number}");
                let finding = at.finding(Code::DanglingReference, message);
                out.push(match described.get(&number) {
                    Some(other) => {
                        let help = if other.file() == "defects.yaml" {
                            format!("correct the number, or name it in the shared item that it is about; if it is about this item, \
                                 move the description from spec/defects.yaml to spec/{file}")
                        } else {
                            format!("correct the number, or move the description from spec/{} to spec/{file}", other.file())
                        };
                        finding.help(help).related(other.related("described here"))
                    }
                    None => finding.help("describe it there, or remove the number"),
                });
            }
            own.insert(number, at);
        }
        // What the register of the whole spec describes may touch no item.
        let Some(register) = api.defects else { continue };
        for number in register.value.defects.keys().filter(|number| !own.contains_key(number)) {
            let message = format!("no item names the defect {number}");
            let finding = place(register, *number).key_finding(Code::Unused, message);
            out.push(finding.help("add `defects: [...]` to the item that it touches, or move it to spec/defects.yaml"));
        }
    }
}

/// Reports numbers in another spelling, such as `0x3`: beside `3` it would be the same defect once more, and nothing would say so.
fn spelling(register: Located<'_, DefectRegister>, out: &mut Vec<Finding>) {
    for (written, at) in register.at.get("defects").children() {
        let plain = |written: &&str| written.parse::<u32>().is_ok_and(|number| number.to_string() == *written);
        if let Some(written) = written.filter(|written| !plain(written)) {
            let message = format!("the defect number `{written}` is not in plain digits");
            out.push(
                at.key_finding(Code::ValueMismatch, message).help("write it with the digits 0 to 9, without a sign"),
            );
        }
    }
}

fn place(register: Located<'_, DefectRegister>, number: u32) -> At<'_> {
    register.at.get("defects").get(&number.to_string())
}

fn readable(number: u32, defect: &DefectSpec, at: At<'_>, out: &mut Vec<Finding>) {
    if defect.read_as.is_empty() {
        let message = format!("defect {number} says what is printed but not how it is read");
        out.push(at.key_finding(Code::DefectWithoutReading, message).help("add `read_as` with the reading chosen"));
    }
}
