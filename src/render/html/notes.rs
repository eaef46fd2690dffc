//! What a reviewer should know although it changes nothing, and the waves in which many instances change. What changes of
//! each stands in `change`.

use super::edit;
use crate::model::Address;
use crate::plan::{Note, Plan, Waves};
use crate::render::markup::Markup;
use crate::render::words::{self, NOTES};

/// So many waves are listed; more are folded.
const LISTED: usize = 10;

pub(super) fn draw(out: &mut Markup, plan: &Plan) {
    if plan.notes.is_empty() {
        return;
    }
    out.raw("<section id=\"notes\"><h2>Notes</h2>\n");
    for (kind, heading) in NOTES {
        let mut notes = plan
            .notes
            .iter()
            .filter(|note| note.kind == kind)
            .peekable();
        if notes.peek().is_none() {
            continue;
        }
        out.raw("<h3>").raw(heading).raw("</h3>\n<ul class=\"ps\">");
        notes.for_each(|one| note(out, one));
        out.raw("</ul>\n");
    }
    out.raw("</section>\n");
}

fn note(out: &mut Markup, note: &Note) {
    let Note {
        kind: _,
        address,
        message,
        content,
    } = note;
    out.raw("<li><b class=\"w\">!</b> ");
    if let Some(address) = address {
        out.raw("<span class=\"d\">").text(&address.to_string());
        out.raw("</span>: ");
    }
    out.sentence(message);
    if !content.is_empty() {
        out.raw("<details><summary>content</summary><ul class=\"e\">");
        for (name, value) in content {
            edit::noted(out, name, value);
        }
        out.raw("</ul></details>");
    }
    out.raw("</li>");
}

pub(super) fn rollouts(out: &mut Markup, plan: &Plan) {
    if plan.rollouts.is_empty() {
        return;
    }
    out.raw("<section id=\"rollouts\"><h2>Rollouts</h2>\n");
    for one in &plan.rollouts {
        rollout(out, one);
    }
    out.raw("</section>\n");
}

fn rollout(out: &mut Markup, one: &Waves) {
    let Waves {
        address,
        rollout,
        waves,
    } = one;
    out.raw("<h3>Rollout of ").text(&address.to_string());
    out.raw("</h3>\n<p class=\"f\">")
        .text(&words::rollout(rollout, waves));
    out.raw("</p>\n");
    let (first, rest) = waves.split_at(waves.len().min(LISTED));
    listed(out, first, 1);
    if !rest.is_empty() {
        out.raw("<details class=\"fold\"><summary>and ");
        out.number(rest.len()).raw(" more</summary>");
        listed(out, rest, 1 + first.len());
        out.raw("</details>");
    }
}

fn listed(out: &mut Markup, waves: &[Vec<Address>], first: usize) {
    out.raw("<ol class=\"wv\" start=\"")
        .number(first)
        .raw("\">");
    for members in waves {
        let names: Vec<&str> = members
            .iter()
            .map(|one| one.member.as_deref().unwrap_or(&one.name))
            .collect();
        out.raw("<li><code>").text(&names.join(", "));
        out.raw("</code></li>");
    }
    out.raw("</ol>\n");
}
