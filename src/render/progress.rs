//! Draws an apply while it runs: events in, lines out. On a terminal what is at work is redrawn in place,
//! elsewhere every line stands for itself. How it ended is `report`'s.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::{Label, Style};
use crate::apply::Event;
use crate::plan::{Step, StepId};

/// How often a line about the same wait comes again where nothing can be redrawn.
const REPEAT: Duration = Duration::from_secs(10);
/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// A step at work.
const WORKING: &str = "{spinner} {prefix}  {elapsed}";
/// A step that waits. The reason has a line of its own: beside a long title a narrow terminal would cut it off.
const WAITING: &str = "{spinner} {prefix}  {elapsed}\n    {wide_msg}";

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

/// `, 6 s`, and nothing during the first second.
fn since(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0 => String::new(),
        seconds @ 1..60 => format!(", {seconds} s"),
        _ => format!(", {}", lasting(elapsed)),
    }
}

/// Turns events into lines for people, without spam: a wait is told when it begins and every ten seconds.
#[derive(Debug)]
pub struct Lines {
    style: Style,
    names: BTreeMap<StepId, (Label, &'static str, String)>,
    waits_told: BTreeMap<(StepId, String), Duration>,
}

impl Lines {
    /// For the steps of a plan.
    pub fn new(steps: &[Step], style: Style) -> Self {
        let name = |step: &Step| {
            let (label, symbol) = match (&step.makes, &step.removes) {
                (Some(_), _) => (Label::Added, "+"),
                (None, Some(_)) => (Label::Removed, "-"),
                (None, None) => (Label::Changed, "~"),
            };
            (step.id, (label, symbol, name_of(step)))
        };
        Self {
            style,
            names: steps.iter().map(name).collect(),
            waits_told: BTreeMap::new(),
        }
    }

    /// The line for an event, when it deserves one; without a line break at its end.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        match event {
            Event::Started { .. } | Event::Skipped { .. } => None,
            Event::Waiting {
                step,
                reason,
                elapsed,
                limit: _,
            }
            | Event::Retrying {
                step,
                attempt: _,
                delay: _,
                reason,
                elapsed,
                limit: _,
                class: _,
            } => self.wait(*step, reason, *elapsed),
            Event::Done { step, elapsed } => Some(self.done(*step, *elapsed)),
            Event::Failed {
                step,
                fault,
                effect: _,
            } => {
                let symbol = self.style.paint(Label::Removed, "!");
                Some(format!("{symbol} {}: {fault}", self.name(*step)))
            }
            Event::Paused {
                rollout,
                next,
                of,
                pause,
            } => {
                let pause = lasting(*pause);
                let line = format!("  {rollout}: pausing {pause} before wave {next} of {of}");
                Some(self.style.paint(Label::Faint, &line))
            }
            Event::Interrupted => Some(self.style.paint(
                Label::Strong,
                "stopping: what is in flight is finished first; press Ctrl-C again to stop at once",
            )),
        }
    }

    fn wait(&mut self, step: StepId, reason: &str, elapsed: Duration) -> Option<String> {
        let told = self.waits_told.get(&(step, reason.to_owned()));
        if told.is_some_and(|told| elapsed < *told + REPEAT) {
            return None;
        }
        self.waits_told.insert((step, reason.to_owned()), elapsed);
        let waiting = format!("waiting for {reason}{}", since(elapsed));
        let waiting = self.style.paint(Label::Faint, &waiting);
        Some(format!("  {}: {waiting}", self.name(step)))
    }

    fn done(&self, step: StepId, elapsed: Duration) -> String {
        let took = self.style.paint(Label::Faint, &lasting(elapsed));
        let symbol = match self.names.get(&step) {
            Some((label, symbol, _)) => self.style.paint(*label, symbol),
            None => "~".to_owned(),
        };
        format!("{symbol} {}  {took}", self.name(step))
    }

    fn name(&self, step: StepId) -> &str {
        self.names.get(&step).map_or("", |(_, _, name)| name)
    }
}

/// Shows an apply while it runs. Trouble with the screen is never trouble with the apply: a line that cannot
/// be written is dropped.
pub struct Progress(Mutex<Screen>);

enum Screen {
    Plain {
        lines: Lines,
        out: Box<dyn Write + Send>,
    },
    Terminal(Board),
}

impl Progress {
    /// Lines to a writer, for everything that is not a terminal.
    pub fn plain(steps: &[Step], style: Style, out: Box<dyn Write + Send>) -> Self {
        let lines = Lines::new(steps, style);
        Self(Mutex::new(Screen::Plain { lines, out }))
    }

    /// Spinners on standard error, which must be a terminal.
    pub fn terminal(steps: &[Step], style: Style) -> Self {
        Self::drawn_on(steps, style, ProgressDrawTarget::stderr())
    }

    fn drawn_on(steps: &[Step], style: Style, target: ProgressDrawTarget) -> Self {
        Self(Mutex::new(Screen::Terminal(Board::new(
            steps, style, target,
        ))))
    }

    /// Shows one event.
    pub fn on(&self, event: &Event) {
        let mut screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *screen {
            Screen::Plain { lines, out } => {
                if let Some(line) = lines.line(event) {
                    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
                }
            }
            Screen::Terminal(board) => board.on(event),
        }
    }

    /// Takes away what was drawn in place; permanent lines stay. Call it before anything else is printed.
    pub fn finish(&self) {
        let screen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Screen::Terminal(board) = &*screen {
            board.finish();
        }
    }
}

/// A line for each step at work, a count below, and what is finished above.
struct Board {
    lines: Lines,
    all: MultiProgress,
    at_work: BTreeMap<StepId, ProgressBar>,
    count: ProgressBar,
}

impl Board {
    fn new(steps: &[Step], style: Style, target: ProgressDrawTarget) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let length = u64::try_from(steps.len()).unwrap_or(u64::MAX);
        let count = all.add(ProgressBar::new(length).with_style(drawn("{pos} of {len} steps")));
        Self {
            lines: Lines::new(steps, style),
            all,
            at_work: BTreeMap::new(),
            count,
        }
    }

    fn on(&mut self, event: &Event) {
        match event {
            Event::Started { step } => self.start(*step),
            Event::Waiting { step, reason, .. } | Event::Retrying { step, reason, .. } => {
                if let Some(bar) = self.at_work.get(step) {
                    bar.set_style(drawn(WAITING));
                    bar.set_message(format!("waiting for {reason}"));
                }
                return;
            }
            Event::Done { step, .. } | Event::Failed { step, .. } | Event::Skipped { step, .. } => {
                self.end(*step);
            }
            Event::Paused { .. } | Event::Interrupted => {}
        }
        if let Some(line) = self.lines.line(event) {
            let _ = self.all.println(line);
        }
    }

    fn start(&mut self, step: StepId) {
        let bar = ProgressBar::new_spinner()
            .with_style(drawn(WORKING))
            .with_prefix(self.lines.name(step).to_owned());
        let bar = self.all.insert_before(&self.count, bar);
        bar.enable_steady_tick(TICK);
        self.at_work.insert(step, bar);
    }

    fn end(&mut self, step: StepId) {
        self.count.inc(1);
        // Nothing else redraws the count, and a draw that comes too soon after another is left out.
        self.count.force_draw();
        if let Some(bar) = self.at_work.remove(&step) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
    }

    fn finish(&self) {
        for bar in self.at_work.values() {
            bar.finish_and_clear();
        }
        self.count.finish_and_clear();
    }
}

/// Our templates are constants; a wrong one draws indicatif's own line instead of stopping an apply.
fn drawn(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
pub(super) mod tests;
