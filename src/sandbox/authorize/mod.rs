//! Whether the caller's policies allow a call: explicit denials first, then the permissions boundary, then the identity
//! policies (IAM user guide, "Policy evaluation logic"). Facts about calls stand in `request`, the language in the others.

mod condition;
mod pattern;
mod request;
mod statement;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::form::Form;
use super::route::Service;
use super::world::{Iam, User, World};
use request::Request;
use statement::{Effect, Statement};

/// A call as far as deciding about it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) service: Service,
    pub(crate) action: &'a str,
    pub(crate) form: &'a Form,
    pub(crate) region: &'a str,
    pub(crate) now: Timestamp,
}

/// Why a call is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The action that is not, as `iam:PassRole`.
    pub(crate) action: String,
    /// On what.
    pub(crate) resource: String,
    /// The end of AWS's sentence.
    pub(crate) because: String,
}

/// The values of condition keys, by key in lower case.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

/// AWS's own policy that allows everything: the one whose document the sandbox knows.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Decides about a call of a user, and about every action that it takes along (`iam:PassRole`, tags).
pub(crate) fn decide(world: &World, user: &User, call: &Call<'_>) -> Result<(), Denial> {
    let policies = Policies::of(user);
    for request in request::requests(world, user, call) {
        policies.allow(&request)?;
    }
    Ok(())
}

/// What a user's policies say.
struct Policies {
    identity: Vec<Statement>,
    boundary: Option<Vec<Statement>>,
}

impl Policies {
    fn of(user: &User) -> Self {
        let inline = user.inline_policies.values().map(String::as_str);
        let attached = user.attached_policies.iter().map(|arn| document(arn));
        let boundary = user.permissions_boundary.as_deref();
        Self {
            identity: inline.chain(attached).flat_map(statement::read).collect(),
            boundary: boundary.map(|arn| statement::read(document(arn))),
        }
    }

    fn allow(&self, request: &Request) -> Result<(), Denial> {
        let denied = |why: &str| {
            Err(Denial {
                action: request.action.clone(),
                resource: request.resource.clone(),
                because: why.to_owned(),
            })
        };
        let says = |statements: &[Statement], effect: Effect| {
            statements
                .iter()
                .any(|one| one.effect == effect && one.is_about(request))
        };
        let action = &request.action;
        if says(&self.identity, Effect::Deny) {
            return denied("with an explicit deny in an identity-based policy");
        }
        if let Some(boundary) = &self.boundary {
            if says(boundary, Effect::Deny) {
                return denied("with an explicit deny in a permissions boundary");
            }
            if !says(boundary, Effect::Allow) {
                return denied(&format!(
                    "because no permissions boundary allows the {action} action"
                ));
            }
        }
        if !says(&self.identity, Effect::Allow) {
            return denied(&format!(
                "because no identity-based policy allows the {action} action"
            ));
        }
        Ok(())
    }
}

/// The document of a managed policy. What is not known allows nothing.
fn document(arn: &str) -> &'static str {
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
