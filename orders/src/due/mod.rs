//! When a certificate is due: a pure function.
