//! One field of a change. Policies are drawn by `policy`; long texts as a unified diff; everything else on a line.

use similar::TextDiff;

use super::policy;
use super::scene::whereabouts;
use crate::model::Value;
use crate::plan::{Action, Change, Edit};
use crate::render::markup::Markup;
use crate::render::value::{both, short};

/// Lines around a difference that are shown with it.
const CONTEXT: usize = 3;

/// Draws a field of a change. What comes or goes with its whole resource has no sign of its own.
pub(super) fn draw(out: &mut Markup, partition: &str, change: &Change, edit: &Edit) {
    let Edit {
        path,
        before,
        after,
        forces_replacement: _,
        place: _,
    } = edit;
    head(
        out,
        mark(change.action, before.is_some(), after.is_some()),
        (path.field.as_str(), path.member.as_deref()),
    );
    let is_block = before.iter().chain(after).any(is_block);
    if is_block {
        notes(out, change, edit);
    }
    match (before, after) {
        (Some(Value::Policy(before)), Some(Value::Policy(after))) => {
            policy::changed(out, before, after, partition);
        }
        (Some(Value::Text(before)), Some(Value::Text(after))) if is_block => {
            unified(out, before, after);
        }
        (Some(before), Some(after)) => {
            let [old, new] = both(before, after);
            out.raw(" <del>").text(&old).raw("</del> \u{2192} <ins>");
            out.text(&new).raw("</ins>");
        }
        (None, Some(value)) | (Some(value), None) => whole(out, value),
        (None, None) => {}
    }
    if !is_block {
        notes(out, change, edit);
    }
    out.raw("</li>");
}

/// Class and sign.
type Mark = (&'static str, &'static str);

fn mark(action: Action, was: bool, is: bool) -> Mark {
    match (was, is, action) {
        (false, true, Action::Create)
        | (true, false, Action::Delete | Action::Detach)
        | (false, false, _) => ("", ""),
        (false, true, _) => ("p", "+"),
        (true, false, _) => ("m", "-"),
        (true, true, _) => ("t", "~"),
    }
}

fn head(out: &mut Markup, (class, sign): Mark, (field, member): (&str, Option<&str>)) {
    out.raw("<li");
    if !class.is_empty() {
        out.raw(" class=\"")
            .raw(class)
            .raw("\"><b>")
            .raw(sign)
            .raw("</b");
    }
    out.raw("><span class=\"d\">").text(field);
    if let Some(member) = member {
        out.raw(".<wbr>").text(member);
    }
    out.raw("</span>");
}

fn notes(out: &mut Markup, change: &Change, edit: &Edit) {
    if edit.forces_replacement {
        out.raw(" <span class=\"rk me\">forces replacement</span>");
    }
    // The place of a whole resource stands in its first line.
    if matches!(change.action, Action::Update | Action::Replace) {
        whereabouts(out, edit.place.as_ref());
    }
}

/// A value within a note: its name, then all of it.
pub(super) fn noted(out: &mut Markup, name: &str, value: &Value) {
    head(out, ("", ""), (name, None));
    whole(out, value);
    out.raw("</li>");
}

/// A value that stands alone: all of it.
fn whole(out: &mut Markup, value: &Value) {
    match value {
        Value::Present => {}
        Value::Policy(document) => policy::whole(out, document),
        Value::Text(text) if is_block(value) => {
            out.raw("<pre>");
            for line in text.lines() {
                out.text(line).raw("\n");
            }
            out.raw("</pre>");
        }
        Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Link(_) => {
            out.raw(" <code>").text(&short(value)).raw("</code>");
        }
    }
}

/// Whether a value needs lines of its own.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Policy(_) => true,
        Value::Text(text) => text.contains('\n'),
        Value::Number(_) | Value::Bool(_) | Value::Present | Value::Link(_) => false,
    }
}

fn unified(out: &mut Markup, before: &str, after: &str) {
    let diff = TextDiff::from_lines(before, after);
    let hunks = diff.unified_diff().context_radius(CONTEXT).to_string();
    out.raw("<pre>");
    for line in hunks.lines() {
        let (open, close) = match line.chars().next() {
            Some('+') => ("<ins>", "</ins>\n"),
            Some('-') => ("<del>", "</del>\n"),
            _ => ("", "\n"),
        };
        out.raw(open).text(line).raw(close);
    }
    out.raw("</pre>");
}
