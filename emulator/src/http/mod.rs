//! Sockets and HTTP, and the limits on both.

use crate::endpoint::Endpoint;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
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
        let (endpoint, stopped) = (endpoint.clone(), stopped.clone());
        connections.spawn(async move {
            let _place = place;
            connection(stream, endpoint, stopped).await;
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

async fn connection(stream: TcpStream, endpoint: Arc<Endpoint>, mut stopped: watch::Receiver<bool>) {
    // Small answers go out at once; a socket that refuses the option works all the same.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(endpoint.clone(), request));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(_endpoint: Arc<Endpoint>, _request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::from("{\"error\":\"not implemented\"}"));
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    Ok(response)
}
