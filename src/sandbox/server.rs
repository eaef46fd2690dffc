//! The sandbox over real HTTP on loopback. It adds latency and lost connections, and nothing else.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, State};
use axum::http::{self, StatusCode};
use axum::serve::{IncomingStream, Listener};
use jiff::Timestamp;
use tokio::io::{self, AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::error::SandboxError;
use super::http::{Delivery, Request, Response};
use super::simulator::Sandbox;

/// Larger than any request AWS takes here.
const LARGEST_BODY: usize = 1 << 20;

/// A sandbox that is being served, until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, as `http://127.0.0.1:4566`.
    pub url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Takes no more calls and ends when those in flight are answered. The sandbox itself stays open.
    pub async fn stop(self) {
        // Both fail only if the server has ended already, which is what is wanted.
        let _ = self.stop.send(());
        drop(self.task.await);
    }
}

/// Serves a sandbox on a loopback address, on the current tokio runtime.
pub async fn start(
    sandbox: Arc<Sandbox>,
    listener: std::net::TcpListener,
) -> Result<Running, SandboxError> {
    let address = listener.local_addr().map_err(SandboxError::Listen)?;
    if !address.ip().is_loopback() {
        return Err(SandboxError::NotLoopback(address));
    }
    listener
        .set_nonblocking(true)
        .map_err(SandboxError::Listen)?;
    let listener = Door {
        listener: TcpListener::from_std(listener).map_err(SandboxError::Listen)?,
    };
    let service = Router::new()
        .fallback(respond)
        .with_state(sandbox)
        .into_make_service_with_connect_info::<Cut>();
    let (stop, stopped) = oneshot::channel();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(async { drop(stopped.await) });
    let task = tokio::spawn(async { served.await });
    Ok(Running {
        url: format!("http://{address}"),
        stop,
        task,
    })
}

async fn respond(
    State(sandbox): State<Arc<Sandbox>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    if !is_local(request.headers()) {
        return status(StatusCode::FORBIDDEN);
    }
    let Some(request) = read(request).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    // Saving the state blocks, if only briefly.
    let handled =
        tokio::task::spawn_blocking(move || sandbox.handle(&request, Timestamp::now())).await;
    let Ok(response) = handled else {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    };
    tokio::time::sleep(response.delay).await;
    if response.delivery == Delivery::Drop {
        cut.0.store(true, Ordering::Relaxed);
    }
    written(response)
}

/// Whether a request is for this machine, and not from a page of another: a browser on this machine reaches loopback, too, by any
/// name that resolves to it.
fn is_local(headers: &http::HeaderMap) -> bool {
    let names = |header: http::HeaderName| headers.get_all(header).into_iter();
    let mut hosts = names(http::header::HOST);
    let mut origins = names(http::header::ORIGIN);
    let host = |value: &http::HeaderValue| value.to_str().is_ok_and(names_loopback);
    let origin = |value: &http::HeaderValue| {
        let host = value.to_str().ok().and_then(|url| url.split_once("://"));
        host.is_some_and(|(_, host)| names_loopback(host))
    };
    hosts.all(host) && origins.all(origin)
}

/// Whether a host, with or without a port, is loopback by address or by a name that is reserved for it.
fn names_loopback(authority: &str) -> bool {
    let parsed = authority.parse::<http::uri::Authority>();
    parsed.is_ok_and(|authority| {
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        let is_address = address.is_ok_and(|address| address.is_loopback());
        is_address || host == "localhost" || host.ends_with(".localhost")
    })
}

async fn read(request: http::Request<Body>) -> Option<Request> {
    let (head, body) = request.into_parts();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Some(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        host: head
            .headers
            .get(http::header::HOST)
            .map(text)
            .unwrap_or_default(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: to_bytes(body, LARGEST_BODY).await.ok()?.to_vec(),
    })
}

fn written(response: Response) -> http::Response<Body> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder
        .body(Body::from(response.body))
        .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Whether the connection is to be closed instead of written to.
#[derive(Debug, Clone)]
struct Cut(Arc<AtomicBool>);

/// Accepts connections that can be cut.
struct Door {
    listener: TcpListener,
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (
            Wire {
                stream,
                cut: Cut(Arc::default()),
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Cut {
        stream.io().cut.clone()
    }
}

/// A connection that fails to write once it is cut, so that the HTTP layer closes it without a word.
struct Wire {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.cut.0.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for (host, origin, is_answered) in [
            ("127.0.0.1:4599", None, true),
            ("127.0.0.1", None, true),
            ("[::1]:4599", None, true),
            ("localhost:4599", Some("http://localhost:3000"), true),
            ("bucket.s3.localhost:4599", None, true),
            ("evil.example", None, false),
            ("127.0.0.1.evil.example:4599", None, false),
            ("localhost.evil.example", None, false),
            ("10.0.0.1:4599", None, false),
            ("", None, false),
            ("127.0.0.1:4599", Some("https://evil.example"), false),
            ("127.0.0.1:4599", Some("null"), false),
        ] {
            let mut headers = http::HeaderMap::new();
            let value = |text: &str| http::HeaderValue::from_str(text).unwrap();
            headers.insert(http::header::HOST, value(host));
            if let Some(origin) = origin {
                headers.insert(http::header::ORIGIN, value(origin));
            }
            assert_eq!(is_local(&headers), is_answered, "{host} {origin:?}");
        }
    }
}
