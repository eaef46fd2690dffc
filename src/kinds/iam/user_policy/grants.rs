//! What it takes to look after a user's inline policy (Service Authorization Reference, IAM).

use super::text;
use crate::kinds::{Grant, GrantRequest};
use crate::model::{Resource, field};

/// No manifest says which path a user has, so that any is allowed.
pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let user = text(&resource.attributes, field::USER);
    let arns = || ["/", "/*/"].map(|path| asked.setting.iam_arn("user", path, user));
    let mut grants = vec![
        Grant::everywhere("ReadAccount", &["iam:GetAccountSummary"]),
        Grant::new("ReadUsers", &["iam:GetUser", "iam:GetUserPolicy"], arns()),
    ];
    if !asked.is_plan() {
        let writes = ["iam:DeleteUserPolicy", "iam:PutUserPolicy"];
        grants.push(Grant::new("ManageUserPolicies", &writes, arns()));
    }
    grants
}
