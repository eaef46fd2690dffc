//! The kind InstanceProfile: the container through which EC2 instances get a role.

mod calls;
mod declare;
mod export;
mod grants;
mod offline;
mod plant;
mod survey;

use crate::cloud::Reads;
use crate::kinds::{
    Access, ArnShape, Declaration, Export, Field, Grant, GrantRequest, Kind, Lowering, Offline,
    Planted, Reading, Seed, Specification, StepDrafts, Survey,
};
use crate::model::{Action, FieldPath, KindName, Resource, field, kind};

pub(super) use declare::for_role;

pub(crate) const ARN: ArnShape = ArnShape {
    kind: kind::INSTANCE_PROFILE,
    resource_type: "instance-profile",
    path: field::PATH,
    is_principal: false,
};

/// There is no call that changes a profile's path (IAM API reference).
static FIELDS: [Field; 3] = [
    Field::replacing(field::PATH),
    Field::in_place(field::ROLE)
        .linking(kind::ROLE)
        .for_credentials()
        .deciding(Access::Holder),
    Field::in_place(field::TAGS),
];

#[derive(Debug)]
pub(crate) struct InstanceProfile;

impl Kind for InstanceProfile {
    fn name(&self) -> KindName {
        kind::INSTANCE_PROFILE
    }

    fn about(&self) -> &'static str {
        "The container through which EC2 instances get a role. It holds at most one."
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn schema(&self) -> schemars::Schema {
        schemars::schema_for!(declare::InstanceProfileSpec)
    }

    fn arn(&self) -> Option<ArnShape> {
        Some(ARN)
    }

    fn declare(&self, specification: &Specification<'_>) -> Declaration {
        declare::declare(specification)
    }

    fn survey<'a>(&'a self, reads: &'a dyn Reads, survey: &'a Survey<'a>) -> Reading<'a> {
        Box::pin(survey::survey(reads, survey))
    }

    fn export(&self) -> Option<&dyn Export> {
        Some(self)
    }

    fn serves_instances(&self) -> bool {
        true
    }

    /// A profile holds one role at a time, and its name can be taken again only when it is gone (IAM quotas; IAM API
    /// reference, CreateInstanceProfile).
    fn gap(&self, action: Action, changed: &[&FieldPath]) -> Option<&'static str> {
        match action {
            Action::Replace => Some(
                "they have no profile from its deletion until EC2 sees the new one, seconds as a rule; credentials they have already go on working",
            ),
            Action::Update if changed.iter().any(|path| path.field == field::ROLE) => Some(
                "they can fetch no credentials until EC2 sees the other role, seconds as a rule; those they have already go on working until they expire",
            ),
            _ => None,
        }
    }

    fn quota(&self) -> Option<(&'static str, &'static str)> {
        Some(("InstanceProfiles", "InstanceProfilesQuota"))
    }

    fn offline(&self) -> Offline {
        Offline::Known(offline::DETAILS)
    }

    fn grants(&self, resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::grants(resource, asked)
    }

    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::for_owned(asked)
    }

    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        plant::plant(what, seed);
    }

    fn drafts(&self, lowering: &Lowering<'_>) -> StepDrafts {
        calls::drafts(lowering)
    }
}
