//! Commands of the user that publish proofs, deploy and are told of what happened.
