//! The store of certificates: key and certificate change in one step, whatever happens in between.
