//! Kingsoft Cloud's `OpenAPI`: AWS4 signatures in a header or in the query, and the simplified signature.

use super::definition::{Dialect, ErrorForm, Mark, Wording};
use super::gate::{Gate, quoted, signed_names};
use crate::base::credential::{Cloud, Credential, same};
use crate::base::time::{parse, parse_http};
use crate::request::{Denial, Reason, Received};
use cloudcert::model::{Api, Family, SignatureScheme, TimeStampStyle};
use cloudcert::sign::{self, aws4, ksyun_simple};
use std::borrow::Cow;

pub(super) static DIALECT: Dialect = Dialect {
    family: Family::KsyunQuery,
    action_header: "x-action",
    version_header: "x-version",
    recognise,
    verify,
    wording,
    is_signature_parameter: |name| name.starts_with("X-Amz-"),
    dry_run: Some("DryRun"),
    request_id_header: "x-kss-request-id",
    json_type: "application/json; charset=utf-8",
    xml_namespace: |api| {
        let host = api.endpoints.host(&api.endpoints.default_region).map_or("", |row| row.host.as_str());
        Some(format!("http://{host}/doc/{}", api.version))
    },
    error_form,
};

fn recognise(received: &Received) -> Mark {
    let headers = ["x-amz-date", DIALECT.action_header, DIALECT.version_header];
    let marked = received.header("authorization").unwrap_or_default().starts_with("AWS4-")
        || headers.into_iter().any(|name| received.header(name).is_some())
        || ["Accesskey", "X-Amz-Algorithm"].into_iter().any(|name| received.parameters.contains_key(name));
    if marked { Mark::Strong } else { Mark::Missing }
}

fn wording(reason: &Reason) -> Wording {
    match reason {
        Reason::VersionMissing => missing("Version"),
        Reason::VersionUnknown | Reason::ActionUnknown => Wording::new("inner-api-missing", NO_INNER_API),
        Reason::ActionMissing => missing("Action"),
        Reason::Method(method) => {
            Wording::new("method-invalid", format!("The method {method} for is not valid for this web service."))
        }
        Reason::ParameterMissing(name) => missing(name),
        Reason::ParameterInvalid(name, wanted) => {
            let text = "An invalid or out-of-range value was supplied for the input parameter";
            Wording::new("parameter-value-invalid", format!("{text} {name}: it {wanted}."))
        }
        Reason::DryRun => Wording::new("dry-run", "Request would have succeeded, but DryRun flag is set."),
        Reason::Throttled => Wording::new(
            "limit-exceeded",
            "Request was rejected because the request speed of this openAPI is beyond the current flow control limit.",
        ),
        Reason::Internal | Reason::Unavailable => Wording::new(
            "openapi-unavailable",
            "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
        ),
    }
}

const NO_INNER_API: &str = "Request was rejected because it referenced an 'InnerApi' that does not exist.";

fn missing(name: &str) -> Wording {
    Wording::new("parameter-value-missing", format!("An value must be supplied for the input parameter {name}."))
}

fn error_form(_: Option<&Api>, denial: &Denial, _: &str) -> ErrorForm {
    // The gateway and the service behind it have different root elements, and only the gateway sends a type.
    if let Some(inner) = &denial.inner_code {
        return ErrorForm { root: "response", members: vec![("InnerCode", inner.clone())], top: Vec::new() };
    }
    let kind = if denial.status < 500 { "Sender" } else { "Receiver" };
    ErrorForm { root: "ErrorResponse", members: vec![("Type", kind.to_owned())], top: Vec::new() }
}

/// The headers that an AWS4 signature must cover if they are sent: they decide where, as what and for whom a request is executed.
const COVERED: [&str; 4] = ["Host", "X-Action", "X-Version", "X-Amz-Security-Token"];

/// The parameters of a signature in the query.
const QUERY: [&str; 5] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Signature"];

/// Neither scheme has a nonce.
fn verify(gate: &Gate<'_>) -> Result<(), Denial> {
    let request = Verification(gate);
    let key = if let Some(authorization) = gate.received.header("authorization") {
        request.in_header(&authorization)?
    } else if QUERY.iter().any(|name| request.queried(name).is_some()) {
        request.in_query()?
    } else if ["Signature", "Accesskey"].iter().any(|name| gate.received.text(name).is_some()) {
        request.simple()?
    } else {
        return Err(gate.deny("authentication-token-missing", "Request is missing Authentication Token."));
    };
    if key.is_denied(&gate.action.name) {
        let text = format!("User: {} is not authorized to perform: {}.", key.id, gate.action.name);
        return Err(gate.deny("access-denied", text));
    }
    Ok(())
}

