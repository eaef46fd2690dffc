//! The first lines (where, who, how much) and the last (the same counts, in a form that never changes).

use super::page::{Ink, Page};
use crate::plan::Action;
use crate::render::Label;
use crate::render::scene::{Headline, Verdict};
use crate::render::words::ACTIONS;

pub(super) fn top(page: &mut Page, headline: &Headline<'_>) {
    place(page, headline);
    if let Verdict::NoChanges(_) = headline.verdict {
        page.blank();
    }
    let mut ink = Ink::STRONG;
    for line in headline.verdict.sentences() {
        page.line(0, ink, &line);
        ink = Ink::PLAIN;
    }
}

/// Whose, where, and who looked.
pub(super) fn place(page: &mut Page, headline: &Headline<'_>) {
    let stack = format!("Stack {}", headline.stack);
    let place = format!(
        " in account {}, region {}",
        headline.account, headline.region
    );
    let pieces = [(Some(Label::Strong), stack.as_str()), (None, &place)];
    page.pieces(0, Ink::PLAIN, &pieces);
    page.line(0, Ink::PLAIN, &format!("Caller {}", headline.caller));
}

pub(super) fn bottom(page: &mut Page, headline: &Headline<'_>) {
    if let Some(sends) = &headline.sends {
        page.line(0, Ink::FAINT, sends);
    }
    let number = |action| headline.counts.get(&action).copied().unwrap_or_default();
    let counts = ACTIONS.map(|(action, words)| format!("{} {words}", number(action)));
    let unchanged = number(Action::Keep);
    let last = format!("Plan: {}, {unchanged} unchanged.", counts.join(", "));
    page.line(0, Ink::STRONG, &last);
}
