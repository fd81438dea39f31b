//! Where two strings to sign first differ: the one that was signed here, and the one that the service quotes.

use crate::base::api::Signature;
use crate::base::difference::{HASH, SignatureDifference};
use crate::base::legible::legible;
use crate::base::secret::REDACTED;
use crate::protocol::Pair;
use crate::sign::{Signed, sha256_hex};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// What every attempt has anew.
const FRESH: &[&str] =
    &["SignatureNonce", "Timestamp", "x-acs-date", "x-acs-signature-nonce", "x-amz-date", "the time", HASH];
/// What a scheme adds, and may be seen.
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
/// The longest name or value that is shown whole, in bytes.
const LONGEST: usize = 80;

/// A part of a string to sign: its name, how it is called, its value, decoded.
struct Part<'a> {
    name: Cow<'a, str>,
    called: String,
    value: Cow<'a, str>,
}

/// Compares what was signed with what the service says in a message; `None` if it quotes nothing. `shown` are the parameters as they may be
/// seen, and `hosts` those that the service is known by. Without `same_attempt`, what every attempt has anew is passed over.
pub(crate) fn compare(
    scheme: Signature,
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
    // Of a hash that every attempt has anew nothing can be concluded.
    let conclusive = same_attempt || quoted.is_some() || ours.canonical_request.is_none();
    let text =
        || quoted_text(scheme, message).map(|theirs| (parts(scheme, &ours.string_to_sign), parts(scheme, theirs)));
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
            // Both are sorted: the one whose name comes first is the one that the other side lacks.
            (Some(a), Some(b)) if a.name > b.name => SignatureDifference::Added { part: b.called.clone() },
            (Some(a), _) => SignatureDifference::Lost { part: a.called.clone() },
            (None, Some(b)) => SignatureDifference::Added { part: b.called.clone() },
        };
        return Some(found);
    }
}

/// The host that the service has signed in the place of ours, where it quotes no more than a hash: the same without its port, with the usual
/// one, or a host of the service behind a gateway.
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

/// Whether the value of a part may be shown: headers may, except for a token; a parameter if it is not redacted in what may be seen.
fn visible(part: &Part<'_>, shown: &[Pair]) -> bool {
    if !part.called.starts_with("the parameter") {
        return !part.name.contains("token");
    }
    OWN.contains(&&*part.name)
        || shown.iter().any(|(name, value)| *name == part.name && value != REDACTED && !value.contains(REDACTED))
}

fn parts(scheme: Signature, text: &str) -> Vec<Part<'_>> {
    match scheme {
        Signature::AliyunV1 => {
            let mut pieces = text.splitn(3, '&');
            let mut out: Vec<Part<'_>> =
                ["the method", "the path"].iter().zip(&mut pieces).map(|(name, value)| named(name, value)).collect();
            let query = pieces.next().map_or(Cow::Borrowed(""), decoded);
            out.extend(parameters(&query).iter().map(owned));
            out
        }
        Signature::KsyunSimple => parameters(text),
        Signature::Acs3 => lines(text, &["the algorithm", HASH]),
        Signature::Aws4 => lines(text, &["the algorithm", "the time", "the credential scope", HASH]),
    }
}

fn lines<'a>(text: &'a str, names: &[&'static str]) -> Vec<Part<'a>> {
    names.iter().zip(text.lines()).map(|(name, value)| named(name, value)).collect()
}

fn named<'a>(name: &'static str, value: &'a str) -> Part<'a> {
    Part { name: name.into(), called: name.to_owned(), value: value.into() }
}

/// `a=1&b=2`.
fn parameters(query: &str) -> Vec<Part<'_>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let part = |pair| {
        let (name, value): (&str, &str) = str::split_once(pair, '=').unwrap_or((pair, ""));
        let name = decoded(name);
        Part { called: format!("the parameter `{}`", legible(&name, LONGEST)), name, value: decoded(value) }
    };
    pairs.map(part).collect()
}

/// A canonical request: method, path, query, headers, their names, the hash of the body.
fn canonical(text: &str) -> Vec<Part<'_>> {
    let mut rest = text.lines();
    let mut out = lines(text, &["the method", "the path"]);
    out.extend(parameters(rest.nth(2).unwrap_or_default()));
    for line in rest.by_ref().take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        out.push(Part {
            name: name.into(),
            called: format!("the header `{}`", legible(name, LONGEST)),
            value: value.into(),
        });
    }
    out.extend(
        ["the names of the signed headers", "the hash of the body"]
            .iter()
            .zip(rest)
            .map(|(name, value)| named(name, value)),
    );
    out
}

fn owned<'a>(part: &Part<'_>) -> Part<'a> {
    Part { name: part.name.to_string().into(), called: part.called.clone(), value: part.value.to_string().into() }
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The string to sign in a message, found by its shape: services differ in the words around it.
fn quoted_text(scheme: Signature, message: &str) -> Option<&str> {
    match scheme {
        Signature::AliyunV1 => {
            let start = ["POST&%2F&", "GET&%2F&"].iter().filter_map(|head| message.find(head)).min()?;
            until_end(message.get(start..)?)
        }
        Signature::KsyunSimple => {
            let start = message.find("Accesskey=").or_else(|| message.find("Action="))?;
            let before = message.get(..start)?;
            let start = before.rfind([' ', '\'', '"', '[', ':', '\n']).map_or(0, |at| at + 1);
            until_end(message.get(start..)?)
        }
        Signature::Acs3 => hashed(message, crate::sign::acs3::ALGORITHM, 2),
        Signature::Aws4 => hashed(message, crate::sign::aws4::ALGORITHM, 4),
    }
}

/// A quoted text without blanks in it.
fn until_end(text: &str) -> Option<&str> {
    text.split([' ', '\'', '"', '<', ']', '\n', '\r']).next()
}

/// So many lines that begin with an algorithm and end with a hash.
fn hashed<'a>(message: &'a str, algorithm: &str, count: usize) -> Option<&'a str> {
    let text = message.get(message.find(&format!("{algorithm}\n"))?..)?;
    let before_last: usize = text.split_inclusive('\n').take(count - 1).map(str::len).sum();
    text.get(..before_last + HASH_LENGTH)
}

/// A SHA-256 in hexadecimal.
const HASH_LENGTH: usize = 64;

/// The canonical request in a message, if there is one: from the method to the hash of the body.
fn quoted_canonical(message: &str) -> Option<&str> {
    let start = ["POST\n/\n", "GET\n/\n"].iter().filter_map(|head| message.find(head)).min()?;
    let text = message.get(start..)?;
    let head: usize = text.split_inclusive('\n').take(3).map(str::len).sum();
    let headers_end = head + text.get(head..)?.find("\n\n")? + 2;
    let names_end = headers_end + text.get(headers_end..)?.find('\n')? + 1;
    text.get(..names_end + HASH_LENGTH)
}
