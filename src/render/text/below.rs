//! What stands below the changes, so that it drowns none of them: the waves in which many instances change, and the notes.

use super::edit;
use super::page::{Ink, Page};
use crate::render::scene::{NoteScene, RolloutScene, Scene};

/// How many waves are listed before the rest is counted.
const LISTED: usize = 10;

pub(super) fn draw(page: &mut Page, scene: &Scene<'_>, verbose: bool) {
    for one in &scene.rollouts {
        page.blank();
        rollout(page, one, verbose);
    }
    notes(page, &scene.notes);
}

pub(super) fn notes(page: &mut Page, notes: &[(&'static str, Vec<NoteScene<'_>>)]) {
    for (heading, notes) in notes {
        page.blank();
        page.line(0, Ink::STRONG, heading);
        for note in notes {
            draw_note(page, note);
        }
    }
}

fn draw_note(page: &mut Page, note: &NoteScene<'_>) {
    let text = match note.address {
        Some(address) => format!("{address}: {}", note.message),
        None => note.message.to_owned(),
    };
    page.line(1, Ink::CAREFUL, &text);
    for (name, value) in &note.content {
        edit::value(page, name, Ink::PLAIN, "", value);
    }
}

fn rollout(page: &mut Page, one: &RolloutScene<'_>, verbose: bool) {
    let RolloutScene {
        address,
        terms,
        waves,
    } = one;
    page.line(0, Ink::STRONG, &format!("Rollout of {address}"));
    page.line(1, Ink::PLAIN, terms);
    let listed = if verbose { waves.len() } else { LISTED };
    for (index, members) in waves.iter().take(listed).enumerate() {
        page.line(1, Ink::PLAIN, &format!("wave {}: {members}", index + 1));
    }
    let rest = waves.len().saturating_sub(listed);
    if rest > 0 {
        let more = format!("and {rest} more; `--verbose` lists them all");
        page.line(1, Ink::FAINT, &more);
    }
}
