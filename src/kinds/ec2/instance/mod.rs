//! The kind Instance: an EC2 instance that the stack launches. AWS knows no name of it: its tags say which
//! resource of which stack it is. Which profile it has is an InstanceAssociation's matter once it is launched.

mod calls;
mod declare;
mod export;
mod grants;
mod plant;
mod spec;
mod survey;
mod token;

use std::collections::BTreeSet;

use super::is_gone;
use crate::cloud::Condition;
use crate::kinds::{
    Export, Field, Grant, GrantRequest, Kind, Lowering, Offline, Planted, PreflightError, Seed,
    basics,
};
use crate::model::{
    Action, Attributes, FactName, Facts, FieldName, FieldPath, Observed, Quotas, Resource, fact,
    field, kind,
};
use crate::text;

/// The fields that are read only where they are declared.
const ONLY_IF_DECLARED: [FieldName; 6] = [
    field::KEY_NAME,
    field::SUBNET_ID,
    field::SECURITY_GROUP_IDS,
    field::USER_DATA,
    field::METADATA_OPTIONS,
    field::TERMINATION_PROTECTION,
];

/// What can change in place is what EC2 changes without stopping the instance (EC2 API reference,
/// ModifyInstanceAttribute, ModifyInstanceMetadataOptions).
static FIELDS: [Field; 11] = [
    Field::replacing(field::REGION),
    Field::replacing(field::IMAGE_ID),
    Field::replacing(field::INSTANCE_TYPE),
    Field::replacing(field::KEY_NAME),
    Field::replacing(field::SUBNET_ID),
    Field::in_place(field::SECURITY_GROUP_IDS),
    Field::replacing(field::USER_DATA),
    Field::at_creation(field::INSTANCE_PROFILE).linking(kind::INSTANCE_PROFILE),
    Field::in_place(field::METADATA_OPTIONS),
    Field::in_place(field::TERMINATION_PROTECTION),
    Field::in_place(field::TAGS),
];

#[derive(Debug)]
pub(crate) struct Instance;

impl Kind for Instance {
    basics! {
        name: kind::INSTANCE,
        about: "An EC2 instance that the stack launches.",
        spec: spec::InstanceSpec,
        fields: FIELDS,
        arn: None,
        offline: Offline::NotIam,
    }

    fn export(&self) -> Option<&dyn Export> {
        Some(self)
    }

    /// What EC2 chose by itself is not looked at, so that it matters what is declared at all.
    fn survey_key(&self, resource: &Resource) -> BTreeSet<String> {
        let paths = resource.attributes.keys();
        let asked = paths.filter(|path| ONLY_IF_DECLARED.contains(&path.field));
        let name = |path: &FieldPath| match path.field {
            field::METADATA_OPTIONS => path.to_string(),
            field => field.to_string(),
        };
        asked.map(name).collect()
    }

    /// An instance that is terminated, or soon will be, is there no more. It is only seen because the next one
    /// must not be taken for it.
    fn action(&self, usual: Action, _: &Resource, observed: Option<&Observed>) -> Action {
        match usual {
            Action::Delete if observed.is_some_and(is_gone) => Action::Keep,
            Action::Update | Action::Replace if observed.is_some_and(is_gone) => Action::Create,
            usual => usual,
        }
    }

    /// It is found by the tags that adopting would set.
    fn can_be_adopted(&self) -> bool {
        false
    }

    fn preflight_errors(
        &self,
        _: &Resource,
        observed: Option<&Observed>,
        _: &Quotas,
    ) -> Vec<PreflightError> {
        observed.and_then(twins).into_iter().collect()
    }

    fn delete_blockers(
        &self,
        desired: Option<&Resource>,
        observed: &Observed,
    ) -> Vec<PreflightError> {
        let protected = observed.facts.termination_protected
            && !desired.is_some_and(|desired| is_unprotected(&desired.attributes));
        let id = observed.id.as_deref().unwrap_or_default();
        let protected = protected.then(|| PreflightError {
            code: "termination-protected",
            message: format!("instance {id} is protected from termination"),
            hint: "declare it with `terminationProtection: false`, or lift the protection in EC2"
                .to_owned(),
        });
        twins(observed).into_iter().chain(protected).collect()
    }

    /// EC2 shows what was terminated for about an hour (EC2 user guide, "Terminate your instance"). That there is no more to
    /// see of it changes nothing: the token of the plan's launch is that of no other launch.
    fn is_expected_transition(&self, fact: FactName, before: &Facts, now: &Facts) -> bool {
        match fact {
            fact::PREDECESSORS => now.predecessors.is_subset(&before.predecessors),
            fact::INSTANCE_STATE => matches!(
                (
                    before.instance_state.as_deref(),
                    now.instance_state.as_deref()
                ),
                (Some("pending"), Some("running"))
                    | (Some("shutting-down"), Some("terminated") | None)
                    | (Some("terminated"), None)
            ),
            _ => false,
        }
    }

    /// EC2 knows a launch by its token for a while: one that is declared anew under the same name would be taken for the
    /// instance that was released (EC2 user guide, "Ensuring idempotency in Amazon EC2 API requests").
    fn release_warning(&self) -> Option<&'static str> {
        Some("declare another one under another name: EC2 would take its launch for this one's")
    }

    fn replacing_loses(&self) -> Option<&'static str> {
        Some("its disks and addresses")
    }

    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::for_owned(asked)
    }

    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        plant::plant(what, seed);
    }

    fn precondition(&self, lowering: &Lowering<'_>, found: Option<&Observed>) -> Option<Condition> {
        calls::precondition(lowering, found?)
    }
}

/// EC2's "Launch more like this" copies tags: then nobody but its user can say which one is meant.
fn twins(observed: &Observed) -> Option<PreflightError> {
    let twins = &observed.facts.twins;
    (!twins.is_empty()).then(|| PreflightError {
        code: "launched-twice",
        message: format!("instances {} all carry its tags", text::and_list(twins)),
        hint: format!(
            "take the tag `{}` from those that are not meant, or terminate them",
            crate::model::NAME_TAG
        ),
    })
}

/// Whether it is declared that the instance may be terminated.
fn is_unprotected(attributes: &Attributes) -> bool {
    attributes.flag(field::TERMINATION_PROTECTION) == Some(false)
}
