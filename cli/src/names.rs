//! The names of commands and options, made from those of the description.

use cloudcert::dynamic;
use heck::ToKebabCase;
use std::collections::BTreeSet;

/// Options of the program itself, which no parameter can take.
pub(crate) const OWN: &[&str] = &[
    "all",
    "columns",
    "config",
    "deadline",
    "dry-run",
    "endpoint",
    "extra",
    "help",
    "input",
    "lang",
    "max-items",
    "no-header",
    "not-found-for",
    "output",
    "profile",
    "query",
    "region",
    "skeleton",
    "skip-validation",
    "timeout",
    "version",
    "write",
    "yes",
];

/// The name of a command for a name on the wire: `CreateCertificateRequest` is `create-certificate-request`.
pub(crate) fn command(wire: &str) -> String {
    wire.to_kebab_case()
}

/// The name of the option for a parameter, `order-id`, or for a member, `contact.phone`. One that the program itself has gets another name.
pub(crate) fn option(path: &[&str]) -> String {
    let name = path.iter().map(|part| part.to_kebab_case()).collect::<Vec<_>>().join(".");
    if OWN.contains(&name.as_str()) { format!("param-{name}") } else { name }
}

/// The vendor's own spelling of an option, `OrderId`, which works too.
pub(crate) fn alias(path: &[&str]) -> String {
    path.join(".")
}

/// The command of an API version: the name of its service, if it is the newest version that is not withdrawn; its id otherwise.
pub(crate) fn api<'a>(id: &'a str, all: &[&'a str]) -> &'a str {
    let service = service(id);
    let newest = all.iter().filter(|other| self::service(other) == service).max();
    if newest == Some(&id) { service } else { id }
}

/// The id of the API version that a word names: by its command or its id.
pub(crate) fn find(word: &str) -> Option<&'static str> {
    let all: Vec<&'static str> = dynamic::apis().collect();
    all.iter().copied().find(|id| *id == word || api(id, &all) == word)
}

/// The action of an API version that a word names: by its command or as on the wire.
pub(crate) fn operation(api: &str, word: &str) -> Option<&'static str> {
    let names = dynamic::operations(api).map(|operation| operation.name());
    names.into_iter().find(|name| *name == word || command(name) == word)
}

/// The ids of the newest version of each service, which the cloud has not withdrawn.
pub(crate) fn newest() -> Vec<&'static str> {
    let all: Vec<&'static str> = dynamic::apis().collect();
    all.iter().copied().filter(|id| api(id, &all) != *id).collect()
}

/// All words that name an API version.
pub(crate) fn apis() -> Vec<&'static str> {
    let all: Vec<&'static str> = dynamic::apis().collect();
    let words: BTreeSet<&str> = all.iter().flat_map(|id| [api(id, &all), id]).collect();
    words.into_iter().collect()
}

/// An id without the version at its end.
fn service(id: &str) -> &str {
    const VERSION: usize = "-2020-04-07".len();
    id.len().checked_sub(VERSION).and_then(|end| id.get(..end)).unwrap_or(id)
}
