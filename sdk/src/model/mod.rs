//! The spec that this SDK was generated from, as data: names, types, rules, errors, effects, waiters, examples.
//!
//! Use it for local endpoints, command lines and other tools. It contains the API versions whose features are enabled.
//!
//! ```
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # fn main() {
//! use cloudcert::model::{self, Effect};
//!
//! let kcm = model::api("ksyun-kcm-2016-03-04").unwrap();
//! let apply = kcm.action("ApplyCertificate").unwrap();
//! assert_eq!(apply.effect, Effect::Order);
//! assert!(apply.parameter("MainDomain").is_some());
//! # }
//! # #[cfg(not(feature = "ksyun-kcm-2016-03-04"))]
//! # fn main() {}
//! ```

pub use cloudcert_model::*;

use crate::action::check;
use crate::base::domain;
use std::sync::OnceLock;

/// All API versions of this build. They are read from JSON at the first call.
#[must_use]
pub fn apis() -> &'static [Api] {
    ALL.get_or_init(|| crate::data::APIS.iter().filter_map(|(_, text)| read(text, None)).collect())
}

/// All API versions, once [`apis`] has read them.
static ALL: OnceLock<Vec<Api>> = OnceLock::new();

/// Finds an API version by its id, such as `ksyun-kcm-2016-03-04`, which is also the name of its feature. Reads the description of this API
/// version only.
#[must_use]
pub fn api(id: &str) -> Option<&'static Api> {
    static EACH: [OnceLock<Option<Api>>; crate::data::APIS.len()] =
        [const { OnceLock::new() }; crate::data::APIS.len()];
    if let Some(all) = ALL.get() {
        return all.iter().find(|api| api.id == id);
    }
    let (at, (_, text)) = crate::data::APIS.iter().enumerate().find(|(_, (own, _))| *own == id)?;
    EACH.get(at)?.get_or_init(|| read(text, None)).as_ref()
}

/// Reads an API version with these actions only, by their names on the wire, for programs that need few of them and must start at once. Everything
/// that actions share is there. What the API version lacks is left out.
///
/// ```
/// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
/// # fn main() {
/// use cloudcert::model;
///
/// let kcm = model::api_with("ksyun-kcm-2016-03-04", &["ApplyCertificate"]).unwrap();
/// assert_eq!(kcm.actions.len(), 1);
/// # }
/// # #[cfg(not(feature = "ksyun-kcm-2016-03-04"))]
/// # fn main() {}
/// ```
#[must_use]
pub fn api_with(id: &str, actions: &[&str]) -> Option<Api> {
    let (_, text) = crate::data::APIS.iter().find(|(own, _)| *own == id)?;
    read(text, Some(actions))
}

/// Reads lines: the API version, then an action each, after its name. The build wrote valid ones; a test checks that.
fn read(text: &str, wanted: Option<&[&str]>) -> Option<Api> {
    let mut lines = text.lines();
    let mut api: Api = serde_json::from_str(lines.next()?).ok()?;
    for line in lines {
        let (name, action) = line.split_once('\t')?;
        if wanted.is_none_or(|wanted| wanted.contains(&name)) {
            api.actions.push(serde_json::from_str(action).ok()?);
        }
        if wanted.is_some_and(|wanted| wanted.len() == api.actions.len()) {
            break;
        }
    }
    Some(api)
}

/// Whether a text has a format, by the rules of [`Operation::validate`](crate::Operation::validate).
///
/// ```
/// use cloudcert::model::{Format, has_shape};
///
/// assert!(has_shape("*.example.com", Format::Domain));
/// assert!(!has_shape("*.example.com", Format::SingleDomain));
/// ```
#[must_use]
pub fn has_shape(text: &str, format: Format) -> bool {
    let format = match format {
        Format::Domain => check::TextFormat::Domain,
        Format::SingleDomain => check::TextFormat::SingleDomain,
        Format::WildcardDomain => check::TextFormat::WildcardDomain,
        Format::Email => check::TextFormat::Email,
        Format::Phone => check::TextFormat::Phone,
        Format::Ip => check::TextFormat::Ip,
        Format::Csr => check::TextFormat::Csr,
    };
    check::is(text, format)
}

/// Returns the ASCII form of a domain name in lower case, with its `*.` if it has one. `None` if it is not a domain name. Every text of
/// [`Format::Domain`](cloudcert_model::Format) has an ASCII form.
///
/// ```
/// use cloudcert::model::ascii_domain;
///
/// assert_eq!(ascii_domain("*.Faß.de").as_deref(), Some("*.xn--fa-hia.de"));
/// assert_eq!(ascii_domain("192.0.2.1"), None);
/// ```
#[must_use]
pub fn ascii_domain(text: &str) -> Option<String> {
    match text.strip_prefix("*.") {
        Some(name) => domain::ascii(name).map(|name| format!("*.{name}")),
        None => domain::ascii(text),
    }
}
