//! A dry run: the signed request of a call that is not sent.
//!
//! What it shows is a second request, made from values that may be shown; nothing is searched for secrets. Two texts are the real ones, because
//! the service computes the same: the hash of the body, and the string to sign of schemes that sign a hash.

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

/// A request as it would be sent, signed and all, and not sent: what `dry_run` of a client or a builder gives.
///
/// `Display` shows it with the text that was signed; `Debug` no more than where it goes. In both, what names a person or gives power is
/// `[redacted]`, and so is the signature: within its time a signature lets whoever finds it send the request.
///
/// A call that is sent later is signed anew, so its nonce, time and signature differ.
#[derive(Clone)]
pub struct DryRun {
    scheme: Signature,
    request: HttpRequest,
    signed: Signed,
    shown: RedactedRequest,
    parameters: Vec<Pair>,
    hidden: Vec<Hidden>,
}

/// The same without what must not be seen.
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
    /// The parameters as they may be shown.
    pub(crate) parameters: Vec<Pair>,
    /// What must not be shown of a message about it.
    pub(crate) hidden: Vec<Hidden>,
}

impl DryRun {
    pub(crate) fn new(made: Made<'_>) -> Self {
        let Made { draft, request, signed, parameters, hidden } = made;
        let scheme = draft.signature;
        // The same request once more, made from what may be shown: nothing has to be searched for and taken out afterwards.
        let mut credentials = draft.credentials.clone();
        credentials.token = credentials.token.map(|_| REDACTED.into());
        let safe =
            protocol::sign(&Draft { parameters: Cow::Borrowed(&parameters), credentials: &credentials, ..draft });
        let again = safe.proof.unwrap_or_default();
        let hide = |text: &str| {
            legible(&text.replace(&again.signature, REDACTED).replace(&encode(&again.signature), REDACTED))
        };
        let headers = safe.headers.iter().zip(&request.headers).map(|((name, value), (_, exact))| {
            // The hash of the body is the real one: it is what the service computes.
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
            // Headers that were added by others than the signature come after its own.
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

    /// The request, to the byte. It holds the signature and perhaps secrets.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The canonical request without secrets and personal data, for the schemes that have one (ACS3 and AWS4).
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.shown.canonical.as_deref()
    }

    /// The string to sign without secrets and personal data.
    #[must_use]
    pub fn string_to_sign(&self) -> &str {
        &self.shown.string_to_sign
    }

    /// The string to sign, to the byte. Where parameters are signed it holds them all, private keys too.
    #[must_use]
    pub fn exact_string_to_sign(&self) -> Secret {
        self.signed.string_to_sign.as_str().into()
    }

    /// A command for a shell that sends the request with curl, without secrets, personal data and signature, so that it may be shown
    /// around and is refused by the service. The shell takes nothing of it for its own, whatever the values hold, and hands it to curl
    /// by its input. What no request can hold is `\u{fffd}`.
    #[must_use]
    pub fn curl(&self) -> String {
        curl(&self.shown.request)
    }

    /// The same with everything in it: it works once, within the time that a signature holds, and does what the call does. curl reads
    /// the request from its input, so that no secret stands among its arguments.
    #[must_use]
    pub fn exact_curl(&self) -> Secret {
        curl(&self.request).into()
    }

    /// Where the string to sign first differs from the one in a message of the service, `server string to sign is: ...`; `None` if the
    /// message quotes none. What every attempt has anew (nonce, time) is passed over, so a dry run of the same request will do.
    ///
    /// A call whose signature is refused does this by itself: [`Error::signature_difference`].
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

    /// The same for an error of a call, whose message may have been shortened to hide what it quotes.
    #[must_use]
    pub fn difference_of(&self, error: &Error) -> Option<SignatureDifference> {
        self.difference(error.raw_message().map_or(error.message(), Secret::expose))
    }
}

/// The redaction mark as it is read, not as it is encoded.
fn legible(text: &str) -> String {
    let once = encode(REDACTED);
    text.replace(&encode(&once), REDACTED).replace(&once, REDACTED)
}

/// A text between the quotes of curl's configuration.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // curl drops the backslash before a sign that needs none, and a shell that is typed into looks for `!` even here.
            '\\' | '"' | '!' => out.extend(['\\', c]),
            c if is_treacherous(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A document that the shell hands to curl as it stands; the quotes keep it from looking into it. No value has a line's end in it, so
/// none can end the document.
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
