//! What happens to each resource: the action, its edits and its reasons, in the order of the graph.

use std::collections::{BTreeMap, BTreeSet};

use super::blast::Uses;
use super::undeclared::{members, removed_next, undeclared};
use super::{Action, Change, Note, PlanOptions, compare, orphan};
use crate::diagnostic::{Diagnostic, Problems};
use crate::graph::{Cycle, Graph};
use crate::kinds::{self, FieldChange, Kind, Renewal, tags};
use crate::model::{
    Address, Adopt, Desired, Ensure, FieldPath, Live, Observed, Resource, STACK_TAG, Value,
};

/// What was decided.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    /// Every resource, in order.
    pub changes: Vec<Change>,
    /// The declared resources that change, with their links resolved.
    pub resolved: BTreeMap<Address, Resource>,
    /// Resources that come and go with the instance they are about, so that they take no calls.
    pub carried: BTreeSet<Address>,
    /// Resources that are taken away and put back so that instances notice a change.
    pub renewed: BTreeMap<Address, Renewal>,
    /// Resources with a link to something that is made anew under the same name.
    pub relinked: BTreeSet<Address>,
    /// What stays although nobody declares it.
    pub notes: Vec<Note>,
}

/// One resource on its way to a decision.
struct Case<'a> {
    kind: &'static dyn Kind,
    desired: Resource,
    observed: Option<&'a Observed>,
    uses: &'a Uses<'a>,
    unseen: &'a BTreeMap<Address, String>,
    partition: &'a str,
    stack: &'a str,
    wishes: &'a PlanOptions,
}

/// Decides about every declared resource and every orphan.
pub(super) fn decide(
    desired: &Desired,
    live: &Live,
    uses: &Uses<'_>,
    wishes: &PlanOptions,
) -> Result<Decisions, Problems> {
    let mut decisions = Decisions::default();
    let mut remade: BTreeSet<Address> = BTreeSet::new();
    let mut gone: BTreeSet<Address> = BTreeSet::new();
    for address in order(desired, live, wishes)? {
        let Some(resource) = desired.resources.get(&address) else {
            continue;
        };
        // Whether it is there nobody knows: to make it would be a guess.
        if live.unseen.contains_key(&address) {
            continue;
        }
        let kind = kinds::find(address.kind);
        let observed = live.resources.get(&address);
        let (resolved, relinked) = resolve_links(resource, observed, live, &remade);
        let mut case = Case {
            kind,
            desired: resolved,
            observed,
            uses,
            unseen: &live.unseen,
            partition: live.setting.partition.name(),
            stack: &desired.stack.name,
            wishes,
        };
        let mut change = case.decide(&mut decisions.notes);
        match change.action {
            Action::Create | Action::Replace => drop(remade.insert(address.clone())),
            Action::Delete => drop(gone.insert(address.clone())),
            Action::Update | Action::Adopt | Action::Detach | Action::Keep => {}
        }
        if let Some(reason) = carried(resource, &change, &remade, &gone) {
            change.reasons.push(reason.to_owned());
            decisions.carried.insert(address.clone());
        }
        if relinked && change.action != Action::Keep {
            decisions.relinked.insert(address.clone());
        }
        if change.action != Action::Keep {
            decisions.resolved.insert(address, case.desired);
        }
        decisions.changes.push(change);
    }
    let prune = wishes.prune || wishes.destroy;
    decisions
        .changes
        .extend(orphan::changes(desired, live, uses, prune));
    Ok(decisions)
}

/// Why a resource takes no calls of its own, if it takes none: its instance is launched with it, or it goes
/// with its instance.
fn carried(
    resource: &Resource,
    change: &Change,
    remade: &BTreeSet<Address>,
    gone: &BTreeSet<Address>,
) -> Option<&'static str> {
    let instance = resource.launched_by()?;
    match change.action {
        Action::Keep if !remade.contains(instance) => None,
        Action::Create if remade.contains(instance) => Some("the instance is launched with it"),
        _ if remade.contains(instance) => {
            Some("the instance is launched anew with what is declared")
        }
        _ if gone.contains(instance) => Some("it goes with the instance"),
        _ => None,
    }
}

/// Resources in the order of what they need. A circle is an error that shows the way round only when none of
/// it is there: what exists can be named at once, whatever else happens to it.
fn order(desired: &Desired, live: &Live, wishes: &PlanOptions) -> Result<Vec<Address>, Problems> {
    let mut graph = Graph::new(desired.resources.keys().cloned());
    let pairs = |required: bool| {
        desired
            .resources
            .iter()
            .flat_map(move |(address, resource)| {
                let references = resource.references.iter();
                references
                    .filter(move |reference| reference.required == required)
                    .map(move |reference| (address, &reference.target))
            })
    };
    let is_there = |target: &Address| wishes.destroy || live.resources.contains_key(target);
    pairs(true)
        .filter(|(_, target)| !is_there(target))
        .for_each(|(address, target)| graph.need(address, target));
    pairs(true)
        .filter(|(_, target)| is_there(target))
        .for_each(|(address, target)| graph.prefer(address, target));
    pairs(false).for_each(|(address, target)| graph.prefer(address, target));
    graph.order().map_err(|cycle| circle(&cycle, desired))
}

