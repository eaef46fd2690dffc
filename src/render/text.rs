//! A plan for people: the headline, changes with the riskiest ones first, then what else to know, and a last
//! line that scripts may rely on. Symbols carry the meaning; colour only repeats it. What is shown is `scene`'s.

mod below;
mod change;
mod drift;
mod edit;
mod headline;
pub(super) mod page;
mod policy;

use super::Style;
use super::scene::{ChangeScene, Scene};
use crate::plan::Plan;
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
    let scene = Scene::of(plan, options.destroy);
    let mut page = Page::new(style, options.width);
    headline::top(&mut page, &scene.headline);
    for change in &scene.changes {
        page.blank();
        change::draw(&mut page, change, options.verbose);
    }
    below::draw(&mut page, &scene, options.verbose);
    if options.verbose {
        kept(&mut page, &scene);
    }
    page.blank();
    headline::bottom(&mut page, &scene.headline);
    page.finished()
}

/// One change on its own: its first line names it, the others say what happens.
pub(super) fn change(change: &ChangeScene<'_>) -> String {
    let mut page = Page::new(Style::PLAIN, TextOptions::default().width);
    change::draw(&mut page, change, false);
    page.finished()
}

/// The rollouts and the notes, as they stand below the changes.
pub(super) fn below(scene: &Scene<'_>) -> String {
    let mut page = Page::new(Style::PLAIN, TextOptions::default().width);
    below::draw(&mut page, scene, false);
    page.finished()
}

fn kept(page: &mut Page, scene: &Scene<'_>) {
    if !scene.kept.is_empty() {
        page.blank();
        page.line(0, Ink::STRONG, "Unchanged");
    }
    for change in &scene.kept {
        page.line(1, Ink::PLAIN, &change.address.to_string());
    }
}

#[cfg(test)]
mod tests;
