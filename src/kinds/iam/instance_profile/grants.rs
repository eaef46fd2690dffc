//! What it takes to look after an instance profile (Service Authorization Reference, IAM). Putting a role into one
//! needs `iam:PassRole` on the role as well.

use super::ARN;
use crate::kinds::grant::role_of;
use crate::kinds::{Grant, GrantRequest};
use crate::model::Resource;

const WRITES: [&str; 6] = [
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagInstanceProfile",
    "iam:UntagInstanceProfile",
];

/// What shows which instances use a profile.
const USERS: [&str; 2] = [
    "ec2:DescribeIamInstanceProfileAssociations",
    "ec2:DescribeInstances",
];

/// What deletes one that is no longer declared.
const DELETES: [&str; 2] = [
    "iam:DeleteInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
];

pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let arn = || [ARN.of(asked.setting, &resource.attributes, &resource.live_name)];
    let mut grants = vec![
        Grant::everywhere("ReadAccount", &["iam:ListInstanceProfiles"]),
        // Who uses a profile has to be known before it goes.
        Grant::everywhere("ReadAccount", &USERS),
        Grant::new("ReadStack", &["iam:GetInstanceProfile"], arn()),
    ];
    if !asked.is_plan() {
        grants.push(Grant::new("ManageInstanceProfiles", &WRITES, arn()));
        let role = role_of(&resource.address, asked);
        grants.extend(role.map(|role| Grant::pass([role])));
    }
    grants
}

pub(super) fn for_owned(asked: &GrantRequest<'_>) -> Vec<Grant> {
    Grant::for_owned(asked, &ARN, &["iam:GetInstanceProfile"], &DELETES)
}
