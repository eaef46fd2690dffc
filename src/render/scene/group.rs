//! Changes that are alike are shown as one: the instances of a document that all get the same profile. How one is
//! shown stands in `change`.

use crate::model::Address;
use crate::plan::{Change, Edit};

/// The changes in their order, those that only differ in their member together.
pub(super) fn groups<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<Vec<&'a Change>> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| alike(first, change)) => {
                group.push(change);
            }
            _ => groups.push(vec![change]),
        }
    }
    groups
}

fn alike(one: &Change, other: &Change) -> bool {
    let has_member = |change: &Change| change.address.member.is_some();
    has_member(one) && has_member(other) && shown(one) == shown(other)
}

/// All that is shown of a change but its member, its place and its instances.
fn shown(change: &Change) -> impl PartialEq {
    let Change {
        address: Address {
            kind,
            name,
            member: _,
        },
        action,
        place: _,
        references: _,
        reasons,
        edits,
        instances: _,
        gap,
        access,
        risk,
        alarms,
    } = change;
    let edits: Vec<_> = edits.iter().map(values).collect();
    let what = (kind, name, action, risk, alarms);
    (what, reasons, gap, access, edits)
}

fn values(edit: &Edit) -> impl PartialEq {
    let Edit {
        path,
        before,
        after,
        forces_replacement,
        place: _,
    } = edit;
    (path, before, after, forces_replacement)
}
