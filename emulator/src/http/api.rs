//! A call of one of the APIs, from its head to its response.

use super::body::Closed;
use super::places::Arrival;
use super::read::{BODY, Unread, read};
use super::reply::{ConnectionContext, Reply, plain};
use super::spoil;
use crate::base::time::extended;
use crate::dialect::{NoDialect, Route, action_in_head};
use crate::endpoint::{Admitted, Endpoint, Entry, admit, short, shown};
use crate::faults::Fault;
use crate::request::{self, Denial, Reason, Received};
use crate::response::{self, Rendered};
use crate::service::{self, Errand, ForcedError, Handled, Report};
use cloudcert::model::Effect;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};

/// Handles a call.
pub(super) async fn handle(shared: &ConnectionContext, request: Request<Incoming>, progress: &mut Arrival) -> Reply {
    let (head, body) = request.into_parts();
    let endpoint = &shared.endpoint;
    let early = endpoint.faults().pick_early(action_in_head(&head).as_deref());
    if matches!(early, Ok(Some(Fault::CloseBeforeReading))) {
        let method = head.method.as_str().to_owned();
        note(endpoint, Entry { method, fault: Some("close-before-reading".to_owned()), ..Entry::default() });
        return Err(Closed);
    }
    let body = match read(body, BODY, &shared.large_bodies).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 4 MiB")),
        Err(Unread::TooSlow) => {
            return Ok(plain(StatusCode::REQUEST_TIMEOUT, "the body did not arrive within 30 seconds"));
        }
        Err(Unread::Broken) => return Err(Closed),
    };
    progress.complete();
    let received = Received::new(head, body.content.clone());
    let route = match Route::of(&received, endpoint.apis()) {
        Ok(route) => route,
        Err(unknown) => return Ok(refuse_unknown(endpoint, &received, &unknown)),
    };
    let fault =
        early.unwrap_or_else(|_| endpoint.faults().pick(route.api().ok(), route.action.as_deref().unwrap_or_default()));
    CallInProgress { id: endpoint.request_id(), received, route, fault }.run(endpoint).await
}

/// Refuses a call of an API whose protocol the endpoint does not speak. No vendor's error would be right.
fn refuse_unknown(endpoint: &Endpoint, received: &Received, unknown: &NoDialect) -> hyper::Response<super::body::Body> {
    let NoDialect(api) = unknown;
    let status = StatusCode::NOT_IMPLEMENTED;
    note(
        endpoint,
        Entry {
            method: short(&received.method),
            api: Some(api.clone()),
            status: Some(status.as_u16()),
            ..Entry::default()
        },
    );
    plain(status, &format!("this endpoint does not speak the protocol of {api}"))
}

struct CallInProgress<'a> {
    id: String,
    received: Received,
    route: Route<'a>,
    fault: Option<Fault>,
}

/// The result of a call, before a fault damages the response.
struct Outcome {
    rendered: Rendered,
    code: Option<String>,
    executed: bool,
    /// Whether no service plays the action.
    described: bool,
    /// What the call does, if it was admitted.
    effect: Option<Effect>,
    ignored: Vec<String>,
}

