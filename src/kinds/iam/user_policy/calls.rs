//! The calls that put and delete a user's inline policy.

use super::text;
use crate::cloud::{Service, WriteCall};
use crate::kinds::{Lowering, StepDraft, StepDrafts};
use crate::model::{Action, Attributes, FieldPath, Value, field};

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let nothing = Attributes::new();
    let desired = lowering.desired.map(|resource| &resource.attributes);
    let observed = lowering.observed.map(|observed| &observed.attributes);
    let build = || -> Vec<StepDraft> { desired.and_then(put).into_iter().collect() };
    let teardown = || vec![delete(observed.or(desired).unwrap_or(&nothing))];
    match lowering.action {
        Action::Create => StepDrafts {
            teardown: Vec::new(),
            build: build().into_iter().map(StepDraft::makes).collect(),
        },
        Action::Update => StepDrafts {
            teardown: Vec::new(),
            build: build(),
        },
        Action::Replace => StepDrafts {
            teardown: teardown(),
            build: build(),
        },
        Action::Delete => StepDrafts {
            teardown: teardown(),
            build: Vec::new(),
        },
        Action::Adopt | Action::Detach | Action::Keep => StepDrafts::default(),
    }
}

/// Putting is the same whether the policy is there or not, so that a lost answer is harmless.
fn put(fields: &Attributes) -> Option<StepDraft> {
    let Some(Value::Policy(document)) = fields.get(&FieldPath::new(field::POLICY)) else {
        return None;
    };
    let (user, name) = (text(fields, field::USER), text(fields, field::POLICY_NAME));
    let call = call("PutUserPolicy", fields).with("PolicyDocument", document.wire());
    let title = format!("put inline policy {name} on user {user}");
    Some(StepDraft::new(title, call))
}

fn delete(fields: &Attributes) -> StepDraft {
    let (user, name) = (text(fields, field::USER), text(fields, field::POLICY_NAME));
    let title = format!("delete inline policy {name} from user {user}");
    StepDraft::new(title, call("DeleteUserPolicy", fields))
        .removes()
        .gone_is_done()
}

fn call(action: &str, fields: &Attributes) -> WriteCall {
    WriteCall::new(Service::Iam, action)
        .with("UserName", text(fields, field::USER))
        .with("PolicyName", text(fields, field::POLICY_NAME))
}
