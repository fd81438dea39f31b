//! The vendor's sentences, for whoever writes ours: a page beside the tree, which is never committed.

use super::plain::{Api, Item, Items, Sentences};
use std::fmt::Write as _;

/// Notes on every action and item, as Markdown. Texts of other people are quoted, so that none of them becomes markup.
#[must_use]
pub fn notes(api: &Api) -> String {
    let mut out = String::from(
        "# Notes of an import\n\nThe sentences below are the vendor's. They are to be understood, not copied, and must not be committed.\n",
    );
    for (name, action) in &api.actions {
        let _ = write!(out, "\n## {name}\n");
        quote(&mut out, &action.text);
        for (side, items) in [("parameters", Some(&action.parameters)), ("response", action.response.as_ref())] {
            each(&mut out, side, items.into_iter().flatten());
        }
    }
    out
}

fn each<'a>(out: &mut String, path: &str, items: impl Iterator<Item = (&'a String, &'a Item)>) {
    for (wire, item) in items {
        let path = format!("{path}.{wire}");
        let members: Option<&Items> = item.shape.members();
        let text = &item.text;
        if text.en.is_some() || text.zh.is_some() || !item.values.is_empty() || item.example.is_some() {
            let _ = write!(out, "\n### {path}\n");
            quote(out, text);
            if !item.values.is_empty() {
                let from = if item.values_are_data { "" } else { " (from a sentence: look at them)" };
                let _ = write!(out, "\nValues{from}: {}\n", item.values.join(", "));
            }
            if let Some(example) = &item.example {
                let _ = write!(out, "\nExample: {example}\n");
            }
        }
        each(out, &path, members.into_iter().flatten());
    }
}

fn quote(out: &mut String, text: &Sentences) {
    for text in [&text.en, &text.zh].into_iter().flatten() {
        out.push('\n');
        for line in text.lines() {
            let _ = writeln!(out, "> {line}");
        }
    }
}
