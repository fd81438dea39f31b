//! Bytes as hexadecimal digits.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing into a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// SHA-256 of a certificate in PEM.
pub(crate) fn fingerprint(pem: &str) -> Option<String> {
    let (_, der) = cloudcert::pem::first_section(pem.as_bytes()).ok()?;
    Some(hex(&Sha256::digest(der)))
}
