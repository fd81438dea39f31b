//! Proof of domains: what publishes it, and whether the world sees it.
