//! Alibaba Cloud RPC: signature version 1.0 and ACS3.

use super::definition::{Dialect, ErrorForm, Mark, Wording};
use super::gate::{Gate, quoted, signed_names};
use crate::base::credential::{Cloud, Credential, KeyRefusal, same};
use crate::request::{Denial, Reason, Received};
use cloudcert::model::{Api, Family, SignatureScheme};
use cloudcert::sign::{self, acs3, aliyun_v1};

pub(super) static DIALECT: Dialect = Dialect {
    family: Family::AliyunRpc,
    action_header: "x-acs-action",
    version_header: "x-acs-version",
    recognise,
    verify,
    wording,
    is_signature_parameter: |_| false,
    dry_run: None,
    request_id_header: "x-acs-request-id",
    json_type: "application/json;charset=utf-8",
    xml_namespace: |_| None,
    error_form,
};

fn recognise(received: &Received) -> Mark {
    let authorization = received.header("authorization").unwrap_or_default();
    let header = |name: &str| received.header(name).is_some();
    if authorization.starts_with("ACS3-") || header(DIALECT.action_header) || header(DIALECT.version_header) {
        Mark::Strong
    } else if received.parameters.contains_key("AccessKeyId") {
        Mark::Weak
    } else {
        Mark::Missing
    }
}

fn wording(reason: &Reason) -> Wording {
    match reason {
        Reason::VersionMissing => Wording::new("version-missing", "Version is mandatory for this action."),
        Reason::VersionUnknown => Wording::new("version-invalid", "Specified parameter Version is not valid."),
        Reason::ActionMissing => missing("Action"),
        Reason::ActionUnknown => {
            Wording::new("action-not-found", "Specified api is not found, please check your url and method.")
        }
        Reason::Method(_) => Wording::new("method-not-allowed", "This http method is not supported."),
        Reason::ParameterMissing(name) => missing(name),
        Reason::ParameterInvalid(name, wanted) => {
            Wording::new("parameter-invalid", format!("The specified parameter {name} is not valid: it {wanted}."))
        }
        Reason::Throttled => {
            let message = "Request was denied due to user flow control.".to_owned();
            Wording { row: "throttled", suffix: ".User".to_owned(), message }
        }
        // There is no dry run here.
        Reason::Internal | Reason::DryRun => {
            Wording::new("internal-error", "The request processing has failed due to some unknown error.")
        }
        Reason::Unavailable => {
            Wording::new("service-unavailable", "The request has failed due to a temporary failure of the server.")
        }
    }
}

fn missing(name: &str) -> Wording {
    Wording {
        row: "parameter-missing",
        suffix: name.to_owned(),
        message: format!("{name} is mandatory for this action."),
    }
}

fn error_form(api: Option<&Api>, denial: &Denial, request_id: &str) -> ErrorForm {
    let host = api.and_then(|api| api.endpoints.host(&api.endpoints.default_region)).map_or("", |row| &row.host);
    let (code, product) = (&denial.code, api.map_or("", |api| &api.service));
    let recommend = format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={request_id}");
    ErrorForm { root: "Error", members: Vec::new(), top: vec![("HostId", host.to_owned()), ("Recommend", recommend)] }
}

/// The headers that an ACS3 signature must cover if they are sent.
const COVERED: [&str; 7] = [
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
    "x-acs-security-token",
];

fn verify(gate: &Gate<'_>) -> Result<(), Denial> {
    let request = Verification(gate);
    let (key, nonce) = match gate.received.header("authorization") {
        Some(authorization) => request.acs3(&authorization)?,
        None => request.v1()?,
    };
    // Nonces are used up last, so that only the owner of a key can use up the key's nonces.
    if !gate.use_up(&key.id, &nonce) {
        return Err(gate.deny("nonce-used", "Specified signature nonce was used already."));
    }
    let action = &gate.action.name;
    if key.is_denied(action) {
        let text = format!("User not authorized to operate on the specified resource, or this API: {action}.");
        return Err(gate.deny("forbidden-by-ram", text));
    }
    Ok(())
}

/// 2026-01-02T03:04:05Z, as an example of a time stamp.
const EXAMPLE_TIME: i64 = 1_767_323_045;

fn invalid(gate: &Gate<'_>, name: &str, wanted: &str) -> Denial {
    DIALECT.refuse(Some(gate.api), &Reason::invalid(name, wanted))
}

/// The verification of a request.
struct Verification<'a>(&'a Gate<'a>);

