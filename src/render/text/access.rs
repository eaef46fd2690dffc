//! What a change means for access: a line for each thing that is gained or lost, in words that are made in `access`.

use super::page::{Ink, Page};
use crate::access::{AccessDiff, Direction, sentence};

/// Draws what is gained and lost. Where nothing is gained, that is said: it is proven.
pub(super) fn draw(page: &mut Page, diff: &AccessDiff) {
    let AccessDiff { gained, lost } = diff;
    let head = match (gained.is_empty(), lost.is_empty()) {
        (true, true) => "access: as before",
        (true, false) => "access: nothing new",
        (false, _) => "access:",
    };
    page.line(2, Ink::PLAIN, head);
    for one in gained {
        page.line(4, Ink::ADDED, &sentence(one, Direction::Gained));
    }
    for one in lost {
        page.line(4, Ink::REMOVED, &sentence(one, Direction::Lost));
    }
}
