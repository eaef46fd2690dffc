//! Whether the account has room for what a plan makes. A resource's own limits are its kind's.

use std::collections::BTreeMap;

use super::decide::Decisions;
use super::{Action, Note, NoteKind};
use crate::diagnostic::{Diagnostic, Problems};
use crate::kinds::{self, Kind};
use crate::model::{Address, Desired, KindName, Live};

/// How many resources of a kind there are, will be for a moment, and may be.
struct Room<'a> {
    kind: &'static dyn Kind,
    created: Vec<&'a Address>,
    /// With all that is made, before anything is deleted: steps of different resources go in any order.
    most: u64,
    /// When all is done.
    last: u64,
    quota: u64,
}

/// Kinds of which there would be too many.
pub(super) fn problems(desired: &Desired, live: &Live, decisions: &Decisions) -> Problems {
    rooms(live, decisions)
        .filter(|room| room.last > room.quota)
        .map(|room| {
            let place = desired
                .resources
                .get(room.created[0])
                .map(|resource| resource.place.clone());
            let message = format!(
                "the account would have {} resources of kind {}; its quota is {}",
                room.last,
                room.kind.name(),
                room.quota
            );
            let hint = "delete some, or ask AWS for a higher quota (Service Quotas, IAM)";
            Diagnostic::error("over-quota", message)
                .at(place)
                .hint(hint)
        })
        .collect()
}

/// Kinds of which there would be too many until the deletions are done.
pub(super) fn notes(live: &Live, decisions: &Decisions) -> Vec<Note> {
    rooms(live, decisions)
        .filter(|room| room.last <= room.quota && room.most > room.quota)
        .map(|room| Note {
            kind: NoteKind::Warning,
            address: None,
            message: format!(
                "the account may have up to {} resources of kind {} before the deletions are done; its quota is {}, so that creating may fail: run again then, or delete in a run before",
                room.most,
                room.kind.name(),
                room.quota
            ),
            content: BTreeMap::new(),
        })
        .collect()
}

fn rooms<'a>(live: &'a Live, decisions: &'a Decisions) -> impl Iterator<Item = Room<'a>> {
    kinds::ALL.into_iter().filter_map(|kind| {
        let (used, quota) = kind.quota()?;
        let (used, quota) = (*live.quotas.get(used)?, *live.quotas.get(quota)?);
        let created = addresses(decisions, kind.name(), Action::Create);
        let deleted = addresses(decisions, kind.name(), Action::Delete);
        let most = used + created.len() as u64;
        (!created.is_empty()).then(|| Room {
            kind,
            created,
            most,
            last: most.saturating_sub(deleted.len() as u64),
            quota,
        })
    })
}

fn addresses(decisions: &Decisions, kind: KindName, action: Action) -> Vec<&Address> {
    let changes = decisions.changes.iter();
    changes
        .filter(|change| change.action == action && change.address.kind == kind)
        .map(|change| &change.address)
        .collect()
}
