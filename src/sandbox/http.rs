//! What goes in and out: HTTP requests and responses as plain values. No sockets here.

use std::time::Duration;

/// One HTTP request, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The verb, in upper case.
    pub method: String,
    /// The path, as sent: `/` for all services served here, `/credentials` for the metadata service.
    pub path: String,
    /// The query string without its question mark; may be empty.
    pub query: String,
    /// Every header as sent, in order; names in any letter case.
    pub headers: Vec<(String, String)>,
    /// The host the request was sent to, with its port if one was named.
    pub host: String,
    /// The body, as sent.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, ignoring case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }
}

/// One HTTP response and how it should reach the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// Headers to send, besides length and date.
    pub headers: Vec<(String, String)>,
    /// The body: XML, as all of these services answer; JSON from the metadata service.
    pub body: Vec<u8>,
    /// The latency to apply before delivery. The sandbox itself never sleeps.
    pub delay: Duration,
    /// Whether the caller gets to see it.
    pub delivery: Delivery,
}

impl Response {
    pub(crate) fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Response {
        Response {
            status,
            headers,
            body,
            delay: Duration::ZERO,
            delivery: Delivery::Deliver,
        }
    }
}

pub(crate) fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// Whether an answer reaches its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The response is sent.
    Deliver,
    /// The connection is closed without an answer. The call may have taken effect.
    Drop,
}
