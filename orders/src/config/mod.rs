//! What to order, how to prove, where to deploy, and the limits: as data, checked before anything is sent.
