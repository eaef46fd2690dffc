//! STS: who calls, and short-lived credentials. One row per action. Facts: service model of STS, 2011-06-15.

mod assume;
mod federate;
mod mfa;
mod policies;
mod user;
mod web;

use jiff::{SignedDuration, Timestamp};

use super::caller::SECRET_ACCESS_KEY;
use super::fault::Outcome;
use super::form::Form;
use super::principal::{self, Principal};
use super::route::row;
use super::session::{Bearer, Claims, Session, Terms};
use super::timestamp;
use super::world::{Iam, Role};
use super::xml::Fields;

pub(crate) use web::{ACTION as WITH_WEB_IDENTITY, Stranger, assume as assume_with_web_identity};

/// One call as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) iam: &'a Iam,
    /// IAM as STS sees roles, when that differs from the present.
    pub(crate) seen: Option<&'a Iam>,
    pub(crate) principal: &'a Principal,
    /// Whether the caller's own policies decide.
    pub(crate) enforced: bool,
    pub(crate) form: &'a Form,
    pub(crate) region: &'a str,
    pub(crate) now: Timestamp,
}

/// How an action is carried out. None changes the world.
pub(crate) type Action = fn(&Call<'_>) -> Outcome;

const ACTIONS: &[(&str, Action)] = &[
    ("AssumeRole", assume::assume),
    ("GetCallerIdentity", identity),
    ("GetFederationToken", federate::token),
    ("GetSessionToken", user::token),
];

pub(crate) fn action(name: &str) -> Option<Action> {
    row(ACTIONS, name)
}

#[expect(clippy::unnecessary_wraps, reason = "every action has this signature")]
fn identity(call: &Call<'_>) -> Outcome {
    Ok(Fields::new()
        .text("Arn", call.principal.arn(call.iam))
        .text("UserId", call.principal.id(call.iam))
        .text("Account", &call.iam.account))
}

fn assumed_role(account: &str, role: &Role, session: &str) -> Fields {
    Fields::new()
        .text("AssumedRoleId", format!("{}:{session}", role.id))
        .text("Arn", principal::session_arn(account, &role.name, session))
}

fn credentials(now: Timestamp, bearer: Bearer, seconds: u32, policies: Vec<String>) -> Fields {
    let end = now.saturating_add(SignedDuration::from_secs(i64::from(seconds)));
    let terms = Terms {
        issued: now,
        expires: timestamp::to_second(end.unwrap_or(now)),
        policies,
    };
    let session = Session::of(&Claims { bearer, terms });
    let credentials = Fields::new()
        .text("AccessKeyId", session.access_key_id)
        .text("SecretAccessKey", SECRET_ACCESS_KEY)
        .text("SessionToken", session.token)
        .text("Expiration", timestamp::iam(session.expires));
    Fields::new().within("Credentials", credentials)
}
