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
    let Some(entry) = section.need(
        "names",
        text!(
            "List its domains, the main one first: names = [\"www.example.com\"].",
            "请列出域名，主域名在前：names = [\"www.example.com\"]。"
        ),
        problems,
    ) else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    let texts = entry.texts(problems);
    if texts.is_empty() && entry.is_empty_list() {
        problems.add(
            entry.at,
            text!("`{path}` has no domain", "`{path}` 中没有域名"),
            text!("List the domains, the main one first.", "请列出域名，主域名在前。"),
        );
    }
    for (at, text) in texts.into_iter().take(READ) {
        match ascii_domain(&text) {
            Some(name) if names.contains(&name) => {
                problems.add(
                    at,
                    text!("`{path}` has a domain twice", "`{path}` 中有重复的域名"),
                    text!("Leave each domain once, in one spelling.", "请每个域名只保留一次，统一写法。"),
                );
            }
            Some(name) => names.push(name),
            None => {
                let remedy = text!(
                    "Write a domain such as www.example.com or *.example.com, without a scheme, port, path or final dot.",
                    "请写域名，例如 www.example.com 或 *.example.com，不带协议、端口、路径和末尾的点。"
                );
                problems.add(
                    at,
                    text!("`{path}` has a text that is not a domain", "`{path}` 中有不是域名的文本"),
                    remedy,
                );
            }
        }
    }
    let most = if flow == Some(Flow::CasPackage) { MOST_OF_PACKAGE } else { MOST };
    if names.len() > most {
        let message = text!(
            "`{path}` has {} domains, and one certificate takes {most} at most",
            "`{path}` 有 {} 个域名，而一张证书最多 {most} 个",
            names.len()
        );
        problems.add(entry.at, message, text!("Split them into several certificates.", "请拆分为多张证书。"));
    }
    let is_mixed = has_wildcard(&names) && !names.iter().all(|name| name.starts_with("*."));
    if flow == Some(Flow::CasPackage) && is_mixed {
        let remedy = text!(
            "Make a certificate of the wildcard domains and one of the others.",
            "请将通配符域名与其他域名分为两张证书。"
        );
        let message = text!(
            "`{path}` has wildcard domains and others, which a certificate from a package cannot have",
            "`{path}` 同时有通配符域名和其他域名，套餐中的证书不支持"
        );
        problems.add(entry.at, message, remedy);
    }
    names
}

/// Whether one of them is a wildcard domain.
pub(super) fn has_wildcard(names: &[String]) -> bool {
    names.iter().any(|name| name.starts_with("*."))
}
