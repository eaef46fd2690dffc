//! What it takes to look after a statement of a bucket's policy (Service Authorization Reference, Amazon S3).

use super::bucket;
use super::declare::bucket_arn;
use crate::kinds::{Grant, GrantRequest};
use crate::model::Resource;

/// Finding the bucket's region takes no permission: S3 gives it along with the refusal.
pub(super) fn grants(resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
    let arn = || [bucket_arn(asked.setting, bucket(&resource.attributes))];
    let mut grants = vec![
        Grant::everywhere("ReadAccount", &["iam:GetAccountSummary"]),
        Grant::new("ReadBucketPolicies", &["s3:GetBucketPolicy"], arn()),
    ];
    if !asked.is_plan() {
        let writes = ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"];
        grants.push(Grant::new("ManageBucketPolicies", &writes, arn()));
    }
    grants
}
