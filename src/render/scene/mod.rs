//! What is shown of a plan, in which order and with which signs: the same for people at a terminal and in a browser. How it is
//! laid out is each form's own; words that stand alone are those of `words`.

mod change;
mod edit;
mod group;
mod headline;
mod notes;
mod policy;

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::in_order;
use crate::model::Address;
use crate::plan::{Action, Change, Plan, Step};
use crate::policy::Mark;

pub(crate) use change::{Access, ChangeScene};
pub(crate) use edit::{EditScene, Shown, diff_lines};
pub(crate) use headline::{Headline, Verdict};
pub(crate) use notes::{NoteScene, RolloutScene, notes};
pub(crate) use policy::{Named, Policy, Statement, Text};

/// A plan as it is shown.
pub(crate) struct Scene<'a> {
    pub(crate) headline: Headline<'a>,
    /// The riskiest first, those that are alike together.
    pub(crate) changes: Vec<ChangeScene<'a>>,
    pub(crate) rollouts: Vec<RolloutScene<'a>>,
    pub(crate) notes: Vec<(&'static str, Vec<NoteScene<'a>>)>,
    /// What stays as it is.
    pub(crate) kept: Vec<&'a Change>,
}

impl<'a> Scene<'a> {
    /// The scene of a plan. `destroy` says that it is one to delete everything.
    pub(crate) fn of(plan: &'a Plan, destroy: bool) -> Self {
        let is_kept = |change: &&Change| change.action == Action::Keep;
        let mut calls: BTreeMap<&Address, Vec<&Step>> = BTreeMap::new();
        for step in &plan.steps {
            calls.entry(&step.address).or_default().push(step);
        }
        Self {
            headline: Headline::of(plan, destroy),
            changes: (group::groups(in_order(plan).into_iter()).into_iter())
                .filter_map(|alike| ChangeScene::of(plan, alike, &calls))
                .collect(),
            rollouts: plan.rollouts.iter().map(RolloutScene::of).collect(),
            notes: notes(plan),
            kept: plan.changes.iter().filter(is_kept).collect(),
        }
    }
}

/// What becomes of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sign {
    Same,
    Added,
    Removed,
    Changed,
}

impl Sign {
    /// What stands before the thing.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Sign::Same => "",
            Sign::Added => "+",
            Sign::Removed => "-",
            Sign::Changed => "~",
        }
    }
}

impl From<Mark> for Sign {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Kept => Sign::Same,
            Mark::Added => Sign::Added,
            Mark::Removed => Sign::Removed,
        }
    }
}
