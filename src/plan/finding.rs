//! Findings that only a change shows: what a role had, and will not have any more.

use super::risk::after;
use super::{Action, Plan};
use crate::findings::{Finding, in_change};
use crate::kinds;
use crate::model::Live;

/// What rules say about the changes of a plan.
pub fn findings(plan: &Plan, live: &Live) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in plan.effective() {
        let changes = matches!(change.action, Action::Update | Action::Replace);
        let observed = live.resources.get(&change.address).filter(|_| changes);
        let Some(observed) = observed else {
            continue;
        };
        let kind = kinds::find(change.address.kind);
        let after = after(change, &observed.attributes);
        let [before, after] = [&observed.attributes, &after].map(|one| kind.access_view(one));
        findings.extend(
            in_change(&before, &after)
                .into_iter()
                .map(|(field, found)| {
                    let edit = change.edits.iter().find(|edit| edit.path == field);
                    let place = edit.and_then(|edit| edit.place.clone());
                    let place = place.or_else(|| change.place.clone());
                    Finding::new(found, &change.address, &field, place)
                }),
        );
    }
    findings
}
