//! Which authorities may issue for a domain, by its CAA records (RFC 8659). Pure.

/// A CAA record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Whether an authority that does not understand the tag must refuse.
    pub critical: bool,
    /// What it is about, in lower case, such as `issue`.
    pub tag: String,
    /// The value, such as `digicert.com; cansignhttpexchanges=yes`.
    pub value: String,
}

/// What CAA records say about an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// Nothing restricts who may issue.
    Unrestricted,
    /// This authority may issue.
    Allowed,
    /// Only others may issue. Empty if nobody may.
    Forbidden(Vec<String>),
    /// A critical record has a tag that authorities need not understand, and those that do not must refuse.
    Critical(String),
}

/// Decides about an authority by the records of a domain, or of the nearest parent that has some.
///
/// `issuers` are the names of the authority in such records. `wildcard` asks for a wildcard certificate: `issuewild` then overrides `issue`.
#[must_use]
pub fn decide(records: &[Property], issuers: &[String], wildcard: bool) -> Permission {
    let is_known = |tag: &str| matches!(tag, "issue" | "issuewild" | "iodef");
    if let Some(strange) = records.iter().find(|record| record.critical && !is_known(&record.tag)) {
        return Permission::Critical(strange.tag.clone());
    }
    let of = |tag: &str| records.iter().filter(|record| record.tag == tag).collect::<Vec<_>>();
    let wild = if wildcard { of("issuewild") } else { Vec::new() };
    let relevant = if wild.is_empty() { of("issue") } else { wild };
    if relevant.is_empty() {
        return Permission::Unrestricted;
    }
    // A value that cannot be read allows nobody, like an empty one.
    let mut allowed: Vec<String> = relevant.iter().filter_map(|record| issuer(&record.value)).collect();
    let is_ours = |name: &String| issuers.iter().any(|own| own.trim_end_matches('.').eq_ignore_ascii_case(name));
    if allowed.iter().any(is_ours) {
        return Permission::Allowed;
    }
    allowed.sort();
    allowed.dedup();
    Permission::Forbidden(allowed)
}

/// The authority that a value of `issue` or `issuewild` names, in lower case. `None` if it names nobody, or breaks the grammar.
#[must_use]
pub fn issuer(value: &str) -> Option<String> {
    let (name, parameters) = value.split_once(';').unwrap_or((value, ""));
    let name = name.trim_matches(BLANKS);
    let fits =
        is_domain(name) && (parameters.trim_matches(BLANKS).is_empty() || parameters.split(';').all(is_parameter));
    fits.then(|| name.to_ascii_lowercase())
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Letters and digits, with hyphens between them.
fn is_label(text: &str) -> bool {
    !text.starts_with('-')
        && !text.ends_with('-')
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_parameter(text: &str) -> bool {
    let Some((tag, value)) = text.split_once('=') else { return false };
    let value = value.trim_matches(BLANKS);
    is_label(tag.trim_matches(BLANKS)) && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';')
}

/// By which names the authority behind a brand calls itself in CAA records. A brand is what the description of a product says, such as `GeoTrust`.
/// Empty if that is not known: then nothing can be told about CAA.
#[must_use]
pub fn issuers(brand: &str) -> &'static [&'static str] {
    // Brands of DigiCert are issued under any of its names.
    const DIGICERT: &[&str] = &["digicert.com", "symantec.com", "geotrust.com", "rapidssl.com", "thawte.com"];
    match brand.to_ascii_lowercase().as_str() {
        "digicert" | "symantec" | "geotrust" | "rapidssl" | "thawte" => DIGICERT,
        "globalsign" => &["globalsign.com"],
        "sectigo" => &["sectigo.com", "usertrust.com", "trust-provider.com", "comodo.com", "comodoca.com"],
        _ => &[],
    }
}
