//! What an answer is read into: the type of a generated action, or JSON for an action that the spec does not know.

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

/// Reads the answers of a call's attempts; the last one that was read stays.
pub(crate) trait Reading: VisibleResponse + Send {
    /// Reads an answer, or the error in it.
    fn read(&mut self, api: &'static ApiInfo, options: &CallOptions, response: HttpResponse) -> Result<(), Error>;
    /// Whether nothing in the response is of this action, its request id included: whoever sent it, it may not have been the service.
    fn is_nobodys(&self) -> bool;
    /// Takes an error that says that all was done before for a success without values. `false` if a response without values is none.
    fn done_before(&mut self, error: &Error) -> bool;
    /// What interceptors may see of it.
    fn shown(&self) -> &dyn VisibleResponse;
}

/// An answer of a generated type.
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
        let list = options.list.map(|path| response::list_in(path, R::ACTION.envelopes, api, &response));
        read(R::ACTION, api, options.keep_body, response, &mut self.value, &mut self.metadata)?;
        self.metadata.list = list.unwrap_or_default();
        Ok(())
    }

    fn is_nobodys(&self) -> bool {
        self.metadata.request_id.is_none() && wire::says_nothing(&self.value)
    }

    fn done_before(&mut self, error: &Error) -> bool {
        self.value = R::Response::default();
        self.metadata = Metadata::of_error(error);
        wire::missing(&self.value).is_empty()
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

/// Reads an answer into a structure. Apart, so that it is compiled once.
fn read(
    action: &ActionInfo,
    api: &'static ApiInfo,
    keep_body: bool,
    response: HttpResponse,
    value: &mut dyn Structure,
    metadata: &mut Metadata,
) -> Result<(), Error> {
    *metadata = response::read(api, action.name, action.envelopes, response, keep_body, value)?;
    let missing = wire::missing(value);
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("the answer lacks {missing}, without which the call is pointless");
    Err(Error::response(action.name, message)
        .with_body(wire::brief(value))
        .with_status(metadata.status, metadata.request_id.clone()))
}

/// An answer of an action that the spec does not know.
pub(crate) struct Untyped<'a> {
    action: &'a str,
    answer: RawResponse,
}

impl<'a> Untyped<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        Self { action, answer: RawResponse { metadata: Metadata::default(), value: Value::Null } }
    }

    pub(crate) fn into_inner(self) -> RawResponse {
        self.answer
    }
}

impl Reading for Untyped<'_> {
    fn read(&mut self, api: &'static ApiInfo, options: &CallOptions, response: HttpResponse) -> Result<(), Error> {
        let envelope = format!("{}Response", self.action);
        let RawResponse { metadata, value } = &mut self.answer;
        *value = Value::Null;
        *metadata = response::read(api, self.action, &[envelope.as_str()], response, options.keep_body, value)?;
        Ok(())
    }

    fn is_nobodys(&self) -> bool {
        self.answer.metadata.request_id.is_none()
    }

    fn done_before(&mut self, error: &Error) -> bool {
        self.answer = RawResponse { metadata: Metadata::of_error(error), value: Value::Null };
        true
    }

    fn shown(&self) -> &dyn VisibleResponse {
        self
    }
}

impl VisibleResponse for Untyped<'_> {
    fn metadata(&self) -> &Metadata {
        &self.answer.metadata
    }

    /// Nothing is known about its members, so they are only named.
    fn redacted(&self) -> String {
        let names = self.answer.value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        escaped_json(&Value::Object(wire::named(names)).to_string())
    }
}
