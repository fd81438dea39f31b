//! Canonical requests, shared by the two schemes that sign headers.

use super::{hex, percent};
use crate::base::hash::sha256;

/// Writes a query in canonical form: sorted by name, then value, percent-encoded, joined with `&`. The pairs must be decoded.
///
/// ```
/// let query = cloudcert::sign::canonical_query(&[("b", "2 3"), ("a", "")]);
/// assert_eq!(query, "a=&b=2%203");
/// ```
#[must_use]
pub fn canonical_query<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    let mut out = String::with_capacity(pairs.len() * 32);
    for (_, key, value) in sorted(pairs) {
        if !out.is_empty() {
            out.push('&');
        }
        percent::encode_into(&mut out, key);
        out.push('=');
        percent::encode_into(&mut out, value);
    }
    out
}

/// Sorts pairs by the bytes of their names, then of their values. The number in front of each pair is the start of its name.
pub(super) fn sorted<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Vec<(u64, &str, &str)> {
    let mut sorted: Vec<_> = pairs.iter().map(|(k, v)| (start(k.as_ref()), k.as_ref(), v.as_ref())).collect();
    sorted.sort_unstable();
    sorted
}

/// The first eight bytes of a name as a number of the same order, which compares faster. Names with the same beginning have the same number.
fn start(name: &str) -> u64 {
    let mut start = [0; 8];
    start.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(start)
}

/// The SHA-256 of a body, in lower-case hexadecimal.
///
/// ```
/// assert!(cloudcert::sign::sha256_hex(b"").starts_with("e3b0c44298fc1c14"));
/// ```
#[must_use]
pub fn sha256_hex(body: &[u8]) -> String {
    hex(&sha256([body]))
}

/// What [`acs3`](super::acs3) and [`aws4`](super::aws4) sign of a request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path, `/`.
    pub path: &'a str,
    /// The query in canonical form, see [`canonical_query`].
    pub query: &'a str,
    /// The headers to sign, among them `host` and those with the time, in any order.
    pub headers: &'a [(&'a str, &'a str)],
    /// SHA-256 of the body in lower-case hexadecimal, see [`sha256_hex`].
    pub payload_hash: &'a str,
}

impl Request<'_> {
    /// Builds the text: method, path, query, headers, names of the headers and hash of the body, one a line.
    #[must_use]
    pub fn canonical(&self) -> String {
        let headers = self.sorted_headers();
        let mut out = format!("{}\n{}\n{}\n", self.method, self.path, self.query);
        for (name, value) in &headers {
            out.extend([name, ":", value, "\n"]);
        }
        out.extend(["\n", &names(&headers), "\n", self.payload_hash]);
        out
    }

    /// The names of the signed headers, joined with `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        names(&self.sorted_headers())
    }

    /// Headers sorted by lower-case name. Values are trimmed, with single blanks inside.
    fn sorted_headers(&self) -> Vec<(String, String)> {
        let tidy = |value: &str| value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let mut headers: Vec<(String, String)> =
            self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), tidy(value))).collect();
        headers.sort_unstable();
        headers
    }
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Query and headers may hold a token.
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

fn names(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
}
