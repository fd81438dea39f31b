//! Remedies must agree with retry classes. The class alone decides whether a request may be sent again, so a row has a
//! remedy of its own only if something must be corrected first, and no text of a row talks about sending again.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{Retry, Text};
use crate::yaml::At;

/// The beginnings of words about sending again, and about waiting to do so.
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

/// The same in Chinese, anywhere in the text.
const CHINESE: &[&str] = &[
    "再次", "再发", "再试", "再调", "再提", "重发", "重试", "重新", "重复", "重提", "等待", "等候", "稍后", "稍候",
    "稍等",
];

/// Checks the remedies of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (name, row) in &api.definitions.errors {
        let (value, at) = (row.value, row.at);
        match (&value.remedy, value.retry) {
            (None, Retry::Never | Retry::Renew) => {
                let message = format!(
                    "the retry class of `{name}` means that something must be corrected first, but nothing says what"
                );
                out.push(at.get("retry").key_finding(Code::MissingKey, message).help("add `remedy: ...`"));
            }
            (Some(remedy), Retry::Never | Retry::Renew) => {
                let help = "say what to correct, or give the row another retry class";
                words(remedy, (at, "remedy"), &format!("the remedy of `{name}`"), help, out);
            }
            (None, _) => {}
            (Some(_), _) => {
                let message = format!("the remedy of `{name}` follows from its retry class");
                let finding = at.get("remedy").key_finding(Code::RemedyAgainstRetry, message);
                let help = "remove it; the reason for the error belongs in `cause`";
                out.push(finding.related(at.get("retry").related("the class")).help(help));
            }
        }
        if !matches!(value.retry, Retry::Never | Retry::Renew) {
            for (key, text) in [("meaning", &value.meaning), ("cause", &value.cause)] {
                let help = "remove that part: the retry class already tells users whether to send again";
                words(text, (at, key), &format!("the {key} of `{name}`"), help, out);
            }
        }
    }
}

/// Reports words about sending again, in either language.
fn words(text: &Text, (at, key): (At<'_>, &str), what: &str, help: &str, out: &mut Vec<Finding>) {
    for (half, found) in [("", english(&text.en)), ("_zh", chinese(&text.zh))] {
        if let Some(found) = found {
            let message = format!("{what} talks about sending the request again (`{found}`)");
            out.push(at.get(&format!("{key}{half}")).finding(Code::RemedyAgainstRetry, message).help(help));
        }
    }
}

/// Whether a text has a whole word, or the beginning of one: `against` does not count as `again`.
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
