//! What the language says about a service stands in the docs, in English and Chinese: another value of a key changes the docs of an item in both.
//! The keys that concern no user are listed here with the reason.

use super::mutation::{Key, Language};
use super::readers::all_found;
use cloudcert_codegen::emit::Output;
use cloudcert_codegen::review::split;
use std::collections::BTreeSet;

/// English and Chinese, in this order.
const LANGUAGES: [&str; 2] = ["English", "Chinese"];

const FOR_MAINTAINERS: &str = "what is wrong in a document is in docs/document-defects.md";

/// Keys that the docs do not say, with the reason.
#[rustfmt::skip]
const UNSAID: &[(&str, &str, &str)] = &[
    ("Action", "aliases", "the search of rustdoc finds the method by them"),
    ("Action", "defects", FOR_MAINTAINERS),
    ("Action", "envelopes", "the client writes and reads it, whatever the user does"),
    ("Column", "type", "the cells of the table show it"),
    ("CommonParameter", "defects", FOR_MAINTAINERS),
    ("DefectSpec", "held_by", FOR_MAINTAINERS),
    ("DefectSpec", "printed", FOR_MAINTAINERS),
    ("DefectSpec", "printed_zh", FOR_MAINTAINERS),
    ("DefectSpec", "read_as", FOR_MAINTAINERS),
    ("DefectSpec", "read_as_zh", FOR_MAINTAINERS),
    ("DefectSpec", "where", FOR_MAINTAINERS),
    ("DefectSpec", "why", FOR_MAINTAINERS),
    ("DefectSpec", "why_zh", FOR_MAINTAINERS),
    ("Deprecated", "doc", "it is the note of the attribute, which rustdoc shows"),
    ("DefectRegister", "defects", FOR_MAINTAINERS),
    ("Endpoints", "defects", FOR_MAINTAINERS),
    ("EnumSpec", "base", "the payload of `Unknown` shows it"),
    ("EnumSpec", "defects", FOR_MAINTAINERS),
    ("EnumValue", "defects", FOR_MAINTAINERS),
    ("EnumValue", "misprints", FOR_MAINTAINERS),
    ("ErrorRow", "defects", FOR_MAINTAINERS),
    ("Field", "defects", FOR_MAINTAINERS),
    ("IdSpec", "base", "the conversions of the id show it"),
    ("KeyRule", "severity", "only the service reads a CSR, and the docs say so"),
    ("PatternRule", "severity", "only the service matches a pattern, and the docs say so"),
    ("Protocol", "envelope", "the client writes and reads it, whatever the user does"),
    ("Protocol", "error_style", "the client writes and reads it, whatever the user does"),
    ("Protocol", "family", "the client writes and reads it, whatever the user does"),
    ("Protocol", "success_codes", "the client writes and reads it, whatever the user does"),
    ("Protocol", "time_stamps", "the client writes and reads it, whatever the user does"),
    ("Protocol", "xml_lists", "the client writes and reads it, whatever the user does"),
    ("Reconcile", "impossible", "it has the one value `true`, and the docs say that no action shows the outcome"),
    ("Rule", "refuse", "it has the one value `true`, and the docs say what is not accepted"),
    ("Service", "defects", FOR_MAINTAINERS),
    ("Service", "spec", "the loader knows one version of the language"),
    ("Service", "uses", "what the other file defines is said where it is used"),
    ("Table", "defects", FOR_MAINTAINERS),
    ("TypeSpec", "defects", FOR_MAINTAINERS),
];

/// Keys of texts. The one with `_zh` behind it is found in the Chinese docs only, and this one in the English docs only.
const TEXTS: [&str; 6] = ["title", "doc", "meaning", "cause", "remedy", "replaced_by"];

/// The docs of a generated crate by item and language.
pub(super) struct Described([BTreeSet<(String, String)>; 2]);

impl Described {
    pub(super) fn of(output: &[Output]) -> Self {
        let mut all = [BTreeSet::new(), BTreeSet::new()];
        for file in output {
            let module = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
            for of in split(module, &file.text).docs {
                let item = if of.path == module { of.path } else { format!("{module}::{}", of.path) };
                for (language, paragraph) in paragraphs(&of.lines) {
                    for (index, all) in all.iter_mut().enumerate() {
                        if language.is_none_or(|language| language == index) {
                            all.insert((item.clone(), paragraph.clone()));
                        }
                    }
                }
            }
        }
        Self(all)
    }

    /// The first item whose docs differ, by language.
    pub(super) fn difference(&self, changed: &Self) -> [Option<String>; 2] {
        let first = |language: usize| {
            let (old, new) = (&self.0[language], &changed.0[language]);
            new.difference(old).chain(old.difference(new)).next().map(|(item, _)| item.clone())
        };
        [first(0), first(1)]
    }
}

/// Paragraphs with their language, or without one: blocks of code, and tables that follow both languages.
fn paragraphs(lines: &[String]) -> Vec<(Option<usize>, String)> {
    let mut all: Vec<(Option<usize>, String)> = Vec::new();
    let mut code = false;
    let mut open = false;
    for line in lines {
        let fence = line.starts_with("```");
        if line.is_empty() && !code {
            open = false;
            continue;
        }
        let (of, begins) = if fence || code {
            (None, fence && !code)
        } else if line.contains(is_chinese) {
            (Some(1), !open)
        } else {
            let after_chinese = all.last().is_some_and(|(of, _)| *of == Some(1));
            (if line.starts_with('|') && after_chinese { None } else { Some(0) }, !open)
        };
        match all.last_mut() {
            Some((_, text)) if !begins => {
                text.push('\n');
                text.push_str(line);
            }
            _ => all.push((of, line.clone())),
        }
        code ^= fence;
        open = true;
    }
    all
}

fn is_chinese(sign: char) -> bool {
    matches!(sign, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// The languages in whose docs a key must be found.
pub(super) fn wanted((of, key): &Key) -> [bool; 2] {
    let unsaid = UNSAID.iter().any(|(known, name, _)| known == of && name == key);
    let chinese = key.strip_suffix("_zh").is_some_and(|key| TEXTS.contains(&key));
    let english = of != "Source" && TEXTS.contains(&key.as_str());
    [!chinese, !english].map(|wanted| !unsaid && wanted)
}

#[test]
#[allow(clippy::print_stdout, reason = "with `--nocapture` it lists where the docs say what")]
fn every_key_of_the_language_stands_in_the_docs_in_both_languages() {
    let mut wrong = Vec::new();
    for (key, found) in all_found() {
        let name = format!("{}.{}", key.0, key.1);
        for ((language, wanted), said) in LANGUAGES.iter().zip(wanted(key)).zip(&found.said) {
            if wanted && said.is_none() {
                wrong.push(format!("{name}: the {language} docs do not say it"));
            }
        }
        let place = found.said.iter().flatten().next();
        match (UNSAID.iter().find(|(of, word, _)| *of == key.0 && *word == key.1), place) {
            (Some((.., reason)), None) => println!("{name}: not in the docs, {reason}"),
            (Some(_), Some(place)) => wrong.push(format!("{name}: the docs say it after all, on {place}")),
            (None, place) => println!("{name}: {}", place.map_or("", String::as_str)),
        }
    }
    assert!(wrong.is_empty(), "keys whose place in the docs is not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn the_lists_of_the_docs_name_keys_of_the_language() {
    let keys: BTreeSet<_> = Language::new().keys().collect();
    for (of, key, _) in UNSAID {
        assert!(keys.contains(&((*of).to_owned(), (*key).to_owned())), "the language has no {of}.{key}");
    }
}
