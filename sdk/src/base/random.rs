//! Random numbers of the system, by ring, which rustls draws its own from.

use ring::rand::{SecureRandom, SystemRandom};

/// Fills bytes.
///
/// # Errors
///
/// If the system provides no random numbers.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), &'static str> {
    SystemRandom::new().fill(bytes).map_err(|_| "the system provides no random numbers")
}
