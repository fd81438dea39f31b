//! From parameters to a signed request, and from a response to values or an error.
//!
//! Each cloud's protocol is one file, [`aliyun`] or [`ksyun`], which holds everything that differs, in both directions: signatures, reserved
//! names, headers, request ids, the shape of errors. The dialect is chosen once. No other room knows which protocol a call uses.

pub(crate) mod address;
mod aliyun;
mod dialect;
mod ksyun;
pub(crate) mod quote;
pub(crate) mod response;

pub(crate) use aliyun::{FAMILY as ALIYUN_RPC, unsigned};
pub(crate) use dialect::{Dialect, Scheme};

use crate::base::api::{ApiInfo, Signature};
use crate::base::api::{Format, Method};
use crate::base::credentials::Credentials;
use crate::sign::{self, canonical_query, encode_into};
use std::borrow::Cow;

/// A parameter with its value, not encoded.
pub(crate) use crate::wire::Pair;

/// Everything that a request is made from.
pub(crate) struct Draft<'a> {
    pub(crate) api: &'a ApiInfo,
    pub(crate) action: &'a str,
    pub(crate) parameters: Cow<'a, [Pair]>,
    pub(crate) credentials: &'a Credentials,
    pub(crate) signature: Signature,
    pub(crate) region: &'a str,
    /// The host as it is signed, with a port if the URL has one.
    pub(crate) host: &'a str,
    pub(crate) method: Method,
    /// The format to request the response in.
    pub(crate) format: Format,
    /// The Unix time in seconds.
    pub(crate) now: i64,
    pub(crate) nonce: String,
}

impl Draft<'_> {
    /// The parameters, and after them what a scheme adds.
    fn with<'a>(&'a self, added: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let own = self.parameters.iter().map(|(name, value)| (&**name, value.as_str()));
        let mut pairs = Vec::with_capacity(self.parameters.len() + added.len() + 2);
        pairs.extend(own.chain(added.iter().copied()));
        pairs
    }
}

/// A request without its address.
#[derive(Default)]
pub(crate) struct Payload {
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// The signature and the signed text, to explain a rejected signature.
    pub(crate) proof: Option<sign::Signed>,
}

impl Payload {
    /// The starting point of schemes that sign headers: the parameters in the query, sorted, or in the body.
    fn unsigned(method: Method, pairs: &[(&str, &str)]) -> Self {
        let encoded = match method {
            Method::Get => canonical_query(pairs),
            Method::Post => form(pairs),
        };
        placed(method, encoded)
    }

    /// The headers to sign: those so far, and the host, which the transport sets.
    fn to_sign<'a>(&'a self, host: &'a str) -> Vec<(&'a str, &'a str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str())).chain([("host", host)]).collect()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Signs a draft. Every attempt is signed anew, because a nonce must not be reused.
pub(crate) fn sign(draft: &Draft<'_>) -> Payload {
    (Scheme::of(draft.signature).sign)(draft)
}

/// Pairs as a query or form, in the order given.
fn form(pairs: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(pairs.iter().map(|(name, value)| name.len() + value.len() + 8).sum());
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        encode_into(&mut out, name);
        out.push('=');
        encode_into(&mut out, value);
    }
    out
}

/// Puts encoded pairs into the query or the body, depending on the method.
fn placed(method: Method, encoded: String) -> Payload {
    match method {
        Method::Get => Payload { query: encoded, ..Payload::default() },
        Method::Post => {
            Payload { body: encoded, headers: vec![("content-type", FORM.to_owned())], ..Payload::default() }
        }
    }
}

/// A time as the signatures write it: `2026-01-02T03:04:05Z`, or without the marks.
fn time(now: i64, extended: bool) -> String {
    let time = jiff::Timestamp::from_second(now).unwrap_or_default();
    time.strftime(if extended { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y%m%dT%H%M%SZ" }).to_string()
}
