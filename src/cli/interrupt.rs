//! Runs the applier with progress and Ctrl-C: once stops gently, twice stops at once. SIGTERM counts as Ctrl-C: a CI
//! runner that cancels a job sends the one, the other, or first this and then that.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::abandoned::{self, Copied};
use super::ending::Ending;
use super::event_file::EventFile;
use super::failure::Failure;
use super::options::Applying;
use super::plan::Planned;
use super::session::Session;
use super::ui::Ui;
use crate::apply::{self, Cloud, Event, FileJournal, Report, Stop};
use crate::aws::clock::SystemClock;
use crate::cloud::Clock;
use crate::model::Address;
use crate::plan::Step;
use crate::render::Progress;

/// How often the screen is drawn although nothing happens.
const TICK: std::time::Duration = std::time::Duration::from_millis(120);
/// What was made less than this long before the run may not be visible everywhere yet: an earlier run of
/// ours may have been interrupted.
const RECENT: std::time::Duration = std::time::Duration::from_mins(5);

/// What is to be run.
pub(super) struct Run<'a> {
    /// The calls.
    pub steps: &'a [Step],
    /// What may not be visible everywhere yet.
    pub recent: BTreeSet<Address>,
    pub applying: &'a Applying,
    pub journal: &'a FileJournal,
    pub events: &'a EventFile,
}

/// Runs steps and reports how they ended.
pub(super) async fn apply(
    session: &Session,
    run: Run<'_>,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Report {
    let Run {
        steps,
        recent,
        applying,
        journal,
        events: file,
    } = run;
    let options = apply::Options {
        parallelism: applying.parallelism,
        propagation_timeout: applying.propagation_timeout,
        wait_timeout: applying.wait_timeout,
        recent,
    };
    let progress = progress(steps, ui);
    let (stop, clock) = (Stop::new(), SystemClock::start());
    let seen = Mutex::new(Vec::new());
    let events = |event: Event| {
        let now = Clock::elapsed(&clock);
        progress.on(&event, now, &session.traffic().paces);
        file.happened(&event, steps);
        seen.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event);
    };
    let cloud = Cloud {
        reads: session.reads(),
        writes: session.writes(),
    };
    let journal = Copied::of(journal);
    let run = apply::apply(steps, cloud, &options, &clock, &journal, &events, &stop);
    let report = tokio::select! {
        report = run => report,
        never = tick(&progress, &clock, session) => match never {},
        () = interrupts.twice(&stop) => {
            let events = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let known = abandoned::report(steps, &events, &journal.entries());
            Report { elapsed: Clock::elapsed(&clock), ..known }
        }
    };
    progress.finish();
    report
}

/// Keeps the times on the screen going.
async fn tick(progress: &Progress, clock: &SystemClock, session: &Session) -> Infallible {
    loop {
        tokio::time::sleep(TICK).await;
        progress.tick(Clock::elapsed(clock), &session.traffic().paces);
    }
}

/// Spinners on a terminal, lines elsewhere, nothing when quiet.
fn progress(steps: &[Step], ui: &Ui) -> Progress {
    if ui.quiet {
        Progress::plain(steps, ui.talk_style, Box::new(std::io::sink()))
    } else if std::io::stderr().is_terminal() {
        Progress::terminal(steps, ui.talk_style)
    } else {
        Progress::plain(steps, ui.talk_style, Box::new(std::io::stderr()))
    }
}

/// Counts the user's Ctrl-C from the moment it is made. There is one for a whole command: once it listens,
/// Ctrl-C no longer kills the process, so every phase has to heed it.
#[derive(Clone)]
pub(super) struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// Begins to listen.
    pub(super) fn listen() -> Self {
        let (count, seen) = watch::channel(0);
        // Without a handler Ctrl-C kills the process as it always did; running again converges.
        if let Ok(mut ending) = Ending::listen() {
            tokio::spawn(async move {
                loop {
                    ending.come().await;
                    count.send_modify(|count| *count += 1);
                }
            });
        }
        Self(seen)
    }

    /// Ends once Ctrl-C was pressed so many times.
    pub(super) async fn pressed(&self, times: u32) {
        let mut seen = self.0.clone();
        if seen.wait_for(|count| *count >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Does something that changes nothing; Ctrl-C ends it.
    pub(super) async fn unless_pressed<T>(
        &self,
        harmless: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.pressed(1) => Err(Failure::Interrupted),
            outcome = harmless => outcome,
        }
    }

    /// Ends at the second Ctrl-C; the first one asks the applier to stop, which tells so.
    async fn twice(&self, stop: &Stop) {
        self.pressed(1).await;
        stop.request();
        self.pressed(2).await;
    }
}

/// Resources made shortly before, possibly by a run that was interrupted.
pub(super) fn recent(planned: &Planned) -> BTreeSet<Address> {
    let now = jiff::Timestamp::now();
    let young = |created: &jiff::Timestamp| now.duration_since(*created).unsigned_abs() < RECENT;
    let resources = planned.live.resources.iter();
    resources
        .filter(|(_, observed)| observed.created.as_ref().is_some_and(young))
        .map(|(address, _)| address.clone())
        .collect()
}
