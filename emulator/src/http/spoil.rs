//! Responses that an injected fault replaces or damages.

use super::body::{Body, Closed};
use super::reply::{Reply, typed};
use crate::faults::Fault;
use crate::response::Rendered;
use hyper::{Response, StatusCode};
use std::time::Duration;

/// Makes the reply to a call: what was rendered, as the fault lets it through. Without anything rendered, the connection is closed.
pub(super) fn reply(rendered: Option<&Rendered>, fault: Option<&Fault>) -> Reply {
    match (fault, rendered) {
        (Some(Fault::CloseBeforeReading | Fault::CloseAfterCommit), _) => Err(Closed),
        (Some(Fault::Html { status, .. }), _) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
            Ok(typed(Response::new(Body::whole(page)), status, "text/html"))
        }
        (Some(Fault::Empty { status, .. }), _) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            let mut response = Response::new(Body::whole(""));
            *response.status_mut() = status;
            Ok(response)
        }
        (Some(Fault::Response { status, body, content_type, .. }), _) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            Ok(typed(Response::new(Body::whole(body.clone())), status, content_type))
        }
        (fault, Some(rendered)) => Ok(damaged(rendered, fault)),
        (_, None) => Err(Closed),
    }
}

/// Makes a response whose body is damaged as the fault says.
fn damaged(rendered: &Rendered, fault: Option<&Fault>) -> Response<Body> {
    let body = Body::whole(rendered.body.clone());
    let (body, kind) = match fault {
        Some(Fault::Slow { ms }) => (body.slow(Duration::from_millis(*ms)), None),
        Some(Fault::Stall { ms }) => (body.cut(Duration::from_millis(*ms)), None),
        Some(Fault::Truncated) => (body.cut(Duration::ZERO), None),
        Some(Fault::Malformed) => (body.half(), None),
        Some(Fault::Oversized { bytes }) => (body.padded(*bytes), None),
        Some(Fault::ContentType { value }) => (body, Some(value.as_str())),
        _ => (body, None),
    };
    let status = StatusCode::from_u16(rendered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = typed(Response::new(body), status, kind.unwrap_or(rendered.content_type));
    for (name, value) in &rendered.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<hyper::header::HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