fn circle(cycle: &Cycle<Address>, desired: &Desired) -> Problems {
    let Cycle(path) = cycle;
    let mut names: Vec<String> = path.iter().map(ToString::to_string).collect();
    names.extend(names.first().cloned());
    let place = |address: &Address| {
        desired
            .resources
            .get(address)
            .map(|resource| resource.place.clone())
    };
    let message = format!(
        "resources need each other in a circle: {}",
        names.join(" -> ")
    );
    let mut diagnostic = Diagnostic::error("cycle", message)
        .at(path.first().and_then(place))
        .hint("take one of the references out; a role cannot be a principal of a role that must exist before it");
    for address in path.iter().skip(1) {
        diagnostic = diagnostic.and_at(place(address), "needed here");
    }
    diagnostic.into()
}

/// Gives links the ids of what they name, as far as it exists and stays; tells whether any of them names
/// what it named before and what is made anew in this plan.
fn resolve_links(
    resource: &Resource,
    observed: Option<&Observed>,
    live: &Live,
    remade: &BTreeSet<Address>,
) -> (Resource, bool) {
    let mut resolved = resource.clone();
    let mut relinked = false;
    for (path, value) in resolved.attributes.iter_mut() {
        let Value::Link(link) = value else { continue };
        let Some(target) = &link.target else { continue };
        if remade.contains(target) {
            let before = observed.and_then(|observed| observed.attributes.get(path));
            relinked |= matches!(before, Some(Value::Link(before)) if before.name == link.name);
        } else {
            link.id = live
                .resources
                .get(target)
                .and_then(|observed| observed.id.clone());
        }
    }
    (resolved, relinked)
}

