//! Revoking the sessions of one role or user, and taking that back: what is there, what would change, and the one call
//! that does it. Pure but for `look`, which is only
//! ever given [`Reads`](crate::cloud::Reads); running the call is `cli`'s.
//!
//! A revocation is the inline policy that the IAM console writes for "Revoke active sessions". A stack can declare it
//! as well (`revokeSessionsIssuedBefore`); this is for the moment when somebody has lost credentials.

mod look;
mod subject;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use thiserror::Error;

use crate::cloud::OnMissing;
use crate::model::{Instance, REVOCATION_POLICY};
use crate::plan::Step;
use crate::policy::{Document, issued_before, revocation};

pub use look::{InForce, Look, in_force, look, policy};
pub use subject::Subject;

/// How far ahead of now the moment lies: sessions that are issued while the policy spreads are revoked too (IAM user
/// guide, "Revoke IAM role temporary security credentials").
pub const AHEAD: SignedDuration = SignedDuration::from_secs(30);

/// What there is of a role or a user, as far as sessions are concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Whose sessions.
    pub subject: Subject,
    /// Its ARN.
    pub arn: String,
    /// The inline policy with the revocation's name, if there is one.
    pub document: Option<Document>,
    /// How many characters its other inline policies have, white space not counted.
    pub others: usize,
    /// The instances that have credentials of the role.
    pub instances: Vec<Instance>,
    /// Why it is not known which instances have them.
    pub unseen_instances: Option<String>,
    /// Whether this run itself is one of the sessions.
    pub is_own: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Revoke all sessions that were issued before a moment.
    Revoke(Timestamp),
    /// Take the revocation away.
    Restore,
}

/// A change of the sessions of one role or user.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Whose sessions.
    pub subject: Subject,
    /// Its ARN.
    pub arn: String,
    /// Sessions issued before this are revoked now.
    pub before: Option<Timestamp>,
    /// Sessions issued before this will be.
    pub after: Option<Timestamp>,
    /// The instances whose credentials stop working; of a restoration, those that get them back.
    pub instances: Vec<Instance>,
    /// Why it is not known which instances.
    pub unseen_instances: Option<String>,
    /// Whether this run itself is one of the sessions.
    pub is_own: bool,
    /// The policy that is put; none when it is taken away.
    pub policy: Option<Document>,
    /// The calls that do it; none when nothing is to be done.
    pub steps: Vec<Step>,
}

/// Why sessions cannot be revoked, or given back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RevocationError {
    /// A policy that somebody wrote by hand would be lost.
    #[error(
        "inline policy `{REVOCATION_POLICY}` of {0} is not a revocation: it says something else"
    )]
    Foreign(Subject),
    /// No room for the policy.
    #[error(
        "the inline policies of {subject} would have {size} characters, white space not counted; IAM allows {limit}"
    )]
    NoRoom {
        /// Whose.
        subject: Subject,
        /// What they would have.
        size: usize,
        /// What they may have.
        limit: usize,
    },
}

impl RevocationError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            RevocationError::Foreign(_) => {
                "look at it, and put what it says into a policy of another name"
            }
            RevocationError::NoRoom { .. } => {
                "take out a policy, or move statements into a managed policy; this quota cannot be raised"
            }
        }
    }
}

/// Works out what to do. An earlier moment than the one that holds changes nothing: it would let sessions back in.
pub fn change(seen: Seen, request: Request) -> Result<Change, RevocationError> {
    let Seen {
        subject,
        arn,
        document,
        others,
        instances,
        unseen_instances,
        is_own,
    } = seen;
    let before = document.as_ref().map(issued_before);
    let foreign = || RevocationError::Foreign(subject.clone());
    let before = before
        .map(|moment| moment.ok_or_else(foreign))
        .transpose()?;
    let after = match request {
        Request::Revoke(moment) => Some(before.map_or(moment, |before| before.max(moment))),
        Request::Restore => None,
    };
    let policy = after.filter(|_| after != before).map(revocation);
    let size = others + policy.as_ref().map_or(0, Document::size);
    if size > subject.inline_limit() {
        let limit = subject.inline_limit();
        return Err(RevocationError::NoRoom {
            subject,
            size,
            limit,
        });
    }
    let steps = (after != before).then(|| step(&subject, policy.as_ref()));
    Ok(Change {
        subject,
        arn,
        before,
        after,
        instances,
        unseen_instances,
        is_own,
        policy,
        steps: steps.into_iter().collect(),
    })
}

impl Change {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// When the last session issued before a moment has ended for sure: from then on a revocation does nothing.
pub fn idle_from(subject: &Subject, issued_before: Timestamp) -> Timestamp {
    let longest = subject.longest_session();
    issued_before.checked_add(longest).unwrap_or(Timestamp::MAX)
}

fn step(subject: &Subject, policy: Option<&Document>) -> Step {
    let (title, call, on_missing) = match policy {
        Some(policy) => (
            format!("put inline policy {REVOCATION_POLICY} on {subject}"),
            subject
                .write("Put")
                .with("PolicyName", REVOCATION_POLICY)
                .with("PolicyDocument", policy.wire()),
            OnMissing::Fail,
        ),
        None => (
            format!("delete inline policy {REVOCATION_POLICY} from {subject}"),
            subject
                .write("Delete")
                .with("PolicyName", REVOCATION_POLICY),
            OnMissing::Done,
        ),
    };
    Step {
        id: 0,
        address: subject.address(),
        title,
        needs: BTreeSet::new(),
        lane: subject.address().to_string(),
        lookups: Vec::new(),
        merge: None,
        ready: Vec::new(),
        call,
        precondition: None,
        goal: None,
        settled: None,
        makes: None,
        removes: None,
        subjects: BTreeSet::new(),
        on_missing,
        wave: None,
    }
}
