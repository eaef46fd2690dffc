//! The waves in which many instances change. What changes of each stands in `change`.

use super::TextOptions;
use super::page::{Ink, Page};
use crate::model::{Address, Rollout};
use crate::plan::{Plan, Waves};
use crate::text::count;

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
    page.line(1, Ink::PLAIN, &terms(rollout, waves));
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

/// `30 instances in 6 waves of at most 5, 30 s between; no further wave after 1 failure`.
fn terms(rollout: &Rollout, waves: &[Vec<Address>]) -> String {
    let Rollout {
        max_in_flight,
        pause_between,
        abort_on_failures,
    } = rollout;
    let instances = count(waves.iter().map(Vec::len).sum(), "instance");
    let mut terms = format!(
        "{instances} in {} of at most {max_in_flight}",
        count(waves.len(), "wave")
    );
    if *pause_between > 0 {
        terms.push_str(&format!(", {pause_between} s between"));
    }
    let failures = count(*abort_on_failures, "failure");
    format!("{terms}; no further wave after {failures}")
}

fn name(member: &Address) -> &str {
    member.member.as_deref().unwrap_or(&member.name)
}
