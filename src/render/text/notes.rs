//! What a reviewer should know although it changes nothing: after the changes, so that it drowns none of them.

use super::edit;
use super::page::{Ink, Page};
use crate::plan::{Note, Plan};
use crate::render::words::NOTES;

pub(super) fn draw(page: &mut Page, plan: &Plan) {
    for (kind, heading) in NOTES {
        let mut notes = plan
            .notes
            .iter()
            .filter(|note| note.kind == kind)
            .peekable();
        if notes.peek().is_some() {
            page.blank();
            page.line(0, Ink::STRONG, heading);
        }
        for note in notes {
            draw_note(page, note);
        }
    }
}

fn draw_note(page: &mut Page, note: &Note) {
    let Note {
        kind: _,
        address,
        message,
        content,
    } = note;
    let text = match address {
        Some(address) => format!("{address}: {message}"),
        None => message.clone(),
    };
    page.line(1, Ink::CAREFUL, &text);
    for (name, value) in content {
        edit::noted(page, name, value);
    }
}
