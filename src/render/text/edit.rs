//! One field's change. Policies are drawn by `policy`; long texts as a unified diff; everything else on a line.

use similar::TextDiff;

use super::change::whereabouts;
use super::page::{Ink, Page};
use super::policy;
use crate::model::Value;
use crate::plan::{Action, Change, Edit};
use crate::render::Label;
use crate::render::value::{both, short};

/// Lines around a difference that are shown with it.
const CONTEXT: usize = 3;

/// Draws a field of a change. What comes or goes with its whole resource has no sign of its own.
pub(super) fn draw(page: &mut Page, partition: &str, change: &Change, edit: &Edit) {
    let Edit {
        path,
        before,
        after,
        forces_replacement,
        place,
    } = edit;
    let ink = ink(change.action, before.is_some(), after.is_some());
    let field = Field {
        name: path.to_string(),
        ink,
        notes: notes(change, *forces_replacement, place.as_ref().map(whereabouts)),
    };
    match (before, after) {
        (Some(Value::Policy(before)), Some(Value::Policy(after))) => {
            field.head(page, ":");
            policy::changed(page, 3, before, after, partition);
        }
        (Some(Value::Text(before)), Some(Value::Text(after)))
            if is_long(before) || is_long(after) =>
        {
            field.head(page, ":");
            unified(page, before, after);
        }
        (Some(before), Some(after)) => {
            let [old, new] = both(before, after);
            field.head(page, &format!(": {old} -> {new}"));
        }
        (None, Some(value)) | (Some(value), None) => whole(page, &field, value),
        (None, None) => field.head(page, ""),
    }
}

struct Field {
    name: String,
    ink: Ink,
    notes: String,
}

impl Field {
    fn head(&self, page: &mut Page, rest: &str) {
        let text = format!("{}{rest}", self.name);
        let pieces = [
            (self.ink.label, text.as_str()),
            (Some(Label::Faint), &self.notes),
        ];
        page.pieces(2, self.ink, &pieces);
    }
}

fn ink(action: Action, was: bool, is: bool) -> Ink {
    match (was, is, action) {
        (false, true, Action::Create) => Ink::ADDED.unsigned(),
        (true, false, Action::Delete | Action::Detach) => Ink::REMOVED.unsigned(),
        (false, true, _) => Ink::ADDED,
        (true, false, _) => Ink::REMOVED,
        (true, true, _) => Ink::CHANGED,
        (false, false, _) => Ink::PLAIN,
    }
}

fn notes(change: &Change, forces_replacement: bool, place: Option<String>) -> String {
    let mut notes = String::new();
    if forces_replacement {
        notes.push_str("  (forces replacement)");
    }
    // The place of a whole resource stands in its first line.
    if matches!(change.action, Action::Update | Action::Replace) {
        notes.push_str(&place.unwrap_or_default());
    }
    notes
}

/// A value that stands alone: all of it, under its name.
fn whole(page: &mut Page, field: &Field, value: &Value) {
    match value {
        Value::Present => field.head(page, ""),
        Value::Policy(document) => {
            field.head(page, ":");
            policy::whole(page, 3, field.ink.unsigned(), document);
        }
        Value::Text(text) if is_long(text) => {
            field.head(page, ":");
            for line in text.lines() {
                page.line(3, field.ink.unsigned(), line);
            }
        }
        Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Link(_) => {
            field.head(page, &format!(": {}", short(value)));
        }
    }
}

/// A value within a note: its name, then all of it.
pub(super) fn noted(page: &mut Page, name: &str, value: &Value) {
    let field = Field {
        name: name.to_owned(),
        ink: Ink::PLAIN,
        notes: String::new(),
    };
    whole(page, &field, value);
}

fn is_long(text: &str) -> bool {
    text.contains('\n')
}

fn unified(page: &mut Page, before: &str, after: &str) {
    let diff = TextDiff::from_lines(before, after);
    let hunks = diff.unified_diff().context_radius(CONTEXT).to_string();
    for line in hunks.lines() {
        let (ink, text) = match line.split_at_checked(1) {
            Some(("+", rest)) => (Ink::ADDED, rest),
            Some(("-", rest)) => (Ink::REMOVED, rest),
            Some((" ", rest)) => (Ink::PLAIN, rest),
            _ => (Ink::FAINT, line),
        };
        page.line(4, ink, text);
    }
}
