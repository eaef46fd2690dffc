//! The calls in the order in which they may run: in rounds, none of whose calls needs another of the same round. What the
//! calls of one change are stands in `change`, too.

use std::collections::BTreeMap;

use super::page::Page;
use crate::model::Address;
use crate::plan::{Step, StepId, Wave};
use crate::render::markup::Markup;
use crate::text::count;

/// Rounds with more calls are folded.
const UNFOLDED: usize = 24;

pub(super) fn draw(out: &mut Markup, page: &Page<'_>) {
    let steps = &page.review.plan.steps;
    if steps.is_empty() {
        return;
    }
    let rounds = rounds(steps);
    out.fill(
        "<section id=\"calls\"><h2>Calls</h2>\n<p class=\"f\">{} in {}. A call is sent as soon as those that it needs have taken effect; calls of one round do not wait for each other.</p>\n<ol class=\"tl\">",
        [&count(steps.len(), "call"), &count(rounds.len(), "round")],
    );
    for round in &rounds {
        draw_round(out, page, round);
    }
    out.raw("</ol></section>\n");
}

/// The steps by how many others, one after the other, have to be done before: those they need, and the wave before theirs.
fn rounds(steps: &[Step]) -> Vec<Vec<&Step>> {
    let mut waves: BTreeMap<(&Address, usize), Vec<StepId>> = BTreeMap::new();
    for step in steps {
        if let Some(wave) = &step.wave {
            let members = waves.entry((&wave.rollout, wave.number));
            members.or_default().push(step.id);
        }
    }
    let mut level: BTreeMap<StepId, usize> = BTreeMap::new();
    // What is needed mostly stands before what needs it, so few passes do. A plan in which steps need each other in a
    // circle is never made, but nothing here may hang on one.
    for _ in 0..steps.len() {
        let mut moved = false;
        for step in steps {
            let wave = step.wave.as_ref();
            let wave = wave.and_then(|one| waves.get(&(&one.rollout, one.number.checked_sub(1)?)));
            let needs = step.needs.iter().chain(wave.into_iter().flatten());
            let latest = needs.filter_map(|need| level.get(need)).max();
            let own = latest.map_or(0, |latest| latest + 1);
            moved |= level.insert(step.id, own) != Some(own);
        }
        if !moved {
            break;
        }
    }
    let mut rounds: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
    for step in steps {
        let own = level.get(&step.id).copied().unwrap_or_default();
        rounds.entry(own).or_default().push(step);
    }
    rounds.into_values().collect()
}

fn draw_round(out: &mut Markup, page: &Page<'_>, round: &[&Step]) {
    out.raw("<li>");
    let is_folded = round.len() > UNFOLDED;
    if is_folded {
        let number = count(round.len(), "call");
        out.fill("<details><summary>{}</summary>", [&number]);
    }
    out.raw("<ul>");
    for one in round {
        step(out, page, one);
    }
    out.raw("</ul>");
    if is_folded {
        out.raw("</details>");
    }
    out.raw("</li>\n");
}

/// What a step does, and for what. How it is looked up, awaited and retried is the applier's.
fn step(out: &mut Markup, page: &Page<'_>, step: &Step) {
    let Step {
        id: _,
        address,
        title,
        needs: _,
        lane: _,
        lookups: _,
        merge: _,
        precondition: _,
        ready: _,
        call,
        goal: _,
        settled: _,
        makes: _,
        removes: _,
        subjects: _,
        on_missing: _,
        wave,
    } = step;
    out.fill(
        "<li>{} <small><code>{}</code> ",
        [title, &call.call().full_name()],
    );
    page.link(out, address);
    if let Some(region) = &call.call().region {
        out.fill(" in {}", [region]);
    }
    if let Some(Wave {
        rollout: _,
        number,
        of,
        pause: _,
        abort_on_failures: _,
    }) = wave
    {
        out.fill(", wave {} of {}", [number, of]);
    }
    out.raw("</small></li>");
}
