//! One change: its first line, and everything about it indented below.

use super::edit;
use super::page::{Ink, Page};
use crate::access::Known;
use crate::diagnostic::Place;
use crate::plan::Action;
use crate::render::Label;
use crate::render::scene::{Access, ChangeScene};
use crate::render::words::{at, symbol};
use crate::text::count;

/// How many instances are named before the rest is counted.
const NAMED_INSTANCES: usize = 10;

fn ink(action: Action) -> Ink {
    let label = match action {
        Action::Create => Some(Label::Added),
        Action::Update | Action::Adopt => Some(Label::Changed),
        Action::Replace | Action::Delete | Action::Detach => Some(Label::Removed),
        Action::Keep => None,
    };
    Ink::new(symbol(action), label)
}

/// Draws a change; with `verbose` also its calls, and the actions behind every pattern.
pub(super) fn draw(page: &mut Page, change: &ChangeScene<'_>, verbose: bool) {
    title(page, ink(change.action), &change.name, change.place);
    for reason in change.reasons {
        page.line(2, Ink::PLAIN, &format!("because {reason}"));
    }
    for one in &change.edits {
        edit::draw(page, one);
    }
    if let Some(access) = &change.access {
        draw_access(page, access, verbose);
    }
    if !change.instances.is_empty() {
        page.line(2, Ink::CAREFUL, &affected(&change.instances));
    }
    if let Some((whom, meaning)) = &change.gap {
        page.line(2, Ink::CAREFUL, &format!("gap for {whom}: {meaning}"));
    }
    for step in change.calls.iter().filter(|_| verbose) {
        let call = step.call.call().full_name();
        page.line(2, Ink::FAINT, &format!("sends {call}: {}", step.title));
    }
}

/// The name of a resource, and where it is declared.
pub(super) fn title(page: &mut Page, ink: Ink, name: &str, place: Option<&Place>) {
    let place = place.map(whereabouts).unwrap_or_default();
    let pieces = [(Some(Label::Strong), name), (Some(Label::Faint), &place)];
    page.pieces(1, ink, &pieces);
}

/// `  (stack.yaml:12)`.
pub(super) fn whereabouts(place: &Place) -> String {
    format!("  ({})", at(place))
}

fn draw_access(page: &mut Page, access: &Access<'_>, verbose: bool) {
    let Access { head, lines } = access;
    page.line(2, Ink::PLAIN, head);
    for (sign, sentence, known) in lines {
        page.line(4, Ink::of(*sign), sentence);
        if let Some(known) = known.filter(|_| verbose) {
            draw_known(page, known);
        }
    }
}

fn draw_known(page: &mut Page, known: &Known) {
    for name in &known.names {
        page.line(5, Ink::FAINT, name);
    }
    let more = known.count() - known.names.len();
    if more > 0 {
        page.line(5, Ink::FAINT, &format!("and {more} more"));
    }
}

fn affected(instances: &[String]) -> String {
    let (named, rest) = instances.split_at(instances.len().min(NAMED_INSTANCES));
    let more = match rest.len() {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let number = count(instances.len(), "instance");
    let named = named.join(", ");
    format!("changes the credentials of {number}: {named}{more}")
}
