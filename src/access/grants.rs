//! What a set of documents allows and denies together: a request is allowed when some statement allows it and none
//! denies it.

use super::cube::Cube;
use crate::model::AwsScope;
use crate::policy::{Document, Statement, Variables};

/// What documents allow and deny.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    pub(super) allows: Vec<Cube>,
    pub(super) denies: Vec<Cube>,
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
        let Some(cube) = Cube::read(statement, variables, scope) else {
            return;
        };
        match statement.effect.as_deref() {
            Some("Allow") => self.allows.push(cube),
            Some("Deny") => self.denies.push(cube),
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
