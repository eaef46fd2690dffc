//! What a terminal shows below the finished lines: what is at work, what it waits for, how far the run is. A pure
//! function of the state, the time and the size of the screen. No line is wider than the screen and all of them
//! leave room for what is finished; reasons are wrapped, never cut.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::style::Label;
use super::lines::Lines;
use super::waits::{Group, throttling, whole};
use crate::apply::Event;
use crate::cloud::Pace;
use crate::plan::{Step, StepId};
use crate::render::words::shortened;
use crate::text;

/// A spinner, as braille dots go round.
const SPINNER: [&str; 8] = ["⠙", "⠸", "⢰", "⣠", "⣄", "⡆", "⠇", "⠋"];
/// Kinds of waits that are listed.
const LISTED: usize = 3;

/// Holds a number and its unit together while lines are broken.
const TIE: char = '\u{a0}';
/// Units, as they stand behind numbers here.
const UNITS: [&str; 5] = ["s of", "s,", "min", "tries", "calls/s"];

/// The size of a screen, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// The state that is drawn.
pub(super) struct Board {
    pub(super) lines: Lines,
    at_work: BTreeMap<StepId, Duration>,
    ended: usize,
    all: usize,
}

impl Board {
    pub(super) fn new(steps: &[Step], lines: Lines) -> Self {
        Self {
            lines,
            at_work: BTreeMap::new(),
            ended: 0,
            all: steps.len(),
        }
    }

    /// Takes an event in; gives the line that stays.
    pub(super) fn on(&mut self, event: &Event, now: Duration) -> Option<String> {
        self.lines.waits.on(event, now);
        match event {
            Event::Started { step } => {
                self.at_work.insert(*step, now);
            }
            Event::Done { step, .. } | Event::Failed { step, .. } | Event::Skipped { step, .. } => {
                self.at_work.remove(step);
                self.ended += 1;
            }
            Event::Waiting { .. }
            | Event::Retrying { .. }
            | Event::Paused { .. }
            | Event::Interrupted => {}
        }
        self.lines.ended(event)
    }

    /// The lines to draw. At most half of the screen and two lines more.
    pub(super) fn frame(&self, now: Duration, paces: &[Pace], size: Size) -> Vec<String> {
        let most = (size.rows / 2 + 2).min(size.rows.saturating_sub(1)).max(2);
        let mut below = self.below(now, paces, size.columns.saturating_sub(1));
        let kept = below.len().min(most - 1);
        below.drain(..below.len() - kept);
        let mut frame = self.working(now, most - below.len(), size.columns.saturating_sub(1));
        frame.extend(below);
        frame
    }

    fn working(&self, now: Duration, room: usize, width: usize) -> Vec<String> {
        let listed = if self.at_work.len() <= room {
            room
        } else {
            room.saturating_sub(1)
        };
        // What is at work stands before what waits.
        let waits = &self.lines.waits;
        let mut steps: Vec<_> = self.at_work.iter().collect();
        steps.sort_by_key(|(step, _)| waits.holds(**step));
        let steps = steps.into_iter().take(listed);
        let mut lines: Vec<String> = steps
            .map(|(step, began)| self.step(*step, now.saturating_sub(*began), now, width))
            .collect();
        let more = self.at_work.len() - lines.len();
        if more > 0 && room > 0 {
            lines.push(shortened(&format!("  and {more} more"), width));
        }
        lines
    }

    fn step(&self, step: StepId, elapsed: Duration, now: Duration, width: usize) -> String {
        let turn = usize::try_from(now.as_millis() / 120).unwrap_or(0) % SPINNER.len();
        let symbol = if self.lines.waits.holds(step) {
            "·"
        } else {
            SPINNER[turn]
        };
        let elapsed = whole(elapsed);
        let room = width.saturating_sub(elapsed.chars().count() + 4);
        let name = shortened(self.lines.name(step), room);
        let elapsed = self.lines.style.paint(Label::Faint, &elapsed);
        format!("{symbol} {name}  {elapsed}")
    }

    fn below(&self, now: Duration, paces: &[Pace], width: usize) -> Vec<String> {
        let groups = self.lines.waits.groups();
        let mut waits: Vec<String> = groups.iter().take(LISTED).map(|g| group(g, now)).collect();
        let more: usize = groups.iter().skip(LISTED).map(|group| group.count).sum();
        if more > 0 {
            waits.push(format!(
                "{} more wait for other things",
                text::count(more, "step")
            ));
        }
        waits.extend(throttling(paces));
        let style = self.lines.style;
        let waits = waits.iter().flat_map(|line| wrapped(line, width));
        let mut lines: Vec<String> = waits.map(|line| style.paint(Label::Faint, &line)).collect();
        lines.push(style.paint(Label::Strong, &shortened(&self.count(now), width)));
        lines
    }

    fn count(&self, now: Duration) -> String {
        let waiting = self.lines.waits.len();
        let working = self.at_work.len().saturating_sub(waiting);
        let mut line = format!("{} of {}", self.ended, text::count(self.all, "step"));
        for (count, what) in [(working, "at work"), (waiting, "waiting")] {
            if count > 0 {
                line.push_str(&format!(", {count} {what}"));
            }
        }
        format!("{line}  {}", whole(now))
    }
}

fn group(group: &Group<'_>, now: Duration) -> String {
    let Group {
        count,
        step: _,
        wait,
    } = group;
    let waits = wait.description(now);
    match count {
        1 => format!("1 step waits for {waits}"),
        _ => format!("{count} steps wait, longest for {waits}"),
    }
}

/// Broken between words, the further lines indented. A word wider than the screen is broken anywhere.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let line = UNITS.iter().fold(line.to_owned(), |line, unit| {
        line.replace(&format!(" {unit}"), &format!("{TIE}{unit}"))
    });
    let mut lines = vec![" ".to_owned()];
    for word in line.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        let length = lines.last().map_or(0, |last| last.chars().count());
        if length + 1 + word.len() > width && length > 4 {
            lines.push("   ".to_owned());
        }
        while !word.is_empty() {
            let Some(last) = lines.last_mut() else { break };
            let room = width.saturating_sub(last.chars().count() + 1).max(1);
            let part: String = word.drain(..room.min(word.len())).collect();
            last.push(' ');
            last.push_str(&part);
            if !word.is_empty() {
                lines.push("   ".to_owned());
            }
        }
    }
    let untied = lines.into_iter().map(|line| line.replace(TIE, " "));
    untied.collect()
}

#[cfg(test)]
mod tests;
