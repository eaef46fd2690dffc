//! From an error answer, or none, to a classified fault with a hint. The knowledge stands in `table`; whether to try
//! again is decided elsewhere.

mod buckets;
mod caller;
mod codes;
mod table;
#[cfg(test)]
mod tests;

use crate::cloud::{Call, Class, Fault, Service};

use super::error_answer::{ErrorAnswer, UNREADABLE};
use super::transport::TransportError;
use buckets::BUCKETS;
use caller::CALLER;
use table::{Row, TABLE};

/// The fault that an error answer to a call is.
pub(super) fn of_answer(call: &Call, answer: ErrorAnswer) -> Fault {
    let ErrorAnswer {
        code,
        message,
        status,
        request_id,
    } = answer;
    let (class, hint) = classify(call.service, &code, &message, status);
    Fault {
        status: Some(status),
        request_id,
        hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()),
        ..call.fault(class, &code, &message)
    }
}

/// The fault that a failed request is.
pub(super) fn of_transport(call: &Call, error: &TransportError) -> Fault {
    let (class, kind) = match error {
        TransportError::Unreachable { kind, .. } => (Class::Unreachable, kind),
        TransportError::Lost { kind, .. } => (Class::Transient, kind),
    };
    let fault = call.fault(class, kind.code(), &error.to_string());
    fault.hinted(kind.hint())
}

/// Whether AWS refused a signature for its time, so that its own clock has the right one.
pub(super) fn is_about_time(fault: &Fault) -> bool {
    match fault.code.as_str() {
        "RequestTimeTooSkewed" | "RequestInTheFuture" => true,
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            fault.message.contains("Signature expired")
                || fault.message.contains("Signature not yet current")
        }
        _ => false,
    }
}

/// What to do about an answer that AWS did not write, or not to its end. The request has left all the same, and may have
/// taken effect, whatever the status says.
const UNREADABLE_HINT: &str =
    "is the endpoint an AWS endpoint? A proxy may have answered in its place";

fn rows() -> impl Iterator<Item = &'static Row> {
    BUCKETS.iter().chain(TABLE).chain(CALLER)
}

fn classify(service: Service, code: &str, message: &str, status: u16) -> (Class, &'static str) {
    match rows().find(|row| row.fits(service, code, message)) {
        Some(row) => (row.class, row.hint),
        None if code == UNREADABLE && status < 429 => (Class::Transient, UNREADABLE_HINT),
        None => by_status(status),
    }
}

/// Codes without a row are judged by their status.
fn by_status(status: u16) -> (Class, &'static str) {
    match status {
        429 => (Class::Throttled, "too many calls: run again later"),
        500..=599 => (
            Class::Transient,
            "AWS, or a proxy on the way to it, has trouble: run again",
        ),
        401 | 403 => (Class::Denied, "check the caller's permissions"),
        _ => (Class::Unexpected, ""),
    }
}

impl Row {
    fn fits(&self, service: Service, code: &str, message: &str) -> bool {
        let Self {
            service: wanted,
            codes,
            message: part,
            class: _,
            hint: _,
        } = self;
        wanted.is_none_or(|wanted| wanted == service)
            && codes.iter().any(|pattern| matches(pattern, code))
            && message.contains(part)
    }
}

fn matches(pattern: &str, code: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => code.ends_with(end),
        None => pattern == code,
    }
}
