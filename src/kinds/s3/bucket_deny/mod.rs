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

use crate::cloud::Reads;
use crate::kinds::seed::BUCKETS;
use crate::kinds::{
    Access, ArnShape, BUCKET_POLICY, Declared, Export, Field, Grant, Kind, Lowering, Offline,
    Planted, PreflightError, Purpose, REGION, Reading, Seed, SpecProblem, Specification,
    StepDrafts, Survey,
};
use crate::model::{
    Action, Attributes, AwsScope, Desired, FieldPath, KindName, Observed, Quotas, Resource, Value,
    field, kind,
};
use crate::policy::{Document, PolicyPurpose};

/// The fact that there is no such bucket.
const NO_BUCKET: &str = "no-bucket";
/// The fact that the policy cannot be read, and why.
const UNREADABLE: &str = "unreadable-policy";

/// The bucket says which policy is meant, so that another one is another resource. All else is one statement.
static FIELDS: [Field; 2] = [
    Field::replacing(field::BUCKET),
    Field::in_place(field::STATEMENT).deciding(Access::Policy(PolicyPurpose::Resource)),
];

/// The kind.
#[derive(Debug)]
pub(crate) struct BucketDeny;

fn bucket(fields: &Attributes) -> &str {
    match fields.get(&FieldPath::new(field::BUCKET)) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

impl Kind for BucketDeny {
    fn name(&self) -> KindName {
        kind::BUCKET_DENY
    }

    fn about(&self) -> &'static str {
        "A statement in the policy of an existing bucket that denies somebody something. The policy's other statements are left alone."
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn volatile_facts(&self) -> &'static [&'static str] {
        // Others write their statements at any time; ours is merged into what is there then.
        &[BUCKET_POLICY]
    }

    fn schema(&self) -> schemars::Schema {
        schemars::schema_for!(spec::BucketDenySpec)
    }

    fn arn(&self) -> Option<ArnShape> {
        None
    }

    fn declare(
        &self,
        specification: &Specification<'_>,
    ) -> Result<Vec<Declared>, Vec<SpecProblem>> {
        declare::declare(specification)
    }

    fn survey<'a>(&'a self, reads: &'a dyn Reads, survey: &'a Survey<'a>) -> Reading<'a> {
        Box::pin(survey::survey(reads, survey))
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
        let statement = FieldPath::new(field::STATEMENT);
        let is_there =
            observed.is_some_and(|observed| observed.attributes.contains_key(&statement));
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

    fn offline(&self) -> Offline {
        Offline::NotIam
    }

    fn grants(
        &self,
        resource: &Resource,
        _: &Desired,
        setting: &AwsScope,
        purpose: Purpose,
    ) -> Vec<Grant> {
        grants::grants(resource, setting, purpose)
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
        let policy = observed.facts.get(BUCKET_POLICY).map(String::as_str);
        if let Some(policy) = policy {
            seed.name_principals(&Document::observed(policy));
        }
        let region = observed.facts.get(REGION).map(String::as_str);
        let bucket = seed.entry(BUCKETS, name);
        bucket.set_some("region", region);
        bucket.set_some("policy", policy);
    }

    fn drafts(&self, lowering: &Lowering<'_>) -> StepDrafts {
        calls::drafts(lowering)
    }
}
