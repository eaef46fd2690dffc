//! From AWS's answers about roles to fields. Which questions are asked is decided in `survey`.

use crate::cloud::Node;
use crate::kinds::tags;
use crate::model::{Address, Observed, Value, field, kind};
use crate::policy::Document;

/// The address under which a live role goes: its name is its manifest name.
pub(super) fn address(role: &Node) -> Option<Address> {
    role.text(&["RoleName"])
        .map(|name| Address::new(kind::ROLE, name))
}

/// What `GetRole`, `ListRoles` and the bulk read have in common. Fields that an answer leaves out
/// (ListRoles: tags, boundary; bulk: description, session) are left out here as well.
pub(super) fn role(node: &Node) -> Observed {
    let mut observed = Observed {
        id: node.text(&["RoleId"]).map(str::to_owned),
        ..Observed::default()
    };
    let path = node.text(&["Path"]).unwrap_or_default();
    observed.service_linked = path.starts_with("/aws-service-role/");
    observed.created = node
        .text(&["CreateDate"])
        .and_then(|time| time.parse().ok());
    let attributes = &mut observed.attributes;
    attributes.set(field::PATH, path);
    if let Some(description) = node.text(&["Description"]).filter(|text| !text.is_empty()) {
        attributes.set(field::DESCRIPTION, description);
    }
    if let Some(seconds) = node
        .text(&["MaxSessionDuration"])
        .and_then(|text| text.parse::<u64>().ok())
    {
        attributes.set(field::MAX_SESSION_DURATION, seconds);
    }
    if let Some(trust) = node.text(&["AssumeRolePolicyDocument"]) {
        attributes.set(field::TRUST_POLICY, Document::observed_encoded(trust));
    }
    if let Some(arn) = node.text(&["PermissionsBoundary", "PermissionsBoundaryArn"]) {
        attributes.set(field::PERMISSIONS_BOUNDARY, arn);
    }
    tags::observe(&mut observed, node.list(&["Tags"]), tags::IAM);
    observed
}

/// A role of the bulk read, with its policies.
pub(super) fn detailed(node: &Node) -> Observed {
    let mut observed = role(node);
    for policy in node.list(&["RolePolicyList"]) {
        inline(&mut observed, policy);
    }
    for policy in node.list(&["AttachedManagedPolicies"]) {
        attached(&mut observed, policy);
    }
    observed
}

/// One inline policy: `{PolicyName, PolicyDocument}`.
pub(super) fn inline(observed: &mut Observed, policy: &Node) {
    if let (Some(name), Some(text)) = (
        policy.text(&["PolicyName"]),
        policy.text(&["PolicyDocument"]),
    ) {
        observed.attributes.set_member(
            field::INLINE_POLICIES,
            name,
            Document::observed_encoded(text),
        );
    }
}

/// One attachment: `{PolicyName, PolicyArn}`.
pub(super) fn attached(observed: &mut Observed, policy: &Node) {
    if let Some(arn) = policy.text(&["PolicyArn"]) {
        observed
            .attributes
            .set_member(field::MANAGED_POLICIES, arn, Value::Present);
    }
}
