//! Rules that need nothing but one document and what it is for.

mod action;
mod breadth;
mod condition;
mod federated;
mod many;
pub(super) mod operator;
mod overlap;
mod pass_role;
pub(super) mod principal;
mod resource;
pub(super) mod spot;
mod trust;
mod value;

pub(super) use action::{UNKNOWN_ACTION, UNKNOWN_SERVICE};
pub(super) use breadth::{ADMIN, ALLOW_NOT_ACTION, ALLOW_NOT_RESOURCE, is_admin};
pub(super) use condition::{CONDITION_OPERATOR_TYPE, UNKNOWN_CONDITION_KEY, WILDCARD_IN_EQUALS};
pub(super) use federated::{GITHUB_OIDC_WITHOUT_SUB, WEB_IDENTITY_WITHOUT_AUDIENCE};
pub(super) use many::{FORALLVALUES_WITHOUT_NULL, MULTIVALUED_KEY_WITHOUT_SET};
pub(super) use overlap::{ALLOW_DENIED, DUPLICATE_STATEMENT, REDUNDANT_ACTION, SHADOWED_STATEMENT};
pub(super) use pass_role::{PASS_ROLE_ANYWHERE, PASS_ROLE_TO_ANY_SERVICE};
pub(super) use resource::RESOURCE_CANNOT_MATCH;
pub(super) use trust::{
    CONFUSED_DEPUTY, CROSS_ACCOUNT_TRUST, PUBLIC_TRUST, THIRD_PARTY_TRUST_WITHOUT_EXTERNAL_ID,
};
pub(super) use value::{NOT_A_DATE, NOT_AN_ADDRESS};

use self::spot::Spot;
use super::Found;
use crate::model::AwsScope;
use crate::policy::{Document, PolicyPurpose};

/// Everything worth a look in one document, statement by statement.
pub fn in_document(document: &Document, purpose: PolicyPurpose, scope: &AwsScope) -> Vec<Found> {
    let mut found = Vec::new();
    let spots = Spot::all(document);
    for spot in &spots {
        action::find(spot, &mut found);
        condition::find(spot, &mut found);
        many::find(spot, &mut found);
        value::find(spot, &mut found);
        match purpose {
            PolicyPurpose::Identity => {
                breadth::find(spot, &mut found);
                pass_role::find(spot, scope, &mut found);
                resource::find(spot, &mut found);
            }
            PolicyPurpose::Trust => {
                trust::find(spot, scope, &mut found);
                federated::find(spot, &mut found);
            }
            // What is only denied is no way in.
            PolicyPurpose::Resource => {}
        }
    }
    overlap::find(&spots, purpose, &mut found);
    found
}
