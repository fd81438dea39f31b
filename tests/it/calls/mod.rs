//! A single call: what is sent, what a response becomes, and what happens when it fails.

mod advice;
mod blocking;
mod bounds;
mod dropped;
mod errors;
mod interceptors;
mod lenient;
mod odd_values;
mod options;
mod over_http;
mod retries;
mod rules;
mod sent;
mod signatures;
mod signing;
mod spans;
mod xml;
