//! The plan as data: what changes, field by field, and what is worth knowing beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Gap, Risk, RiskFlag, Step, Waves};
use crate::access::AccessDiff;
use crate::diagnostic::Place;
use crate::model::{Action, Address, AwsScope, Caller, FieldPath, Instance, Value};

/// One field's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// Which field.
    pub path: FieldPath,
    /// The live value; `None` when there is none.
    pub before: Option<Value>,
    /// The declared value; `None` when it goes.
    pub after: Option<Value>,
    /// Whether this edit is why the resource is replaced.
    pub forces_replacement: bool,
    /// Where the field is declared, when it is.
    pub place: Option<Place>,
}

/// What happens to one resource, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// Which resource.
    pub address: Address,
    /// What happens to it.
    pub action: Action,
    /// Where it is declared; `None` for one that no longer is.
    pub place: Option<Place>,
    /// The resources it names or named, in the stack or beside it: what is drawn as arrows.
    pub references: BTreeSet<Address>,
    /// Why, where the edits do not say it: one sentence each.
    pub reasons: Vec<String>,
    /// The fields that change, in the order of the kind's fields.
    pub edits: Vec<Edit>,
    /// The instances whose credentials it changes.
    pub instances: Vec<Instance>,
    /// What running instances have to do without while it is made.
    pub gap: Option<Gap>,
    /// What it gives and takes; `None` where access is not touched, or comes or goes with the whole resource.
    pub access: Option<Box<AccessDiff>>,
    /// The worst that can be said of it.
    pub risk: Risk,
    /// What a run can be told to stop for.
    pub alarms: BTreeSet<RiskFlag>,
}

/// What a note is about: decides how it is drawn.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// A policy on one of our roles that the manifests do not declare, and that stays.
    Undeclared,
    /// A resource we own and no longer declare, and that stays.
    Orphan,
    /// Something the survey could not see.
    Blind,
    /// Anything else worth a look.
    Warning,
}

/// Something a reviewer should know that changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// Which resource, when it is one.
    pub address: Option<Address>,
    /// One sentence.
    pub message: String,
    /// The content in question, by field (an undeclared policy's document).
    pub content: BTreeMap<String, Value>,
}

/// The whole plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[must_use]
pub struct Plan {
    /// The stack it is for.
    pub stack: String,
    /// Account, partition and region.
    pub setting: AwsScope,
    /// Who looked, and would apply.
    pub caller: Caller,
    /// What happens, resource by resource, kept ones included, in the order of the graph.
    pub changes: Vec<Change>,
    /// The waves in which many resources change.
    pub rollouts: Vec<Waves>,
    /// What else to know.
    pub notes: Vec<Note>,
    /// The calls that do it. Nothing is left to decide.
    pub steps: Vec<Step>,
}

/// How many resources a plan treats in which way.
pub type Counts = BTreeMap<Action, usize>;

impl Plan {
    /// The changes that are not [`Action::Keep`].
    pub fn effective(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.action != Action::Keep)
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.effective().next().is_none()
    }

    /// How many changes by the worst that can be said of them.
    pub fn risks(&self) -> BTreeMap<Risk, usize> {
        let mut risks = BTreeMap::new();
        for change in self.effective() {
            *risks.entry(change.risk).or_default() += 1;
        }
        risks
    }

    /// How many resources by action.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for change in &self.changes {
            *counts.entry(change.action).or_default() += 1;
        }
        counts
    }
}
