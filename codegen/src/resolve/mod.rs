//! From files to the model: small named passes. Each adds findings and changes nothing.
//!
//! Passes run in two stages. The first reads every file by itself (YAML, shape, translations). The second looks at each API version as a whole,
//! and only at those whose files passed the first: a typing slip must not bring forth a dozen findings about things that then seem to be
//! missing. A pass relies on the shape of the files only, so all passes of a stage always run. Between the stages, `settle` makes ids, enums and
//! structures of the words of types, and gives actions the defaults of their API version.

mod aliases;
mod conditions;
mod defects;
mod endpoints;
mod errors;
mod examples;
mod fields;
mod files;
mod fills;
mod flows;
mod groups;
mod headers;
mod history;
mod lower;
mod names;
mod paths;
mod probes;
mod reach;
mod references;
mod remedies;
mod rules;
mod secrets;
mod settle;
mod sides;
mod tables;
mod texts;
mod unused;
mod values;
mod view;

#[cfg(feature = "import")]
pub(crate) use secrets::personal_name;

use crate::diagnostic::{Finding, Findings};
use crate::model::Model;
use crate::source::{Limits, SourceFile};
use std::collections::HashSet;
use view::RawApi;

/// A pass over one API version.
type Pass = fn(&RawApi<'_>, &mut Vec<Finding>);

/// In this order. Every pass can rely on nothing but the shape of the files, so that all of them always run; only where structures
/// reach without bounds, none does.
const PASSES: &[Pass] = &[
    headers::check,
    names::check,
    aliases::check,
    groups::check,
    texts::check,
    references::check,
    unused::check,
    fields::check,
    sides::check,
    fills::check,
    secrets::check,
    tables::check,
    errors::check,
    remedies::check,
    endpoints::check,
    rules::check,
    flows::check,
    probes::check,
    examples::check,
    history::check,
];

/// Runs all stages, from files to the model.
pub(crate) fn resolve(sources: &[SourceFile], limits: &Limits) -> Result<Model, Findings> {
    let mut findings = Vec::new();
    let mut tree = files::read(sources, limits, &mut findings);
    settle::all(&mut tree);
    let apis = tree.apis(&mut findings);
    for api in &apis {
        // The passes follow structures recursively, so the check of their depth comes first.
        if reach::check(api, &mut findings) {
            continue;
        }
        for pass in PASSES {
            pass(api, &mut findings);
        }
    }
    defects::check(&tree, &apis, &mut findings);
    if findings.is_empty() {
        return Ok(lower::model(&tree, &apis));
    }
    let related = findings.iter().filter_map(|finding| finding.related.as_ref());
    let quoted: HashSet<&str> =
        findings.iter().map(|finding| finding.file.as_str()).chain(related.map(|other| other.file.as_str())).collect();
    let texts = tree.texts.into_iter().filter(|(path, _)| quoted.contains(path.as_str())).collect();
    Err(Findings::new(findings, texts))
}
