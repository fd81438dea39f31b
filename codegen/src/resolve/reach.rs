//! Limits on nested structures. If structures hold each other twice, the number of paths to members grows exponentially, and the passes, the
//! generator and the compiler follow each path. So this is checked first.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Field};
use crate::yaml::At;
use indexmap::IndexMap;

/// Most members below the fields of one side of an action, counted by their paths.
const MEMBERS: usize = 4096;
/// Most required parameters of an action.
const REQUIRED: usize = 64;
/// Most levels of nested structures.
const DEPTH: usize = 32;

/// Reports structures beyond the limits, and returns whether there are any. It stops at the first: there may be as many as fields.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) -> bool {
    let types = api.definitions.types.values().map(|item| (&item.value.fields, item.at.get("fields")));
    let actions = api.actions.iter().flat_map(|(_, action)| {
        let (value, at) = (action.value, action.at);
        [(&value.parameters, at.get("parameters")), (&value.response, at.get("response"))]
    });
    types.chain(actions).any(|(fields, at)| side(api, fields, at, out))
        || api.actions.iter().any(|(_, action)| required(action.value, action.at, out))
}

/// Limits required parameters: the generated code grows with the square of their number.
fn required(action: &Action, at: At<'_>, out: &mut Vec<Finding>) -> bool {
    let required = action.parameters.values().filter(|field| field.required).count();
    if required <= REQUIRED {
        return false;
    }
    let message = format!("the action has {required} required parameters; at most {REQUIRED} are supported");
    out.push(at.get("parameters").key_finding(Code::TooLarge, message));
    true
}

fn side(api: &RawApi<'_>, fields: &IndexMap<String, Field>, at: At<'_>, out: &mut Vec<Finding>) -> bool {
    let mut walk = Nesting { api, around: Vec::new(), members: 0 };
    for (wire, field) in fields {
        let Err(what) = walk.field(field) else { continue };
        let at = at.get(wire);
        out.push(
            at.key_finding(Code::TooDeep, format!("`{wire}` leads to {what}"))
                .help("a structure counts once for each path that leads to it: nest fewer structures in each other"),
        );
        return true;
    }
    false
}

struct Nesting<'a, 'b> {
    api: &'b RawApi<'a>,
    /// The structures on the path to here. They are not entered again.
    around: Vec<&'a str>,
    members: usize,
}

impl Nesting<'_, '_> {
    fn field(&mut self, field: &Field) -> Result<(), String> {
        let Some((name, members)) = field.of.as_deref().and_then(|of| self.api.structure(of)) else { return Ok(()) };
        if self.around.contains(&name) {
            return Ok(());
        }
        self.around.push(name);
        if self.around.len() > DEPTH {
            return Err(format!("structures nested more than {DEPTH} levels deep"));
        }
        self.members += members.len();
        if self.members > MEMBERS {
            return Err(format!("more than {MEMBERS} members"));
        }
        members.values().try_for_each(|member| self.field(member))?;
        self.around.pop();
        Ok(())
    }
}
