//! What the stack owns and no longer declares, and what stays beside the declaration.

use std::collections::BTreeSet;

use super::blast::Uses;
use super::decide::Decisions;
use super::{Action, Change, Note, NoteKind, compare};
use crate::kinds;
use crate::model::{Address, Desired, Live, Observed};

/// A change for each orphan: deleted when pruning, kept otherwise.
pub(super) fn changes(desired: &Desired, live: &Live, uses: &Uses<'_>, prune: bool) -> Vec<Change> {
    let owned = live
        .resources
        .iter()
        .filter(|(address, observed)| is_orphan(desired, address, observed));
    owned
        .map(|(address, observed)| {
            let kind = kinds::find(address.kind);
            let action = if prune { Action::Delete } else { Action::Keep };
            let edits = if prune {
                compare::deleted(kind, observed)
            } else {
                Vec::new()
            };
            let instances = uses.instances(kind, address, action, &edits);
            let reasons = vec!["the stack owns it and no longer declares it".to_owned()];
            Change {
                address: address.clone(),
                action,
                place: None,
                references: observed
                    .references
                    .iter()
                    .map(|one| one.target.clone())
                    .collect(),
                reasons,
                edits,
                instances,
                gap: None,
                access: None,
                risk: super::Risk::Cosmetic,
                alarms: BTreeSet::new(),
            }
        })
        .collect()
}

fn is_orphan(desired: &Desired, address: &Address, observed: &Observed) -> bool {
    let ours = observed.owner.as_deref() == Some(desired.stack.name.as_str());
    ours && !desired.resources.contains_key(address)
}

/// Everything worth knowing that changes nothing.
pub(super) fn notes(live: &Live, decisions: &Decisions) -> Vec<Note> {
    let mut notes = decisions.notes.clone();
    for change in &decisions.changes {
        if change.place.is_none() && change.action == Action::Keep {
            notes.push(Note {
                kind: NoteKind::Orphan,
                address: Some(change.address.clone()),
                message: format!(
                    "{} is owned by the stack but no longer declared; `--prune` deletes it",
                    change.address
                ),
                content: std::collections::BTreeMap::new(),
            });
        }
    }
    notes.extend(live.blind.iter().map(|sentence| Note {
        kind: NoteKind::Blind,
        address: None,
        message: format!("not looked at: {sentence}"),
        content: std::collections::BTreeMap::new(),
    }));
    notes.extend(live.unseen.iter().map(|(address, why)| Note {
        kind: NoteKind::Blind,
        address: Some(address.clone()),
        message: format!("nothing is planned for it: {why}"),
        content: std::collections::BTreeMap::new(),
    }));
    notes
}
