//! Sockets and HTTP, and the limits on both.

mod api;
mod body;
mod read;

use crate::endpoint::Endpoint;
use crate::{manage, service};
use body::{Body, Closed};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Connections at a time; further ones wait in the system's queue.
const CONNECTIONS: usize = 512;
/// Bytes of a request's head.
const HEAD: usize = 64 << 10;
/// How long a head may take, and how long a connection may idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long requests may go on after the endpoint was told to stop.
const GRACE: Duration = Duration::from_secs(2);
/// A pause when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes connections until told to stop, then ends them all.
pub(crate) async fn serve(listener: TcpListener, endpoint: Arc<Endpoint>, mut stopped: watch::Receiver<bool>) {
    let shared = Arc::new(Shared { endpoint, large_bodies: Semaphore::new(read::LARGE_BODIES) });
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
            next = next => next,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let (shared, stopped) = (shared.clone(), stopped.clone());
        connections.spawn(async move {
            let _place = place;
            connection(stream, shared, stopped).await;
        });
    }
    drop(listener);
    // What goes on longer is cut off with the set.
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// Returns when the endpoint is to stop, or when its handle is gone.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    // Small answers go out at once; a socket that refuses the option works all the same.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(shared.clone(), request));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
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

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Reply {
    let path = request.uri().path();
    if path == "/" || path.is_empty() {
        return api::answer(&shared, request).await;
    }
    if path == "/_emulator" || path.starts_with("/_emulator/") {
        return manage(&shared, request).await;
    }
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

async fn manage(shared: &Shared, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let Ok(body) = read::read(body, &shared.large_bodies).await else {
        return Ok(plain(StatusCode::BAD_REQUEST, "the body is too large or did not come"));
    };
    let (status, value) = manage::answer(&shared.endpoint, head.method.as_str(), head.uri.path(), &body);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(api::typed(Response::new(Body::whole(format!("{value}\n"))), status, "application/json"))
}

/// An answer to something that is no call.
fn plain(status: StatusCode, why: &str) -> Response<Body> {
    api::typed(Response::new(Body::whole(format!("{why}\n"))), status, "text/plain;charset=utf-8")
}
