//! A plan narrowed to what the user names: with all that it needs, and without all that needs what is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decisions;
use super::{Action, Change, Note, NoteKind, PlanOptions};
use crate::diagnostic::{Diagnostic, Problems, did_you_mean};
use crate::model::{Address, Desired, Resource};
use crate::text;

/// Leaves out what is not named, or excluded; says what was taken along and what was left out.
pub(super) fn narrow(
    decisions: &mut Decisions,
    declared: &Desired,
    wishes: &PlanOptions,
) -> Result<Vec<Note>, Problems> {
    let PlanOptions {
        targets, excludes, ..
    } = wishes;
    if targets.is_empty() && excludes.is_empty() {
        return Ok(Vec::new());
    }
    known(decisions, declared, targets, "--target").map_err(Problems::from)?;
    known(decisions, declared, excludes, "--exclude").map_err(Problems::from)?;
    let changes = &decisions.changes;
    let all: Vec<&Address> = changes.iter().map(|change| &change.address).collect();
    let kept = within(&all, &Needs::of(changes), wishes);
    let mut notes = Vec::new();
    if !targets.is_empty() {
        notes.extend(taken_along(decisions, targets, &kept));
    }
    notes.extend(leave_out(decisions, &kept));
    Ok(notes)
}

/// A document's name means all the instances that it stands for.
fn is_meant(name: &Address, address: &Address) -> bool {
    let Address {
        kind,
        name: one,
        member,
    } = name;
    *kind == address.kind && *one == address.name && (member.is_none() || *member == address.member)
}

/// What of a declaration can be part of the plan: what is wrong with the rest stops nobody.
pub(super) fn wanted(desired: &Desired, wishes: &PlanOptions) -> BTreeSet<Address> {
    let mut needs = Needs::default();
    for resource in desired.resources.values() {
        for reference in &resource.references {
            needs.add(&resource.address, &reference.target);
        }
    }
    let all: Vec<&Address> = desired.resources.keys().collect();
    within(&all, &needs, wishes)
}

/// What the wishes leave of some resources: the targets with what they need, without the exclusions and what needs those.
fn within(all: &[&Address], needs: &Needs, wishes: &PlanOptions) -> BTreeSet<Address> {
    let PlanOptions {
        targets, excludes, ..
    } = wishes;
    let named = |names: &BTreeSet<Address>| -> BTreeSet<Address> {
        let all = all.iter().copied();
        let meant = all.filter(|address| names.iter().any(|name| is_meant(name, address)));
        meant.cloned().collect()
    };
    let wanted = if targets.is_empty() {
        all.iter().copied().cloned().collect()
    } else {
        closure(named(targets), &needs.needed)
    };
    let unwanted = closure(named(excludes), &needs.needing);
    wanted.difference(&unwanted).cloned().collect()
}

/// Whether the user has left a resource out by name.
pub(super) fn is_excluded(address: &Address, wishes: &PlanOptions) -> bool {
    wishes.excludes.iter().any(|name| is_meant(name, address))
}

/// A document is known by its name whether or not it stands for any instance today.
fn known(
    decisions: &Decisions,
    declared: &Desired,
    names: &BTreeSet<Address>,
    option: &str,
) -> Result<(), Diagnostic> {
    let changes = &decisions.changes;
    let planned = |name: &Address| changes.iter().any(|change| is_meant(name, &change.address));
    let unknown = |name: &&Address| !declared.resources.contains_key(*name) && !planned(name);
    let Some(name) = names.iter().find(unknown) else {
        return Ok(());
    };
    let all: Vec<String> = changes
        .iter()
        .map(|change| change.address.to_string())
        .collect();
    let near = did_you_mean(&name.to_string(), all.iter().map(String::as_str));
    let message = format!("{option}: the plan knows no {name}");
    let hint = near.unwrap_or_else(|| "`plan --verbose` lists all that it knows".to_owned());
    Err(Diagnostic::error("unknown-target", message).hint(hint))
}

