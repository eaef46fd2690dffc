//! Whether a statement takes from the caller what it takes to undo it.

use super::bucket;
use crate::model::{Caller, Resource, field};
use crate::policy::{Pattern, Variables};

/// What it takes to take a statement out again.
const NEEDED: [&str; 3] = [
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
];

/// What the caller could not do any more, if that is the case. A condition is taken to hold: doubt refuses.
pub(super) fn locks_out(desired: &Resource, caller: &str) -> Option<String> {
    let document = desired.attributes.policy(field::STATEMENT)?;
    let bucket = bucket(&desired.attributes);
    let [statement] = document.statements() else {
        return None;
    };
    if !document.principals().iter().any(|name| means(name, caller)) {
        return None;
    }
    let is_bucket = |resource: &String| {
        let name = resource.splitn(6, ':').last().unwrap_or_default();
        matches(name, bucket)
    };
    let resources = statement.resource.as_deref().unwrap_or_default();
    let actions = statement.action.as_deref().unwrap_or_default();
    let lost = NEEDED.into_iter().find(|needed| {
        let needed = needed.to_lowercase();
        actions
            .iter()
            .any(|action| matches(&action.to_lowercase(), &needed))
    })?;
    resources
        .iter()
        .any(is_bucket)
        .then(|| format!("{lost} on bucket `{bucket}`"))
}

fn matches(pattern: &str, text: &str) -> bool {
    let [pattern, text] = [pattern, text].map(|text| Pattern::new(text, Variables::Literal));
    pattern.includes(&text)
}

/// Whether a principal stands for the caller. A session's ARN has no path, so that a role is known by its name.
fn means(principal: &str, caller: &str) -> bool {
    if principal == caller {
        return true;
    }
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    // Another session of the same role is somebody else.
    let is_role = principal.contains(":role/") && account(principal) == account(caller);
    is_role && Caller::role_of(principal) == Caller::role_of(caller)
}

#[cfg(test)]
mod tests {
    use super::means;

    #[test]
    fn a_role_stands_for_its_sessions_and_a_user_for_itself() {
        let session = "arn:aws:sts::123456789012:assumed-role/deployer/ci";
        for (principal, caller, expected) in [
            (session, session, true),
            ("arn:aws:iam::123456789012:role/ops/deployer", session, true),
            ("arn:aws:iam::123456789012:role/deployer2", session, false),
            ("arn:aws:iam::999999999999:role/deployer", session, false),
            (
                "arn:aws:sts::123456789012:assumed-role/deployer/other",
                session,
                false,
            ),
            (
                "arn:aws:iam::123456789012:user/anna",
                "arn:aws:iam::123456789012:user/anna",
                true,
            ),
            (
                "arn:aws:iam::123456789012:user/anna",
                "arn:aws:iam::123456789012:root",
                false,
            ),
        ] {
            assert_eq!(means(principal, caller), expected, "{principal} {caller}");
        }
    }
}
