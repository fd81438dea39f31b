//! Remedies and retry classes must say the same. Whether a request may be sent again follows from the class alone, so a row has a
//! remedy of its own only where something must be mended first, and no text of a row speaks of sending it again.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{Retry, Text};
use crate::yaml::At;

/// Words of sending again and of waiting for it, as they begin.
const ENGLISH: &[&str] = &[
    "again",
    "anew",
    "later",
    "once more",
    "one more time",
    "re send",
    "re try",
    "reattempt",
    "repeat",
    "resend",
    "resent",
    "resubmi",
    "retri",
    "retry",
    "second time",
    "wait",
];

/// The same in Chinese, wherever they stand.
const CHINESE: &[&str] = &[
    "再次", "再发", "再试", "再调", "再提", "重发", "重试", "重新", "重复", "重提", "等待", "等候", "稍后", "稍候",
    "稍等",
];

/// Checks the remedies of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (name, row) in &api.scope.errors {
        let (value, at) = (row.value, row.at);
        match (&value.remedy, value.retry) {
            (None, Retry::Never | Retry::Renew) => {
                let message = format!("`{name}` fails as long as nothing is mended, and nothing says what to mend");
                out.push(at.get("retry").key_finding(Code::MissingKey, message).help("add `remedy: ...`"));
            }
            (Some(remedy), Retry::Never | Retry::Renew) => {
                let help = "say what to mend, or give the row the class that it has";
                words(remedy, at.get("remedy"), &format!("the remedy of `{name}`"), help, out);
            }
            (None, _) => {}
            (Some(_), _) => {
                let message = format!("what to do about `{name}` follows from its retry class");
                let finding = at.get("remedy").key_finding(Code::RemedyAgainstRetry, message);
                let help = "take it out; what brings the error about belongs into `cause`";
                out.push(finding.related(at.get("retry").related("the class")).help(help));
            }
        }
        if !matches!(value.retry, Retry::Never | Retry::Renew) {
            for (key, text) in [("meaning", &value.meaning), ("cause", &value.cause)] {
                let help = "take it out: users read what the class says about that";
                words(text, at.get(key), &format!("the {key} of `{name}`"), help, out);
            }
        }
    }
}

/// Reports words of sending again in either language.
fn words(text: &Text, at: At<'_>, what: &str, help: &str, out: &mut Vec<Finding>) {
    for (key, found) in [("en", english(&text.en)), ("zh", chinese(&text.zh))] {
        if let Some(found) = found {
            let message = format!("{what} speaks of sending it again (`{found}`)");
            out.push(at.get(key).finding(Code::RemedyAgainstRetry, message).help(help));
        }
    }
}

/// Whole words, or the beginnings of words: `against` is no `again`.
fn english(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace(['-', '\n'], " ");
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let joined = format!(" {} ", words.join(" "));
    ENGLISH.iter().copied().find(|stem| match *stem {
        "again" | "anew" | "later" => joined.contains(&format!(" {stem} ")),
        stem => joined.contains(&format!(" {stem}")),
    })
}

fn chinese(text: &str) -> Option<&'static str> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    CHINESE.iter().copied().find(|word| text.contains(word))
}
