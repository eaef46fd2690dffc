//! Rules that need nothing but one document and what it is for.

pub(super) mod action;
pub(super) mod breadth;
pub(super) mod condition;
pub(super) mod federated;
pub(super) mod many;
pub(super) mod overlap;
pub(super) mod pass_role;
pub(super) mod principal;
pub(super) mod resource;
pub(super) mod statement;
pub(super) mod trust;
pub(super) mod value;

use self::statement::StatementRef;
use super::RuleMatch;
use crate::model::AwsScope;
use crate::policy::{Document, PolicyPurpose};

/// Everything worth a look in one document, statement by statement.
pub fn in_document(
    document: &Document,
    purpose: PolicyPurpose,
    scope: &AwsScope,
) -> Vec<RuleMatch> {
    let mut found = Vec::new();
    let statements = StatementRef::all(document);
    for statement in &statements {
        action::find(statement, &mut found);
        condition::find(statement, &mut found);
        many::find(statement, &mut found);
        value::find(statement, &mut found);
        match purpose {
            PolicyPurpose::Identity => {
                breadth::find(statement, &mut found);
                pass_role::find(statement, scope, &mut found);
                resource::find(statement, &mut found);
            }
            PolicyPurpose::Trust => {
                trust::find(statement, scope, &mut found);
                federated::find(statement, &mut found);
            }
            // What is only denied is no way in.
            PolicyPurpose::Resource => {}
        }
    }
    overlap::find(&statements, purpose, &mut found);
    found
}
