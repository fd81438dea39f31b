//! Signatures of Kingsoft Cloud: AWS4 in a header or in the query, and the simplified one.

use super::keys::{Cloud, Credential};
use super::time::{compact, in_window, parse_compact, parse_extended, parse_http};
use super::{Received, Route, same};
use crate::answer::Denial;
use crate::endpoint::Endpoint;
use cloudcert::model::Action;
use cloudcert::sign::{self, aws4, ksyun_simple};
use std::borrow::Cow;

type Verdict<T> = Result<T, Denial>;

/// The headers that AWS4 must cover, where they are sent: they decide where, what and as whom a request is executed.
const COVERED: [&str; 4] = ["Host", "X-Action", "X-Version", "X-Amz-Security-Token"];

/// What a signature in the query consists of.
const QUERY: [&str; 5] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Signature"];

/// Verifies a request: who sent it, when, and that nobody changed it. Neither scheme has a nonce.
pub(super) fn verify(
    received: &Received,
    route: &Route,
    action: &Action,
    endpoint: &Endpoint,
    now: i64,
) -> Verdict<()> {
    let gate = Gate { received, route, endpoint, now };
    let key = if let Some(authorization) = received.header("authorization") {
        gate.in_header(&authorization)?
    } else if QUERY.iter().any(|name| gate.queried(name).is_some()) {
        gate.in_query()?
    } else if ["Signature", "Accesskey"].iter().any(|name| received.text(name).is_some()) {
        gate.simple()?
    } else {
        return Err(route.deny("authentication-token-missing", "Request is missing Authentication Token."));
    };
    if key.is_denied(&action.name) {
        let text = format!("User: {} is not authorized to perform: {}.", key.id, action.name);
        return Err(route.deny("access-denied", text));
    }
    Ok(())
}

struct Gate<'a> {
    received: &'a Received,
    route: &'a Route,
    endpoint: &'a Endpoint,
    now: i64,
}

/// An AWS4 signature, wherever it stood.
struct Aws4<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    time: Cow<'a, str>,
    token: Option<Cow<'a, str>>,
    query: &'a [(String, String)],
}

impl<'a> Gate<'a> {
    fn queried(&self, name: &str) -> Option<&'a str> {
        self.received.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn in_header(&self, authorization: &str) -> Verdict<&'a Credential> {
        let (algorithm, parts) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if algorithm != aws4::ALGORITHM {
            return Err(self.deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {algorithm}.")));
        }
        if !parts.contains('=') {
            return Err(self.deny("authorization-format-wrong", "Authorization header format error."));
        }
        // The header is quoted with the signature in it, as the vendor does: clients must be able to cope with it.
        let part = |name: &str, row: &str| {
            let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            let end = if name == "Credential" { "." } else { "" };
            let text = || {
                let start = format!("Authorization header requires '{name}' parameter.");
                self.deny(row, format!("{start} Authorization={authorization}{end}"))
            };
            found.filter(|text| !text.is_empty()).ok_or_else(text)
        };
        let time = match (self.received.header("x-amz-date"), self.received.header("date")) {
            (Some(time), _) => time,
            (None, Some(date)) => parse_http(&date).map_or(date, |time| compact(time).into()),
            (None, None) => {
                let text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header,";
                return Err(self.deny("date-header-missing", format!("{text} Authorization={authorization}")));
            }
        };
        let signature = Aws4 {
            credential: part("Credential", "credential-missing")?,
            signed_headers: part("SignedHeaders", "signed-headers-missing")?,
            signature: part("Signature", "signature-missing")?,
            time,
            token: self.received.header("x-amz-security-token"),
            query: &self.received.query,
        };
        self.aws4(&signature)
    }

