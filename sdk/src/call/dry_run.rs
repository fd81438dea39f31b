//! A dry run: the signed request of a call that is not sent.
//!
//! It shows a second request that was made from redacted values, so nothing has to be searched for secrets. Two texts are the real ones, to be
//! compared with the service's: the hash of the body, and the string to sign of schemes that sign a hash.

use crate::base::api::Signature;
use crate::base::difference::SignatureDifference;
use crate::base::error::Error;
use crate::base::legible::{Escaped, is_treacherous};
use crate::base::scrub::{Hidden, Scrubber};
use crate::base::secret::{REDACTED, Secret};
use crate::call::difference::compare;
use crate::http::HttpRequest;
use crate::protocol::{self, Draft, Pair, Scheme};
use crate::sign::{Signed, encode};
use std::borrow::Cow;
use std::fmt;

/// A signed request that was not sent. `dry_run` of a client or a builder returns it.
///
/// `Display` shows the request and the string to sign, `Debug` only the endpoint. Both redact secrets, personal data and the signature: while a
/// signature is valid, anybody who has it can send the request.
///
/// Each call is signed anew, so nonce, time and signature of a later call differ.
#[derive(Clone)]
pub struct DryRun {
    scheme: Signature,
    request: HttpRequest,
    signed: Signed,
    shown: RedactedRequest,
    parameters: Vec<Pair>,
    hidden: Vec<Hidden>,
}

/// The request and its signed texts, redacted.
#[derive(Clone)]
struct RedactedRequest {
    request: HttpRequest,
    string_to_sign: String,
    canonical: Option<String>,
}

/// What [`DryRun::new`] is made from.
pub(crate) struct Made<'a> {
    pub(crate) draft: Draft<'a>,
    pub(crate) request: HttpRequest,
    pub(crate) signed: Signed,
    /// The redacted parameters.
    pub(crate) parameters: Vec<Pair>,
    /// What messages about it must not show.
    pub(crate) hidden: Vec<Hidden>,
}

impl DryRun {
    pub(crate) fn new(made: Made<'_>) -> Self {
        let Made { draft, request, signed, parameters, hidden } = made;
        let scheme = draft.signature;
        // Sign the redacted parameters: then nothing has to be searched for and removed afterwards.
        let mut credentials = draft.credentials.clone();
        credentials.token = credentials.token.map(|_| REDACTED.into());
        let safe =
            protocol::sign(&Draft { parameters: Cow::Borrowed(&parameters), credentials: &credentials, ..draft });
        let again = safe.proof.unwrap_or_default();
        let hide = |text: &str| {
            legible(&text.replace(&again.signature, REDACTED).replace(&encode(&again.signature), REDACTED))
        };
        let headers = safe.headers.iter().zip(&request.headers).map(|((name, value), (_, exact))| {
            // Keep the real hash of the body, to be compared with the service's.
            let value = if value.len() == 64 && name.ends_with("content-sha256") { exact.clone() } else { hide(value) };
            (*name, value)
        });
        let canonical = signed.canonical_request.as_deref().map(|exact| {
            let query = if request.query.is_empty() {
                exact.to_owned()
            } else {
                exact.replacen(&request.query, &safe.query, 1)
            };
            let token = draft.credentials.token.as_ref().map_or("", Secret::expose);
            legible(&if token.is_empty() { query } else { query.replace(token, REDACTED) })
        });
        let shown = RedactedRequest {
            // Headers of interceptors follow those of the signature.
            request: HttpRequest {
                query: hide(&safe.query),
                headers: headers.chain(request.headers.iter().skip(safe.headers.len()).cloned()).collect(),
                body: hide(&safe.body),
                ..request.clone()
            },
            string_to_sign: if canonical.is_some() {
                signed.string_to_sign.clone()
            } else {
                legible(&again.string_to_sign)
            },
            canonical,
        };
        Self { scheme, request, signed, shown, parameters, hidden }
    }

