//! The kind BucketDeny: one statement in the policy of a bucket that exists already, which denies somebody something. The
//! bucket, and the other statements of its policy, are nobody's here.

mod calls;
mod declare;
mod grants;
mod lock_out;
mod preflight_errors;
mod spec;
mod survey;

use std::collections::BTreeSet;

use crate::cloud::Condition;
use crate::kinds::basics;
use crate::kinds::seed::BUCKETS;
use crate::kinds::{Access, Export, Field, Kind, Lowering, Offline, Planted, PreflightError, Seed};
use crate::model::{Action, Attributes, FactName, Observed, Quotas, Resource, fact, field, kind};
use crate::policy::{Document, PolicyPurpose};

/// The bucket says which policy is meant, so that another one is another resource. All else is one statement.
static FIELDS: [Field; 2] = [
    Field::replacing(field::BUCKET),
    Field::in_place(field::STATEMENT).deciding(Access::Policy(PolicyPurpose::Resource)),
];

#[derive(Debug)]
pub(crate) struct BucketDeny;

fn bucket(fields: &Attributes) -> &str {
    fields.text(field::BUCKET).unwrap_or_default()
}

impl Kind for BucketDeny {
    basics! {
        name: kind::BUCKET_DENY,
        about: "A statement in the policy of an existing bucket that denies somebody something. The policy's other statements are left alone.",
        spec: spec::BucketDenySpec,
        fields: FIELDS,
        arn: None,
        offline: Offline::NotIam,
    }

    fn volatile_facts(&self) -> &'static [FactName] {
        // Others write their statements at any time; ours is merged into what is there then.
        &[fact::POLICY_TEXT]
    }

    fn survey_key(&self, resource: &Resource) -> BTreeSet<String> {
        BTreeSet::from([format!(
            "{}={}",
            field::BUCKET,
            bucket(&resource.attributes)
        )])
    }

    /// What is observed is the bucket, which is there before and after.
    fn action(&self, usual: Action, _: &Resource, observed: Option<&Observed>) -> Action {
        let is_there = observed.is_some_and(|one| one.attributes.has(field::STATEMENT));
        match usual {
            Action::Delete if !is_there => Action::Keep,
            Action::Update if !is_there => Action::Create,
            _ => usual,
        }
    }

    fn preflight_errors(
        &self,
        desired: &Resource,
        observed: Option<&Observed>,
        _: &Quotas,
    ) -> Vec<PreflightError> {
        preflight_errors::preflight_errors(desired, observed)
    }

    fn delete_blockers(&self, _: Option<&Resource>, observed: &Observed) -> Vec<PreflightError> {
        preflight_errors::unreadable(observed).into_iter().collect()
    }

    fn locks_out(&self, desired: &Resource, caller: &str) -> Option<String> {
        lock_out::locks_out(desired, caller)
    }

    /// Statements in a bucket's policy do not say whose they are.
    fn export(&self) -> Option<&dyn Export> {
        None
    }

    /// The bucket exists, with its policy byte for byte.
    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        let Planted::Seen {
            observed,
            attributes,
            ..
        } = what
        else {
            return;
        };
        let name = bucket(attributes);
        if name.is_empty() {
            return;
        }
        let policy = observed.facts.bucket_policy.as_deref();
        if let Some(policy) = policy {
            seed.name_principals(&Document::observed(policy));
        }
        let region = observed.facts.region.as_deref();
        let bucket = seed.entry(BUCKETS, name);
        bucket.set_some("region", region);
        bucket.set_some("policy", policy);
    }

    /// The policy is read and merged right before each call.
    fn precondition(&self, _: &Lowering<'_>, _: Option<&Observed>) -> Option<Condition> {
        None
    }
}
