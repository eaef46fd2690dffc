//! Why a statement cannot be put into a bucket's policy, from what is known before anything is sent.

use super::bucket;
use crate::cloud::{alone, statement};
use crate::kinds::PreflightError;
use crate::model::{Observed, Resource, field};
use crate::policy::{BUCKET_POLICY_LIMIT, Document};

pub(super) fn preflight_errors(
    desired: &Resource,
    observed: Option<&Observed>,
) -> Vec<PreflightError> {
    let Some(observed) = observed else {
        return Vec::new();
    };
    let name = bucket(&desired.attributes);
    if observed.facts.no_bucket.is_some() {
        return vec![PreflightError {
            code: "no-bucket",
            message: format!("there is no bucket `{name}`"),
            hint: "create the bucket first, or correct `bucket`".to_owned(),
        }];
    }
    let Some(wanted) = desired.attributes.policy(field::STATEMENT) else {
        return Vec::new();
    };
    let policy = observed.facts.bucket_policy.as_deref();
    let checks = [
        unreadable(observed),
        policy.and_then(|policy| without_variables(policy, wanted, name)),
        too_large(policy, &desired.address.name, wanted, name),
    ];
    checks.into_iter().flatten().collect()
}

pub(super) fn unreadable(observed: &Observed) -> Option<PreflightError> {
    let why = observed.facts.unreadable_policy.as_ref()?;
    Some(PreflightError {
        code: "unreadable-policy",
        message: why.clone(),
        hint: "put the bucket's policy right by hand first: nothing of it is touched as it is"
            .to_owned(),
    })
}

/// The text of a statement that is a policy of its own.
pub(super) fn text(document: &Document) -> String {
    document.json()["Statement"][0].to_string()
}

/// The version stands once for the whole policy, and is not ours to change.
fn without_variables(policy: &str, wanted: &Document, bucket: &str) -> Option<PreflightError> {
    let version = Document::observed(policy).version().map(str::to_owned);
    if version.as_deref() == Some("2012-10-17") || !text(wanted).contains("${") {
        return None;
    }
    Some(PreflightError {
        code: "old-policy-version",
        message: format!(
            "the policy of bucket `{bucket}` has an old `Version`, in which `${{…}}` is plain text"
        ),
        hint: "set `Version: 2012-10-17` in the bucket's policy first, or do without variables"
            .to_owned(),
    })
}

fn too_large(
    policy: Option<&str>,
    sid: &str,
    wanted: &Document,
    bucket: &str,
) -> Option<PreflightError> {
    let wanted = text(wanted);
    let size = match policy {
        Some(policy) => statement::with(policy, sid, &wanted).ok()?.len(),
        None => alone(&wanted).len(),
    };
    (size > BUCKET_POLICY_LIMIT).then(|| PreflightError {
        code: "policy-too-large",
        message: format!(
            "the policy of bucket `{bucket}` would have {size} bytes; S3 takes at most {BUCKET_POLICY_LIMIT}"
        ),
        hint: "name fewer principals, or deny a role or user instead of its sessions".to_owned(),
    })
}