impl CallInProgress<'_> {
    async fn run(self, endpoint: &Endpoint) -> Reply {
        let fault = self.fault.as_ref();
        let late = fault.is_some_and(commits);
        let denied = fault.and_then(|fault| self.denial(fault)).map(|denial| self.denied(&denial));
        let outcome = match (fault, denied) {
            (Some(fault), None) if !late && replaces_response(fault) => None,
            (_, Some(denied)) if !late => Some(denied),
            // The call is executed, but the client sees the denial.
            (_, Some(denied)) => {
                let done = self.execute(endpoint).await;
                Some(Outcome { rendered: denied.rendered, code: denied.code, ..done })
            }
            (_, None) => Some(self.execute(endpoint).await),
        };
        let reply = spoil::reply(outcome.as_ref().map(|outcome| &outcome.rendered), fault);
        self.note(endpoint, outcome, &reply);
        reply
    }

    /// Verifies, checks and executes the call.
    async fn execute(&self, endpoint: &Endpoint) -> Outcome {
        let skew = if let Some(Fault::ClockSkew { seconds }) = self.fault { seconds } else { 0 };
        let Admitted { call, mut ignored } = match admit(&self.received, &self.route, endpoint, skew) {
            Ok(admitted) => admitted,
            Err(denial) => return self.denied(&denial),
        };
        let effect = Some(request::effect(&call));
        let errand = service::errand(&call, &endpoint.world());
        let report = run(errand).await;
        let handled = {
            let mut world = endpoint.world();
            if let Some(report) = report {
                service::report(&report, &mut world);
            }
            if let Some(Fault::Service { row, committed }) = &self.fault {
                world.forced.push(ForcedError::once(&call, row, *committed));
            }
            service::handle(&call, &mut world)
        };
        let Handled { result, executed, described } = handled;
        // Behaviours check rules over several parameters themselves, in words of their own.
        let rules = if described { request::rules(&self.received, &call) } else { Ok(Vec::new()) };
        if let Ok(unknown) = &rules {
            ignored.extend_from_slice(unknown);
        }
        let mut outcome = match (rules, result) {
            (Err(reason), _) => self.denied(&self.route.refuse(&reason)),
            (Ok(_), Err(refusal)) => Outcome { executed, ..self.denied(&Denial::refusal(call.api, refusal)) },
            (Ok(_), Ok(fields)) => {
                let wrapped = self.fault == Some(Fault::Envelope);
                let rendered = response::success(&self.route, call.api, call.action, fields, &self.id, wrapped);
                Outcome { rendered, code: None, executed, described: false, effect, ignored: Vec::new() }
            }
        };
        if described {
            let (name, value) = service::MARK;
            outcome.rendered.headers.push((name.to_owned(), value.to_owned()));
        }
        Outcome { described, effect, ignored, ..outcome }
    }

    fn denied(&self, denial: &Denial) -> Outcome {
        let rendered = response::error(&self.route, denial, &self.id);
        Outcome {
            rendered,
            code: Some(denial.code.clone()),
            executed: false,
            described: false,
            effect: None,
            ignored: Vec::new(),
        }
    }

    /// Returns the denial that a fault stands for, if any.
    fn denial(&self, fault: &Fault) -> Option<Denial> {
        Some(match fault {
            Fault::Throttle { retry_after_ms } => {
                Denial { retry_after_ms: *retry_after_ms, ..self.route.refuse(&Reason::Throttled) }
            }
            Fault::Internal { .. } => self.route.refuse(&Reason::Internal),
            Fault::Unavailable { .. } => Denial { status: 503, ..self.route.refuse(&Reason::Unavailable) },
            _ => return None,
        })
    }

    fn note(&self, endpoint: &Endpoint, outcome: Option<Outcome>, reply: &Reply) {
        let api = self.route.nearest_api();
        let action = api.and_then(|api| api.action(self.route.action.as_deref()?));
        let described = outcome.as_ref().is_some_and(|outcome| outcome.described);
        let effect = outcome.as_ref().and_then(|outcome| outcome.effect);
        let (code, executed, ignored) =
            outcome.map_or((None, false, Vec::new()), |outcome| (outcome.code, outcome.executed, outcome.ignored));
        note(
            endpoint,
            Entry {
                request_id: self.id.clone(),
                method: short(&self.received.method),
                api: action.and(api).map(|api| api.id.clone()),
                action: self.route.action.as_deref().map(short),
                effect: effect.or_else(|| action.map(|action| action.effect)),
                status: reply.as_ref().ok().map(|response| response.status().as_u16()),
                code,
                fault: self.fault.as_ref().map(Fault::name),
                executed,
                described,
                parameters: action.map(|action| shown(&self.received, action)).unwrap_or_default(),
                ignored: ignored.iter().take(50).map(|name| short(name)).collect(),
                ..Entry::default()
            },
        );
    }
}

/// Runs an errand on a thread where it keeps no other request waiting.
pub(super) async fn run(errand: Option<Errand>) -> Option<Report> {
    let errand = errand?;
    tokio::task::spawn_blocking(move || errand.run()).await.ok()
}

/// Whether a fault has the call executed although the client gets an error.
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

/// Whether a fault replaces the whole response, so that the call need not be executed.
fn replaces_response(fault: &Fault) -> bool {
    matches!(fault, Fault::CloseBeforeReading | Fault::Html { .. } | Fault::Empty { .. } | Fault::Response { .. })
}

/// Adds a request to the log.
fn note(endpoint: &Endpoint, entry: Entry) {
    let time = extended(endpoint.clock.now());
    endpoint.log().add(Entry { time, ..entry });
}
