//! The kind InstanceProfile: the container through which EC2 instances get a role.

mod calls;
mod declare;
mod export;
mod grants;
mod offline;
mod plant;
mod survey;

use crate::cloud::Condition;
use crate::kinds::{
    Access, ArnShape, Export, Field, Grant, GrantRequest, Kind, Lowering, Offline, Planted, Seed,
    basics,
};
use crate::model::{Action, FieldPath, Observed, field, kind};

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
    basics! {
        name: kind::INSTANCE_PROFILE,
        about: "The container through which EC2 instances get a role. It holds at most one.",
        spec: declare::InstanceProfileSpec,
        fields: FIELDS,
        arn: Some(ARN),
        offline: Offline::Known(offline::DETAILS),
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
                "EC2 goes on with the former role's credentials for up to one hour, and they work as long as that role is there; an association with another profile takes effect at once",
            ),
            _ => None,
        }
    }

    fn quota(&self) -> Option<(&'static str, &'static str)> {
        Some(("InstanceProfiles", "InstanceProfilesQuota"))
    }

    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::for_owned(asked)
    }

    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        plant::plant(what, seed);
    }

    fn precondition(&self, lowering: &Lowering<'_>, found: Option<&Observed>) -> Option<Condition> {
        Some(calls::tagged(lowering).precondition(found))
    }
}
