//! Findings that only a change shows: what a role had, and will not have any more.

use super::risk::after;
use super::{Action, Plan};
use crate::findings::{Finding, RoleSubject, in_change};
use crate::kinds::{self, Access};
use crate::model::Live;

/// What rules say about the changes of a plan.
pub fn findings(plan: &Plan, live: &Live) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in plan.effective() {
        let mut fields = kinds::find(change.address.kind).fields().iter();
        let is_role = fields.any(|field| field.access == Access::Trust);
        let observed = live.resources.get(&change.address);
        let changes = matches!(change.action, Action::Update | Action::Replace);
        let Some(observed) = observed.filter(|_| is_role && changes) else {
            continue;
        };
        let after = after(change, &observed.attributes);
        let names = (change.address.name.as_str(), "");
        let [before, after] = [&observed.attributes, &after]
            .map(|fields| RoleSubject::of(names, fields, false, &plan.setting));
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
