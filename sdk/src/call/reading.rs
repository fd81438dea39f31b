//! Reads a response: into the type of a generated action, or into JSON for an action that the spec does not know.

use crate::action::cooldown::Cooldown;
use crate::action::operation::{ActionInfo, Operation, Response};
use crate::base::api::ApiInfo;
use crate::base::error::Error;
use crate::base::legible::escaped_json;
use crate::base::metadata::Metadata;
use crate::call::core::RawResponse;
use crate::http::HttpResponse;
use crate::protocol::response;
use crate::setup::interceptor::VisibleResponse;
use crate::setup::options::CallOptions;
use crate::wire::{self, Structure};
use serde_json::Value;

/// Reads the responses of a call's attempts, and keeps the last one.
pub(crate) trait Reading: VisibleResponse + Send {
    /// Reads a response, or the error in it.
    fn read(&mut self, api: &'static ApiInfo, options: &CallOptions, response: HttpResponse) -> Result<(), Error>;
    /// Whether the response has neither a request id nor a value of this action, so that it may not come from the service.
    fn is_nobodys(&self) -> bool;
    /// Turns an "already done" error into a success without values. `false` if a response of this type cannot be without values.
    fn done_before(&mut self, error: &Error) -> bool;
    /// The cooldowns that the response starts.
    fn cooldowns(&self) -> Vec<Cooldown> {
        Vec::new()
    }
    /// The part that interceptors may see.
    fn shown(&self) -> &dyn VisibleResponse;
}

/// A response of a generated type.
pub(crate) struct Typed<R: Operation> {
    value: R::Response,
    metadata: Metadata,
}

impl<R: Operation> Typed<R> {
    pub(crate) fn new() -> Self {
        Self { value: R::Response::default(), metadata: Metadata::default() }
    }

    pub(crate) fn into_inner(mut self) -> R::Response {
        self.value.set_metadata(self.metadata);
        self.value
    }
}

impl<R: Operation> Reading for Typed<R> {
    fn read(&mut self, api: &'static ApiInfo, options: &CallOptions, response: HttpResponse) -> Result<(), Error> {
        self.value = R::Response::default();
        read(R::ACTION, api, options, response, &mut self.value, &mut self.metadata)
    }

    fn is_nobodys(&self) -> bool {
        self.metadata.request_id.is_none() && wire::says_nothing(&self.value)
    }

    fn done_before(&mut self, error: &Error) -> bool {
        self.value = R::Response::default();
        self.metadata = Metadata::of_error(error);
        wire::missing(&self.value).is_empty()
    }

    fn cooldowns(&self) -> Vec<Cooldown> {
        R::starts_cooldowns(&self.value)
    }

    fn shown(&self) -> &dyn VisibleResponse {
        self
    }
}

impl<R: Operation> VisibleResponse for Typed<R> {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn redacted(&self) -> String {
        wire::brief(&self.value)
    }
}

/// Reads a response into a structure. A function of its own, so that it is compiled once.
fn read(
    action: &ActionInfo,
    api: &'static ApiInfo,
    options: &CallOptions,
    response: HttpResponse,
    value: &mut dyn Structure,
    metadata: &mut Metadata,
) -> Result<(), Error> {
    let list = options.list.map(|path| response::list_in(path, action.envelopes, api, &response));
    *metadata = response::read(api, action.name, action.envelopes, response, options.keep_body, value)?;
    metadata.list = list.unwrap_or_default();
    let missing = wire::missing(value);
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("the response lacks {missing}");
    Err(Error::response(action.name, message)
        .with_body(wire::brief(value))
        .with_status(metadata.status, metadata.request_id.clone()))
}

/// A response of an action that the spec does not know.
pub(crate) struct Untyped<'a> {
    action: &'a str,
    response: RawResponse,
}

impl<'a> Untyped<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        Self { action, response: RawResponse { metadata: Metadata::default(), value: Value::Null } }
    }

    pub(crate) fn into_inner(self) -> RawResponse {
        self.response
    }
}

impl Reading for Untyped<'_> {
    fn read(&mut self, api: &'static ApiInfo, options: &CallOptions, response: HttpResponse) -> Result<(), Error> {
        let envelope = format!("{}Response", self.action);
        let RawResponse { metadata, value } = &mut self.response;
        *value = Value::Null;
        *metadata = response::read(api, self.action, &[envelope.as_str()], response, options.keep_body, value)?;
        Ok(())
    }

    fn is_nobodys(&self) -> bool {
        self.response.metadata.request_id.is_none()
    }

    fn done_before(&mut self, error: &Error) -> bool {
        self.response = RawResponse { metadata: Metadata::of_error(error), value: Value::Null };
        true
    }

    fn shown(&self) -> &dyn VisibleResponse {
        self
    }
}

impl VisibleResponse for Untyped<'_> {
    fn metadata(&self) -> &Metadata {
        &self.response.metadata
    }

    /// Nothing is known about the members, so only their names are shown.
    fn redacted(&self) -> String {
        let names = self.response.value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        escaped_json(&Value::Object(wire::named(names)).to_string())
    }
}
