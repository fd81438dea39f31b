//! The page of document defects, `docs/document-defects.md`, made from the spec.

use crate::model::{Defect, Model};
use crate::summary;
use std::fmt::Write;

/// The page as Markdown.
#[must_use]
pub fn page(model: &Model) -> String {
    let mut out = String::from(
        "# Defects of the vendor documents\n\n\
         <!-- Generated from spec/ by `cargo run -p cloudcert-codegen -- defects > docs/document-defects.md`. Do not edit. -->\n\n\
         Contradictions and gaps of the vendor documents, how this project reads each of them, and why.\n\n\
         厂商文档中的矛盾与缺漏，本项目对每一处的解读及理由。\n\n## Sources\n\n",
    );
    let mut seen = Vec::new();
    for api in &model.apis {
        for (label, source) in &api.sources {
            if seen.contains(&label) {
                continue;
            }
            seen.push(label);
            let _ = writeln!(out, "- **{label}**: {} ({})", source.title, source.version);
        }
    }
    let all = summary::defects(model);
    let _ = writeln!(out, "\n## Defects ({})", all.len());
    for (defect, place) in all {
        entry(&mut out, defect, &place);
    }
    out
}

fn entry(out: &mut String, defect: &Defect, place: &str) {
    let stands = if place.is_empty() { "spec/defects.yaml" } else { place };
    let _ = write!(
        out,
        "\n### {}\n\n{} · `{stands}`\n\n\
         - Printed: {}\n- Read as: {}\n- Why: {}\n\n\
         - 原文：{}\n- 解读：{}\n- 理由：{}\n",
        defect.id,
        escape(&defect.place),
        escape(&defect.printed.en),
        escape(&defect.read_as.en),
        escape(&defect.why.en),
        escape(&defect.printed.zh),
        escape(&defect.read_as.zh),
        escape(&defect.why.zh),
    );
    if let Some(test) = &defect.held_by {
        let _ = write!(out, "\nProved by the test `{test}`.\n");
    }
}

/// Escapes placeholders, which Markdown would read as markup.
fn escape(text: &str) -> String {
    text.trim().replace('<', "&lt;").replace('*', "\\*").replace('\n', " ")
}
