//! The seam to the network: one HTTP request in, one response or the reason for none out. The real
//! transport is in `http`; tests bring their own. Nothing here knows AWS.

use std::fmt;

use futures::future::BoxFuture;
use thiserror::Error;

/// Headers whose values are as good as a password.
const SECRET_HEADERS: [&str; 2] = ["authorization", "x-amz-security-token"];

/// A request, complete and signed. Shown without the values of secret headers and without its body.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// Names in lower case; the host is left to the transport.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// A response. Shown without its body, which may hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of a name given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            url,
            headers,
            body,
        } = self;
        out.debug_struct("HttpRequest")
            .field("method", method)
            .field("url", url)
            .field("headers", &Shown(headers))
            .field("body", &format_args!("{} bytes", body.len()))
            .finish()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            status,
            headers,
            body,
        } = self;
        out.debug_struct("HttpResponse")
            .field("status", status)
            .field("headers", &Shown(headers))
            .field("body", &format_args!("{} bytes", body.len()))
            .finish()
    }
}

struct Shown<'a>(&'a [(String, String)]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(name, value)| {
            let secret = SECRET_HEADERS.contains(&name.as_str());
            (name, if secret { "…" } else { value.as_str() })
        });
        out.debug_map().entries(shown).finish()
    }
}

/// Why no response came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// No connection was made: the request cannot have had an effect.
    #[error("{reason}")]
    Unreachable {
        /// What failed.
        kind: TransportErrorKind,
        /// The same for people, with host and port.
        reason: String,
    },
    /// A connection was made and the answer never came: the request may have had its effect.
    #[error("{reason}")]
    Lost {
        /// What failed.
        kind: TransportErrorKind,
        /// The same for people.
        reason: String,
    },
}

/// What can fail below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// Nothing listens there.
    ConnectionRefused,
    /// The host's name has no address.
    NameNotResolved,
    /// The TLS handshake failed; certificates mostly.
    Tls,
    /// It took too long.
    TimedOut,
    /// The connection could not be made, or ended, for another reason.
    Connection,
    /// The HTTP client could not be set up, or refused the request.
    Setup,
}

impl TransportErrorKind {
    /// Its name in the style of AWS's error codes.
    pub fn code(self) -> &'static str {
        match self {
            TransportErrorKind::ConnectionRefused => "ConnectionRefused",
            TransportErrorKind::NameNotResolved => "NameNotResolved",
            TransportErrorKind::Tls => "TlsFailure",
            TransportErrorKind::TimedOut => "TimedOut",
            TransportErrorKind::Connection => "ConnectionFailed",
            TransportErrorKind::Setup => "ClientFailure",
        }
    }

    /// What a person can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            TransportErrorKind::ConnectionRefused => {
                "check that the endpoint's host and port are right and that it is running"
            }
            TransportErrorKind::NameNotResolved => {
                "check the region and the endpoint URL for typing errors, then the network's DNS"
            }
            TransportErrorKind::Tls => {
                "check that the endpoint speaks https; where a proxy or a private authority makes the certificate, name its file with AWS_CA_BUNDLE, `ca_bundle` of the profile, or SSL_CERT_FILE"
            }
            TransportErrorKind::TimedOut => {
                "check the network, HTTPS_PROXY and firewalls between here and the endpoint"
            }
            TransportErrorKind::Connection => "check the network, then run the command again",
            TransportErrorKind::Setup => "check HTTPS_PROXY and the system's certificate store",
        }
    }
}

/// Something that can carry one request.
pub trait Transport: Send + Sync {
    /// Sends the request once. Statuses like 500 are responses, not errors.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_ever_shown() {
        let request = HttpRequest {
            method: "POST",
            url: "https://iam.amazonaws.com/".into(),
            headers: vec![
                ("authorization".into(), "AWS4-HMAC-SHA256 hush".into()),
                ("x-amz-security-token".into(), "hush".into()),
                ("x-amz-date".into(), "20150830T123600Z".into()),
            ],
            body: b"hush".to_vec(),
        };
        let response = HttpResponse {
            status: 200,
            headers: vec![],
            body: b"<SecretAccessKey>hush".to_vec(),
        };
        let shown = format!("{request:?} {response:?}");
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("20150830T123600Z"), "{shown}");
    }
}
