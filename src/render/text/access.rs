//! What a change means for access: a line for each thing that is gained or lost, in words that are made in `access`; with the
//! actions behind every pattern where all is wanted.

use super::page::{Ink, Page};
use crate::access::{AccessChange, AccessDiff, Direction, Known, Subject, sentence};
use crate::render::words::access_head;

/// Draws what is gained and lost.
pub(super) fn draw(page: &mut Page, diff: &AccessDiff, verbose: bool) {
    let AccessDiff { gained, lost } = diff;
    page.line(2, Ink::PLAIN, access_head(diff));
    let sides = [
        (gained, Ink::ADDED, Direction::Gained),
        (lost, Ink::REMOVED, Direction::Lost),
    ];
    for (changes, ink, direction) in sides {
        for one in changes {
            page.line(4, ink, &sentence(one, direction));
            if verbose {
                known(page, one);
            }
        }
    }
}

/// The actions that patterns stand for; plain names say it themselves.
fn known(page: &mut Page, change: &AccessChange) {
    let (Subject::Permission(permission)
    | Subject::Trust(permission)
    | Subject::Denial(permission)) = &change.subject
    else {
        return;
    };
    let Known { levels: _, names } = &permission.known;
    if *names == permission.actions.any {
        return;
    }
    for name in names {
        page.line(5, Ink::FAINT, name);
    }
    let more = permission.known.count() - names.len();
    if more > 0 {
        page.line(5, Ink::FAINT, &format!("and {more} more"));
    }
}
