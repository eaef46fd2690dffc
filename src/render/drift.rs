//! What has drifted, for programs and for pull requests. The form for people is `text`'s.

use serde_json::{Value as Json, json};

use super::json::{FORMAT_VERSION, edited_policy};
use super::markdown::{code, inline};
use super::style::Style;
use super::text::{closing, heading};
use crate::plan::{Difference, Drift, Plan};

/// The differences by who probably made them, each with the edit that would undo it.
pub fn drift_json(plan: &Plan, drift: &Drift<'_>) -> Json {
    let groups = drift.iter().map(|(cause, differences)| {
        json!({
            "cause": cause,
            "meaning": heading(*cause),
            "differences": differences.iter().map(|one| difference(plan, one)).collect::<Vec<_>>(),
        })
    });
    json!({
        "formatVersion": FORMAT_VERSION,
        "stack": plan.stack,
        "account": plan.setting.account,
        "region": plan.setting.region,
        "hasDrift": !drift.is_empty(),
        "groups": groups.collect::<Vec<_>>(),
        "notes": plan.notes,
    })
}

fn difference(plan: &Plan, difference: &Difference<'_>) -> Json {
    let Difference {
        address,
        place,
        edit,
        reasons,
        hand,
    } = difference;
    let partition = plan.setting.partition.name();
    json!({
        "address": address,
        "place": place,
        "undo": edit,
        "policyChanges": edit.and_then(|one| edited_policy(one, partition)),
        "reasons": reasons,
        "hand": hand,
    })
}

/// A page for a scheduled job: what differs, by cause, and the lines of the form for people.
pub fn drift_markdown(plan: &Plan, drift: &Drift<'_>) -> String {
    let stack = inline(&plan.stack);
    let account = code(&plan.setting.account);
    let mut text = format!(
        "## Drift of stack {stack}\n\n**{}**<br>\nAccount {account}, region {}\n\n",
        closing(drift),
        code(&plan.setting.region)
    );
    for (cause, differences) in drift {
        text.push_str(&format!(
            "- **{}**: {}\n",
            heading(*cause),
            names(differences)
        ));
    }
    if !drift.is_empty() {
        let lines = super::text::drift(plan, drift, Style::PLAIN);
        text.push('\n');
        text.push_str(&super::markdown::folded("What exactly", &lines));
    }
    text
}

fn names(differences: &[Difference<'_>]) -> String {
    let mut names: Vec<String> = differences
        .iter()
        .map(|one| match one.edit {
            Some(edit) => code(&format!("{}: {}", one.address, edit.path)),
            None => code(&one.address.to_string()),
        })
        .collect();
    names.dedup();
    names.join(", ")
}
