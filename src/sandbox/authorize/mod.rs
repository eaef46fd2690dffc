//! Whether the caller's policies allow a call: explicit denials first, then the permissions boundary, the session's
//! policies, then the identity policies (IAM user guide, "Policy evaluation logic"). Facts about calls stand in
//! `request`, roles' trust in `assume`, the language in the others.

mod assume;
mod condition;
mod policies;
mod reach;
mod request;
mod resource;
mod statement;
mod subject;
mod variables;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::caller::ADMINISTRATOR;
use super::form::Form;
use super::principal::Principal;
use super::s3;
use super::service::Service;
use super::world::{Iam, World};
use policies::Policies;
use resource::allowed;

pub(crate) use assume::{Asked, Vouched, assume, assume_vouched};

/// A call as far as deciding about it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) service: Service,
    pub(crate) action: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) region: &'a str,
    pub(crate) now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessDenied {
    /// The action that is not, as `iam:PassRole`.
    pub(crate) action: String,
    pub(crate) resource: String,
    /// The end of AWS's sentence; may be empty.
    pub(crate) because: String,
}

/// The values of condition keys, by key in lower case.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Decides about a call of a principal, and about every action that it takes along (`iam:PassRole`, tags). The principal's
/// own policies are asked only if `enforced`; a bucket's always is.
pub(crate) fn decide(
    world: &World,
    principal: &Principal,
    call: &Call<'_>,
    enforced: bool,
) -> Result<(), AccessDenied> {
    let policies = enforced.then(|| Policies::of(principal));
    let bucket = Some(call.form)
        .filter(|_| call.service == Service::S3)
        .and_then(|form| world.buckets.get(form.get("Bucket")?));
    let policy = bucket.and_then(|bucket| s3::shown(bucket, &world.iam));
    for request in request::requests(world, principal, call) {
        let reaches = |statement: &Value| resource::reaches(&world.iam, principal, statement);
        let reach = match &policy {
            Some(policy) => allowed(policy, &request, &reaches, "a resource-based policy")?,
            None => None,
        };
        if let Some(policies) = &policies {
            policies.decide(&request, reach)?;
        }
    }
    Ok(())
}

/// The document of a managed policy. What is not known allows nothing.
pub(crate) fn document(arn: &str) -> &'static str {
    if arn == ADMINISTRATOR {
        EVERYTHING
    } else {
        "{}"
    }
}

/// The ARN of an entity that may not be there yet.
fn arn(iam: &Iam, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:{kind}{path}{name}", iam.account)
}
