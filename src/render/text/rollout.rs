//! The waves in which many instances change. What changes of each stands in `change`.

use super::TextOptions;
use super::page::{Ink, Page};
use crate::model::Address;
use crate::plan::{Plan, Waves};
use crate::render::words;

/// How many waves are listed before the rest is counted.
const LISTED: usize = 10;

pub(super) fn draw(page: &mut Page, plan: &Plan, options: TextOptions) {
    for one in &plan.rollouts {
        page.blank();
        waves(page, one, options);
    }
}

fn waves(page: &mut Page, one: &Waves, options: TextOptions) {
    let Waves {
        address,
        rollout,
        waves,
    } = one;
    page.line(0, Ink::STRONG, &format!("Rollout of {address}"));
    page.line(1, Ink::PLAIN, &words::rollout(rollout, waves));
    let listed = if options.verbose { waves.len() } else { LISTED };
    for (index, members) in waves.iter().take(listed).enumerate() {
        let names: Vec<&str> = members.iter().map(name).collect();
        page.line(
            1,
            Ink::PLAIN,
            &format!("wave {}: {}", index + 1, names.join(", ")),
        );
    }
    let rest = waves.len().saturating_sub(listed);
    if rest > 0 {
        let more = format!("and {rest} more; `--verbose` lists them all");
        page.line(1, Ink::FAINT, &more);
    }
}

fn name(member: &Address) -> &str {
    member.member.as_deref().unwrap_or(&member.name)
}
