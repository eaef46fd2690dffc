//! One change, or several that are alike: what, where it is declared, why, the fields, what it means for access, and whose
//! credentials it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{EditScene, Sign};
use crate::access::{AccessChange, AccessDiff, Direction, Known, Subject, sentence};
use crate::diagnostic::Place;
use crate::model::{Action, Address};
use crate::plan::{Change, Gap, Plan, Risk, RiskFlag, Step};
use crate::render::words::{access_head, instance, names};
use crate::text::count;

/// Changes that are shown as one.
pub(crate) struct ChangeScene<'a> {
    /// All of them; they differ in their member only.
    pub(crate) alike: Vec<&'a Change>,
    pub(crate) address: &'a Address,
    /// The address of one, or the document of several.
    pub(crate) name: String,
    pub(crate) action: Action,
    pub(crate) risk: Risk,
    pub(crate) flags: &'a BTreeSet<RiskFlag>,
    pub(crate) place: Option<&'a Place>,
    pub(crate) reasons: &'a [String],
    pub(crate) edits: Vec<EditScene<'a>>,
    pub(crate) access: Option<Access<'a>>,
    /// The instances whose credentials it changes.
    pub(crate) instances: Vec<String>,
    /// For how many running instances there is a gap, and what it means.
    pub(crate) gap: Option<(String, &'a str)>,
    /// The calls that make it, resource by resource.
    pub(crate) calls: Vec<&'a Step>,
}

/// What a change means for access.
pub(crate) struct Access<'a> {
    pub(crate) head: &'static str,
    /// What is gained, then what is lost, with the actions that patterns stand for; plain names say it themselves.
    pub(crate) lines: Vec<(Sign, String, Option<&'a Known>)>,
}

impl<'a> ChangeScene<'a> {
    /// None for no changes at all.
    pub(super) fn of(
        plan: &'a Plan,
        alike: Vec<&'a Change>,
        calls: &BTreeMap<&Address, Vec<&'a Step>>,
    ) -> Option<Self> {
        let Change {
            address,
            action,
            place,
            references: _,
            reasons,
            edits,
            instances: _,
            gap,
            access,
            risk,
            alarms,
        } = *alike.first()?;
        let partition = plan.setting.partition.name();
        let instances = alike.iter().flat_map(|one| &one.instances);
        let calls = alike.iter().filter_map(|one| calls.get(&one.address));
        Some(Self {
            address,
            name: names(address, alike.len()),
            action: *action,
            risk: *risk,
            flags: alarms,
            place: place.as_ref(),
            reasons,
            edits: (edits.iter())
                .map(|one| EditScene::of(*action, one, partition))
                .collect(),
            access: access.as_deref().map(Access::of),
            instances: instances.map(instance).collect(),
            gap: gap.as_ref().map(|Gap { meaning, instances }| {
                let whom = count(instances.len(), "running instance");
                (whom, meaning.as_str())
            }),
            calls: calls.flatten().copied().collect(),
            alike,
        })
    }

    /// Whether it takes something away for good.
    pub(crate) fn destroys(&self) -> bool {
        matches!(
            self.action,
            Action::Delete | Action::Replace | Action::Detach
        )
    }
}

impl<'a> Access<'a> {
    fn of(diff: &'a AccessDiff) -> Self {
        let AccessDiff { gained, lost } = diff;
        let gained = gained
            .iter()
            .map(|one| (Sign::Added, Direction::Gained, one));
        let lost = lost.iter().map(|one| (Sign::Removed, Direction::Lost, one));
        Self {
            head: access_head(diff),
            lines: (gained.chain(lost))
                .map(|(sign, direction, one)| (sign, sentence(one, direction), known(one)))
                .collect(),
        }
    }
}

fn known(change: &AccessChange) -> Option<&Known> {
    let (Subject::Permission(permission)
    | Subject::Trust(permission)
    | Subject::Denial(permission)) = &change.subject
    else {
        return None;
    };
    (permission.known.names != permission.actions.any).then_some(&permission.known)
}
