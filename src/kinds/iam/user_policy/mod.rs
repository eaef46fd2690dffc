//! The kind UserPolicy: an inline policy of a user that exists already. The user itself is nobody's here.

mod calls;
mod declare;
mod export;
mod grants;
mod offline;
mod survey;

use std::collections::BTreeSet;

use crate::cloud::Condition;
use crate::kinds::{
    Access, Export, Field, Kind, Lowering, Offline, Planted, PreflightError, Seed, basics,
};
use crate::model::{Attributes, Caller, FieldName, Observed, Quotas, Resource, field, kind};
use crate::policy::PolicyPurpose;

/// User and name say which policy is meant, so that another one is another resource.
static FIELDS: [Field; 3] = [
    Field::replacing(field::USER),
    Field::replacing(field::POLICY_NAME),
    Field::in_place(field::POLICY).deciding(Access::Policy(PolicyPurpose::Identity)),
];

#[derive(Debug)]
pub(crate) struct UserPolicy;

/// A text among fields.
fn text(fields: &Attributes, field: FieldName) -> &str {
    fields.text(field).unwrap_or_default()
}

impl Kind for UserPolicy {
    basics! {
        name: kind::USER_POLICY,
        about: "An inline policy of an IAM user that exists already. The user's other policies are left alone.",
        spec: declare::UserPolicySpec,
        fields: FIELDS,
        arn: None,
        offline: Offline::Known(offline::DETAILS),
    }

    fn policies(&self, _: &serde_json::Value) -> Vec<String> {
        vec![format!("/{}", field::POLICY)]
    }

    fn survey_key(&self, resource: &Resource) -> BTreeSet<String> {
        let text = |field| format!("{field}={}", text(&resource.attributes, field));
        [field::USER, field::POLICY_NAME].map(text).into()
    }

    fn export(&self) -> Option<&dyn Export> {
        Some(self)
    }

    fn preflight_errors(
        &self,
        desired: &Resource,
        observed: Option<&Observed>,
        _: &Quotas,
    ) -> Vec<PreflightError> {
        let missing = observed.is_some_and(|observed| observed.facts.no_user.is_some());
        let error = missing.then(|| PreflightError {
            code: "no-user",
            message: format!(
                "there is no user `{}`",
                text(&desired.attributes, field::USER)
            ),
            hint: "create the user first, or correct `user`".to_owned(),
        });
        error.into_iter().collect()
    }

    /// The user exists, with the policy where that was seen.
    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        let (fields, is_there) = match what {
            Planted::Seen { attributes, .. } => (*attributes, true),
            Planted::Declared {
                resource,
                is_seen: false,
            } => (&resource.attributes, false),
            Planted::Declared { .. } | Planted::Named { .. } => return,
        };
        let name = text(fields, field::USER);
        if name.is_empty() {
            return;
        }
        let user = seed.user(name);
        if let Some(policy) = fields.value(field::POLICY).filter(|_| is_there) {
            let name = text(fields, field::POLICY_NAME);
            user.field(field::INLINE_POLICIES, Some(name), policy);
        }
    }

    fn is_identity(&self, _: &str, fields: &Attributes, identity: &str) -> bool {
        Caller::user_of(identity) == fields.text(field::USER) && fields.text(field::USER).is_some()
    }

    /// A policy that was put under the name since is read again by the run, before its first call.
    fn precondition(&self, _: &Lowering<'_>, _: Option<&Observed>) -> Option<Condition> {
        None
    }
}
