//! Signatures of Alibaba Cloud: version 1.0 and ACS3.

use super::keys::{Cloud, Credential, Refused};
use super::time::{in_window, parse_extended};
use super::{Received, Route, same};
use crate::answer::Denial;
use crate::endpoint::Endpoint;
use cloudcert::model::Action;
use cloudcert::sign::{self, acs3, aliyun_v1};

type Verdict<T> = Result<T, Denial>;

/// The headers that ACS3 must cover, where they are sent.
const COVERED: [&str; 7] = [
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
    "x-acs-security-token",
];

/// Verifies a request: who sent it, when, and that nobody changed it or sends it again.
pub(super) fn verify(
    received: &Received,
    route: &Route,
    action: &Action,
    endpoint: &Endpoint,
    now: i64,
) -> Verdict<()> {
    let gate = Gate { received, route, endpoint, now };
    let (key, nonce) = match received.header("authorization") {
        Some(authorization) => gate.acs3(&authorization)?,
        None => gate.v1()?,
    };
    // A nonce is used up by its rightful owner only.
    if !endpoint.nonces().use_up(&key.id, &nonce, now) {
        return Err(route.deny("nonce-used", "Specified signature nonce was used already."));
    }
    if key.is_denied(&action.name) {
        let text = format!("User not authorized to operate on the specified resource, or this API: {}.", action.name);
        return Err(route.deny("forbidden-by-ram", text));
    }
    Ok(())
}

struct Gate<'a> {
    received: &'a Received,
    route: &'a Route,
    endpoint: &'a Endpoint,
    now: i64,
}

impl<'a> Gate<'a> {
    fn v1(&self) -> Verdict<(&'a Credential, String)> {
        let part = |name: &str| self.received.text(name).ok_or_else(|| self.incomplete(name));
        let (id, given, nonce) = (part("AccessKeyId")?, part("Signature")?, part("SignatureNonce")?);
        let (method, version) = (part("SignatureMethod")?, part("SignatureVersion")?);
        let time = part("Timestamp")?;
        if method != "HMAC-SHA1" {
            return Err(self.route.malformed("SignatureMethod", "must be HMAC-SHA1"));
        }
        if version != "1.0" {
            return Err(self.route.malformed("SignatureVersion", "must be 1.0"));
        }
        // The headers that could say them instead are not signed.
        for name in ["Action", "Version"] {
            part(name)?;
        }
        self.time(time)?;
        let key = self.key(id, self.received.text("SecurityToken"))?;
        let pairs = self.received.unsigned();
        let right = aliyun_v1::sign(&self.received.method, &pairs, &key.secret);
        self.compare(given, &right)?;
        Ok((key, nonce.to_owned()))
    }

    fn acs3(&self, authorization: &str) -> Verdict<(&'a Credential, String)> {
        let parts = authorization.strip_prefix(acs3::ALGORITHM).ok_or_else(|| self.incomplete("ACS3-HMAC-SHA256"))?;
        let part = |name: &str| {
            let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            found.filter(|text| !text.is_empty()).ok_or_else(|| self.incomplete(name))
        };
        let (id, names, given) = (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
        let header = |name: &str| self.received.header(name).filter(|text| !text.is_empty());
        let needed = |name: &str| header(name).ok_or_else(|| self.incomplete(name));
        let (time, nonce) = (needed("x-acs-date")?, needed("x-acs-signature-nonce")?);
        let stated = needed("x-acs-content-sha256")?;
        let names = super::signed_names(names).ok_or_else(|| {
            let text =
                "The request signature does not conform to Aliyun standards: SignedHeaders must name each header once.";
            self.route.deny("signature-incomplete", text)
        })?;
        for name in COVERED {
            if self.received.header(name).is_some() && !names.iter().any(|signed| signed.eq_ignore_ascii_case(name)) {
                return Err(self.incomplete(&format!("{name} in SignedHeaders")));
            }
        }
        self.time(&time)?;
        let token = header("x-acs-security-token");
        let key = self.key(id, token.as_deref())?;
        let mut headers = Vec::with_capacity(names.len());
        for name in names {
            let value = self.received.header(name).ok_or_else(|| self.incomplete(name))?;
            headers.push((name, value));
        }
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let hash = sign::sha256_hex(&self.received.body);
        let query = sign::canonical_query(&self.received.query);
        let request = sign::Request {
            method: &self.received.method,
            path: &self.received.path,
            query: &query,
            headers: &headers,
            payload_hash: &hash,
        };
        let right = acs3::sign(&request, &key.secret);
        self.compare(given, &right)?;
        // The signature is right, so the header was sent as it is, and yet it is not that of this body.
        if !same(&stated, &hash) {
            return Err(self.mismatch(&right));
        }
        Ok((key, nonce.into_owned()))
    }

    fn incomplete(&self, what: &str) -> Denial {
        let text = format!("The request signature does not conform to Aliyun standards: {what} is missing.");
        self.route.deny("signature-incomplete", text)
    }

    fn time(&self, text: &str) -> Verdict<()> {
        let malformed = || {
            let text =
                "Specified time stamp or date value is not well formatted, it must be like 2026-01-02T03:04:05Z.";
            self.route.deny("time-stamp-malformed", text)
        };
        let time = parse_extended(text).ok_or_else(malformed)?;
        if in_window(time, self.now) {
            return Ok(());
        }
        let text = format!(
            "Specified time stamp or date value is expired. The server's time is {}.",
            super::time_text(self.now)
        );
        Err(self.route.deny("time-stamp-expired", text))
    }

    fn key(&self, id: &str, token: Option<&str>) -> Verdict<&'a Credential> {
        self.endpoint.keys.find(Cloud::Aliyun, id, token, self.now).map_err(|why| {
            let (row, text) = match why {
                Refused::Unknown => ("access-key-unknown", "Specified access key is not found."),
                Refused::Disabled => ("access-key-inactive", "Specified access key is disabled."),
                Refused::TokenExpired => ("token-expired", "Specified SecurityToken is expired."),
                Refused::TokenMalformed => ("token-malformed", "Specified SecurityToken is malformed."),
                Refused::TokenOfAnotherKey => {
                    ("token-mismatch", "Specified SecurityToken mismatch with the AccessKey.")
                }
            };
            self.route.deny(row, text)
        })
    }

    fn compare(&self, given: &str, right: &sign::Signed) -> Verdict<()> {
        if same(given, &right.signature) { Ok(()) } else { Err(self.mismatch(right)) }
    }

    /// Official clients take the text after the one colon apart and compare it with what they signed.
    fn mismatch(&self, right: &sign::Signed) -> Denial {
        let text = "Specified signature is not matched with our calculation. server string to sign is:";
        self.route.deny("signature-mismatch", format!("{text}{}", super::quoted(&right.string_to_sign)))
    }
}
