//! The real transport, over reqwest and rustls. The seam it fills is in `transport`.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Url};

use super::endpoint::is_near;
use super::settings::Trust;
use super::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// More than any page of AWS's; a server that never stops must not fill the memory.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Sends over the network. Building it costs nothing: certificates are loaded at the first https request,
/// so that commands which send none start at once.
#[derive(Debug, Default)]
pub struct HttpTransport {
    trust: Trust,
    plain: OnceLock<Client>,
    near: OnceLock<Client>,
    far: OnceLock<Client>,
}

impl HttpTransport {
    /// A transport that has done nothing yet, and trusts what the system trusts.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that trusts these certificates.
    pub fn trusting(trust: Trust) -> Self {
        Self {
            trust,
            ..Self::default()
        }
    }

    /// The client for a URL. No proxy stands before what is near; plain http goes nowhere else (`endpoint` sees to it),
    /// and needs no certificates.
    fn client(&self, url: &Url) -> Result<&Client, TransportError> {
        let (cell, builder) = match url.host_str().is_some_and(is_near) {
            true if url.scheme() == "http" => (&self.plain, basics().no_proxy().tls_certs_only([])),
            true => (&self.near, self.trust.of_client(basics().no_proxy())),
            false => (&self.far, self.trust.of_client(basics())),
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        install_cryptography();
        let client = builder.build().map_err(|error| setup(&error))?;
        Ok(cell.get_or_init(|| client))
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = Url::parse(&request.url).map_err(|error| setup(&error))?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|e| setup(&e))?;
        let prepared = self
            .client(&url)?
            .request(method, url)
            .headers(headers(&request.headers)?)
            .body(request.body);
        let response = prepared.send().await.map_err(|error| failure(&error))?;
        collect(response).await
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.carry(request))
    }
}

fn basics() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .redirect(Policy::none())
}

/// reqwest takes whichever provider the process has installed. One that was installed earlier is fine.
fn install_cryptography() {
    let _already_there = rustls::crypto::ring::default_provider().install_default();
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, TransportError> {
    given
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| setup(&error))?;
            let value = HeaderValue::from_str(value).map_err(|error| setup(&error))?;
            Ok((name, value))
        })
        .collect()
}

async fn collect(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let status = response.status().as_u16();
    let headers = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let headers = headers.collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_BODY {
            return Err(TransportError::Lost {
                kind: TransportErrorKind::Connection,
                reason: format!("the answer is longer than {LARGEST_BODY} bytes"),
            });
        }
    }
    Ok(HttpResponse {
        status,
        headers,
        body,
    })
}

fn setup(error: &dyn Error) -> TransportError {
    TransportError::Unreachable {
        kind: TransportErrorKind::Setup,
        reason: deepest(error),
    }
}

/// A failure while connecting had no effect at AWS; any later one may have had.
fn failure(error: &reqwest::Error) -> TransportError {
    let place = error.url().map_or_else(String::new, place);
    let kind = kind(error);
    let reason = match kind {
        TransportErrorKind::TimedOut if error.is_connect() => {
            format!(
                "{place} did not accept a connection within {} s",
                CONNECT_TIMEOUT.as_secs()
            )
        }
        TransportErrorKind::TimedOut => {
            format!(
                "{place} did not answer within {} s",
                REQUEST_TIMEOUT.as_secs()
            )
        }
        TransportErrorKind::ConnectionRefused => format!("{place} refused the connection"),
        TransportErrorKind::NameNotResolved => {
            format!("{place} has no address ({})", deepest(error))
        }
        TransportErrorKind::Tls => format!("no secure connection to {place} ({})", deepest(error)),
        TransportErrorKind::Connection | TransportErrorKind::Setup => {
            format!("the connection to {place} failed ({})", deepest(error))
        }
    };
    if error.is_connect() || error.is_builder() {
        TransportError::Unreachable { kind, reason }
    } else {
        TransportError::Lost { kind, reason }
    }
}

