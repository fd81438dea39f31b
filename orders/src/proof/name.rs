//! Names of records.

/// The longest name, as text.
const LONGEST: usize = 253;

/// Makes the full name of a record, in lower case and without a dot at its end. `raw` is the name as a service wrote it, `domain` the domain that the
/// record proves, with or without the asterisk of a wildcard.
///
/// No document says what the name is relative to, so all spellings that were seen are understood, in this order:
///
/// 1. A dot at its end makes it complete. Nothing or `@` is the domain.
/// 2. It is complete if it ends with the domain, or with a parent of it that has two labels or more.
/// 3. It is relative to a parent if it ends with the first labels of the domain: `_dnsauth.www` of `www.example.com`.
/// 4. Otherwise it is relative to the domain.
///
/// Keep the raw name too: what people look for in the console of their DNS provider is often that one.
#[must_use]
pub fn full_name(raw: &str, domain: &str) -> String {
    let domain = plain(domain);
    let domain = domain.strip_prefix("*.").unwrap_or(&domain);
    let is_absolute = raw.trim().ends_with('.');
    let raw = plain(raw);
    if raw.is_empty() || raw == "@" {
        return domain.to_owned();
    }
    if is_absolute || domain.is_empty() || ends_with_parent(&raw, domain) {
        return raw;
    }
    let (own, labels): (Vec<&str>, Vec<&str>) = (raw.split('.').collect(), domain.split('.').collect());
    // A parent that a record can be relative to has two labels: nobody owns a zone of one.
    let shared = (1..=labels.len().saturating_sub(2))
        .rev()
        .find(|&count| labels.get(..count).is_some_and(|first| own.ends_with(first)));
    let before = own.len().saturating_sub(shared.unwrap_or(0));
    let mut whole = own.get(..before).unwrap_or_default().to_vec();
    whole.extend(labels);
    whole.join(".")
}

/// Whether `raw` is or ends with `domain` or a parent of it that has two labels or more. A domain of one label counts.
fn ends_with_parent(raw: &str, domain: &str) -> bool {
    let mut parents = ancestors(domain);
    parents.any(|parent| (parent == domain || parent.contains('.')) && is_below(raw, parent))
}

/// The name in lower case, without blanks around it and without a dot at its end.
pub(crate) fn plain(name: &str) -> String {
    let name = name.trim();
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whether `name` is `parent` or below it. Both are plain.
pub(crate) fn is_below(name: &str, parent: &str) -> bool {
    parent.is_empty() || name.strip_suffix(parent).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The name itself, and all parents of it, the root excepted.
pub(crate) fn ancestors(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, parent)| parent))
        .filter(|name| !name.is_empty())
}

/// Whether a server can be asked for this plain name: ASCII without blanks, labels of 1 to 63 characters, 253 in all.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_graphic());
    name.len() <= LONGEST && !name.contains('\\') && name.split('.').all(fits)
}

/// A text of a service or a server for people: without control characters, and cut.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(MOST).map(clean).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
