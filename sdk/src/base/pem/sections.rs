//! Reads the sections of a PEM text in the forms in which people and programs write them.
//!
//! Every section is read, or refused by its label: a reader that skips unknown sections loses keys and certificates silently. Common crates for PEM
//! read whole lines, so a byte order mark, a blank or a missing line end before a marker hides a section from them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// The maximum length of a label.
const LABEL_MOST: usize = 64;

/// A section of a PEM text.
pub(crate) struct PemSection {
    /// The label, such as `CERTIFICATE`.
    pub(crate) label: String,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

/// Reads a text and ignores what is around sections. Errors quote only labels, because the text may be a key.
pub(crate) fn sections(text: &[u8]) -> Result<Vec<PemSection>, String> {
    if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        return Err("a text is UTF-16: write it as UTF-8".to_owned());
    }
    let mut out = Vec::new();
    // The dashes of an END may be those of the next BEGIN, so they are read again.
    let (mut rest, mut again) = (text, 0);
    while let Some(start) = find(rest, BEGIN) {
        let (before, section) = rest.split_at_checked(start).unwrap_or_default();
        check_between(before.get(again..).unwrap_or_default())?;
        let (label, after) = marker(section, BEGIN)?;
        let (body, end) =
            find(after, END).and_then(|end| after.split_at_checked(end)).ok_or_else(|| unended(&label))?;
        if find(body, BEGIN).is_some() {
            return Err(unended(&label));
        }
        let (closing, after) = marker(end, END)?;
        if closing != label {
            return Err(format!("a text is damaged PEM: {label} ends as {closing}"));
        }
        let content = content(body, &label)?;
        out.push(PemSection { label, content });
        again = DASHES.len();
        rest = end.get(end.len() - after.len() - again..).unwrap_or_default();
    }
    check_between(rest.get(again..).unwrap_or_default())?;
    if out.is_empty() && !blank(text) {
        let form = if text.first() == Some(&0x30) { ", it may be DER or PKCS#12" } else { "" };
        return Err(format!("a text contains no PEM{form}: there is no certificate and no private key in it"));
    }
    Ok(out)
}

/// Whether a text may contain sections.
pub(crate) fn has_sections(text: &[u8]) -> bool {
    find(text, BEGIN).is_some()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn blank(text: &[u8]) -> bool {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).trim_ascii().is_empty()
}

fn unended(label: &str) -> String {
    format!("a text is damaged PEM: {label} has no end")
}

/// The label of a marker, and what follows it.
fn marker<'a>(text: &'a [u8], start: &[u8]) -> Result<(String, &'a [u8]), String> {
    let rest = text.strip_prefix(start).unwrap_or_default();
    let end = find(rest, DASHES).filter(|end| *end <= LABEL_MOST);
    let label = end.and_then(|end| rest.get(..end)).and_then(|label| std::str::from_utf8(label).ok());
    // Labels are in upper case. Anything else may be a secret, and is not quoted.
    let sound = |label: &&str| {
        let mut bytes = label.bytes();
        !label.is_empty()
            && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" -#.".contains(&byte))
    };
    let label = label.filter(sound).ok_or("a text is damaged PEM: a BEGIN or END marker is malformed")?;
    let after = rest.get(label.len() + DASHES.len()..).unwrap_or_default();
    Ok((label.trim().to_owned(), after))
}

/// Fails if a line between sections was meant to be a marker.
fn check_between(text: &[u8]) -> Result<(), String> {
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = String::from_utf8_lossy(line).to_ascii_uppercase();
        let line = line.trim_start_matches('\u{FEFF}').trim();
        let dashes = ['-', '\u{2013}', '\u{2014}'];
        if line.starts_with(dashes) && line.ends_with(dashes) && (line.contains("BEGIN ") || line.contains("END ")) {
            return Err("a text is damaged PEM: a line looks like a BEGIN or END marker but is malformed".to_owned());
        }
    }
    Ok(())
}

/// Reads base64, after optional headers.
fn content(body: &[u8], label: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut text = Zeroizing::new(Vec::with_capacity(body.len()));
    for line in body.split(|byte| matches!(byte, b'\n' | b'\r')) {
        if line.contains(&b':') {
            let header = String::from_utf8_lossy(line).to_ascii_uppercase();
            if header.trim_start().starts_with("PROC-TYPE:") && header.contains("ENCRYPTED") {
                return Err(encrypted(&format!("{label} with Proc-Type: 4,ENCRYPTED")));
            }
        } else {
            text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }
    let content = STANDARD.decode(&*text).map(Zeroizing::new);
    match content {
        Ok(content) if !content.is_empty() => Ok(content),
        _ => Err(format!("a text is damaged PEM: {label} is not valid base64")),
    }
}

/// The message for an encrypted key.
pub(crate) fn encrypted(label: &str) -> String {
    format!("a private key is encrypted ({label}): decrypt it first, with `openssl pkey -in FILE -out FILE`")
}
