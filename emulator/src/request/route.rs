//! Which service and action a request means, and how it wants its answer.

use super::parts::Received;
use crate::answer::Denial;
use cloudcert::model::{self, Action, Api, Family};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// What a request means, as far as can be told without trusting it.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) family: Family,
    pub(crate) format: Format,
    pub(crate) action: Option<String>,
    version: Option<String>,
    /// Set if `Format` says something that is no format.
    bad_format: bool,
}

impl Route {
    pub(crate) fn of(received: &Received) -> Self {
        let family = family(received);
        let named = |parameter: &str, header: &str| {
            let header = || received.header(header).map(std::borrow::Cow::into_owned);
            received.text(parameter).map(str::to_owned).or_else(header).filter(|text| !text.is_empty())
        };
        let [action, version] = match family {
            Family::AliyunRpc => [named("Action", "x-acs-action"), named("Version", "x-acs-version")],
            Family::KsyunQuery => [named("Action", "x-action"), named("Version", "x-version")],
        };
        let accept = received.header("accept").unwrap_or_default().to_ascii_lowercase();
        let (format, bad_format) = match received.text("Format").map(str::to_ascii_lowercase).as_deref() {
            Some("json") => (Format::Json, false),
            Some("xml") => (Format::Xml, false),
            Some(_) => (Format::Json, true),
            None if accept.contains("xml") && !accept.contains("json") => (Format::Xml, false),
            None => (Format::Json, false),
        };
        Self { family, format, action, version, bad_format }
    }

    /// An API version of the same cloud, for the shape of an error where none is known.
    pub(crate) fn shape(&self) -> Option<&'static Api> {
        let mut apis = model::apis().iter().filter(|api| api.protocol.family == self.family);
        let meant = apis.clone().find(|api| Some(&api.version) == self.version.as_ref());
        meant.or_else(|| apis.next())
    }

    /// The API version.
    pub(super) fn api(&self) -> Result<&'static Api, Denial> {
        let Some(version) = &self.version else {
            return Err(match self.family {
                Family::AliyunRpc => self.deny("version-missing", "Version is mandatory for this action."),
                Family::KsyunQuery => self.missing("Version"),
            });
        };
        let known = self.shape().filter(|api| api.version == *version);
        let api = known.ok_or_else(|| match self.family {
            Family::AliyunRpc => self.deny("version-invalid", "Specified parameter Version is not valid."),
            Family::KsyunQuery => self.no_inner_api(),
        })?;
        if self.bad_format { Err(self.malformed("Format", "must be JSON or XML")) } else { Ok(api) }
    }

    /// The action.
    pub(super) fn action(&self, api: &'static Api) -> Result<&'static Action, Denial> {
        let Some(name) = &self.action else {
            return Err(self.missing("Action"));
        };
        api.action(name).ok_or_else(|| match self.family {
            Family::AliyunRpc => {
                self.deny("action-not-found", "Specified api is not found, please check your url and method.")
            }
            Family::KsyunQuery => self.no_inner_api(),
        })
    }

    fn no_inner_api(&self) -> Denial {
        self.deny("inner-api-missing", "Request was rejected because it referenced an 'InnerApi' that does not exist.")
    }

    /// An error row of the spec with this message.
    pub(crate) fn deny(&self, row: &str, message: impl Into<String>) -> Denial {
        Denial::row(self.shape(), row, "", message.into())
    }

    /// A parameter is absent.
    pub(crate) fn missing(&self, name: &str) -> Denial {
        match self.family {
            Family::AliyunRpc => {
                let message = format!("{name} is mandatory for this action.");
                Denial::row(self.shape(), "parameter-missing", name, message)
            }
            Family::KsyunQuery => self
                .deny("parameter-value-missing", format!("An value must be supplied for the input parameter {name}.")),
        }
    }

    /// A parameter is not what it must be. The value is not quoted: it may be a secret.
    pub(crate) fn malformed(&self, name: &str, wanted: &str) -> Denial {
        match self.family {
            Family::AliyunRpc => {
                self.deny("parameter-invalid", format!("The specified parameter {name} is not valid: it {wanted}."))
            }
            Family::KsyunQuery => {
                let text = "An invalid or out-of-range value was supplied for the input parameter";
                self.deny("parameter-value-invalid", format!("{text} {name}: it {wanted}."))
            }
        }
    }

    /// The action does not take this method.
    pub(crate) fn wrong_method(&self, method: &str) -> Denial {
        match self.family {
            Family::AliyunRpc => self.deny("method-not-allowed", "This http method is not supported."),
            Family::KsyunQuery => {
                self.deny("method-invalid", format!("The method {method} for is not valid for this web service."))
            }
        }
    }
}

/// Whose protocol a request speaks: the signature tells, then the version.
fn family(received: &Received) -> Family {
    let authorization = received.header("authorization").unwrap_or_default();
    let has = |name: &str| received.parameters.contains_key(name);
    let header = |name: &str| received.header(name).is_some();
    if authorization.starts_with("ACS3-") || header("x-acs-action") || header("x-acs-version") {
        return Family::AliyunRpc;
    }
    let ksyun = authorization.starts_with("AWS4-")
        || ["x-amz-date", "x-action", "x-version"].into_iter().any(header)
        || ["Accesskey", "X-Amz-Algorithm"].into_iter().any(has);
    if ksyun {
        return Family::KsyunQuery;
    }
    let by_version = model::apis().iter().find(|api| received.text("Version") == Some(&api.version));
    match by_version {
        Some(api) if !has("AccessKeyId") => api.protocol.family,
        _ => Family::AliyunRpc,
    }
}
