//! Debug output, with secrets and personal data redacted.

use super::Sensitivity;
use super::show::{Members, Shown, Value, items};
use crate::base::secret::REDACTED;
use std::fmt;

/// Writes the debug output of a generated structure: secrets and personal data redacted, absent fields left out.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug(of: &dyn Members, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(of.type_name());
    of.each(&mut |field, value| {
        let shown = value.show();
        if matches!(shown, Shown::Absent) {
            return;
        }
        match field.sensitivity {
            Sensitivity::Public => out.field(field.name, &Visible(value)),
            Sensitivity::Personal | Sensitivity::Secret => out.field(field.name, &format_args!("{REDACTED}")),
        };
    });
    if let Some(unknown) = of.unknown().filter(|unknown| !unknown.is_empty()) {
        out.field("unknown", unknown);
    }
    // Absent fields are left out, so the output ends in `..`.
    out.finish_non_exhaustive()
}

struct Visible<'a>(&'a dyn Value);

impl fmt::Debug for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.show() {
            Shown::Absent => f.write_str("None"),
            Shown::Text(text) => text.fmt(f),
            Shown::Secret(_) => f.write_str(REDACTED),
            Shown::Integer(n) => n.fmt(f),
            Shown::Float(n) => n.fmt(f),
            Shown::Boolean(b) => b.fmt(f),
            Shown::List(list) => f.debug_list().entries(items(list).map(Visible)).finish(),
            Shown::Map(map) => {
                let mut out = f.debug_map();
                map.each_entry(&mut |name, value| {
                    out.entry(&name, &Visible(value));
                });
                out.finish()
            }
            Shown::Structure(inner) => debug(inner, f),
            // Nobody has judged what is in it.
            Shown::Any(_) => f.write_str("_"),
        }
    }
}
