//! Compares the client's string to sign with the one that the service quotes.

use crate::base::difference::{HASH, SignatureDifference};
use crate::base::legible::legible;
use crate::base::secret::REDACTED;
use crate::protocol::quote::{LONGEST, Part, canonical, quoted_canonical};
use crate::protocol::{Pair, Scheme};
use crate::sign::{Signed, sha256_hex};

/// The parts that differ in every attempt.
const FRESH: &[&str] =
    &["SignatureNonce", "Timestamp", "x-acs-date", "x-acs-signature-nonce", "x-amz-date", "the time", HASH];
/// The parts that a scheme adds and that may be shown.
const OWN: &[&str] = &[
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "Accesskey",
    "Service",
    "Region",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "Timestamp",
];
/// Compares what was signed with what the service quotes in a message; `None` if it quotes nothing. `shown` are the redacted parameters, and
/// `hosts` the known hosts of the service. Without `same_attempt`, parts that differ in every attempt are ignored.
pub(crate) fn compare(
    scheme: &Scheme,
    signed: &Signed,
    message: &str,
    shown: &[Pair],
    hosts: &[(&str, &str)],
    same_attempt: bool,
) -> Option<SignatureDifference> {
    let ours = signed;
    let seen =
        |part: &Part<'_>, of: &str| if visible(part, shown) { legible(of, LONGEST) } else { REDACTED.to_owned() };
    let quoted = ours
        .canonical_request
        .as_deref()
        .zip(quoted_canonical(message))
        .map(|(ours, theirs)| (canonical(ours), canonical(theirs)));
    // A hash differs in every attempt, so it proves nothing.
    let conclusive = same_attempt || quoted.is_some() || ours.canonical_request.is_none();
    let text = || (scheme.quoted)(message).map(|theirs| ((scheme.parts)(&ours.string_to_sign), (scheme.parts)(theirs)));
    let (ours, theirs) = quoted.or_else(text)?;
    let passed = |part: &&Part<'_>| same_attempt || !FRESH.contains(&&*part.name);
    let (mut ours, mut theirs) = (ours.iter().filter(passed), theirs.iter().filter(passed));
    loop {
        let found = match (ours.next(), theirs.next()) {
            (None, None) if !conclusive => return None,
            (None, None) => SignatureDifference::None,
            (Some(a), Some(b)) if a.name == b.name && a.value == b.value => continue,
            (Some(a), Some(b)) if a.name == HASH && b.name == HASH => other_host(signed, &b.value, hosts)
                .unwrap_or_else(|| SignatureDifference::Value {
                    part: a.called.clone(),
                    ours: legible(&a.value, LONGEST),
                    theirs: legible(&b.value, LONGEST),
                }),
            (Some(a), Some(b)) if a.name == b.name => SignatureDifference::Value {
                part: a.called.clone(),
                ours: seen(a, &a.value),
                theirs: seen(a, &b.value),
            },
            // Both sides are sorted, so the part whose name comes first is missing on the other side.
            (Some(a), Some(b)) if a.name > b.name => SignatureDifference::Added { part: b.called.clone() },
            (Some(a), _) => SignatureDifference::Lost { part: a.called.clone() },
            (None, Some(b)) => SignatureDifference::Added { part: b.called.clone() },
        };
        return Some(found);
    }
}

/// Finds the host that the service signed in place of ours if it quotes only a hash: without the port, with the default port, or another known
/// host of the service, which may be behind a gateway.
fn other_host(signed: &Signed, hash: &str, hosts: &[(&str, &str)]) -> Option<SignatureDifference> {
    let canonical = signed.canonical_request.as_deref()?;
    let ours = canonical.lines().find_map(|line| line.strip_prefix("host:"))?;
    let bare = ours.rsplit_once(':').map_or(ours, |(name, port)| if port.ends_with(']') { ours } else { name });
    let known = hosts.iter().map(|(_, host)| (*host).to_owned());
    let theirs =
        [bare.to_owned(), format!("{bare}:443"), format!("{bare}:80")].into_iter().chain(known).find(|host| {
            let line = format!("\nhost:{host}\n");
            sha256_hex(canonical.replacen(&format!("\nhost:{ours}\n"), &line, 1).as_bytes()) == hash
        })?;
    Some(SignatureDifference::Value { part: "the header `host`".to_owned(), ours: ours.to_owned(), theirs })
}

/// Whether the value of a part may be shown: a header unless it is a token, a parameter unless it is redacted.
fn visible(part: &Part<'_>, shown: &[Pair]) -> bool {
    if !part.called.starts_with("the parameter") {
        return !part.name.contains("token");
    }
    OWN.contains(&&*part.name)
        || shown.iter().any(|(name, value)| *name == part.name && value != REDACTED && !value.contains(REDACTED))
}
