//! What a reviewer should know although it changes nothing, and the waves in which many instances change. What changes of
//! each stands in `change`.

use super::edit;
use super::page::Page;
use crate::render::markup::Markup;
use crate::render::scene::{NoteScene, RolloutScene};

/// So many waves are listed; more are folded.
const LISTED: usize = 10;

pub(super) fn draw(out: &mut Markup, page: &Page<'_>) {
    if page.scene.notes.is_empty() {
        return;
    }
    out.raw("<section id=\"notes\"><h2>Notes</h2>\n");
    for (heading, notes) in &page.scene.notes {
        out.fill("<h3>{}</h3>\n<ul class=\"ps\">", [heading]);
        notes.iter().for_each(|one| note(out, one));
        out.raw("</ul>\n");
    }
    out.raw("</section>\n");
}

fn note(out: &mut Markup, note: &NoteScene<'_>) {
    let NoteScene {
        address,
        message,
        content,
    } = note;
    out.raw("<li><b class=\"w\">!</b> ");
    if let Some(address) = address {
        out.fill("<span class=\"d\">{}</span>: ", [address]);
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

pub(super) fn rollouts(out: &mut Markup, page: &Page<'_>) {
    if page.scene.rollouts.is_empty() {
        return;
    }
    out.raw("<section id=\"rollouts\"><h2>Rollouts</h2>\n");
    for one in &page.scene.rollouts {
        rollout(out, one);
    }
    out.raw("</section>\n");
}

fn rollout(out: &mut Markup, one: &RolloutScene<'_>) {
    let RolloutScene {
        address,
        terms,
        waves,
    } = one;
    out.fill(
        "<h3>Rollout of {}</h3>\n<p class=\"f\">{}</p>\n",
        [address, terms],
    );
    let (first, rest) = waves.split_at(waves.len().min(LISTED));
    listed(out, first, 1);
    if !rest.is_empty() {
        out.fill(
            "<details class=\"fold\"><summary>and {} more</summary>",
            [&rest.len()],
        );
        listed(out, rest, 1 + first.len());
        out.raw("</details>");
    }
}

fn listed(out: &mut Markup, waves: &[String], first: usize) {
    out.fill("<ol class=\"wv\" start=\"{}\">", [&first]);
    for members in waves {
        out.fill("<li><code>{}</code></li>", [members]);
    }
    out.raw("</ol>\n");
}
