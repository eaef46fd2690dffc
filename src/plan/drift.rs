//! A plan read backwards: not what apply would do, but what has become of what was applied, and who probably did it. Nobody
//! can know from AWS alone whether the manifests changed or AWS did; run on what was applied last, it was AWS.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Action, Change, Edit, Plan};
use crate::diagnostic::Place;
use crate::kinds::{self, Access, tags};
use crate::model::{Address, Desired, FieldPath, Live, REVOCATION_POLICY, STACK_TAG, Value};
use crate::policy::PolicyPurpose;

/// Who probably did it, in the order in which it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Policies and attachments that nobody declared: added by hand.
    Undeclared,
    /// What decides over access is not as declared: changed by hand.
    Access,
    /// It came back under its name: deleted and made anew by hand.
    Anew,
    /// It carries the tag of another stack: tagged by hand, or adopted there.
    Taken,
    /// It is not there: deleted by hand, or never applied.
    Missing,
    /// It is there although it is declared absent.
    Unwanted,
    /// Another role or profile is in its place.
    Exchanged,
    /// Tags: set by hand, or by a tool that tags.
    Tags,
    /// Anything else that is not as declared.
    Settings,
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference<'a> {
    /// Of which resource.
    pub address: &'a Address,
    /// Where that is declared.
    pub place: Option<&'a Place>,
    /// The edit that would undo it; none where the whole resource is meant.
    pub edit: Option<&'a Edit>,
    /// What else there is to say of a whole resource, one sentence each.
    pub reasons: &'a [String],
    /// Who is known to leave this behind, if somebody is.
    pub hand: Option<&'static str>,
}

/// All differences by who probably made them.
pub type Drift<'a> = BTreeMap<Cause, Vec<Difference<'a>>>;

/// AWS as if all that is declared were the stack's own: what lost its tag, or came back without, has drifted and is no
/// stranger. Only for plans that nobody means to apply.
pub fn as_ours(desired: &Desired, live: &Live) -> Live {
    let mut ours = live.clone();
    for address in desired.resources.keys() {
        let observed = ours.resources.get_mut(address);
        if let Some(observed) = observed.filter(|one| !one.service_linked && is_taggable(address)) {
            observed.owner = Some(desired.stack.name.clone());
        }
    }
    ours
}

fn is_taggable(address: &Address) -> bool {
    kinds::field(address.kind, tags::FIELD).is_some()
}

/// What has drifted. The plan must have been made with [`as_ours`], so that what was made anew by hand is found.
pub fn drift(plan: &Plan) -> Drift<'_> {
    let mut drift = Drift::new();
    for change in plan.effective() {
        for (cause, difference) in differences(change) {
            drift.entry(cause).or_default().push(difference);
        }
    }
    drift
}

fn differences(change: &Change) -> Vec<(Cause, Difference<'_>)> {
    let whole = |cause| vec![(cause, of(change, None))];
    match change.action {
        Action::Create => whole(Cause::Missing),
        Action::Adopt => whole(Cause::Anew),
        Action::Delete | Action::Detach => whole(Cause::Unwanted),
        Action::Keep => Vec::new(),
        Action::Update | Action::Replace => {
            let lost = change.edits.iter().any(lost_owner);
            let whole = lost.then(|| (Cause::Anew, of(change, None)));
            let edits = change.edits.iter();
            let edits = edits.filter(|edit| !follows(edit) && !lost_owner(edit));
            let edits = edits.map(|edit| (cause(change, edit), of(change, Some(edit))));
            whole.into_iter().chain(edits).collect()
        }
    }
}

/// Whether the tag that says whose it is has gone: with all else, where it was made anew.
fn lost_owner(edit: &Edit) -> bool {
    edit.path == FieldPath::member(tags::FIELD, STACK_TAG) && edit.before.is_none()
}

/// Whether it only follows from another difference: what it leads to has to be made, which is told already.
fn follows(edit: &Edit) -> bool {
    match (&edit.before, &edit.after) {
        (Some(Value::Link(before)), Some(Value::Link(after))) => {
            before.name == after.name && after.id.is_none()
        }
        (None, Some(Value::Link(after))) => after.target.is_some() && after.id.is_none(),
        _ => false,
    }
}

fn of<'a>(change: &'a Change, edit: Option<&'a Edit>) -> Difference<'a> {
    Difference {
        address: &change.address,
        place: edit
            .and_then(|edit| edit.place.as_ref())
            .or(change.place.as_ref()),
        edit,
        reasons: if edit.is_none() { &change.reasons } else { &[] },
        hand: edit.and_then(|edit| hand(&edit.path)),
    }
}

fn cause(change: &Change, edit: &Edit) -> Cause {
    let Edit {
        path,
        before,
        after,
        forces_replacement: _,
        place: _,
    } = edit;
    if path.field == tags::FIELD {
        let is_owner = path.member.as_deref() == Some(STACK_TAG);
        return if is_owner { Cause::Taken } else { Cause::Tags };
    }
    if let (Some(Value::Link(before)), Some(Value::Link(after))) = (before, after) {
        let same_name = before.name == after.name;
        return if same_name {
            Cause::Anew
        } else {
            Cause::Exchanged
        };
    }
    match kinds::find(change.address.kind).access(path) {
        Access::Policy(PolicyPurpose::Identity) | Access::ManagedPolicies if after.is_none() => {
            Cause::Undeclared
        }
        // What holds nothing has not got another one.
        Access::Holder if before.is_some() => Cause::Exchanged,
        Access::None => Cause::Settings,
        _ => Cause::Access,
    }
}

/// What leaves marks that can be told from others.
fn hand(path: &FieldPath) -> Option<&'static str> {
    let member = path.member.as_deref()?;
    MARKS
        .iter()
        .find(|(mark, _)| member.contains(mark))
        .map(|(_, hand)| *hand)
}

/// Parts of names, and who gives them (IAM user guide, "Revoke IAM role temporary security credentials"; Systems Manager user
/// guide, "Quick Setup"; Tag Editor and migration guides).
const MARKS: [(&str, &str); 4] = [
    (REVOCATION_POLICY, "IAM's console revokes sessions with it"),
    (
        "policy/AmazonSSM",
        "Systems Manager's Quick Setup attaches it",
    ),
    ("QSConfig", "Systems Manager's Quick Setup sets it"),
    ("map-migrated", "AWS's migration programme sets it"),
];
