//! The first lines (where, who, how much) and the last (the same counts, in a form that never changes).

use super::TextOptions;
use super::page::{Ink, Page};
use crate::model::{AwsScope, Caller};
use crate::plan::{Action, Plan};
use crate::render::Label;
use crate::render::words::{ACTIONS, RISKS, credentials, no_changes, symbol};
use crate::text::count;

pub(super) fn top(page: &mut Page, plan: &Plan, options: TextOptions) {
    place(page, plan);
    if plan.is_empty() {
        page.blank();
        let why = no_changes(plan, options.destroy);
        page.line(0, Ink::STRONG, &format!("No changes. {why}"));
        return;
    }
    page.line(0, Ink::STRONG, &counts(plan));
    page.line(0, Ink::PLAIN, &risks(plan));
    page.line(0, Ink::PLAIN, &credentials(plan));
}

/// Whose, where, and who looked.
pub(super) fn place(page: &mut Page, plan: &Plan) {
    let AwsScope {
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
}

/// What the plan comes to, for forms that are not lines on a page.
pub(super) fn sentences(plan: &Plan) -> [String; 3] {
    [counts(plan), risks(plan), credentials(plan)]
}

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
    let parts: Vec<String> = ACTIONS
        .iter()
        .filter_map(|(action, words)| {
            let number = counts.get(action)?;
            Some(format!("{number} {words} ({})", symbol(*action)))
        })
        .collect();
    parts.join(", ")
}

pub(super) fn bottom(page: &mut Page, plan: &Plan, options: TextOptions) {
    if !plan.steps.is_empty() {
        let calls = count(plan.steps.len(), "call");
        let command = if options.destroy { "Destroy" } else { "Apply" };
        page.line(0, Ink::FAINT, &format!("{command} sends {calls}."));
    }
    let counts = plan.counts();
    let number = |action: Action| counts.get(&action).copied().unwrap_or_default();
    let mut parts: Vec<String> = ACTIONS
        .iter()
        .map(|(action, words)| format!("{} {words}", number(*action)))
        .collect();
    parts.push(format!("{} unchanged", number(Action::Keep)));
    page.line(0, Ink::STRONG, &format!("Plan: {}.", parts.join(", ")));
}
