//! The table of findings: one row each, sorted by id. `docs/findings.md` is made from it. A row stands beside the code
//! that finds it.

use super::Rule;
use super::{document, role};

/// Every rule there is.
pub const RULES: &[Rule] = &[
    document::ADMIN,
    document::ALLOW_DENIED,
    document::ALLOW_NOT_ACTION,
    document::ALLOW_NOT_RESOURCE,
    role::BOUNDARY_REMOVED,
    document::CONDITION_OPERATOR_TYPE,
    document::CONFUSED_DEPUTY,
    document::CROSS_ACCOUNT_TRUST,
    document::DUPLICATE_STATEMENT,
    role::ESCALATION_BOUNDARY,
    role::ESCALATION_CREDENTIALS,
    role::ESCALATION_GRANT,
    role::ESCALATION_MANAGED_POLICY,
    role::ESCALATION_PASS_ROLE,
    role::ESCALATION_POLICY,
    role::ESCALATION_CODE,
    role::ESCALATION_TRUST,
    document::FORALLVALUES_WITHOUT_NULL,
    document::GITHUB_OIDC_WITHOUT_SUB,
    document::MULTIVALUED_KEY_WITHOUT_SET,
    role::NEAR_QUOTA,
    document::NOT_A_DATE,
    document::NOT_AN_ADDRESS,
    document::PASS_ROLE_ANYWHERE,
    document::PASS_ROLE_TO_ANY_SERVICE,
    document::PUBLIC_TRUST,
    document::REDUNDANT_ACTION,
    document::RESOURCE_CANNOT_MATCH,
    document::SHADOWED_STATEMENT,
    document::THIRD_PARTY_TRUST_WITHOUT_EXTERNAL_ID,
    role::TRUST_NOT_FOR_EC2,
    document::UNKNOWN_ACTION,
    document::UNKNOWN_CONDITION_KEY,
    document::UNKNOWN_SERVICE,
    document::WEB_IDENTITY_WITHOUT_AUDIENCE,
    document::WILDCARD_IN_EQUALS,
];
