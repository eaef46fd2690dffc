//! Whose credentials a change touches: from a role to the profiles that hold it to the instances that use them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Change, Edit, Note, NoteKind};
use crate::kinds::{self, Kind};
use crate::model::{Address, Instance, Live};
use crate::text;

/// Who names whom in AWS, so that a plan of thousands of changes looks each up instead of searching.
pub(super) struct Uses<'a> {
    live: &'a Live,
    holders: BTreeMap<&'a Address, Vec<&'a Address>>,
}

impl<'a> Uses<'a> {
    pub(super) fn of(live: &'a Live) -> Self {
        let mut holders: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
        for (holder, observed) in &live.resources {
            for reference in &observed.references {
                holders.entry(&reference.target).or_default().push(holder);
            }
        }
        Self { live, holders }
    }

    /// The live resources that name another one.
    pub(super) fn holders(&self, address: &Address) -> impl Iterator<Item = &'a Address> {
        self.holders.get(address).into_iter().flatten().copied()
    }

    /// The instances whose credentials a change touches, by id.
    pub(super) fn instances(
        &self,
        kind: &dyn Kind,
        address: &Address,
        action: Action,
        edits: &[Edit],
    ) -> Vec<Instance> {
        let stays = matches!(action, Action::Keep | Action::Adopt);
        if stays || !concerns_credentials(kind, edits) {
            return Vec::new();
        }
        let mut found = BTreeMap::new();
        if let Some(id) = self.instance(address) {
            found.insert(id.to_owned(), self.own(id, address));
        }
        self.collect(address, &mut BTreeSet::new(), &mut found);
        found.into_values().collect()
    }

    /// The id of the instance that a resource is about, or is.
    fn instance<'r>(&'r self, address: &'r Address) -> Option<&'r str> {
        let observed = self.live.resources.get(address);
        let is_one = observed.filter(|observed| observed.facts.instance_state.is_some());
        let id = is_one.and_then(|observed| observed.id.as_deref());
        address.member.as_deref().or(id)
    }

    /// The instance that a resource itself is about.
    fn own(&self, id: &str, address: &Address) -> Instance {
        let observed = self.live.resources.get(address);
        let state = observed.and_then(|observed| observed.facts.instance_state.as_ref());
        Instance {
            id: id.to_owned(),
            state: state.cloned(),
            region: observed.and_then(|observed| observed.facts.region.clone()),
        }
    }

    fn collect(
        &self,
        address: &Address,
        seen: &mut BTreeSet<Address>,
        found: &mut BTreeMap<String, Instance>,
    ) {
        if !seen.insert(address.clone()) {
            return;
        }
        for instance in self.live.users.get(address).into_iter().flatten() {
            found.insert(instance.id.clone(), instance.clone());
        }
        for holder in self
            .holders(address)
            .filter(|holder| holder.member.is_none())
        {
            self.collect(holder, seen, found);
        }
    }
}

/// Profiles and roles are the same in all regions, instances are not: what goes may be in use elsewhere.
pub(super) fn elsewhere(changes: &[Change], live: &Live, uses: &Uses<'_>) -> Option<Note> {
    let serves = |address: &Address| kinds::find(address.kind).serves_instances();
    let goes = |change: &&Change| matches!(change.action, Action::Delete | Action::Replace);
    let mut going = changes.iter().filter(goes).map(|change| &change.address);
    let concerns = going.any(|address| serves(address) || uses.holders(address).any(serves));
    (concerns && live.unseen_users.is_none()).then(|| Note {
        kind: NoteKind::Warning,
        address: None,
        message: format!(
            "instances of other regions were not looked at: only {}",
            text::and_list(&live.regions.iter().collect::<Vec<_>>())
        ),
        content: BTreeMap::new(),
    })
}

fn concerns_credentials(kind: &dyn Kind, edits: &[Edit]) -> bool {
    edits.iter().any(|edit| {
        let field = kinds::field(kind.name(), edit.path.field);
        field.is_some_and(|field| field.credentials)
    })
}
