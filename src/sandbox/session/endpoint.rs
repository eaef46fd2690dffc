//! Credentials handed out as a container's metadata service does (`AWS_CONTAINER_CREDENTIALS_FULL_URI`).

use super::Session;
use crate::sandbox::caller::SECRET_ACCESS_KEY;
use crate::sandbox::http::{Response, header};

/// Where the sandbox hands out credentials.
pub(crate) const PATH: &str = "/credentials";

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
    let headers = vec![header("Content-Type", "application/json")];
    Response::new(status, headers, body.to_string().into_bytes())
}
