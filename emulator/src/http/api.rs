//! A call of one of the APIs, from its head to its answer.

use super::body::{Body, Closed};
use super::places::Progress;
use super::read::{BODY, Unread, read};
use super::{Reply, Shared, plain};
use crate::answer::{self, Denial, Rendered};
use crate::endpoint::Endpoint;
use crate::faults::Fault;
use crate::log::{Entry, short, shown};
use crate::request::{Admitted, Received, Route, admit, time_text};
use crate::service::{self, Errand, Mishap, Report};
use cloudcert::model::Family;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use std::time::Duration;

/// Answers a call.
pub(super) async fn answer(shared: &Shared, request: Request<Incoming>, progress: &mut Progress) -> Reply {
    let (head, body) = request.into_parts();
    let endpoint = &shared.endpoint;
    let early = endpoint.faults().pick_early(action_in_head(&head).as_deref());
    if matches!(early, Ok(Some(Fault::CloseBeforeReading {}))) {
        let method = head.method.as_str().to_owned();
        note(endpoint, Entry { method, fault: Some("close-before-reading".to_owned()), ..Entry::default() });
        return Err(Closed);
    }
    let body = match read(body, BODY, &shared.large_bodies).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 4 MiB")),
        Err(Unread::TooSlow) => return Ok(plain(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        Err(Unread::Broken) => return Err(Closed),
    };
    progress.complete();
    let received = Received::new(head, body.content.clone());
    let route = Route::of(&received);
    let fault = early.unwrap_or_else(|_| endpoint.faults().pick(route.action.as_deref().unwrap_or_default()));
    CallInProgress { id: endpoint.request_id(), received, route, fault }.run(endpoint).await
}

/// The action, if the head alone tells it.
fn action_in_head(head: &Parts) -> Option<String> {
    let mut pairs = crate::request::query_pairs(head.uri.query().unwrap_or_default());
    let queried = pairs.find(|(name, _)| name == "Action").map(|(_, value)| value);
    let header = |name: &str| head.headers.get(name)?.to_str().ok().map(str::to_owned);
    queried.or_else(|| header("x-acs-action")).or_else(|| header("x-action"))
}

struct CallInProgress {
    id: String,
    received: Received,
    route: Route,
    fault: Option<Fault>,
}

/// What became of a call.
struct Outcome {
    rendered: Rendered,
    code: Option<String>,
    executed: bool,
    ignored: Vec<String>,
}

impl CallInProgress {
    async fn run(self, endpoint: &Endpoint) -> Reply {
        let denied = self.fault.as_ref().filter(|fault| !commits(fault)).and_then(|fault| self.denial(fault));
        let outcome = match (&self.fault, denied) {
            (Some(Fault::CloseBeforeReading {}), _) => None,
            (Some(fault @ (Fault::Html { .. } | Fault::Empty { .. } | Fault::Response { .. })), _)
                if !commits(fault) =>
            {
                None
            }
            (_, Some(denial)) => Some(self.denied(&denial)),
            (_, None) => Some(self.execute(endpoint).await),
        };
        let reply = self.reply(outcome.as_ref());
        self.note(endpoint, outcome, &reply);
        reply
    }

    /// Verifies, checks and executes.
    async fn execute(&self, endpoint: &Endpoint) -> Outcome {
        let skew = if let Some(Fault::ClockSkew { seconds }) = self.fault { seconds } else { 0 };
        let Admitted { call, ignored } = match admit(&self.received, &self.route, endpoint, skew) {
            Ok(admitted) => admitted,
            Err(denial) => return self.denied(&denial),
        };
        let errand = service::errand(&call, &endpoint.world());
        let report = run(errand).await;
        let result = {
            let mut world = endpoint.world();
            if let Some(report) = report {
                service::report(&report, &mut world);
            }
            if let Some(Fault::Service { row, committed }) = &self.fault {
                world.mishaps.push(Mishap::once(&call, row, *committed));
            }
            service::handle(&call, &mut world)
        };
        let outcome = match result {
            Ok(answer) => {
                let envelope = self.fault == Some(Fault::Envelope {}) && self.route.family == Family::KsyunQuery;
                let rendered = answer::success(&self.route, call.api, call.action, answer, &self.id, envelope);
                Outcome { rendered, code: None, executed: true, ignored: Vec::new() }
            }
            Err(refusal) => self.denied(&Denial::of(call.api, refusal)),
        };
        Outcome { ignored, ..outcome }
    }

    fn denied(&self, denial: &Denial) -> Outcome {
        let rendered = answer::denied(&self.route, denial, &self.id);
        Outcome { rendered, code: Some(denial.code.clone()), executed: false, ignored: Vec::new() }
    }

    /// The refusal that a fault brings, if it brings one.
    fn denial(&self, fault: &Fault) -> Option<Denial> {
        let aliyun = self.route.family == Family::AliyunRpc;
        let mut denial = match (fault, aliyun) {
            (Fault::Throttle { .. }, true) => {
                let text = "Request was denied due to user flow control.";
                Denial::row(self.route.shape(), "throttled", ".User", text.to_owned())
            }
            (Fault::Throttle { .. }, false) => self.route.deny(
                "limit-exceeded",
                "Request was rejected because the request speed of this openAPI is beyond the current flow control limit.",
            ),
            (Fault::Internal { .. }, true) => {
                self.route.deny("internal-error", "The request processing has failed due to some unknown error.")
            }
            (Fault::Unavailable { .. }, true) => self.route.deny(
                "service-unavailable",
                "The request has failed due to a temporary failure of the server.",
            ),
            (Fault::Internal { .. } | Fault::Unavailable { .. }, false) => self.route.deny(
                "openapi-unavailable",
                "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
            ),
            _ => return None,
        };
        match fault {
            Fault::Throttle { retry_after_ms } => denial.retry_after = *retry_after_ms,
            Fault::Unavailable { .. } => denial.status = 503,
            _ => {}
        }
        Some(denial)
    }

    /// The answer as it is sent: a fault may still change it, or keep it back.
    fn reply(&self, outcome: Option<&Outcome>) -> Reply {
        let late = self.fault.as_ref().filter(|fault| commits(fault)).and_then(|fault| self.denial(fault));
        let late = late.map(|denial| self.denied(&denial));
        let rendered = late.as_ref().or(outcome).map(|outcome| &outcome.rendered);
        match (&self.fault, rendered) {
            (Some(Fault::CloseBeforeReading {} | Fault::CloseAfterCommit {}), _) => Err(Closed),
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
            (fault, Some(rendered)) => Ok(spoilt(rendered, fault.as_ref())),
            (_, None) => Err(Closed),
        }
    }

    fn note(&self, endpoint: &Endpoint, outcome: Option<Outcome>, reply: &Reply) {
        let api = self.route.shape();
        let action = api.and_then(|api| api.action(self.route.action.as_deref()?));
        let (code, executed, ignored) =
            outcome.map_or((None, false, Vec::new()), |outcome| (outcome.code, outcome.executed, outcome.ignored));
        note(
            endpoint,
            Entry {
                request_id: self.id.clone(),
                method: short(&self.received.method),
                api: action.and(api).map(|api| api.id.clone()),
                action: self.route.action.as_deref().map(short),
                status: reply.as_ref().ok().map(|response| response.status().as_u16()),
                code,
                fault: self.fault.as_ref().map(Fault::name),
                executed,
                parameters: action.map(|action| shown(&self.received, action)).unwrap_or_default(),
                ignored: ignored.iter().take(50).map(|name| short(name)).collect(),
                ..Entry::default()
            },
        );
    }
}

/// Does what takes long, where it keeps nobody else waiting.
pub(super) async fn run(errand: Option<Errand>) -> Option<Report> {
    let errand = errand?;
    tokio::task::spawn_blocking(move || errand.run()).await.ok()
}

/// Whether the call is executed although its answer says otherwise.
fn commits(fault: &Fault) -> bool {
    match fault {
        Fault::Internal { committed }
        | Fault::Unavailable { committed }
        | Fault::Html { committed, .. }
        | Fault::Empty { committed, .. }
        | Fault::Response { committed, .. } => *committed,
        _ => false,
    }
}

/// An answer with the fault that its body has.
fn spoilt(rendered: &Rendered, fault: Option<&Fault>) -> Response<Body> {
    let body = Body::whole(rendered.body.clone());
    let (body, kind) = match fault {
        Some(Fault::Slow { ms }) => (body.slow(Duration::from_millis(*ms)), None),
        Some(Fault::Stall { ms }) => (body.cut(Duration::from_millis(*ms)), None),
        Some(Fault::Truncated {}) => (body.cut(Duration::ZERO), None),
        Some(Fault::Malformed {}) => (body.half(), None),
        Some(Fault::Oversized { bytes }) => (body.padded(*bytes), None),
        Some(Fault::ContentType { value }) => (body, Some(value.as_str())),
        _ => (body, None),
    };
    let status = StatusCode::from_u16(rendered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = typed(Response::new(body), status, kind.unwrap_or(rendered.content_type));
    for (name, value) in &rendered.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

/// Sets status and content type.
pub(super) fn typed(mut response: Response<Body>, status: StatusCode, kind: &str) -> Response<Body> {
    *response.status_mut() = status;
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert("content-type", kind);
    }
    response
}

/// Writes a request into the log.
fn note(endpoint: &Endpoint, entry: Entry) {
    let time = time_text(endpoint.clock.now());
    endpoint.log().add(Entry { time, ..entry });
}
