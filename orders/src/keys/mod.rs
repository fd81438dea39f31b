//! Private keys and certificate signing requests: made, written, synced and read back before anything is sent.
