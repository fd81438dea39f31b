//! `check`: every finding, or counts of what is in the spec.

use super::{Failure, Outcome};
use cloudcert_codegen::model::Model;
use cloudcert_codegen::summary::{self, Summary};
use std::fmt::Write as _;

/// Prints the findings on standard error; a table of counts on standard output if there are none.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<Outcome, Failure> {
    Ok(counts(&super::model(&super::folder(parser)?)?).into())
}

fn counts(model: &Model) -> String {
    let mut columns: Vec<(String, Summary)> =
        model.apis.iter().map(|api| (api.id.clone(), summary::summarize_api(api))).collect();
    columns.push(("all".to_owned(), summary::summarize(model)));
    let mut out = String::from("No findings.\n\n");
    for (name, sum) in columns {
        let _ = writeln!(out, "{name}");
        for (what, count) in sum.rows() {
            let _ = writeln!(out, "  {what:<18} {count}");
        }
        out.push('\n');
    }
    out
}
