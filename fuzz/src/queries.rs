//! Queries in canonical form.

use cloudcert::sign::{aliyun_v1, canonical_query as canonical, encode};
use percent_encoding::percent_decode_str;

/// Lines are names and values by turns.
pub fn canonical_query(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.split('\n').collect();
    let pairs: Vec<(&str, &str)> = lines.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(""))).collect();
    let query = canonical(&pairs);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.~%&=".contains(c);
    assert!(query.chars().all(allowed), "{query}");

    let decode = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    let decoded: Result<Vec<_>, _> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Ok::<_, std::str::Utf8Error>((decode(name)?, decode(value)?)))
        .collect();
    let mut sorted: Vec<(String, String)> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    sorted.sort();
    assert_eq!(decoded.as_ref(), Ok(&sorted));

    let mut turned = pairs.clone();
    turned.reverse();
    assert_eq!(canonical(&turned), query, "the order of pairs does not matter");
    // Signature 1.0 writes the same text, encoded once more.
    assert_eq!(aliyun_v1::string_to_sign("POST", &pairs), format!("POST&%2F&{}", encode(&query)));
}
