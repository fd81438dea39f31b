//! Sockets and HTTP, and the limits on both.

mod api;
mod body;
mod places;
mod read;
mod reply;
mod socket;
mod spoil;

use crate::base::time::http as http_time;
use crate::endpoint::Endpoint;
use crate::{manage, service};
use body::Body;
use hyper::body::Incoming;
use hyper::header::DATE;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use places::{Activity, Arrival, Places};
use reply::{ConnectionContext, Reply, plain, typed};
use socket::Socket;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

/// Maximum number of connections. A further one waits in the system's queue, or replaces one that is waiting for a request.
const CONNECTIONS: usize = 512;
/// Maximum size of a request's head in bytes, from the request line to the empty line.
const HEAD: usize = 64 << 10;
/// Size of the read buffer in bytes: a head and the beginning of a body.
const BUFFER: usize = HEAD + (8 << 10);
/// Maximum number of headers of a request.
const HEADERS: usize = 100;
/// How long a head may take, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long requests may still run after the endpoint was told to stop.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait before trying again for a socket or for a free place.
const PAUSE: Duration = Duration::from_millis(50);
/// Maximum size in bytes of a body for the management API.
const MANAGE_BODY: usize = 256 << 10;

/// Accepts connections until told to stop, then closes them all.
pub(crate) async fn serve(listener: TcpListener, endpoint: Arc<Endpoint>, mut stopped: watch::Receiver<bool>) {
    let shared = Arc::new(ConnectionContext { endpoint, large_bodies: Semaphore::new(read::LARGE_BODIES) });
    let (mut connections, mut places) = (JoinSet::new(), Places::default());
    loop {
        let accepted = tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            Some(ended) = connections.join_next_with_id() => {
                places.remove(task(&ended));
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        while connections.len() >= CONNECTIONS && !*stopped.borrow() {
            places.make_room();
            if let Ok(Some(ended)) = timeout(PAUSE, connections.join_next_with_id()).await {
                places.remove(task(&ended));
            }
        }
        let activity = Activity::new();
        let task = connections.spawn(connection(stream, shared.clone(), activity.clone(), stopped.clone()));
        places.add(task, activity);
    }
    drop(listener);
    // Dropping the set aborts the connections that are left.
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// Returns the task of a connection that ended.
fn task(ended: &Result<(Id, ()), JoinError>) -> Id {
    ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id)
}

/// Waits until the endpoint is told to stop, or its handle is gone.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    shared: Arc<ConnectionContext>,
    activity: Arc<Activity>,
    mut stopped: watch::Receiver<bool>,
) {
    // Small responses go out at once. A socket that refuses the option works all the same.
    let _ = stream.set_nodelay(true);
    let own = stream.local_addr().ok().map(|address| address.ip());
    let service = service_fn(move |request| {
        let (shared, mut progress) = (shared.clone(), Arrival::of(&activity));
        async move {
            let endpoint = shared.endpoint.clone();
            let reply = handle(shared, own, request, &mut progress).await;
            reply.map(|response| dated(response, &endpoint).map(|body| body.holding(progress.into_work())))
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    http.max_header_size(HEAD).max_buf_size(BUFFER).max_headers(HEADERS);
    let mut connection = pin!(http.serve_connection(TokioIo::new(Socket::new(stream)), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Writes the time of the endpoint's clock into a response, as clouds do. Clients whose clock differs correct it by this.
fn dated(mut response: Response<Body>, endpoint: &Endpoint) -> Response<Body> {
    if let Ok(time) = http_time(endpoint.clock.now()).parse() {
        response.headers_mut().insert(DATE, time);
    }
    response
}

/// Sends a request to the room that its path belongs to.
async fn handle(
    shared: Arc<ConnectionContext>,
    own: Option<IpAddr>,
    request: Request<Incoming>,
    progress: &mut Arrival,
) -> Reply {
    let path = request.uri().path();
    if path == "/" || path.is_empty() {
        return api::handle(&shared, request, progress).await;
    }
    if path == "/_emulator" || path.starts_with("/_emulator/") {
        return manage(&shared, own, request, progress).await;
    }
    progress.complete();
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, "this path takes only GET"));
    }
    let path = request.uri().path_and_query().map_or(path, |whole| whole.as_str());
    let errand = service::errand_of_path(path, &shared.endpoint.world());
    api::run(errand).await;
    Ok(match service::fetch(path, &mut shared.endpoint.world()) {
        Some((kind, content)) => typed(Response::new(Body::whole(content)), StatusCode::OK, kind),
        None => plain(StatusCode::NOT_FOUND, "nothing here: the APIs are at /, and a page for people at /_emulator/"),
    })
}

async fn manage(
    shared: &ConnectionContext,
    own: Option<IpAddr>,
    request: Request<Incoming>,
    progress: &mut Arrival,
) -> Reply {
    let (head, body) = request.into_parts();
    let answer = match manage::check(&head, own) {
        Err((status, why)) => manage::refused(status, why),
        Ok(()) => match read::read(body, MANAGE_BODY, &shared.large_bodies).await {
            Ok(body) => {
                progress.complete();
                manage::handle(&shared.endpoint, &head, &body.content)
            }
            Err(_) => manage::refused(413, "the body is larger than 256 KiB, or did not arrive within 30 seconds"),
        },
    };
    let mut response = Response::new(Body::whole(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
