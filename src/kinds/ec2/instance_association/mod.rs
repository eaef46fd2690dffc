//! The kind InstanceAssociation: which instance profile an EC2 instance has. One document stands for one
//! association per instance.

mod calls;
mod declare;
mod export;
mod grants;
mod spec;
mod survey;

use super::is_gone;
use crate::cloud::Condition;
use crate::kinds::{
    Access, Export, Field, Kind, Lowering, Offline, Planted, PreflightError, Seed, basics,
};
use crate::model::{
    Action, Attributes, Desired, FactName, Facts, Observed, Quotas, Resource, fact, field, kind,
};

pub(super) use declare::with_launch;
pub(super) use survey::{described, filter, instances};

static FIELDS: [Field; 1] = [Field::in_place(field::INSTANCE_PROFILE)
    .linking(kind::INSTANCE_PROFILE)
    .for_credentials()
    .deciding(Access::Holder)];

#[derive(Debug)]
pub(crate) struct InstanceAssociation;

impl Kind for InstanceAssociation {
    basics! {
        name: kind::INSTANCE_ASSOCIATION,
        about: "Which instance profile EC2 instances have.",
        spec: spec::InstanceAssociationSpec,
        fields: FIELDS,
        arn: None,
        offline: Offline::NotIam,
    }

    fn export(&self) -> Option<&dyn Export> {
        Some(self)
    }

    /// What is observed is the instance, which is there before and after.
    fn action(&self, usual: Action, desired: &Resource, observed: Option<&Observed>) -> Action {
        let had = observed.and_then(|observed| profile(&observed.attributes));
        let wanted = profile(&desired.attributes);
        match (usual, had, wanted) {
            (Action::Delete, None, _) => Action::Keep,
            (Action::Delete, Some(had), Some(wanted)) if had != wanted => Action::Keep,
            (Action::Delete, Some(_), _) if observed.is_some_and(is_gone) => Action::Keep,
            (Action::Delete, Some(_), _) => Action::Detach,
            (Action::Update, None, _) => Action::Create,
            _ => usual,
        }
    }

    /// An instance that starts swaps its profile in place as one that runs does.
    fn is_expected_transition(&self, fact: FactName, before: &Facts, now: &Facts) -> bool {
        let states = [before, now].map(|facts| facts.instance_state.as_deref());
        fact == fact::INSTANCE_STATE && states == [Some("pending"), Some("running")]
    }

    fn preflight_errors(
        &self,
        desired: &Resource,
        observed: Option<&Observed>,
        _: &Quotas,
    ) -> Vec<PreflightError> {
        let instance = &desired.live_name;
        // What becomes of an instance of the stack is its own resource's to say; EC2 may show each of them another
        // moment of it.
        if desired.launched_by().is_some() {
            return Vec::new();
        }
        let Some(observed) = observed else {
            if desired.is_template() {
                return Vec::new();
            }
            return vec![PreflightError {
                code: "no-such-instance",
                message: format!("instance {instance} does not exist"),
                hint: "check the id and the region".to_owned(),
            }];
        };
        if !is_gone(observed) {
            return Vec::new();
        }
        let state = state(observed);
        vec![PreflightError {
            code: "instance-terminated",
            message: format!("instance {instance} is {state}: it can never have a profile again"),
            hint: "remove it from the association".to_owned(),
        }]
    }

    fn unknown_grants(&self, resource: &Resource, desired: &Desired) -> Vec<String> {
        grants::unknown(resource, desired)
    }

    /// It is in the world as what its instance has.
    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        if let Planted::Seen {
            address,
            observed,
            attributes,
        } = what
            && let Some(id) = &address.member
        {
            let instance = seed.seen_instance(id, observed);
            if let Some(profile) = profile(attributes) {
                instance.associate(profile, observed.id.as_deref());
            }
        }
    }

    /// The association with the former profile is looked up right before each call; AWS refuses a second one.
    fn precondition(&self, _: &Lowering<'_>, _: Option<&Observed>) -> Option<Condition> {
        None
    }
}

fn profile(attributes: &Attributes) -> Option<&str> {
    let link = attributes.link(field::INSTANCE_PROFILE)?;
    Some(&link.name)
}

fn state(observed: &Observed) -> &str {
    observed.facts.instance_state.as_deref().unwrap_or_default()
}
