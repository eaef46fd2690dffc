//! `AssumeRoleWithWebIdentity`: a session for whom an identity provider vouches, as GitHub's for a workflow. The token is
//! not verified: the sandbox knows no provider's keys. Facts: STS API reference, AssumeRoleWithWebIdentity; IAM user
//! guide, "Available keys for AWS OIDC federation".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;

use super::{assumed_role, credentials};
use crate::sandbox::authorize::{self, Context, Vouched};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::rule::Rule;
use crate::sandbox::session::{Assumed, Bearer};
use crate::sandbox::world::Iam;

pub(crate) const ACTION: &str = "AssumeRoleWithWebIdentity";

const HOUR: u32 = 3_600;

/// A call of a principal that the account does not know.
#[derive(Debug)]
pub(crate) struct Stranger<'a> {
    /// IAM as STS sees it.
    pub(crate) seen: &'a Iam,
    pub(crate) form: &'a Form,
    pub(crate) now: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Token {
    iss: String,
    aud: String,
    sub: String,
    /// In seconds since 1970.
    exp: i64,
}

pub(crate) fn assume(call: &Stranger<'_>) -> Outcome {
    let (form, iam) = (call.form, call.seen);
    let arn = form.required(&Rule::ROLE_ARN)?;
    let session = form.required(&Rule::ROLE_SESSION_NAME)?;
    let seconds = form.number("DurationSeconds", 900, 43_200)?.unwrap_or(HOUR);
    let token = token(form.get("WebIdentityToken").unwrap_or_default())?;
    if token.exp <= call.now.as_second() {
        let end = Timestamp::from_second(token.exp).unwrap_or_default();
        let text = format!(
            "Token expired: current date/time {} must be before the expiration date/time {end}",
            call.now
        );
        return Err(Fault::new("ExpiredTokenException", text));
    }
    let name = arn.rsplit('/').next().unwrap_or_default();
    let role = iam.role(name).filter(|role| iam.role_arn(role) == arn);
    let issuer = token.iss.trim_start_matches("https://");
    let provider = format!("arn:aws:iam::{}:oidc-provider/{issuer}", iam.account);
    let context = context(issuer, &token, session, call.now);
    let vouched = Vouched {
        provider: &provider,
        context: &context,
    };
    let role = role
        .filter(|role| authorize::assume_vouched(iam, role, vouched).is_ok())
        .ok_or_else(|| {
            Fault::new(
                "AccessDenied",
                "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            )
        })?;
    if seconds > role.max_session_duration {
        let text =
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Fault::new("ValidationError", text));
    }
    let shown = assumed_role(&iam.account, role, session);
    let bearer = Bearer::Role(Assumed::new(role, session));
    Ok(credentials(call.now, bearer, seconds, Vec::new())
        .text("SubjectFromWebIdentityToken", token.sub)
        .within("AssumedRoleUser", shown)
        .text("Provider", provider)
        .text("Audience", token.aud))
}

fn token(text: &str) -> Result<Token, Fault> {
    let claims = text.split('.').nth(1);
    let claims = claims.and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let token = claims.and_then(|claims| serde_json::from_slice(&claims).ok());
    token.ok_or_else(|| {
        Fault::new("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
    })
}

fn context(issuer: &str, token: &Token, session: &str, now: Timestamp) -> Context {
    let issuer = issuer.to_lowercase();
    let values = [
        (format!("{issuer}:aud"), token.aud.clone()),
        (format!("{issuer}:sub"), token.sub.clone()),
        ("sts:rolesessionname".to_owned(), session.to_owned()),
        ("aws:currenttime".to_owned(), now.to_string()),
    ];
    values
        .into_iter()
        .map(|(key, value)| (key, vec![value]))
        .collect()
}
