//! A plan as one HTML file that needs nothing beside it: what a reviewer opens, sends on, or keeps with the change. Looks and
//! behaviour stand in `page.css` and `page.js`; without the script all of it can be read, only not searched, panned or
//! zoomed. Every part of the page has a file of its own.

mod change;
mod edit;
mod headline;
mod notes;
mod page;
mod policy;
mod problems;
mod steps;
#[cfg(test)]
mod tests;

use super::graph::{Graph, Picture, drawing};
use super::markup::Markup;
use super::review::Review;
use page::Page;

const STYLE: &str = include_str!("page.css");
const GRAPH_STYLE: &str = include_str!("../graph/graph.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing is loaded from anywhere, whatever the page's texts may hold.
const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<meta name=\"color-scheme\" content=\"light dark\">\n\
<meta name=\"referrer\" content=\"no-referrer\">\n<title>";

/// The whole page.
#[must_use]
pub fn html(review: &Review<'_>) -> String {
    let page = Page::of(*review);
    let mut out = Markup::default();
    out.raw(HEAD).fill(
        "{} {}</title>\n<style>\n",
        [&headline::title(review), &review.plan.stack],
    );
    out.raw(STYLE).raw(GRAPH_STYLE);
    out.raw("</style>\n</head>\n<body>\n");
    out.raw("<a class=\"skip\" href=\"#changes\">Skip to the changes</a>\n");
    headline::draw(&mut out, &page);
    bar(&mut out, &page);
    out.raw("<main>\n");
    problems::draw(&mut out, &page);
    change::draw(&mut out, &page);
    graph(&mut out, &page);
    notes::rollouts(&mut out, &page);
    steps::draw(&mut out, &page);
    notes::draw(&mut out, &page);
    change::kept(&mut out, &page);
    out.raw("</main>\n<footer>Made by rolewright. This file needs nothing beside it and sends nothing anywhere.</footer>\n<script>\n");
    out.raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    out.finished()
}

/// Where to go, what to look for, how it looks.
fn bar(out: &mut Markup, page: &Page<'_>) {
    let Review {
        plan,
        warnings,
        findings,
        refusals,
        destroy: _,
        endpoint: _,
        stamp: _,
    } = page.review;
    let changes = page.scene.changes.len();
    let parts = [
        ("refused", "Refused", refusals.len()),
        ("warnings", "Warnings", warnings.sorted().len()),
        ("findings", "Findings", findings.len()),
        ("changes", "Changes", changes),
        ("graph", "Graph", plan.changes.len()),
        ("rollouts", "Rollouts", plan.rollouts.len()),
        ("calls", "Calls", plan.steps.len()),
        ("notes", "Notes", plan.notes.len()),
    ];
    out.raw("<div class=\"bar\"><nav aria-label=\"Parts of this page\">");
    for (id, name, number) in parts.iter().filter(|(.., number)| *number > 0) {
        out.fill("<a href=\"#{}\">{}", [id, name]);
        if *id != "graph" {
            out.fill(" <span class=\"n\">{}</span>", [number]);
        }
        out.raw("</a>");
    }
    out.raw("</nav><div class=\"tools js\">");
    if changes > 0 {
        out.raw("<input id=\"filter\" type=\"search\" placeholder=\"Filter changes  /\" aria-label=\"Filter changes\" autocomplete=\"off\" spellcheck=\"false\"><span id=\"shown\" role=\"status\"></span>");
        out.raw("<button type=\"button\" id=\"expand\">Expand all</button><button type=\"button\" id=\"collapse\">Collapse all</button>");
    }
    out.raw("<button type=\"button\" id=\"theme\" aria-label=\"Light or dark\" title=\"Light or dark\">\u{25d0}</button></div></div>\n");
}

fn graph(out: &mut Markup, page: &Page<'_>) {
    let picture = Picture::of(&Graph::of_plan(page.review.plan));
    if picture.cards.is_empty() {
        return;
    }
    out.raw("<section id=\"graph\"><h2>Graph</h2>\n<div class=\"gh\"><p class=\"f\">An arrow leads to what a resource refers to. A card leads to its change.<span class=\"ji\"> Drag it, click it and turn the wheel, or use the keys + - 0 and the arrows.</span>");
    if let Some(omitted) = &picture.omitted {
        out.fill(" {}.", [omitted]);
    }
    out.raw("</p><div class=\"zoom js\"><button type=\"button\" data-z=\"in\" aria-label=\"Zoom in\">+</button><button type=\"button\" data-z=\"out\" aria-label=\"Zoom out\">\u{2212}</button><button type=\"button\" data-z=\"fit\" aria-label=\"Show all\">Fit</button></div></div>\n");
    out.raw("<div class=\"canvas\"><div id=\"pan\" tabindex=\"0\" role=\"group\" aria-label=\"Dependency graph: drag or arrow keys to move, plus and minus to zoom, 0 to see all of it\">");
    drawing(out, &picture, |address| page.anchor(address));
    out.raw("</div></div></section>\n");
}