impl Case<'_> {
    fn decide(&mut self, notes: &mut Vec<Note>) -> Change {
        let ensure = if self.wishes.destroy {
            Ensure::Absent
        } else {
            self.desired.ensure
        };
        match (ensure, self.observed) {
            (Ensure::Absent, None) => self.change(Action::Keep, Vec::new(), Vec::new()),
            (Ensure::Absent, Some(_)) if self.was_never_made() => {
                let reason = "the stack declares it absent".to_owned();
                self.change(Action::Keep, Vec::new(), vec![reason])
            }
            (Ensure::Absent, Some(observed)) => self.absent(observed),
            (Ensure::Present, None) => {
                let edits = compare::created(self.kind, &self.desired);
                self.change(Action::Create, edits, Vec::new())
            }
            (Ensure::Present, Some(observed)) => self.present(observed, notes),
        }
    }

    /// Destroying undoes what the stack made. An association that was only declared absent is not its work.
    fn was_never_made(&self) -> bool {
        self.wishes.destroy && self.desired.ensure == Ensure::Absent && !self.is_taggable()
    }

    fn absent(&self, observed: &Observed) -> Change {
        let is_given = self.may_take(observed) && may_adopt(&self.desired, self.wishes, observed);
        if self.is_taggable() && is_given && !observed.service_linked && !self.wishes.destroy {
            return self.adopt_to_delete();
        }
        if self.is_taggable() && observed.owner.as_deref() != Some(self.stack) {
            let reason = "it is not owned by this stack".to_owned();
            return self.change(Action::Keep, Vec::new(), vec![reason]);
        }
        let action = self
            .kind
            .action(Action::Delete, &self.desired, Some(observed));
        let edits = if action == Action::Keep {
            Vec::new()
        } else {
            compare::deleted(self.kind, observed)
        };
        self.change(action, edits, Vec::new())
    }

    fn present(&mut self, observed: &Observed, notes: &mut Vec<Note>) -> Change {
        let mut comparison = compare::compare(self.kind, &self.desired, observed, self.partition);
        self.force_relinks(observed, &mut comparison);
        notes.extend(undeclared(&self.desired.address, &comparison.kept));
        if self.is_taggable() && self.may_take(observed) {
            notes.extend(removed_next(&self.desired.address, &comparison.edits));
            return self.adopt(comparison.edits);
        }
        let usual = if comparison.edits.is_empty() {
            Action::Keep
        } else if comparison.edits.iter().any(|edit| edit.forces_replacement) {
            Action::Replace
        } else {
            Action::Update
        };
        let action = match usual {
            Action::Keep => Action::Keep,
            usual => self.kind.action(usual, &self.desired, Some(observed)),
        };
        let reasons = match action {
            Action::Replace => self.take_along(comparison.kept),
            _ => Vec::new(),
        };
        let edits = match action {
            // What is seen is not the resource yet: it gets everything.
            Action::Create => compare::created(self.kind, &self.desired),
            _ => comparison.edits,
        };
        self.change(action, edits, reasons)
    }

    /// What is left alone does not outlive the resource it is on: what is made anew gets it back.
    fn take_along(&mut self, kept: BTreeMap<FieldPath, Value>) -> Vec<String> {
        if kept.is_empty() {
            return Vec::new();
        }
        let reason = format!(
            "it is made anew with {}, which the manifests do not declare",
            members(&kept)
        );
        self.desired.attributes.extend(kept);
        vec![reason]
    }

    /// A link to something that does not exist yet, or is made anew, always changes, whatever its name says.
    fn force_relinks(&self, observed: &Observed, comparison: &mut compare::Comparison) {
        for (path, after) in &self.desired.attributes {
            let Value::Link(link) = after else { continue };
            let target = link.target.as_ref();
            let is_seen = target.is_some_and(|target| !self.unseen.contains_key(target));
            let unknown = is_seen && link.id.is_none();
            let edited = comparison.edits.iter().any(|edit| edit.path == *path);
            if unknown && !edited && !self.is_only_for_making(path) {
                comparison.edits.push(super::Edit {
                    path: path.clone(),
                    before: observed.attributes.get(path).cloned(),
                    after: Some(after.clone()),
                    forces_replacement: false,
                    place: self.desired.places.get(path).cloned(),
                });
            }
        }
        let position = |edit: &super::Edit| {
            let mut fields = self.kind.fields().iter();
            fields.position(|field| field.name == edit.path.field)
        };
        comparison.edits.sort_by_key(position);
    }

    fn is_only_for_making(&self, path: &FieldPath) -> bool {
        let field = kinds::field(self.kind.name(), path.field);
        field.is_some_and(|field| field.change == FieldChange::AtCreation)
    }

    /// Adopting takes ownership and changes nothing else, so that the next plan shows what would.
    fn adopt(&self, later: Vec<super::Edit>) -> Change {
        let tag = FieldPath::member(tags::FIELD, STACK_TAG);
        let (now, later): (Vec<_>, Vec<_>) = later.into_iter().partition(|edit| edit.path == tag);
        let fields: Vec<String> = later
            .iter()
            .map(|edit| format!("`{}`", edit.path))
            .collect();
        let reason = if fields.is_empty() {
            "it is as declared otherwise".to_owned()
        } else {
            format!(
                "only the ownership tag is set now; the next run would change {}",
                crate::text::and_list(&fields)
            )
        };
        self.change(Action::Adopt, now, vec![reason])
    }

    /// Taking over something that shall go removes nothing yet: the next plan shows what would.
    fn adopt_to_delete(&self) -> Change {
        let path = FieldPath::member(tags::FIELD, STACK_TAG);
        let tag = super::Edit {
            after: self.desired.attributes.get(&path).cloned(),
            place: self.desired.places.get(&path).cloned(),
            before: self
                .observed
                .and_then(|seen| seen.attributes.get(&path).cloned()),
            path,
            forces_replacement: false,
        };
        let reason = "only the ownership tag is set now; the next run would delete it".to_owned();
        self.change(Action::Adopt, vec![tag], vec![reason])
    }

    /// Whether nobody owns it, or the stack that this one was.
    fn may_take(&self, observed: &Observed) -> bool {
        observed.owner.is_none() || was_ours(observed, self.wishes)
    }

    fn is_taggable(&self) -> bool {
        kinds::field(self.kind.name(), tags::FIELD).is_some()
    }

    fn change(&self, action: Action, edits: Vec<super::Edit>, reasons: Vec<String>) -> Change {
        let address = self.desired.address.clone();
        let instances = self.uses.instances(self.kind, &address, action, &edits);
        let declared = self.desired.references.iter();
        let seen = self.observed.into_iter().flat_map(|seen| &seen.references);
        let all =
            declared.chain(seen.filter(|_| matches!(action, Action::Delete | Action::Detach)));
        Change {
            address,
            action,
            place: Some(self.desired.place.clone()),
            references: all.map(|one| one.target.clone()).collect(),
            reasons,
            edits,
            instances,
            gap: None,
            access: None,
            risk: super::Risk::Cosmetic,
            alarms: BTreeSet::new(),
        }
    }
}

/// Whether an existing resource may be taken over.
pub(super) fn may_adopt(resource: &Resource, wishes: &PlanOptions, observed: &Observed) -> bool {
    let wanted = resource.adopt == Adopt::Allow || wishes.adopt.contains(&resource.address);
    (observed.owner.is_none() && wanted) || was_ours(observed, wishes)
}

/// Whether it is owned by the name that this stack had.
fn was_ours(observed: &Observed, wishes: &PlanOptions) -> bool {
    observed.owner.is_some() && observed.owner == wishes.from_stack
}
