//! The kind InstanceProfile: the container through which EC2 instances get a role.

mod calls;
mod declare;
mod export;
mod grants;
mod survey;

use crate::cloud::Reads;
use crate::kinds::{
    Access, Declaration, ExportContext, ExportSearch, Exported, Field, Grant, GrantRequest, Kind,
    Looking, Lowering, Members, Specification, StepDrafts, Survey,
};
use crate::model::{Action, FieldPath, KindName, Resource, field, kind};

pub(super) use declare::for_role;

/// There is no call that changes a profile's path (IAM API reference).
static FIELDS: [Field; 3] = [
    Field::replacing(field::PATH),
    Field::in_place(field::ROLE)
        .for_credentials()
        .deciding(Access::Holder),
    Field::in_place(field::TAGS),
];

/// The kind.
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

    fn declare(&self, specification: &Specification<'_>) -> Declaration {
        declare::declare(specification)
    }

    fn survey<'a>(&'a self, reads: &'a dyn Reads, survey: &'a Survey<'a>) -> Looking<'a> {
        Box::pin(survey::survey(reads, survey))
    }

    fn choose<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Looking<'a> {
        Box::pin(export::choose(reads, search))
    }

    fn exported(&self, members: &Members<'_>, context: &ExportContext<'_>) -> Option<Exported> {
        let mut profiles = members.values();
        profiles
            .next()
            .map(|profile| export::exported(profile, context))
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

    fn grants(&self, resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::grants(resource, asked)
    }

    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::for_owned(asked)
    }

    fn drafts(&self, lowering: &Lowering<'_>) -> StepDrafts {
        calls::drafts(lowering)
    }
}
