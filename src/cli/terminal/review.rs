//! A plan on the screen: warnings, findings, changes, and why it may not be applied.

use super::exit::Exit;
use super::failure::print_problems;
use super::ui::Ui;
use crate::diagnostic::{Diagnostic, Sources};
use crate::render::{self, Review, Stamp};
use crate::run::Planned;
use crate::saved::{self, SavedPlan};

/// What a reviewer is shown of a plan.
pub(crate) fn review<'a>(
    planned: &'a Planned,
    saved: Option<&'a SavedPlan>,
    ui: &'a Ui,
) -> Review<'a> {
    Review {
        plan: &planned.plan,
        warnings: &planned.warnings,
        findings: &planned.findings,
        refusals: &planned.refusals,
        destroy: planned.options.destroy,
        endpoint: ui.endpoint.get().map(String::as_str),
        stamp: saved.map(stamp),
    }
}

/// What is known of a saved plan.
pub(crate) fn stamp(plan: &SavedPlan) -> Stamp<'_> {
    Stamp {
        id: saved::short(&plan.id),
        created: plan.created,
        expires: plan.expires,
        tool_version: &plan.tool_version,
    }
}

/// Prints why the plan is refused. In JSON the plan says it itself: two documents would be none.
pub(crate) fn refuse(planned: &Planned, ui: &Ui) -> Exit {
    if !ui.json {
        print_refusals(&planned.refusals, &planned.sources, ui);
    }
    Exit::Refused
}

/// Prints why a plan may not be applied.
pub(crate) fn print_refusals(refusals: &[Diagnostic], sources: &Sources, ui: &Ui) {
    print_problems(&refusals.iter().cloned().collect(), sources, ui);
}

/// Prints warnings and the plan.
pub(crate) fn show(planned: &Planned, ui: &Ui) {
    show_review(&review(planned, None, ui), &planned.sources, ui);
}

/// The same for a plan that was not made here.
pub(crate) fn show_review(review: &Review<'_>, sources: &Sources, ui: &Ui) {
    if ui.json {
        Ui::print_json(&render::review_json(review));
        return;
    }
    if !review.warnings.is_empty() && !ui.quiet {
        print_problems(review.warnings, sources, ui);
    }
    // The plan's own last line stays the last: scripts rely on it.
    Ui::result(&text(review, ui.style, ui));
}

/// Shows the plan to the person who is about to be asked, when stdout is kept for JSON.
pub(crate) fn show_aside(planned: &Planned, ui: &Ui) {
    Ui::complain(&text(&review(planned, None, ui), ui.talk_style, ui));
}

/// The findings, and a blank line between them and the plan.
fn text(review: &Review<'_>, style: render::Style, ui: &Ui) -> String {
    let mut text = render::findings(review.findings, style, ui.verbose);
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&render::stamp(review.stamp));
    text.push_str(&render::elsewhere(review.endpoint));
    let options = render::TextOptions {
        verbose: ui.verbose,
        destroy: review.destroy,
        ..render::TextOptions::default()
    };
    text.push_str(&render::plan(review.plan, style, options));
    text
}
