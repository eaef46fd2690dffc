//! One field's change: on one line where it fits, else its name and lines of its own.

use super::change::whereabouts;
use super::page::{Ink, Page};
use super::policy;
use crate::render::Label;
use crate::render::scene::{EditScene, Shown, diff_lines};

pub(super) fn draw(page: &mut Page, edit: &EditScene<'_>) {
    let ink = Ink::of(edit.sign);
    let ink = if edit.with_resource {
        ink.unsigned()
    } else {
        ink
    };
    let mut notes = String::new();
    if edit.forces_replacement {
        notes.push_str("  (forces replacement)");
    }
    notes.push_str(&edit.place.map(whereabouts).unwrap_or_default());
    value(page, &edit.path.to_string(), ink, &notes, &edit.shown);
}

/// The name of a field with what is known of it, and its value.
pub(super) fn value(page: &mut Page, name: &str, ink: Ink, notes: &str, shown: &Shown<'_>) {
    let rest = match shown {
        Shown::Nothing => String::new(),
        Shown::Line(line) => format!(": {line}"),
        Shown::Both([before, after]) => format!(": {before} -> {after}"),
        Shown::Text(_) | Shown::Diff(_) | Shown::Policy(_) => ":".to_owned(),
    };
    let text = format!("{name}{rest}");
    page.pieces(2, ink, &[(ink.label, &text), (Some(Label::Faint), notes)]);
    match shown {
        Shown::Text(text) => {
            for line in text.lines() {
                page.line(3, ink.unsigned(), line);
            }
        }
        Shown::Diff(diff) => unified(page, diff),
        Shown::Policy(policy) => policy::draw(page, 3, ink.unsigned(), policy),
        Shown::Nothing | Shown::Line(_) | Shown::Both(_) => {}
    }
}

fn unified(page: &mut Page, diff: &str) {
    for (sign, line) in diff_lines(diff) {
        match sign {
            Some(sign) => page.line(4, Ink::of(sign), line.get(1..).unwrap_or_default()),
            None => page.line(4, Ink::FAINT, line),
        }
    }
}
