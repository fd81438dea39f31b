//! Domains of a certificate.

use super::flow::Flow;
use super::problems::Problems;
use super::section::Section;
use cloudcert::model::ascii_domain;

/// The most domains of a certificate that is ordered from a package.
const MOST_OF_PACKAGE: usize = 5;
/// The most domains of any certificate.
const MOST: usize = 100;
/// The most domains that are looked at.
const READ: usize = 1000;

/// Reads the domains: in their encoded form, each once.
pub(super) fn read(section: &mut Section<'_>, flow: Option<Flow>, problems: &mut Problems<'_>) -> Vec<String> {
    let path = section.name("names");
    let Some(entry) =
        section.need("names", "List its domains, the main one first: names = [\"www.example.com\"].", problems)
    else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    let texts = entry.texts(problems);
    if texts.is_empty() && entry.is_empty_list() {
        problems.add(entry.at, format!("`{path}` has no domain"), "List the domains, the main one first.");
    }
    for (at, text) in texts.into_iter().take(READ) {
        match ascii_domain(&text) {
            Some(name) if names.contains(&name) => {
                problems.add(at, format!("`{path}` has a domain twice"), "Leave each domain once, in one spelling.");
            }
            Some(name) => names.push(name),
            None => {
                let remedy = "Write a domain such as www.example.com or *.example.com, without a scheme, port, path or final dot.";
                problems.add(at, format!("`{path}` has a text that is not a domain"), remedy);
            }
        }
    }
    let most = if flow == Some(Flow::CasPackage) { MOST_OF_PACKAGE } else { MOST };
    if names.len() > most {
        let message = format!("`{path}` has {} domains, and one certificate takes {most} at most", names.len());
        problems.add(entry.at, message, "Split them into several certificates.");
    }
    let is_mixed = has_wildcard(&names) && !names.iter().all(|name| name.starts_with("*."));
    if flow == Some(Flow::CasPackage) && is_mixed {
        let remedy = "Make a certificate of the wildcard domains and one of the others.";
        let message =
            format!("`{path}` has wildcard domains and others, which a certificate from a package cannot have");
        problems.add(entry.at, message, remedy);
    }
    names
}

/// Whether one of them is a wildcard domain.
pub(super) fn has_wildcard(names: &[String]) -> bool {
    names.iter().any(|name| name.starts_with("*."))
}
