//! Whose sessions: a role's, or those that a user has made. The calls for the two differ in a word.

use std::fmt;

use jiff::SignedDuration;
use serde::Serialize;

use crate::cloud::{ReadCall, Service, WriteCall};
use crate::model::{Address, kind};
use crate::policy::{ROLE_INLINE_LIMIT, USER_INLINE_LIMIT};

/// Whose sessions are revoked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "name")]
pub enum Subject {
    /// Everybody who has assumed the role of this name.
    Role(String),
    /// Whoever has credentials that the user of this name got from GetSessionToken or GetFederationToken. Its access
    /// keys go on working.
    User(String),
}

impl Subject {
    /// `Role`, `User`: how members of answers begin.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Subject::Role(_) => "Role",
            Subject::User(_) => "User",
        }
    }

    /// Its name in AWS.
    pub fn name(&self) -> &str {
        match self {
            Subject::Role(name) | Subject::User(name) => name,
        }
    }

    /// The same kind of subject under the name that AWS knows.
    pub(super) fn named(&self, name: &str) -> Self {
        match self {
            Subject::Role(_) => Subject::Role(name.to_owned()),
            Subject::User(_) => Subject::User(name.to_owned()),
        }
    }

    /// How steps and journals name it.
    pub fn address(&self) -> Address {
        let kind = match self {
            Subject::Role(_) => kind::ROLE,
            Subject::User(_) => kind::USER,
        };
        Address::new(kind, self.name())
    }

    /// `GetRole`, `GetUser`.
    pub fn get(&self) -> ReadCall {
        self.read("Get", "")
    }

    /// `ListRolePolicies`, `ListUserPolicies`.
    pub fn list_policies(&self) -> ReadCall {
        self.read("List", "Policies")
    }

    /// `GetRolePolicy`, `GetUserPolicy`.
    pub fn get_policy(&self, policy: &str) -> ReadCall {
        self.read("Get", "Policy").with("PolicyName", policy)
    }

    fn read(&self, verb: &str, what: &str) -> ReadCall {
        let word = self.word();
        ReadCall::new(Service::Iam, &format!("{verb}{word}{what}"))
            .with(&format!("{word}Name"), self.name())
    }

    /// `PutRolePolicy`, `DeleteUserPolicy`.
    pub(super) fn write(&self, verb: &str) -> WriteCall {
        let word = self.word();
        WriteCall::new(Service::Iam, &format!("{verb}{word}Policy"))
            .with(&format!("{word}Name"), self.name())
    }

    /// How many characters all its inline policies may have (IAM quotas).
    pub(super) fn inline_limit(&self) -> usize {
        match self {
            Subject::Role(_) => ROLE_INLINE_LIMIT,
            Subject::User(_) => USER_INLINE_LIMIT,
        }
    }

    /// How long a session can last at most (STS API reference: AssumeRole 12 hours, GetFederationToken and
    /// GetSessionToken 36).
    pub(super) fn longest_session(&self) -> SignedDuration {
        match self {
            Subject::Role(_) => SignedDuration::from_hours(12),
            Subject::User(_) => SignedDuration::from_hours(36),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Role(name) => write!(out, "role {name}"),
            Subject::User(name) => write!(out, "user {name}"),
        }
    }
}
