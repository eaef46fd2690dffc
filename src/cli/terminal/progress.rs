//! How a run is followed on the screen: spinners on a terminal, lines elsewhere, nothing when quiet.

use std::io::IsTerminal;

use super::ui::Ui;
use crate::plan::Step;
use crate::render::Progress;

/// What draws the steps of a run.
pub(crate) fn of(steps: &[Step], ui: &Ui) -> Progress {
    if ui.quiet {
        Progress::plain(steps, ui.talk_style, Box::new(std::io::sink()))
    } else if std::io::stderr().is_terminal() {
        Progress::terminal(steps, ui.talk_style)
    } else {
        Progress::plain(steps, ui.talk_style, Box::new(std::io::stderr()))
    }
}
