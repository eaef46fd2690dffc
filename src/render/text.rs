//! A plan for people: the headline, changes with the riskiest ones first, then what else to know, and a last
//! line that scripts may rely on. Symbols carry the meaning; colour only repeats it.

mod access;
mod change;
mod drift;
mod edit;
pub(super) mod group;
mod headline;
mod notes;
mod page;
mod policy;
mod rollout;

use super::{Style, words};
use crate::plan::{Action, Change, Plan};
pub use drift::drift;
pub(super) use drift::{closing, heading};
use page::{Ink, Page};

/// How much to draw, and how wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to list unchanged resources and every change's calls, too.
    pub verbose: bool,
    /// Whether the plan is one to delete everything: what an empty one means depends on it.
    pub destroy: bool,
    /// Columns a statement may fill before its members get a line each. Nothing is ever wrapped or cut.
    pub width: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            verbose: false,
            destroy: false,
            width: 100,
        }
    }
}

/// The whole plan. The last line always has the form
/// `Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.`
pub fn plan(plan: &Plan, style: Style, options: TextOptions) -> String {
    let mut page = Page::new(style, options.width);
    headline::top(&mut page, plan, options);
    for group in groups(plan) {
        page.blank();
        change::draw(&mut page, plan, &group, options);
    }
    rollout::draw(&mut page, plan, options);
    notes::draw(&mut page, plan);
    if options.verbose {
        kept(&mut page, plan);
    }
    page.blank();
    headline::bottom(&mut page, plan, options);
    page.finished()
}

/// The changes as they are drawn: the riskiest first, those that are alike together.
pub(super) fn groups(plan: &Plan) -> Vec<Vec<&Change>> {
    group::groups(words::in_order(plan).into_iter())
}

/// One group on its own: its first line names it, the others say what happens.
pub(super) fn one_group(plan: &Plan, group: &[&Change]) -> String {
    let options = TextOptions::default();
    let mut page = Page::new(Style::PLAIN, options.width);
    change::draw(&mut page, plan, group, options);
    page.finished()
}

/// The counts, the risks and the instances of the headline, a line each.
pub(super) fn headline(plan: &Plan) -> [String; 3] {
    headline::sentences(plan)
}

/// The rollouts and the notes, as they stand below the changes.
pub(super) fn below(plan: &Plan) -> String {
    let options = TextOptions::default();
    let mut page = Page::new(Style::PLAIN, options.width);
    rollout::draw(&mut page, plan, options);
    notes::draw(&mut page, plan);
    page.finished()
}

fn kept(page: &mut Page, plan: &Plan) {
    let is_kept = |change: &&Change| change.action == Action::Keep;
    let mut kept = plan.changes.iter().filter(is_kept).peekable();
    if kept.peek().is_some() {
        page.blank();
        page.line(0, Ink::STRONG, "Unchanged");
    }
    for change in kept {
        page.line(1, Ink::PLAIN, &change.address.to_string());
    }
}

#[cfg(test)]
mod tests;