/// Host and port: enough to find it, and never a query or a password.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn kind(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else if error.is_dns() {
        TransportErrorKind::NameNotResolved
    } else if error.is_builder() {
        TransportErrorKind::Setup
    } else if any_cause(error, is_tls) {
        TransportErrorKind::Tls
    } else if any_cause(error, is_refusal) {
        TransportErrorKind::ConnectionRefused
    } else {
        TransportErrorKind::Connection
    }
}

fn is_refusal(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

/// TLS failures come wrapped into an io::Error or two, which do not give what they hold as their source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let held = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || held.is_some_and(|held| is_tls(held))
}

fn any_cause(error: &(dyn Error + 'static), test: fn(&(dyn Error + 'static)) -> bool) -> bool {
    std::iter::successors(Some(error), |error| (*error).source()).any(test)
}

/// The cause of the causes: the outer ones only say that something failed.
fn deepest(error: &dyn Error) -> String {
    let mut deepest = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        deepest = cause.to_string();
        next = cause.source();
    }
    deepest
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server on loopback that reads one request, answers with these bytes and hangs up.
    async fn server(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let handle = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = vec![0; 4096];
            let length = stream.read(&mut seen).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&seen[..length]).into_owned()
        });
        (port, handle)
    }

    fn request(url: String) -> HttpRequest {
        HttpRequest {
            method: "POST",
            url,
            headers: vec![("x-amz-date".into(), "now".into())],
            body: b"Action=ListRoles".to_vec(),
        }
    }

    #[tokio::test]
    async fn a_redirect_is_a_response_and_is_not_followed() {
        let answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nX-Amzn-RequestId: r\r\n\
                      Content-Length: 5\r\nConnection: close\r\n\r\nmoved";
        let (port, handle) = server(answer).await;
        let transport = HttpTransport::new();
        let sent = transport.send(request(format!("http://127.0.0.1:{port}/path/")));
        let response = sent.await.unwrap();
        assert_eq!(response.status, 302);
        assert_eq!(response.header("x-amzn-requestid"), Some("r"));
        assert_eq!(response.body, b"moved");
        let seen = handle.await.unwrap().to_lowercase();
        assert!(seen.starts_with("post /path/ http/1.1\r\n"), "{seen}");
        assert!(
            seen.contains(&format!("\r\nhost: 127.0.0.1:{port}\r\n")),
            "{seen}"
        );
        assert!(seen.contains("\r\nx-amz-date: now\r\n"), "{seen}");
    }

    #[tokio::test]
    async fn a_refused_connection_had_no_effect() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let transport = HttpTransport::new();
        let sent = transport.send(request(format!("http://127.0.0.1:{port}/")));
        assert_eq!(
            sent.await,
            Err(TransportError::Unreachable {
                kind: TransportErrorKind::ConnectionRefused,
                reason: format!("127.0.0.1:{port} refused the connection"),
            })
        );
    }

    #[tokio::test]
    async fn a_connection_that_ends_without_answer_may_have_had_one() {
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<CreateRole",
        ] {
            let (port, _handle) = server(answer).await;
            let transport = HttpTransport::new();
            let sent = transport.send(request(format!("http://127.0.0.1:{port}/")));
            let error = sent.await.unwrap_err();
            assert!(
                matches!(
                    error,
                    TransportError::Lost {
                        kind: TransportErrorKind::Connection,
                        ..
                    }
                ),
                "{error:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_server_without_tls_cannot_be_reached_over_https() {
        let (port, _handle) = server("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let transport = HttpTransport::new();
        let sent = transport.send(request(format!("https://127.0.0.1:{port}/")));
        let error = sent.await.unwrap_err();
        // A machine without any root certificate cannot even begin.
        assert!(
            matches!(
                error,
                TransportError::Unreachable {
                    kind: TransportErrorKind::Tls | TransportErrorKind::Setup,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}