/// What has to be done together, either way round.
#[derive(Default)]
struct Needs {
    needed: BTreeMap<Address, BTreeSet<Address>>,
    needing: BTreeMap<Address, BTreeSet<Address>>,
}

impl Needs {
    /// What is made needs what it refers to; what goes needs all that refers to it and goes as well.
    fn of(changes: &[Change]) -> Self {
        let goes: BTreeMap<&Address, bool> = changes
            .iter()
            .map(|change| {
                (
                    &change.address,
                    matches!(change.action, Action::Delete | Action::Detach),
                )
            })
            .collect();
        let mut needs = Self::default();
        for change in changes {
            for target in &change.references {
                let (Some(here), Some(there)) = (goes.get(&change.address), goes.get(target))
                else {
                    continue;
                };
                // What stays, or is not there any more, does not need that something else goes.
                if !here && !there {
                    needs.add(&change.address, target);
                }
                if *there {
                    needs.add(target, &change.address);
                }
            }
        }
        needs
    }

    fn add(&mut self, one: &Address, needed: &Address) {
        let of = |map: &mut BTreeMap<Address, BTreeSet<Address>>, from: &Address, to: &Address| {
            map.entry(from.clone()).or_default().insert(to.clone());
        };
        of(&mut self.needed, one, needed);
        of(&mut self.needing, needed, one);
    }
}

fn closure(
    from: BTreeSet<Address>,
    along: &BTreeMap<Address, BTreeSet<Address>>,
) -> BTreeSet<Address> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<Address> = from.into_iter().collect();
    while let Some(address) = open.pop() {
        if reached.insert(address.clone()) {
            open.extend(along.get(&address).into_iter().flatten().cloned());
        }
    }
    reached
}

fn taken_along(
    decisions: &Decisions,
    targets: &BTreeSet<Address>,
    kept: &BTreeSet<Address>,
) -> Option<Note> {
    let changes = decisions.changes.iter();
    let along = changes.filter(|change| {
        change.action != Action::Keep
            && kept.contains(&change.address)
            && !targets.iter().any(|name| is_meant(name, &change.address))
    });
    note(
        along.map(|change| change.address.to_string()),
        "taken along, because the targets need",
    )
}

/// What is left out stays as it is.
fn leave_out(decisions: &mut Decisions, kept: &BTreeSet<Address>) -> Option<Note> {
    let Decisions {
        changes,
        resolved,
        carried,
        renewed,
        relinked,
        notes: _,
    } = decisions;
    let mut left = Vec::new();
    // What would have gone with an instance that is left out has to go by itself.
    let goes_alone = |address: &Address| {
        let instance = resolved.get(address).and_then(Resource::launched_by);
        instance.is_some_and(|instance| !kept.contains(instance))
    };
    for change in changes.iter_mut() {
        if goes_alone(&change.address) && carried.remove(&change.address) {
            // That it goes with the instance.
            change.reasons.pop();
        }
    }
    for change in changes
        .iter_mut()
        .filter(|change| !kept.contains(&change.address))
    {
        let address = &change.address;
        resolved.remove(address);
        carried.remove(address);
        renewed.remove(address);
        relinked.remove(address);
        if change.action != Action::Keep {
            left.push(address.to_string());
            change.action = Action::Keep;
            change.edits.clear();
            change.instances.clear();
            change.reasons = vec!["it was left out of the plan".to_owned()];
        }
    }
    note(
        left.into_iter(),
        "left out of this plan, and not as declared:",
    )
}

fn note(names: impl Iterator<Item = String>, words: &str) -> Option<Note> {
    const NAMED: usize = 10;
    let mut names: Vec<String> = names.collect();
    if names.is_empty() {
        return None;
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(text::count(more, "other"));
    }
    Some(Note {
        kind: NoteKind::Warning,
        address: None,
        message: format!("{words} {}", text::and_list(&names)),
        content: BTreeMap::new(),
    })
}
