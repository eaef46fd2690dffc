//! Short-lived credentials, handed out as a container's metadata service does (`AWS_CONTAINER_CREDENTIALS_FULL_URI`).
//! Nothing is remembered of them: the access key itself says when it expires.

use std::time::Duration;

use jiff::Timestamp;

use super::caller::SECRET_ACCESS_KEY;
use super::http::{Delivery, Response};
use super::ids::Entropy;

/// Where the sandbox hands out credentials.
pub(crate) const PATH: &str = "/credentials";

/// The alphabet of access keys.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PREFIX: &str = "ASIA";

/// Credentials that expire. They open nothing but a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The access key, `ASIA…`.
    pub access_key_id: String,
    /// Goes with every request that is signed with the key.
    pub token: String,
    /// When they end, by the sandbox's clock.
    pub expires: Timestamp,
}

impl Session {
    /// Credentials that expire at a moment, to the millisecond.
    pub(crate) fn until(expires: Timestamp) -> Session {
        let expires = Timestamp::from_millisecond(expires.as_millisecond()).unwrap_or(expires);
        let access_key_id = key(expires);
        let token = token(&access_key_id);
        Session {
            access_key_id,
            token,
            expires,
        }
    }

    /// When the key expires, if it is one of ours and this is its token.
    pub(crate) fn end(access_key_id: &str, given: &str) -> Option<Timestamp> {
        let digits = access_key_id.strip_prefix(PREFIX)?;
        let number = digits.bytes().try_fold(0u128, |number, letter| {
            let digit = BASE32.iter().position(|known| *known == letter)?;
            Some((number << 5) | u128::try_from(digit).ok()?)
        })?;
        let expires = i64::try_from(number >> 32).ok()?;
        let expires = Timestamp::from_millisecond(expires).ok()?;
        (key(expires) == access_key_id && token(access_key_id) == given).then_some(expires)
    }
}

/// 80 bits in 16 letters: 48 of the moment and 32 that show that we made it.
fn key(expires: Timestamp) -> String {
    let moment = u64::try_from(expires.as_millisecond()).unwrap_or_default() & 0xFFFF_FFFF_FFFF;
    let check = Entropy::of(&format!("session/{moment}")).0 & 0xFFFF_FFFF;
    let number = (u128::from(moment) << 32) | u128::from(check);
    let letter = |place: u32| {
        let index = usize::try_from((number >> (place * 5)) & 31).unwrap_or_default();
        char::from(BASE32[index])
    };
    PREFIX.chars().chain((0..16).rev().map(letter)).collect()
}

fn token(access_key_id: &str) -> String {
    let bits = Entropy::of(&format!("token/{access_key_id}"));
    format!(
        "sandbox-session-{:016x}{:016x}",
        bits.nth(0).0,
        bits.nth(1).0
    )
}

/// The answer of the metadata service.
pub(crate) fn response(session: Option<&Session>) -> Response {
    let (status, body) = match session {
        Some(session) => (
            200,
            serde_json::json!({
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": SECRET_ACCESS_KEY,
                "Token": session.token,
                "Expiration": session.expires.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            }),
        ),
        None => (
            404,
            serde_json::json!({
                "code": "NoCredentials",
                "message": "the weather has no credentialLifetime",
            }),
        ),
    };
    Response {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into_bytes(),
        delay: Duration::ZERO,
        delivery: Delivery::Deliver,
    }
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn a_key_tells_when_it_ends_and_only_with_its_own_token() {
        let end = "2026-01-01T12:00:30.250Z".parse().unwrap();
        let session = Session::until(end);
        assert_eq!(session.access_key_id.len(), 20);
        assert_eq!(
            Session::end(&session.access_key_id, &session.token),
            Some(end)
        );
        assert_eq!(Session::end(&session.access_key_id, "another token"), None);
        assert_eq!(Session::end("ASIAAAAAAAAAAAAAAAAA", &session.token), None);
        let other = Session::until(end + jiff::SignedDuration::from_millis(1));
        assert_ne!(other.access_key_id, session.access_key_id);
    }
}
