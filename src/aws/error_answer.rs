//! An error as a service answered it, before it is classified; and what stands for an answer that AWS did not write.

use super::transport::HttpResponse;

/// How much of a body that is not AWS's goes into the message.
pub(super) const EXCERPT: usize = 200;
/// The code of an answer that AWS did not write.
pub(super) const UNREADABLE: &str = "UnreadableAnswer";

/// An error as AWS answered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorAnswer {
    /// AWS's code; ours, in the same style, when the body was none of AWS's.
    pub(super) code: String,
    /// AWS's message.
    pub(super) message: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// AWS's request id.
    pub(super) request_id: Option<String>,
}

/// A page of a proxy, a captive portal, another server: its beginning shows a person which.
pub(super) fn unreadable(response: &HttpResponse) -> ErrorAnswer {
    let excerpt = excerpt(&response.body);
    ErrorAnswer {
        code: UNREADABLE.to_owned(),
        message: format!("HTTP status {} with {excerpt}", response.status),
        status: response.status,
        request_id: response.header("x-amzn-requestid").map(str::to_owned),
    }
}

/// The beginning of a body in one line. A damaged answer that hands out credentials is not quoted.
fn excerpt(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    if body.contains("SecretAccessKey") || body.contains("SessionToken") {
        return "credentials that could not be read".to_owned();
    }
    let words: Vec<&str> = body.split_whitespace().collect();
    let line = words.join(" ");
    let beginning: String = line.chars().take(EXCERPT).collect();
    let cut = if beginning.len() < line.len() {
        "…"
    } else {
        ""
    };
    format!("`{beginning}{cut}`")
}
