//! What it takes to look after a role (Service Authorization Reference, IAM).

use super::ARN;
use crate::kinds::{Grant, GrantRequest};
use crate::model::{Resource, field};

const READS: [&str; 4] = [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
];

const WRITES: [&str; 9] = [
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
];

/// What deletes one that is no longer declared.
const DELETES: [&str; 3] = [
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
];

pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let arn = || [ARN.of(asked.setting, &resource.attributes, &resource.live_name)];
    let mut grants = vec![
        Grant::everywhere(
            "ReadAccount",
            &[
                "iam:GetAccountAuthorizationDetails",
                "iam:GetAccountSummary",
                "iam:ListRoles",
            ],
        ),
        Grant::new("ReadStack", &READS, arn()),
    ];
    if asked.is_plan() {
        return grants;
    }
    grants.push(Grant::new("ManageRoles", &WRITES, arn()));
    let managed = resource.attributes.members(field::MANAGED_POLICIES);
    let managed: Vec<String> = managed.map(|(arn, _)| arn.to_owned()).collect();
    if !managed.is_empty() {
        let attach = Grant::new("AttachPolicies", &["iam:AttachRolePolicy"], arn());
        grants.push(attach.when("ArnEquals", "iam:PolicyARN", managed));
    }
    if let Some(boundary) = resource.attributes.text(field::PERMISSIONS_BOUNDARY) {
        let set = Grant::new("SetBoundary", &["iam:PutRolePermissionsBoundary"], arn());
        grants.push(set.when(
            "ArnEquals",
            "iam:PermissionsBoundary",
            [boundary.to_owned()],
        ));
    }
    grants
}

pub(super) fn for_owned(asked: &GrantRequest<'_>) -> Vec<Grant> {
    Grant::for_owned(asked, &ARN, &READS, &DELETES)
}
