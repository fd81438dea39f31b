//! Sockets and HTTP, and the limits on both.

mod api;
mod body;
mod places;
mod read;
mod socket;

use crate::endpoint::Endpoint;
use crate::{manage, service};
use body::{Body, Closed};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use places::{Activity, Places, Progress};
use socket::Socket;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

/// Connections at a time; further ones wait in the system's queue, or take the place of one that waits for a request.
const CONNECTIONS: usize = 512;
/// Bytes of a request's head, from the first of the request line to the empty line.
const HEAD: usize = 64 << 10;
/// What is read at once may go on after the head.
const BUFFER: usize = HEAD + (8 << 10);
/// Headers of a request.
const HEADERS: usize = 100;
/// How long a head may take, and how long a connection may idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long requests may go on after the endpoint was told to stop.
const GRACE: Duration = Duration::from_secs(2);
/// A pause when the system has no more sockets to give, and between looks for a place.
const PAUSE: Duration = Duration::from_millis(50);
/// Bytes of a body that manages the endpoint.
const MANAGE_BODY: usize = 256 << 10;

/// Takes connections until told to stop, then ends them all.
pub(crate) async fn serve(listener: TcpListener, endpoint: Arc<Endpoint>, mut stopped: watch::Receiver<bool>) {
    let shared = Arc::new(Shared { endpoint, large_bodies: Semaphore::new(read::LARGE_BODIES) });
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
    // What goes on longer is cut off with the set.
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// The task of a connection that ended.
fn task(ended: &Result<(Id, ()), JoinError>) -> Id {
    ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id)
}

/// Returns when the endpoint is to stop, or when its handle is gone.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    shared: Arc<Shared>,
    activity: Arc<Activity>,
    mut stopped: watch::Receiver<bool>,
) {
    // Small answers go out at once; a socket that refuses the option works all the same.
    let _ = stream.set_nodelay(true);
    let own = stream.local_addr().ok().map(|address| address.ip());
    let service = service_fn(move |request| {
        let (shared, mut progress) = (shared.clone(), Progress::of(&activity));
        async move {
            let answer = answer(shared, own, request, &mut progress).await;
            answer.map(|answer| answer.map(|body| body.holding(progress.into_work())))
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

/// What a request comes to: an answer, or the connection closed.
type Reply = Result<Response<Body>, Closed>;

/// What all connections use.
struct Shared {
    endpoint: Arc<Endpoint>,
    large_bodies: Semaphore,
}

async fn answer(
    shared: Arc<Shared>,
    own: Option<IpAddr>,
    request: Request<Incoming>,
    progress: &mut Progress,
) -> Reply {
    let path = request.uri().path();
    if path == "/" || path.is_empty() {
        return api::answer(&shared, request, progress).await;
    }
    if path == "/_emulator" || path.starts_with("/_emulator/") {
        return manage(&shared, own, request, progress).await;
    }
    progress.complete();
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here"));
    }
    let path = request.uri().path_and_query().map_or(path, |whole| whole.as_str());
    let errand = service::errand_of_path(path, &shared.endpoint.world());
    api::run(errand).await;
    Ok(match service::fetch(path, &mut shared.endpoint.world()) {
        Some((kind, content)) => api::typed(Response::new(Body::whole(content)), StatusCode::OK, kind),
        None => plain(StatusCode::NOT_FOUND, "there is nothing here; the APIs answer at /"),
    })
}

async fn manage(shared: &Shared, own: Option<IpAddr>, request: Request<Incoming>, progress: &mut Progress) -> Reply {
    let (head, body) = request.into_parts();
    let (status, value) = match manage::check(&head, own) {
        Err((status, why)) => manage::refused(status, why),
        Ok(()) => match read::read(body, MANAGE_BODY, &shared.large_bodies).await {
            Ok(body) => {
                progress.complete();
                manage::answer(&shared.endpoint, head.method.as_str(), head.uri.path(), &body.content)
            }
            Err(_) => manage::refused(413, "the body is larger than 256 KiB or did not come"),
        },
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(api::typed(Response::new(Body::whole(format!("{value}\n"))), status, "application/json"))
}

/// An answer to something that is no call.
fn plain(status: StatusCode, why: &str) -> Response<Body> {
    api::typed(Response::new(Body::whole(format!("{why}\n"))), status, "text/plain;charset=utf-8")
}
