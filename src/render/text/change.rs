//! One change: what, where it is declared, why, the fields, and the instances whose credentials it changes.

use super::page::{Ink, Page};
use super::{TextOptions, access, edit};
use crate::diagnostic::Place;
use crate::model::Instance;
use crate::plan::{Action, Change, Gap, Plan};
use crate::render::Label;
use crate::render::words::{self, names, symbol};
use crate::text::count;

/// How many instances are named before the rest is counted.
const NAMED_INSTANCES: usize = 10;

fn ink(action: Action) -> Ink {
    let label = match action {
        Action::Create => Some(Label::Added),
        Action::Update | Action::Adopt => Some(Label::Changed),
        Action::Replace | Action::Delete | Action::Detach => Some(Label::Removed),
        Action::Keep => None,
    };
    Ink::new(symbol(action), label)
}

/// Draws changes that are alike as one.
pub(super) fn draw(page: &mut Page, plan: &Plan, alike: &[&Change], options: TextOptions) {
    let Some((first, others)) = alike.split_first() else {
        return;
    };
    let Change {
        address,
        action,
        place,
        references: _,
        reasons,
        edits,
        instances: _,
        gap,
        access: diff,
        risk: _,
        alarms: _,
    } = first;
    let name = names(address, 1 + others.len());
    let place = place.as_ref().map(whereabouts).unwrap_or_default();
    let pieces = [
        (Some(Label::Strong), name.as_str()),
        (Some(Label::Faint), &place),
    ];
    page.pieces(1, ink(*action), &pieces);
    for reason in reasons {
        page.line(2, Ink::PLAIN, &format!("because {reason}"));
    }
    for one in edits {
        edit::draw(page, plan.setting.partition.name(), first, one);
    }
    if let Some(diff) = diff {
        access::draw(page, diff, options.verbose);
    }
    let instances: Vec<&Instance> = alike.iter().flat_map(|one| &one.instances).collect();
    if !instances.is_empty() {
        page.line(2, Ink::CAREFUL, &affected(&instances));
    }
    if let Some(Gap { meaning, instances }) = gap {
        let whom = count(instances.len(), "running instance");
        page.line(2, Ink::CAREFUL, &format!("gap for {whom}: {meaning}"));
    }
    if options.verbose {
        for change in alike {
            calls(page, plan, change);
        }
    }
}

/// `  (stack.yaml:12)`.
pub(super) fn whereabouts(place: &Place) -> String {
    let Place {
        file,
        line,
        column: _,
        length: _,
    } = place;
    format!("  ({file}:{line})")
}

fn affected(instances: &[&Instance]) -> String {
    let named = instances
        .iter()
        .take(NAMED_INSTANCES)
        .map(|one| words::instance(one));
    let named: Vec<String> = named.collect();
    let rest = instances.len() - named.len();
    let more = if rest == 0 {
        String::new()
    } else {
        format!(" and {rest} more")
    };
    let number = count(instances.len(), "instance");
    format!(
        "changes the credentials of {number}: {}{more}",
        named.join(", ")
    )
}

fn calls(page: &mut Page, plan: &Plan, change: &Change) {
    let steps = plan.steps.iter();
    for step in steps.filter(|step| step.address == change.address) {
        let call = step.call.call().full_name();
        page.line(2, Ink::FAINT, &format!("sends {call}: {}", step.title));
    }
}
