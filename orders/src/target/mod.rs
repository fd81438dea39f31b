//! Where certificates are deployed.
