//! Changes that are alike are shown as one: the instances of a document that all get the same profile. How one is
//! shown stands in `change`.

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
    let Change {
        address,
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
    } = one;
    address.member.is_some()
        && other.address.member.is_some()
        && address.kind == other.address.kind
        && address.name == other.address.name
        && *action == other.action
        && *reasons == other.reasons
        && *gap == other.gap
        && *access == other.access
        && *risk == other.risk
        && *alarms == other.alarms
        && edits.len() == other.edits.len()
        && edits.iter().zip(&other.edits).all(|(a, b)| same_edit(a, b))
}

fn same_edit(one: &Edit, other: &Edit) -> bool {
    let Edit {
        path,
        before,
        after,
        forces_replacement,
        place: _,
    } = one;
    *path == other.path
        && *before == other.before
        && *after == other.after
        && *forces_replacement == other.forces_replacement
}
