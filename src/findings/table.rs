//! The table of findings: one row each, sorted by id. `docs/findings.md` is made from it. A row stands beside the code
//! that finds it.

use super::Rule;
use super::document::{
    action, breadth, condition, federated, many, overlap, pass_role, resource, trust, value,
};
use super::role::{change, escalation, instance, room};

/// Every rule there is.
pub const RULES: &[Rule] = &[
    breadth::ADMIN,
    overlap::ALLOW_DENIED,
    breadth::ALLOW_NOT_ACTION,
    breadth::ALLOW_NOT_RESOURCE,
    change::BOUNDARY_REMOVED,
    condition::CONDITION_OPERATOR_TYPE,
    trust::CONFUSED_DEPUTY,
    trust::CROSS_ACCOUNT_TRUST,
    overlap::DUPLICATE_STATEMENT,
    escalation::ESCALATION_BOUNDARY,
    escalation::ESCALATION_CREDENTIALS,
    escalation::ESCALATION_GRANT,
    escalation::ESCALATION_MANAGED_POLICY,
    escalation::ESCALATION_PASS_ROLE,
    escalation::ESCALATION_POLICY,
    escalation::ESCALATION_CODE,
    escalation::ESCALATION_TRUST,
    many::FORALLVALUES_WITHOUT_NULL,
    federated::GITHUB_OIDC_WITHOUT_SUB,
    many::MULTIVALUED_KEY_WITHOUT_SET,
    room::NEAR_QUOTA,
    value::NOT_A_DATE,
    value::NOT_AN_ADDRESS,
    pass_role::PASS_ROLE_ANYWHERE,
    pass_role::PASS_ROLE_TO_ANY_SERVICE,
    trust::PUBLIC_TRUST,
    overlap::REDUNDANT_ACTION,
    resource::RESOURCE_CANNOT_MATCH,
    overlap::SHADOWED_STATEMENT,
    trust::THIRD_PARTY_TRUST_WITHOUT_EXTERNAL_ID,
    instance::TRUST_NOT_FOR_EC2,
    action::UNKNOWN_ACTION,
    condition::UNKNOWN_CONDITION_KEY,
    action::UNKNOWN_SERVICE,
    federated::WEB_IDENTITY_WITHOUT_AUDIENCE,
    condition::WILDCARD_IN_EQUALS,
];
