//! What it takes to look after a role (Service Authorization Reference, IAM).

use super::ARN;
use crate::kinds::{Grant, Purpose};
use crate::model::{AwsScope, FieldPath, Resource, Value, field};

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

pub(super) fn grants(resource: &Resource, setting: &AwsScope, purpose: Purpose) -> Vec<Grant> {
    let arn = || [ARN.of(setting, &resource.attributes, &resource.live_name)];
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
    if purpose == Purpose::Plan {
        return grants;
    }
    grants.push(Grant::new("ManageRoles", &WRITES, arn()));
    let attributes = resource.attributes.keys();
    let managed: Vec<String> = attributes
        .filter(|path| path.field == field::MANAGED_POLICIES)
        .filter_map(|path| path.member.clone())
        .collect();
    if !managed.is_empty() {
        let attach = Grant::new("AttachPolicies", &["iam:AttachRolePolicy"], arn());
        grants.push(attach.when("ArnEquals", "iam:PolicyARN", managed));
    }
    if let Some(Value::Text(boundary)) = resource
        .attributes
        .get(&FieldPath::new(field::PERMISSIONS_BOUNDARY))
    {
        let set = Grant::new("SetBoundary", &["iam:PutRolePermissionsBoundary"], arn());
        grants.push(set.when("ArnEquals", "iam:PermissionsBoundary", [boundary.clone()]));
    }
    grants
}

/// Reading is not bound to the tag: what has just been deleted has none any more, and is looked for once more.
pub(super) fn for_owned(stack: &str, setting: &AwsScope, purpose: Purpose) -> Vec<Grant> {
    let all = || [ARN.arn(setting, "/", "*")];
    let mut grants = vec![Grant::new("ReadOwned", READS.as_slice(), all())];
    if purpose == Purpose::Apply {
        grants.push(Grant::new("DeleteOwned", &DELETES, all()).of_stack(stack));
    }
    grants
}
