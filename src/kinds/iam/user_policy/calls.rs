//! The calls that put and delete a user's inline policy.

use super::text;
use crate::cloud::{Condition, Expect, ReadCall, Service, WriteCall};
use crate::kinds::draft::put_whole;
use crate::kinds::{Lowering, StepDraft, StepDrafts};
use crate::model::{Attributes, field};

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let calls = UserPolicyCalls { lowering };
    put_whole(lowering.action, || calls.put(), || calls.delete())
}

struct UserPolicyCalls<'a> {
    lowering: &'a Lowering<'a>,
}

impl UserPolicyCalls<'_> {
    fn delete(&self) -> StepDraft {
        let fields = match self.lowering.observed {
            Some(observed) => &observed.attributes,
            None => self.lowering.wanted(),
        };
        let (user, name) = names(fields);
        let title = format!("delete inline policy {name} from user {user}");
        let gone = Condition {
            about: format!("inline policy {name} of user {user} to be gone"),
            read: ReadCall::new(Service::Iam, "GetUserPolicy")
                .with("UserName", user)
                .with("PolicyName", name),
            expect: Expect::Missing,
            hopeless: None,
        };
        let draft = StepDraft::new(title, call("DeleteUserPolicy", fields));
        draft.goal(gone).removes()
    }

    /// Putting is the same whether the policy is there or not, so that a lost answer is harmless.
    fn put(&self) -> Option<StepDraft> {
        let fields = self.lowering.wanted();
        let document = fields.policy(field::POLICY)?;
        let (user, name) = names(fields);
        let call = call("PutUserPolicy", fields).with("PolicyDocument", document.wire());
        let title = format!("put inline policy {name} on user {user}");
        Some(StepDraft::new(title, call))
    }
}

fn names(fields: &Attributes) -> (&str, &str) {
    (text(fields, field::USER), text(fields, field::POLICY_NAME))
}

fn call(action: &str, fields: &Attributes) -> WriteCall {
    let (user, name) = names(fields);
    WriteCall::new(Service::Iam, action)
        .with("UserName", user)
        .with("PolicyName", name)
}
