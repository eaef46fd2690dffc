//! What a set of documents allows and denies together: a request is allowed when some statement allows it and none
//! denies it.

use super::Home;
use super::cube::Cube;
use crate::policy::{Document, Statement, Variables};

/// What documents allow and deny.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    pub(super) allows: Vec<Cube>,
    pub(super) denies: Vec<Cube>,
}

/// The version in which `${…}` stands for a value.
const WITH_VARIABLES: &str = "2012-10-17";

impl Grants {
    /// Reads documents of a role. What is no policy grants nothing.
    pub(super) fn of<'a>(
        documents: impl IntoIterator<Item = &'a Document>,
        home: Home<'_>,
    ) -> Self {
        let mut grants = Self::default();
        for document in documents {
            let variables = match document.version() {
                Some(WITH_VARIABLES) => Variables::Meant,
                _ => Variables::Literal,
            };
            for statement in document.statements() {
                grants.read(statement, variables, home);
            }
        }
        grants
    }

    fn read(&mut self, statement: &Statement, variables: Variables, home: Home<'_>) {
        let Some(cube) = Cube::read(statement, variables, home) else {
            return;
        };
        match statement.effect.as_deref() {
            Some("Allow") => self.allows.push(cube),
            Some("Deny") => self.denies.push(cube),
            // IAM takes no other.
            _ => {}
        }
    }
}