fn invalid(gate: &Gate<'_>, name: &str, wanted: &str) -> Denial {
    DIALECT.refuse(Some(gate.api), &Reason::invalid(name, wanted))
}

/// The verification of a request.
struct Verification<'a>(&'a Gate<'a>);

/// An AWS4 signature from a header or from the query.
struct Aws4<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    time: Cow<'a, str>,
    token: Option<Cow<'a, str>>,
    query: &'a [(String, String)],
}

impl<'a> Verification<'a> {
    fn queried(&self, name: &str) -> Option<&'a str> {
        self.0.received.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn in_header(&self, authorization: &str) -> Result<&'a Credential, Denial> {
        let (algorithm, parts) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if algorithm != aws4::ALGORITHM || !self.0.accepts(SignatureScheme::Aws4) {
            return Err(self.0.deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {algorithm}.")));
        }
        if !parts.contains('=') {
            return Err(self.0.deny("authorization-format-wrong", "Authorization header format error."));
        }
        // The message quotes the header with its signature, as the vendor's does: clients have to cope with that.
        let part = |name: &str, row: &str| {
            let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            let end = if name == "Credential" { "." } else { "" };
            let text = || {
                let start = format!("Authorization header requires '{name}' parameter.");
                self.0.deny(row, format!("{start} Authorization={authorization}{end}"))
            };
            found.filter(|text| !text.is_empty()).ok_or_else(text)
        };
        let time = match (self.0.received.header("x-amz-date"), self.0.received.header("date")) {
            (Some(time), _) => time,
            (None, Some(date)) => parse_http(&date).map_or(date, |time| self.0.time_text(time).into()),
            (None, None) => {
                let text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header,";
                return Err(self.0.deny("date-header-missing", format!("{text} Authorization={authorization}")));
            }
        };
        let signature = Aws4 {
            credential: part("Credential", "credential-missing")?,
            signed_headers: part("SignedHeaders", "signed-headers-missing")?,
            signature: part("Signature", "signature-missing")?,
            time,
            token: self.0.received.header("x-amz-security-token"),
            query: &self.0.received.query,
        };
        self.aws4(&signature)
    }

