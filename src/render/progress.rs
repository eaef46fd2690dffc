//! Shows an apply while it runs: events in, lines out. On a terminal what is at work is redrawn in place (`board`),
//! elsewhere every line stands for itself (`lines`). How it ended is `report`'s.

mod board;
mod lines;
mod waits;

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::Style;
use crate::apply::Event;
use crate::cloud::Pace;
use crate::plan::Step;
use board::{Board, Size};
pub use lines::Lines;
pub use waits::whole;

/// What a step does, with the resource where the title does not name it:
/// `put inline policy S3-Permissions (Role/s3access)`.
pub(super) fn name_of(step: &Step) -> String {
    let Step { title, address, .. } = step;
    let named = title.contains(&address.name)
        || (address.member.as_ref()).is_some_and(|member| title.contains(member));
    if named {
        title.clone()
    } else {
        format!("{title} ({address})")
    }
}

/// `0.4 s`, `12.0 s`, `1 min 12 s`.
pub(super) fn lasting(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Shows an apply while it runs. An error of the screen is no error of the apply: a line that cannot
/// be written is dropped.
pub struct Progress(Mutex<Screen>);

enum Screen {
    Plain {
        lines: Lines,
        out: Box<dyn Write + Send>,
    },
    Terminal {
        board: Board,
        bar: ProgressBar,
        size: fn() -> Size,
    },
}

impl Progress {
    /// Lines to a writer, for everything that is not a terminal.
    pub fn plain(steps: &[Step], style: Style, out: Box<dyn Write + Send>) -> Self {
        let lines = Lines::new(steps, style);
        Self::on_screen(Screen::Plain { lines, out })
    }

    /// A board on standard error, which must be a terminal.
    pub fn terminal(steps: &[Step], style: Style) -> Self {
        Self::drawn_on(steps, style, ProgressDrawTarget::stderr(), size_of_stderr)
    }

    fn drawn_on(
        steps: &[Step],
        style: Style,
        target: ProgressDrawTarget,
        size: fn() -> Size,
    ) -> Self {
        let board = Board::new(steps, Lines::new(steps, style));
        // Our template is constant; a wrong one draws indicatif's own line instead of stopping an apply.
        let drawn = ProgressStyle::with_template("{msg}");
        let drawn = drawn.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, target).with_style(drawn);
        Self::on_screen(Screen::Terminal { board, bar, size })
    }

    fn on_screen(screen: Screen) -> Self {
        Self(Mutex::new(screen))
    }

    /// Shows one event, `now` after the run began, and how fast calls may leave at present.
    pub fn on(&self, event: &Event, now: Duration, paces: &[Pace]) {
        let mut screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *screen {
            Screen::Plain { lines, out } => {
                for line in lines.lines(event, now, paces) {
                    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
                }
            }
            Screen::Terminal { board, bar, size } => {
                if let Some(line) = board.on(event, now) {
                    bar.println(line);
                }
                bar.set_message(board.frame(now, paces, size()).join("\n"));
            }
        }
    }

    /// Draws again what changes by itself: the times. Call it a few times a second.
    pub fn tick(&self, now: Duration, paces: &[Pace]) {
        let screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Screen::Terminal { board, bar, size } = &*screen {
            bar.set_message(board.frame(now, paces, size()).join("\n"));
        }
    }

    /// Takes away what was drawn in place; permanent lines stay. Call it before anything else is printed.
    pub fn finish(&self) {
        let screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Screen::Terminal { bar, .. } = &*screen {
            bar.finish_and_clear();
        }
    }
}

fn size_of_stderr() -> Size {
    let (rows, columns) = console::Term::stderr().size();
    Size {
        rows: rows.into(),
        columns: columns.into(),
    }
}

#[cfg(test)]
pub(super) mod tests;
