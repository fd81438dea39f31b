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
    // The build wrote valid JSON; a test checks that.
    ALL.get_or_init(|| crate::data::APIS.iter().filter_map(|(_, text)| serde_json::from_str(text).ok()).collect())
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
    EACH.get(at)?.get_or_init(|| serde_json::from_str(text).ok()).as_ref()
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
