//! What a principal's policies say about one request: its own, its permissions boundary, and those of its session.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::Reach;
use super::request::Request;
use super::statement::{self, Effect, Statement};
use super::{AccessDenied, document};
use crate::sandbox::principal::Principal;

pub(super) struct Policies {
    identity: Vec<Statement>,
    boundary: Option<Vec<Statement>>,
    session: Option<Vec<Statement>>,
    /// Whether a policy of a resource that names the principal lets it past what its boundary leaves out: users only
    /// (IAM user guide, "Policy evaluation logic").
    is_user: bool,
}

impl Policies {
    pub(super) fn of(principal: &Principal) -> Self {
        let (inline, attached, boundary) = owner(principal);
        let inline = inline.values().map(String::as_str);
        let attached = attached.iter().map(|arn| document(arn));
        Self {
            identity: inline.chain(attached).flat_map(statement::read).collect(),
            boundary: boundary.map(|arn| statement::read(document(arn))),
            session: session(principal),
            is_user: principal.user().is_some(),
        }
    }

    /// Whether they agree, given how far a policy that names principals reaches this one.
    pub(super) fn decide(
        &self,
        request: &Request,
        reach: Option<Reach>,
    ) -> Result<(), AccessDenied> {
        match reach {
            Some(Reach::Named) => self.leave(request),
            Some(Reach::Account) | None => self.allow(request),
        }
    }

    /// Whether they allow it by themselves.
    fn allow(&self, request: &Request) -> Result<(), AccessDenied> {
        self.no_denial(request)?;
        bounded(self.boundary.as_deref(), request, "permissions boundary")?;
        bounded(self.session.as_deref(), request, "session policy")?;
        bounded(Some(&self.identity), request, "identity-based policy")
    }

    /// Whether they leave standing what a resource's policy allows this very principal.
    fn leave(&self, request: &Request) -> Result<(), AccessDenied> {
        self.no_denial(request)?;
        let boundary = self.boundary.as_deref().filter(|_| !self.is_user);
        bounded(boundary, request, "permissions boundary")?;
        bounded(self.session.as_deref(), request, "session policy")
    }

    fn no_denial(&self, request: &Request) -> Result<(), AccessDenied> {
        let sources = [
            (Some(&self.identity), "an identity-based policy"),
            (self.boundary.as_ref(), "a permissions boundary"),
            (self.session.as_ref(), "a session policy"),
        ];
        for (statements, source) in sources {
            if statements.is_some_and(|statements| say(statements, Effect::Deny, request)) {
                return Err(request.denied(&format!("with an explicit deny in {source}")));
            }
        }
        Ok(())
    }
}

type Owner<'a> = (
    &'a BTreeMap<String, String>,
    &'a BTreeSet<String>,
    Option<&'a str>,
);

/// The policies of the role or user behind a principal: inline, attached, boundary.
fn owner(principal: &Principal) -> Owner<'_> {
    match principal {
        Principal::Caller(user)
        | Principal::Federated { user, .. }
        | Principal::User { user, .. } => (
            &user.inline_policies,
            &user.attached_policies,
            user.permissions_boundary.as_deref(),
        ),
        Principal::Role { role, .. } => (
            &role.inline_policies,
            &role.attached_policies,
            role.permissions_boundary.as_deref(),
        ),
    }
}

/// A session of a role is cut only by policies it was given; a federated user has nothing without them.
fn session(principal: &Principal) -> Option<Vec<Statement>> {
    let terms = match principal {
        Principal::Caller(_) | Principal::User { .. } => return None,
        Principal::Role { terms, .. } => Some(terms).filter(|terms| !terms.policies.is_empty())?,
        Principal::Federated { terms, .. } => terms,
    };
    let read = |document: &String| statement::read(document);
    Some(terms.policies.iter().flat_map(read).collect())
}

fn bounded(
    statements: Option<&[Statement]>,
    request: &Request,
    name: &str,
) -> Result<(), AccessDenied> {
    if statements.is_none_or(|statements| say(statements, Effect::Allow, request)) {
        return Ok(());
    }
    let action = &request.action;
    Err(request.denied(&format!("because no {name} allows the {action} action")))
}

fn say(statements: &[Statement], effect: Effect, request: &Request) -> bool {
    statements
        .iter()
        .any(|one| one.effect == effect && one.is_about(request))
}
