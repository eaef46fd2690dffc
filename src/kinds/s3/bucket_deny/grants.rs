//! What it takes to look after a statement of a bucket's policy (Service Authorization Reference, Amazon S3).

use super::bucket;
use super::declare::bucket_arn;
use crate::kinds::{Grant, Purpose};
use crate::model::{AwsScope, Resource};

/// Finding the bucket's region takes no permission: S3 tells it along with the refusal.
pub(super) fn grants(resource: &Resource, setting: &AwsScope, purpose: Purpose) -> Vec<Grant> {
    let arn = || [bucket_arn(setting, bucket(&resource.attributes))];
    let mut grants = vec![
        Grant::everywhere("ReadAccount", &["iam:GetAccountSummary"]),
        Grant::new("ReadBucketPolicies", &["s3:GetBucketPolicy"], arn()),
    ];
    if purpose == Purpose::Apply {
        let writes = ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"];
        grants.push(Grant::new("ManageBucketPolicies", &writes, arn()));
    }
    grants
}