    fn in_query(&self) -> Result<&'a Credential, Denial> {
        let part = |name: &str| {
            let text =
                format!("KSC query-string parameters must include '{name}'. Re-examine the query-string parameters.");
            self.queried(name)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| self.0.deny("query-signature-incomplete", text))
        };
        let [algorithm, credential, signed_headers, time, signature] = QUERY;
        let algorithm = part(algorithm)?;
        if algorithm != aws4::ALGORITHM || !self.0.accepts(SignatureScheme::Aws4) {
            return Err(self.0.deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {algorithm}.")));
        }
        let unsigned: Vec<_> =
            self.0.received.query.iter().filter(|(name, _)| name != "X-Amz-Signature").cloned().collect();
        self.aws4(&Aws4 {
            credential: part(credential)?,
            signed_headers: part(signed_headers)?,
            signature: part(signature)?,
            time: part(time)?.into(),
            token: self.queried("X-Amz-Security-Token").map(Cow::Borrowed),
            query: &unsigned,
        })
    }

    fn aws4(&self, given: &Aws4<'_>) -> Result<&'a Credential, Denial> {
        let scope: Vec<&str> = given.credential.split('/').collect();
        let [id, day, region, service, terminator] = scope.as_slice() else {
            let text = format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request, got: {}.",
                given.credential
            );
            return Err(self.0.deny("credential-elements-wrong", text));
        };
        let Some(time) = self.0.time(&given.time) else {
            let text = format!(
                "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601 .",
                given.time
            );
            return Err(self.0.deny("date-format-wrong", text));
        };
        self.scope(day, region, service, terminator, &given.time)?;
        self.window(time)?;
        if self.0.received.header("host").is_none() {
            return Err(self.0.deny("host-header-missing", "Request is missing 'Host' header."));
        }
        let names = signed_names(given.signed_headers).ok_or_else(|| {
            self.0.deny(
                "signed-headers-missing",
                "Authorization header requires 'SignedHeaders' parameter with each header once.",
            )
        })?;
        let mut headers = Vec::with_capacity(names.len());
        for name in &names {
            let value = self.0.received.header(name);
            headers.push((
                *name,
                value.ok_or_else(|| self.0.deny("header-missing", format!("{name} not in Http Header.")))?,
            ));
        }
        for header in COVERED {
            let lower = header.to_ascii_lowercase();
            let signed = names.iter().any(|name| name.eq_ignore_ascii_case(header));
            if !signed && self.0.received.header(&lower).is_some() {
                let text = format!("'{header}' must be a 'SignedHeader' in the Authorization.");
                return Err(self.0.deny("host-not-signed", text));
            }
        }
        let key = self.key(id, given.token.as_deref())?;
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let hash = sign::sha256_hex(&self.0.received.body);
        let query = sign::canonical_query(given.query);
        let request = sign::Request {
            method: &self.0.received.method,
            path: &self.0.received.path,
            query: &query,
            headers: &headers,
            payload_hash: &hash,
        };
        let scope = aws4::Scope { time: &given.time, region, service };
        let right = aws4::sign(&request, &scope, &key.secret);
        let stated = self.0.received.header("x-amz-content-sha256");
        // The hash of the body is always signed. A header that states another hash is wrong whatever the signature.
        if !same(given.signature, &right.signature) || stated.is_some_and(|stated| !same(&stated, &hash)) {
            return Err(self.mismatch(&right));
        }
        Ok(key)
    }

    /// The name of the service in signatures: its short name, unless the spec gives another.
    fn signing_name(&self) -> &str {
        self.0.api.protocol.signing_name.as_deref().unwrap_or(&self.0.api.service)
    }

    fn scope(&self, day: &str, region: &str, service: &str, terminator: &str, time: &str) -> Result<(), Denial> {
        if terminator != "aws4_request" {
            let text =
                format!("Credential should be scoped with a valid terminator: 'aws4_request', not: {terminator}.");
            return Err(self.0.deny("credential-terminator-wrong", text));
        }
        if !time.starts_with(day) || day.len() != 8 {
            let text = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";
            return Err(self.0.deny("credential-date-mismatch", text));
        }
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_empty() || !region.chars().all(sound) {
            let text = format!("Credential should be scoped to a valid region, not:{region}.");
            return Err(self.0.deny("credential-region-invalid", text));
        }
        let own = self.signing_name();
        if service != own {
            let text = format!("Credential should be scoped to correct service: {own}.");
            return Err(self.0.deny("credential-service-wrong", text));
        }
        Ok(())
    }

    fn simple(&self) -> Result<&'a Credential, Denial> {
        let part = |name: &str| {
            let text =
                format!("KSC query-string parameters must include '{name}'. Re-examine the query-string parameters.");
            self.0.received.text(name).ok_or_else(|| self.0.deny("query-signature-incomplete", text))
        };
        let (id, given, time) = (part("Accesskey")?, part("Signature")?, part("Timestamp")?);
        let (method, version, service) = (part("SignatureMethod")?, part("SignatureVersion")?, part("Service")?);
        if method != "HMAC-SHA256" || version != "1.0" || !self.0.accepts(SignatureScheme::KsyunSimple) {
            return Err(self
                .0
                .deny("algorithm-unsupported", format!("Unsupported ksc 'algorithm': {method} {version}.")));
        }
        // Action and version could be headers instead, but this scheme does not sign headers.
        for name in ["Action", "Version"] {
            part(name)?;
        }
        let own = self.signing_name();
        if service != own {
            return Err(invalid(self.0, "Service", &format!("must be {own}")));
        }
        // The spec's style of time stamps is that of AWS4. The simplified signature always has this one.
        let Some(time) = parse(time, TimeStampStyle::Extended) else {
            return Err(invalid(self.0, "Timestamp", "must be like 2026-01-02T03:04:05Z"));
        };
        self.window(time)?;
        let key = self.key(id, self.0.received.text("SecurityToken"))?;
        let pairs = self.0.unsigned();
        let right = ksyun_simple::sign(&pairs, &key.secret);
        if same(given, &right.signature) { Ok(key) } else { Err(self.mismatch(&right)) }
    }

    fn window(&self, time: i64) -> Result<(), Denial> {
        if self.0.in_window(time) {
            return Ok(());
        }
        let text =
            format!("Signature expired: {} is too far from {}.", self.0.time_text(time), self.0.time_text(self.0.now));
        Err(self.0.deny("signature-expired", text))
    }

    /// The vendor has one refusal for disabled keys, wrong tokens and expired ones.
    fn key(&self, id: &str, token: Option<&str>) -> Result<&'a Credential, Denial> {
        let text = "The security token included in the request is invalid.";
        self.0.keys.find(Cloud::Ksyun, id, token, self.0.now).map_err(|_| self.0.deny("access-key-unknown", text))
    }

    fn mismatch(&self, right: &sign::Signed) -> Denial {
        let text = "The request signature we calculated does not match the signature you provided. \
                    The String-to-Sign should have been";
        self.0.deny("signature-mismatch", format!("{text} '{}'", quoted(&right.string_to_sign)))
    }
}