    /// The exact request. It contains the signature and may contain secrets.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The canonical request, redacted. Only ACS3 and AWS4 have one.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.shown.canonical.as_deref()
    }

    /// The string to sign, redacted.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        &self.shown.string_to_sign
    }

    /// The exact string to sign. With schemes that sign parameters it contains them all, private keys too.
    #[must_use]
    pub fn exact_string_to_sign(&self) -> Secret {
        self.signed.string_to_sign.as_str().into()
    }

    /// A shell command that sends the request with curl, redacted. It is safe to share, and the service refuses it.
    ///
    /// The shell interprets nothing in it, whatever the values contain, and passes the request to curl on standard input. Characters that no request
    /// can contain become `\u{fffd}`.
    #[must_use]
    pub fn curl(&self) -> String {
        curl(&self.shown.request)
    }

    /// A shell command that sends the exact request with curl. It executes the call, and works once while the signature is valid. curl reads the
    /// request from standard input, so its arguments contain no secret.
    #[must_use]
    pub fn exact_curl(&self) -> Secret {
        curl(&self.request).into()
    }

    /// Compares the string to sign with the one in a message of the service, `server string to sign is: ...`. Returns the first difference; `None`
    /// if the message quotes no string to sign. Nonce and time are ignored, so any dry run of the same request works.
    ///
    /// A call whose signature is rejected compares by itself: see [`Error::signature_difference`].
    ///
    /// ```
    /// # #[cfg(feature = "aliyun-cas-2020-04-07")]
    /// # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
    /// let dry = client.describe_certificate_state().order_id(98_987_582_437_920_968).dry_run().await?;
    /// println!("{dry}");
    /// if let Some(difference) = dry.difference("server string to sign is:POST&%2F&Action%3DDescribe") {
    ///     println!("{difference}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn difference(&self, message: &str) -> Option<SignatureDifference> {
        let difference = compare(Scheme::of(self.scheme), &self.signed, message, &self.parameters, &[], false)?;
        Some(difference.without(&Scrubber::new(&self.hidden)))
    }

    /// Compares with the message of an error, which may have been redacted.
    #[must_use]
    pub fn difference_of(&self, error: &Error) -> Option<SignatureDifference> {
        self.difference(error.raw_message().map_or(error.message(), Secret::expose))
    }
}

/// Replaces encoded redaction marks by readable ones.
fn legible(text: &str) -> String {
    let once = encode(REDACTED);
    text.replace(&encode(&once), REDACTED).replace(&once, REDACTED)
}

/// A quoted text of curl's configuration.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // curl drops a needless backslash, and an interactive shell interprets `!` even here.
            '\\' | '"' | '!' => out.extend(['\\', c]),
            c if is_treacherous(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A here-document for curl. Its quoted delimiter keeps the shell from interpreting it. No value contains a line end, so none can end the document.
fn curl(request: &HttpRequest) -> String {
    let mut out = format!(
        "curl --config - <<'END'\ngloboff\nurl = \"{}\"\nrequest = \"{}\"\n",
        quoted(&request.url()),
        request.method.as_str()
    );
    let headers = request.headers.iter().map(|(name, value)| format!("header = \"{name}: {}\"\n", quoted(value)));
    out.extend(headers);
    if !request.body.is_empty() {
        out.extend(["data-raw = \"", &quoted(&request.body), "\"\n"]);
    }
    out.push_str("END\n");
    out
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = &self.shown.request;
        writeln!(f, "{} {}", request.method.as_str(), Escaped(&request.url()))?;
        for (name, value) in &request.headers {
            writeln!(f, "{name}: {}", Escaped(value))?;
        }
        if !request.body.is_empty() {
            writeln!(f, "\n{}", Escaped(&request.body))?;
        }
        if let Some(canonical) = &self.shown.canonical {
            f.write_str("\ncanonical request:\n")?;
            canonical.split('\n').try_for_each(|line| writeln!(f, "{}", Escaped(line)))?;
        }
        f.write_str("\nstring to sign:")?;
        self.shown.string_to_sign.split('\n').try_for_each(|line| write!(f, "\n{}", Escaped(line)))
    }
}

impl fmt::Debug for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DryRun").field("request", &self.request).field("scheme", &self.scheme).finish_non_exhaustive()
    }
}
