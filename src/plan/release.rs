//! A plan that lets go of resources: the tags that say whose they are come off, everything else stays.

use std::collections::{BTreeMap, BTreeSet};

use super::blast::Uses;
use super::decide::Decisions;
use super::{Action, Change, Edit, Note, NoteKind, Plan, Risk, lower};
use crate::diagnostic::{Diagnostic, Problems, did_you_mean};
use crate::kinds::{self, tags};
use crate::model::{
    Address, Desired, Ensure, FieldPath, Live, NAME_TAG, Observed, Resource, STACK_TAG,
};

/// Plans to let go of these. All that cannot be let go of is reported together.
pub fn release(
    desired: &Desired,
    live: &Live,
    released: &BTreeSet<Address>,
) -> Result<Plan, Problems> {
    let mut problems = Problems::none();
    let mut decisions = Decisions::default();
    for address in released {
        match let_go(address, desired, live) {
            Ok((change, resource)) => {
                decisions.resolved.insert(address.clone(), resource);
                decisions.changes.push(change);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let uses = Uses::of(live);
    let steps = problems.absorb(lower::steps(&decisions, &[], desired, live, &uses));
    problems.or_value(Plan {
        stack: desired.stack.name.clone(),
        setting: live.setting.clone(),
        caller: live.caller.clone(),
        notes: released.iter().filter_map(warning).collect(),
        changes: decisions.changes,
        rollouts: Vec::new(),
        steps: steps.unwrap_or_default(),
    })
}

fn let_go(
    address: &Address,
    desired: &Desired,
    live: &Live,
) -> Result<(Change, Resource), Diagnostic> {
    let observed = live.resources.get(address);
    let ours =
        |observed: &&Observed| observed.owner.as_deref() == Some(desired.stack.name.as_str());
    let Some(observed) = observed.filter(ours) else {
        return Err(not_ours(address, observed, desired, live));
    };
    let marks = [STACK_TAG, NAME_TAG].map(|key| FieldPath::member(tags::FIELD, key));
    let mut attributes = observed.attributes.clone();
    attributes.retain(|path, _| !marks.contains(path));
    let resource = Resource {
        region: observed.facts.region.clone(),
        attributes,
        ..Resource::undeclared(address, Ensure::Present)
    };
    Ok((unmarked(address, observed, &marks), resource))
}

/// The change: the marks come off, and nothing else.
fn unmarked(address: &Address, observed: &Observed, marks: &[FieldPath]) -> Change {
    let edit = |path: &FieldPath| {
        Some(Edit {
            path: path.clone(),
            before: Some(observed.attributes.get(path)?.clone()),
            after: None,
            forces_replacement: false,
            place: None,
        })
    };
    Change {
        address: address.clone(),
        action: Action::Update,
        place: None,
        references: BTreeSet::new(),
        reasons: vec!["it is released: it stays as it is, and belongs to no stack".to_owned()],
        edits: marks.iter().filter_map(edit).collect(),
        instances: Vec::new(),
        gap: None,
        access: None,
        risk: Risk::Cosmetic,
        alarms: BTreeSet::new(),
    }
}

fn warning(address: &Address) -> Option<Note> {
    let message = kinds::find(address.kind).release_warning()?;
    Some(Note {
        kind: NoteKind::Warning,
        address: Some(address.clone()),
        message: message.to_owned(),
        content: BTreeMap::new(),
    })
}

fn not_ours(
    address: &Address,
    observed: Option<&Observed>,
    desired: &Desired,
    live: &Live,
) -> Diagnostic {
    let stack = &desired.stack.name;
    let is_taggable = kinds::field(address.kind, tags::FIELD).is_some();
    let (message, hint) = match observed.map(|observed| &observed.owner) {
        _ if !is_taggable => (
            format!("{address} has no owner that could let go of it"),
            Some("take its document out of the manifests: it stays as it is".to_owned()),
        ),
        Some(Some(owner)) => (
            format!("{address} belongs to stack `{owner}`, not to `{stack}`"),
            Some(format!("pass `--stack {owner}`")),
        ),
        Some(None) => (format!("{address} belongs to no stack"), None),
        None => {
            let owned = live.resources.iter();
            let owned = owned.filter(|(_, one)| one.owner.as_ref() == Some(stack));
            let owned: Vec<String> = owned.map(|(address, _)| address.to_string()).collect();
            let near = did_you_mean(&address.to_string(), owned.iter().map(String::as_str));
            (format!("stack `{stack}` has no {address}"), near)
        }
    };
    Diagnostic::error("not-owned", message).maybe_hint(hint)
}