impl<'a> Verification<'a> {
    fn v1(&self) -> Result<(&'a Credential, String), Denial> {
        let part = |name: &str| self.0.received.text(name).ok_or_else(|| self.incomplete(name));
        let (id, given, nonce) = (part("AccessKeyId")?, part("Signature")?, part("SignatureNonce")?);
        let (method, version) = (part("SignatureMethod")?, part("SignatureVersion")?);
        let time = part("Timestamp")?;
        if !self.0.accepts(SignatureScheme::AliyunV1) {
            return Err(invalid(self.0, "SignatureVersion", "must be of a signature that this API accepts"));
        }
        if method != "HMAC-SHA1" {
            return Err(invalid(self.0, "SignatureMethod", "must be HMAC-SHA1"));
        }
        if version != "1.0" {
            return Err(invalid(self.0, "SignatureVersion", "must be 1.0"));
        }
        // Action and version could be headers instead, but this scheme does not sign headers.
        for name in ["Action", "Version"] {
            part(name)?;
        }
        self.time(time)?;
        let key = self.key(id, self.0.received.text("SecurityToken"))?;
        let pairs = self.0.unsigned();
        let right = aliyun_v1::sign(&self.0.received.method, &pairs, &key.secret);
        self.compare(given, &right)?;
        Ok((key, nonce.to_owned()))
    }

    fn acs3(&self, authorization: &str) -> Result<(&'a Credential, String), Denial> {
        let parts = authorization.strip_prefix(acs3::ALGORITHM).ok_or_else(|| self.incomplete("ACS3-HMAC-SHA256"))?;
        if !self.0.accepts(SignatureScheme::Acs3) {
            return Err(self.incomplete("a signature that this API accepts"));
        }
        let part = |name: &str| {
            let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            found.filter(|text| !text.is_empty()).ok_or_else(|| self.incomplete(name))
        };
        let (id, names, given) = (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
        let header = |name: &str| self.0.received.header(name).filter(|text| !text.is_empty());
        let needed = |name: &str| header(name).ok_or_else(|| self.incomplete(name));
        let (time, nonce) = (needed("x-acs-date")?, needed("x-acs-signature-nonce")?);
        let stated = needed("x-acs-content-sha256")?;
        let names = signed_names(names).ok_or_else(|| {
            let text =
                "The request signature does not conform to Aliyun standards: SignedHeaders must name each header once.";
            self.0.deny("signature-incomplete", text)
        })?;
        for name in COVERED {
            if self.0.received.header(name).is_some() && !names.iter().any(|signed| signed.eq_ignore_ascii_case(name)) {
                return Err(self.incomplete(&format!("{name} in SignedHeaders")));
            }
        }
        self.time(&time)?;
        let token = header("x-acs-security-token");
        let key = self.key(id, token.as_deref())?;
        let mut headers = Vec::with_capacity(names.len());
        for name in names {
            let value = self.0.received.header(name).ok_or_else(|| self.incomplete(name))?;
            headers.push((name, value));
        }
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let hash = sign::sha256_hex(&self.0.received.body);
        let query = sign::canonical_query(&self.0.received.query);
        let request = sign::Request {
            method: &self.0.received.method,
            path: &self.0.received.path,
            query: &query,
            headers: &headers,
            payload_hash: &hash,
        };
        let right = acs3::sign(&request, &key.secret);
        self.compare(given, &right)?;
        // The signature is valid, so the client sent this header, but it does not match the body.
        if !same(&stated, &hash) {
            return Err(self.mismatch(&right));
        }
        Ok((key, nonce.into_owned()))
    }

    fn incomplete(&self, what: &str) -> Denial {
        let text = format!("The request signature does not conform to Aliyun standards: {what} is missing.");
        self.0.deny("signature-incomplete", text)
    }

    fn time(&self, text: &str) -> Result<(), Denial> {
        let malformed = || {
            let example = self.0.time_text(EXAMPLE_TIME);
            let text = format!("Specified time stamp or date value is not well formatted, it must be like {example}.");
            self.0.deny("time-stamp-malformed", text)
        };
        let time = self.0.time(text).ok_or_else(malformed)?;
        if self.0.in_window(time) {
            return Ok(());
        }
        let text = format!(
            "Specified time stamp or date value is expired. The server's time is {}.",
            self.0.time_text(self.0.now)
        );
        Err(self.0.deny("time-stamp-expired", text))
    }

    fn key(&self, id: &str, token: Option<&str>) -> Result<&'a Credential, Denial> {
        self.0.keys.find(Cloud::Aliyun, id, token, self.0.now).map_err(|why| {
            let (row, text) = match why {
                KeyRefusal::Unknown => ("access-key-unknown", "Specified access key is not found."),
                KeyRefusal::Disabled => ("access-key-inactive", "Specified access key is disabled."),
                KeyRefusal::TokenExpired => ("token-expired", "Specified SecurityToken is expired."),
                KeyRefusal::TokenMalformed => ("token-malformed", "Specified SecurityToken is malformed."),
                KeyRefusal::TokenOfAnotherKey => {
                    ("token-mismatch", "Specified SecurityToken mismatch with the AccessKey.")
                }
            };
            self.0.deny(row, text)
        })
    }

    fn compare(&self, given: &str, right: &sign::Signed) -> Result<(), Denial> {
        if same(given, &right.signature) { Ok(()) } else { Err(self.mismatch(right)) }
    }

    /// Official clients compare the text after the colon with what they signed, so the message must have just one colon before it.
    fn mismatch(&self, right: &sign::Signed) -> Denial {
        let text = "Specified signature is not matched with our calculation. server string to sign is:";
        self.0.deny("signature-mismatch", format!("{text}{}", quoted(&right.string_to_sign)))
    }
}
