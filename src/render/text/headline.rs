//! The first lines (where, who, how much) and the last (the same counts, in a form that never changes).

use std::collections::BTreeSet;

use super::TextOptions;
use super::change::symbol;
use super::page::{Ink, Page};
use crate::model::{Caller, Setting};
use crate::plan::{Action, NoteKind, Plan, Risk};
use crate::render::Label;
use crate::text::count;

/// Every action with the words for its count, in the order of the last line.
const WORDS: [(Action, &str); 6] = [
    (Action::Create, "to create"),
    (Action::Update, "to update"),
    (Action::Replace, "to replace"),
    (Action::Delete, "to delete"),
    (Action::Adopt, "to adopt"),
    (Action::Detach, "to detach"),
];

pub(super) fn top(page: &mut Page, plan: &Plan, options: TextOptions) {
    let Setting {
        partition: _,
        account,
        region,
    } = &plan.setting;
    let Caller { arn, account: _ } = &plan.caller;
    let stack = format!("Stack {}", plan.stack);
    let place = format!(" in account {account}, region {region}");
    let pieces = [(Some(Label::Strong), stack.as_str()), (None, &place)];
    page.pieces(0, Ink::PLAIN, &pieces);
    page.line(0, Ink::PLAIN, &format!("Caller {arn}"));
    if plan.is_empty() {
        page.blank();
        let mut notes = plan.notes.iter();
        let unseen = notes.any(|note| note.kind == NoteKind::Blind && note.address.is_some());
        let why = match (unseen, options.destroy) {
            (true, _) => "Not everything was looked at, see below.",
            (false, true) => "Nothing of this stack is left.",
            (false, false) => "AWS matches the manifests.",
        };
        page.line(0, Ink::STRONG, &format!("No changes. {why}"));
        return;
    }
    page.line(0, Ink::STRONG, &counts(plan));
    page.line(0, Ink::PLAIN, &risks(plan));
    page.line(0, Ink::PLAIN, &credentials(plan));
}

/// Every risk with its words, the worst first.
const RISKS: [(Risk, &str); 6] = [
    (Risk::TrustWidened, "trust widened"),
    (Risk::NewAccess, "new access"),
    (Risk::BoundaryRemoved, "boundary removed"),
    (Risk::Deletion, "deletion"),
    (Risk::Narrowing, "narrowing"),
    (Risk::Cosmetic, "cosmetic"),
];

/// The worst of each change, counted.
fn risks(plan: &Plan) -> String {
    let risks = plan.risks();
    let parts: Vec<String> = RISKS
        .iter()
        .filter_map(|(risk, words)| Some(format!("{} {words}", risks.get(risk)?)))
        .collect();
    format!("Risk: {}", parts.join(", "))
}

/// The counts that are not zero, each with the symbol that its changes have below.
fn counts(plan: &Plan) -> String {
    let counts = plan.counts();
    let parts: Vec<String> = WORDS
        .iter()
        .filter_map(|(action, words)| {
            let number = counts.get(action)?;
            Some(format!("{number} {words} ({})", symbol(*action)))
        })
        .collect();
    parts.join(", ")
}

fn credentials(plan: &Plan) -> String {
    let instances = plan.effective().flat_map(|change| &change.instances);
    let ids: BTreeSet<&str> = instances.map(|instance| instance.id.as_str()).collect();
    match ids.len() {
        0 => "No instance changes its credentials".to_owned(),
        1 => "1 instance changes its credentials".to_owned(),
        many => format!("{many} instances change their credentials"),
    }
}

pub(super) fn bottom(page: &mut Page, plan: &Plan, options: TextOptions) {
    if !plan.steps.is_empty() {
        let calls = count(plan.steps.len(), "call");
        let command = if options.destroy { "Destroy" } else { "Apply" };
        page.line(0, Ink::FAINT, &format!("{command} sends {calls}."));
    }
    let counts = plan.counts();
    let number = |action: Action| counts.get(&action).copied().unwrap_or_default();
    let mut parts: Vec<String> = WORDS
        .iter()
        .map(|(action, words)| format!("{} {words}", number(*action)))
        .collect();
    parts.push(format!("{} unchanged", number(Action::Keep)));
    page.line(0, Ink::STRONG, &format!("Plan: {}.", parts.join(", ")));
}
