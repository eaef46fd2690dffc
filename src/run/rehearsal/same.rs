//! Whether the plan that was made in the sandbox is the plan that was made for AWS.

use std::collections::BTreeSet;

use crate::plan::{Action, Change, Plan};
use crate::text;

/// What one plan does and the other does not, one sentence each; nothing where they are the same.
pub fn differences(real: &Plan, rehearsed: &Plan) -> Vec<String> {
    let changes = |plan: &Plan| plan.effective().map(sentence).collect::<BTreeSet<_>>();
    let steps = |plan: &Plan| {
        let steps = plan.steps.iter();
        let titles = steps.map(|step| format!("step `{}`", step.title));
        titles.collect::<BTreeSet<_>>()
    };
    let mut different = apart(&changes(real), &changes(rehearsed));
    if different.is_empty() {
        different = apart(&steps(real), &steps(rehearsed));
    }
    if different.is_empty() && real.steps.len() != rehearsed.steps.len() {
        different.push(format!(
            "the plan has {} steps, in the sandbox it has {}",
            real.steps.len(),
            rehearsed.steps.len()
        ));
    }
    different
}

/// What a change does, as an order: `update Role/app (path)`.
pub(super) fn sentence(change: &Change) -> String {
    let action = match change.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "adopt",
        Action::Detach => "detach",
        Action::Keep => "keep",
    };
    let paths = change.edits.iter().map(|edit| edit.path.to_string());
    let paths: Vec<String> = paths.collect();
    let fields = if paths.is_empty() {
        String::new()
    } else {
        format!(" ({})", text::and_list(&paths))
    };
    format!("{action} {}{fields}", change.address)
}

fn apart(real: &BTreeSet<String>, rehearsed: &BTreeSet<String>) -> Vec<String> {
    let only = |text: &String| format!("{text}: in the plan, and not in the sandbox's");
    let more = |text: &String| format!("{text}: not in the plan, but in the sandbox's");
    let missing = real.difference(rehearsed).map(only);
    missing
        .chain(rehearsed.difference(real).map(more))
        .collect()
}
