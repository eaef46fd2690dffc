//! The calls that put a statement into a bucket's policy and take it out. Both write the whole policy, as it is right before.

use super::preflight_errors::text;
use super::{bucket, lock_out, survey};
use crate::cloud::{Merge, Parameter, Service, WriteCall};
use crate::kinds::draft::put_whole;
use crate::kinds::{Lowering, StepDraft, StepDrafts};
use crate::model::field;

/// What the merged policy is called among a call's parameters.
const POLICY: &str = "Policy";

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let calls = BucketDenyCalls { lowering };
    put_whole(lowering.action, || calls.put(), || calls.take())
}

struct BucketDenyCalls<'a> {
    lowering: &'a Lowering<'a>,
}

impl BucketDenyCalls<'_> {
    fn sid(&self) -> &str {
        let (_, sid) = self.lowering.live_name.split_once('/').unwrap_or_default();
        sid
    }

    fn bucket(&self) -> &str {
        let (bucket, _) = self.lowering.live_name.split_once('/').unwrap_or_default();
        bucket
    }

    fn region(&self) -> Option<&str> {
        self.lowering.observed?.facts.region.as_deref()
    }

    fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::S3, action)
            .in_region(self.region())
            .with("Bucket", self.bucket())
            .with(
                "ExpectedBucketOwner",
                self.lowering.setting.account.as_str(),
            )
    }

    fn put(&self) -> Option<StepDraft> {
        let desired = self.lowering.desired?;
        let document = desired.attributes.policy(field::STATEMENT)?;
        let (sid, bucket) = (self.sid(), bucket(&desired.attributes));
        let mut call = self.policy();
        let mut merge = self.merge(Some(text(document)));
        // The user has accepted that; without this S3 refuses it.
        if lock_out::locks_out(desired, self.lowering.caller).is_some() {
            call = call.with("ConfirmRemoveSelfBucketAccess", "true");
            merge.locks_out = true;
        }
        let title = format!("put statement {sid} into the policy of bucket {bucket}");
        let draft = StepDraft::new(title, call).merges(merge, self.shared());
        Some(draft.needs(self.lowering.required()))
    }

    fn take(&self) -> StepDraft {
        let (sid, bucket) = (self.sid(), self.bucket());
        let title = format!("take statement {sid} out of the policy of bucket {bucket}");
        let draft = StepDraft::new(title, self.policy());
        draft.merges(self.merge(None), self.shared()).removes()
    }

    /// The call that writes whatever the policy is by then.
    fn policy(&self) -> WriteCall {
        let later = Parameter::Later(POLICY.to_owned());
        self.call("PutBucketPolicy").with(POLICY, later)
    }

    fn merge(&self, statement: Option<String>) -> Merge {
        let (bucket, account) = (self.bucket(), &self.lowering.setting.account);
        Merge {
            name: POLICY.to_owned(),
            read: survey::call("GetBucketPolicy", bucket, account).in_region(self.region()),
            path: vec![POLICY.to_owned()],
            sid: self.sid().to_owned(),
            statement,
            emptied: Some(self.call("DeleteBucketPolicy")),
            locks_out: false,
        }
    }

    fn shared(&self) -> String {
        format!("policy of bucket {}", self.bucket())
    }
}
