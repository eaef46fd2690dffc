//! Short-lived credentials. Nothing is remembered of them: the token itself says who holds it, until when, and what it
//! may at most do. What follows from that in an account is `principal`'s.

mod claims;
mod endpoint;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::ids::Entropy;

pub(crate) use claims::{Assumed, Bearer, Claims, Terms};
pub(crate) use endpoint::{PATH, response};

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
    /// Credentials of whom the claims say, to the millisecond.
    pub(crate) fn of(claims: &Claims) -> Session {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap_or_default());
        let token = format!("{body}.{}", seal(&body));
        Session {
            access_key_id: key(&token),
            token,
            expires: claims.terms.expires,
        }
    }

    /// What the token claims, if it is one of ours and this is its key.
    pub(crate) fn claims(access_key_id: &str, token: &str) -> Option<Claims> {
        let (body, given) = token.split_once('.')?;
        if given != seal(body) || access_key_id != key(token) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }
}

fn seal(body: &str) -> String {
    Entropy::of(&format!("token/{body}")).seal()
}

fn key(token: &str) -> String {
    Entropy::of(&format!("session/{token}")).access_key_id()
}

#[cfg(test)]
mod tests {
    use super::{Bearer, Claims, Session, Terms};

    fn until(end: &str) -> Claims {
        let terms = Terms {
            issued: "2026-01-01T12:00:00Z".parse().unwrap(),
            expires: end.parse().unwrap(),
            policies: vec!["{}".to_owned()],
        };
        Claims {
            bearer: Bearer::Caller,
            terms,
        }
    }

    #[test]
    fn a_token_tells_its_claims_and_only_with_its_own_key() {
        let claims = until("2026-01-01T12:00:30.250Z");
        let session = Session::of(&claims);
        assert_eq!(session.access_key_id.len(), 20);
        let (key, token) = (session.access_key_id.as_str(), session.token.as_str());
        assert_eq!(Session::claims(key, token), Some(claims));
        let other = Session::of(&until("2026-01-01T12:00:30.251Z"));
        assert_ne!(other.access_key_id, session.access_key_id);
        assert_eq!(Session::claims(key, &other.token), None);
        assert_eq!(Session::claims("ASIAAAAAAAAAAAAAAAAA", token), None);
        assert_eq!(Session::claims(key, "another token"), None);
        let (_, seal) = token.split_once('.').unwrap();
        let (body, _) = other.token.split_once('.').unwrap();
        let forged = format!("{body}.{seal}");
        assert_eq!(Session::claims(&super::key(&forged), &forged), None);
    }
}