    fn in_query(&self) -> Verdict<&'a Credential> {
        let part = |name: &str| {
            let text =
                format!("KSC query-string parameters must include '{name}'. Re-examine the query-string parameters.");
            self.queried(name)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| self.deny("query-signature-incomplete", text))
        };
        let [algorithm, credential, signed_headers, time, signature] = QUERY;
        let algorithm = part(algorithm)?;
        if algorithm != aws4::ALGORITHM {
            return Err(self.deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {algorithm}.")));
        }
        let unsigned: Vec<_> =
            self.received.query.iter().filter(|(name, _)| name != "X-Amz-Signature").cloned().collect();
        self.aws4(&Aws4 {
            credential: part(credential)?,
            signed_headers: part(signed_headers)?,
            signature: part(signature)?,
            time: part(time)?.into(),
            token: self.queried("X-Amz-Security-Token").map(Cow::Borrowed),
            query: &unsigned,
        })
    }

    fn aws4(&self, given: &Aws4<'_>) -> Verdict<&'a Credential> {
        let scope: Vec<&str> = given.credential.split('/').collect();
        let [id, day, region, service, terminator] = scope.as_slice() else {
            let text = format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request, got: {}.",
                given.credential
            );
            return Err(self.deny("credential-elements-wrong", text));
        };
        let Some(time) = parse_compact(&given.time) else {
            let text = format!(
                "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601 .",
                given.time
            );
            return Err(self.deny("date-format-wrong", text));
        };
        self.scope(day, region, service, terminator, &given.time)?;
        self.window(time)?;
        if self.received.header("host").is_none() {
            return Err(self.deny("host-header-missing", "Request is missing 'Host' header."));
        }
        let names = super::signed_names(given.signed_headers).ok_or_else(|| {
            self.deny(
                "signed-headers-missing",
                "Authorization header requires 'SignedHeaders' parameter with each header once.",
            )
        })?;
        let mut headers = Vec::with_capacity(names.len());
        for name in &names {
            let value = self.received.header(name);
            headers.push((
                *name,
                value.ok_or_else(|| self.deny("header-missing", format!("{name} not in Http Header.")))?,
            ));
        }
        for header in COVERED {
            let lower = header.to_ascii_lowercase();
            let signed = names.iter().any(|name| name.eq_ignore_ascii_case(header));
            if !signed && self.received.header(&lower).is_some() {
                let text = format!("'{header}' must be a 'SignedHeader' in the Authorization.");
                return Err(self.deny("host-not-signed", text));
            }
        }
        let key = self.key(id, given.token.as_deref())?;
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let hash = sign::sha256_hex(&self.received.body);
        let query = sign::canonical_query(given.query);
        let request = sign::Request {
            method: &self.received.method,
            path: &self.received.path,
            query: &query,
            headers: &headers,
            payload_hash: &hash,
        };
        let scope = aws4::Scope { time: &given.time, region, service };
        let right = aws4::sign(&request, &scope, &key.secret);
        let stated = self.received.header("x-amz-content-sha256");
        // The body's hash is signed in any case; a header that states another one is wrong by itself.
        if !same(given.signature, &right.signature) || stated.is_some_and(|stated| !same(&stated, &hash)) {
            return Err(self.mismatch(&right));
        }
        Ok(key)
    }

    fn scope(&self, day: &str, region: &str, service: &str, terminator: &str, time: &str) -> Verdict<()> {
        if terminator != "aws4_request" {
            let text =
                format!("Credential should be scoped with a valid terminator: 'aws4_request', not: {terminator}.");
            return Err(self.deny("credential-terminator-wrong", text));
        }
        if !time.starts_with(day) || day.len() != 8 {
            let text = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";
            return Err(self.deny("credential-date-mismatch", text));
        }
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_empty() || !region.chars().all(sound) {
            let text = format!("Credential should be scoped to a valid region, not:{region}.");
            return Err(self.deny("credential-region-invalid", text));
        }
        let own = self.route.shape().and_then(|api| api.protocol.signing_name.as_deref()).unwrap_or_default();
        if service != own {
            let text = format!("Credential should be scoped to correct service: {own}.");
            return Err(self.deny("credential-service-wrong", text));
        }
        Ok(())
    }

    fn simple(&self) -> Verdict<&'a Credential> {
        let part = |name: &str| {
            let text =
                format!("KSC query-string parameters must include '{name}'. Re-examine the query-string parameters.");
            self.received.text(name).ok_or_else(|| self.deny("query-signature-incomplete", text))
        };
        let (id, given, time) = (part("Accesskey")?, part("Signature")?, part("Timestamp")?);
        let (method, version, service) = (part("SignatureMethod")?, part("SignatureVersion")?, part("Service")?);
        if method != "HMAC-SHA256" || version != "1.0" {
            return Err(self.deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {method} {version}.")));
        }
        // The headers that could say them instead are not signed.
        for name in ["Action", "Version"] {
            part(name)?;
        }
        let own = self.route.shape().and_then(|api| api.protocol.signing_name.as_deref()).unwrap_or_default();
        if service != own {
            return Err(self.route.malformed("Service", &format!("must be {own}")));
        }
        let Some(time) = parse_extended(time) else {
            return Err(self.route.malformed("Timestamp", "must be like 2026-01-02T03:04:05Z"));
        };
        self.window(time)?;
        let key = self.key(id, self.received.text("SecurityToken"))?;
        let pairs = self.received.unsigned();
        let right = ksyun_simple::sign(&pairs, &key.secret);
        if same(given, &right.signature) { Ok(key) } else { Err(self.mismatch(&right)) }
    }

    fn window(&self, time: i64) -> Verdict<()> {
        if in_window(time, self.now) {
            return Ok(());
        }
        let text = format!("Signature expired: {} is too far from {}.", compact(time), compact(self.now));
        Err(self.deny("signature-expired", text))
    }

    /// A key that is switched off, a wrong token, one that has ended: the vendor has one answer for all of them.
    fn key(&self, id: &str, token: Option<&str>) -> Verdict<&'a Credential> {
        let text = "The security token included in the request is invalid.";
        self.endpoint.keys.find(Cloud::Ksyun, id, token, self.now).map_err(|_| self.deny("access-key-unknown", text))
    }

    fn mismatch(&self, right: &sign::Signed) -> Denial {
        let text = "The request signature we calculated does not match the signature you provided. \
                    The String-to-Sign should have been";
        self.deny("signature-mismatch", format!("{text} '{}'", super::quoted(&right.string_to_sign)))
    }

    fn deny(&self, row: &str, message: impl Into<String>) -> Denial {
        self.route.deny(row, message)
    }
}
