//! What a set of documents allows and denies together: a request is allowed when some statement allows it and none
//! denies it.

use super::request_set::RequestSet;
use crate::model::AwsScope;
use crate::policy::{Document, Statement, Variables};

#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    pub(super) allows: Vec<RequestSet>,
    pub(super) denies: Vec<RequestSet>,
}

impl Grants {
    /// Reads documents of an account. What is no policy grants nothing.
    pub(super) fn of<'a>(
        documents: impl IntoIterator<Item = &'a Document>,
        scope: &AwsScope,
    ) -> Self {
        let mut grants = Self::default();
        for document in documents {
            for statement in document.statements() {
                grants.read(statement, document.variables(), scope);
            }
        }
        grants
    }

    fn read(&mut self, statement: &Statement, variables: Variables, scope: &AwsScope) {
        let Some(requests) = RequestSet::read(statement, variables, scope) else {
            return;
        };
        match statement.effect.as_deref() {
            Some("Allow") => self.allows.push(requests),
            Some("Deny") => self.denies.push(requests),
            // IAM takes no other.
            _ => {}
        }
    }

    /// What is denied, looked at as if it were what somebody may do.
    pub(super) fn denied(self) -> Self {
        Self {
            allows: self.denies,
            denies: Vec::new(),
        }
    }
}
