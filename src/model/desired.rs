//! What should be: the stack and its resources with every expression evaluated and every reference resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Address, Attributes, FieldName, FieldPath, Rollout, Selector};
use crate::diagnostic::Place;

/// The whole declaration of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Desired {
    /// The stack.
    pub stack: Stack,
    /// Its resources.
    pub resources: BTreeMap<Address, Resource>,
}

/// The owner of everything declared in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The value of the ownership tag.
    pub name: String,
    /// The only account the stack may be applied to, when it says one.
    pub account_id: Option<String>,
    /// The region of the stack, when it says one.
    pub region: Option<String>,
    /// Whether owned resources that are no longer declared are deleted.
    pub prune: bool,
    /// Where the stack is declared; `None` when its name came from the command line.
    pub place: Option<Place>,
}

/// Whether a resource shall be there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Ensure {
    /// It shall be there, as declared.
    #[default]
    Present,
    /// It shall not be there.
    Absent,
}

/// Whether an existing resource without an owner may be taken over.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Adopt {
    /// An existing resource of the name is an error.
    #[default]
    Refuse,
    /// It is tagged as ours; nothing else changes in that run.
    Allow,
}

/// What happens to members of a collection that AWS has and the manifest does not declare.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// They are removed.
    #[default]
    Exclusive,
    /// They stay, and are shown.
    Additive,
    /// The collection is not managed at all; what is there is shown.
    Ignore,
}

/// One resource as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its name within the stack.
    pub address: Address,
    /// Where it is declared.
    pub place: Place,
    /// Its name in AWS (a role name, an instance id).
    pub live_name: String,
    /// Its region, for regional kinds; `None` means the run's own.
    pub region: Option<String>,
    /// Its fields. Ownership and stack tags are already among the tags.
    pub attributes: Attributes,
    /// Where single fields are declared.
    pub places: BTreeMap<FieldPath, Place>,
    /// The resources it names, by fields or expressions.
    pub references: BTreeSet<Reference>,
    /// How undeclared members of its collections are treated, by field; exclusive when not listed.
    pub modes: BTreeMap<FieldName, Mode>,
    /// Whether it shall be there.
    pub ensure: Ensure,
    /// Whether plans that delete or replace it are refused.
    pub protect: bool,
    /// Whether an existing, unowned resource of this name may be taken over.
    pub adopt: Adopt,
    /// The instances it is about, where they are not named by id.
    pub selector: Option<Selector>,
    /// How a change goes over its instances; all at once when it is not said.
    pub rollout: Option<Rollout>,
}

impl Resource {
    /// One that no document declares, with nothing but its name: its place is nowhere.
    pub fn undeclared(address: &Address, ensure: Ensure) -> Self {
        Self {
            address: address.clone(),
            place: Place {
                file: String::new(),
                line: 1,
                column: 1,
                length: 1,
            },
            live_name: address.name.clone(),
            region: None,
            attributes: Attributes::new(),
            places: BTreeMap::new(),
            references: BTreeSet::new(),
            modes: BTreeMap::new(),
            ensure,
            protect: false,
            adopt: Adopt::Refuse,
            selector: None,
            rollout: None,
        }
    }

    /// Whether it stands for the resources of the instances that it selects: one that is not yet known has
    /// no member.
    pub fn is_template(&self) -> bool {
        self.selector.is_some() && self.address.member.is_none()
    }

    /// The resource of the stack that launches the instance it is about, if one does.
    pub fn launched_by(&self) -> Option<&Address> {
        match &self.selector {
            Some(Selector::Launched(instance)) => Some(instance),
            Some(Selector::Tags { .. }) | None => None,
        }
    }
}

/// That one resource names another.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Reference {
    /// What is named.
    pub target: Address,
    /// Whether AWS needs the target to exist first. An ARN inside an identity policy is just text to AWS,
    /// so such a reference orders where it can and gives way where it would close a circle.
    pub required: bool,
}
