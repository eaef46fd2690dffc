//! Shows a plan, rehearses it, asks, carries it out, and prints how it ended: what apply, destroy and release share.

use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use super::files::events::EventFile;
use super::files::receipt::Receipt;
use super::files::{outputs, project};
use super::options::{Applying, Common, Manifests, Planning};
use super::rehearse;
use super::session::{self, Interrupts, Session};
use super::settings;
use super::terminal::outcome::Again;
use super::terminal::{Exit, Failure, Ui, outcome, progress, review};
use crate::apply::FileJournal;
use crate::aws::clock::SystemClock;
use crate::cloud::Clock;
use crate::plan::Step;
use crate::render::{self, Progress};
use crate::run::{self, Outcome, Planned, ReadBack, Run, RunEvent};

/// How often the screen is drawn although nothing happens.
const TICK: Duration = Duration::from_millis(120);

/// How long what was read of AWS counts as what there is.
const FRESH: Duration = Duration::from_secs(3);

/// Plans manifests, asks, and carries the plan out.
pub(crate) async fn manifests(
    manifests: &Manifests,
    planning: &Planning,
    applying: &Applying,
    destroy: bool,
    common: &Common,
    ui: &Ui,
) -> Result<Exit, Failure> {
    rehearse::weather(applying.rehearse.as_deref())?;
    let request = planning.request(destroy)?;
    let mut project = project::load(manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let clock = SystemClock::start();
    session::work_on(
        &mut project,
        common,
        &interrupts,
        ui,
        async |session, project| {
            let planning = async { Ok(run::plan(session.view(), project, &request).await?) };
            let planned = interrupts.unless_pressed(planning).await?;
            let execution = Execution {
                session,
                applying,
                receipt: None,
                interrupts: &interrupts,
                clock: &clock,
                ui,
            };
            execution.show_and_run(&planned).await
        },
    )
    .await
}

/// What it takes to carry a plan out, beside the plan.
#[derive(Clone, Copy)]
pub(crate) struct Execution<'a> {
    pub session: &'a Session,
    pub applying: &'a Applying,
    /// That of a saved plan.
    pub receipt: Option<&'a Receipt>,
    pub interrupts: &'a Interrupts,
    /// Runs since AWS was read for the plan, or before.
    pub clock: &'a SystemClock,
    pub ui: &'a Ui,
}

impl Execution<'_> {
    /// Shows a plan, asks, carries it out, and prints how it ended.
    pub(crate) async fn show_and_run(self, planned: &Planned) -> Result<Exit, Failure> {
        if let Some(exit) = self.held_back(planned).await? {
            return Ok(exit);
        }
        if self.is_old() {
            let checking = run::recheck(self.session.view(), self.clock, planned);
            let checking = async { Ok(checking.await?) };
            self.interrupts.unless_pressed(checking).await?;
        }
        self.run(planned).await
    }

    /// Whether AWS may have changed since it was read: somebody was asked, or it took long.
    pub(crate) fn is_old(self) -> bool {
        !self.applying.yes || self.clock.elapsed() > FRESH
    }

    /// Shows the plan, rehearses it and asks, as far as that is wanted. How the command ends before the run began, if it
    /// does.
    pub(crate) async fn held_back(self, planned: &Planned) -> Result<Option<Exit>, Failure> {
        let Self {
            session: _,
            applying,
            receipt: _,
            interrupts,
            clock: _,
            ui,
        } = self;
        // With JSON the report that follows is the result; two documents would be none.
        if !ui.json || planned.plan.is_empty() || !planned.refusals.is_empty() {
            review::show(planned, ui);
        }
        if !planned.refusals.is_empty() {
            return Ok(Some(review::refuse(planned, ui)));
        }
        if planned.plan.is_empty() {
            return Ok(Some(Exit::Done));
        }
        if let Some(weather) = &applying.rehearse {
            let rehearsed = rehearse::before(planned, weather, applying, interrupts, ui).await?;
            if rehearsed != Exit::Done {
                return Ok(Some(rehearsed));
            }
        }
        if !applying.yes {
            if ui.json && Ui::can_ask() {
                review::show_aside(planned, ui);
            }
            let question = if planned.options.destroy {
                "Delete this?"
            } else {
                "Apply this plan?"
            };
            interrupts.confirmed(question).await?;
        }
        Ok(None)
    }

    /// Carries a plan out, and prints how it ended.
    pub(crate) async fn run(self, planned: &Planned) -> Result<Exit, Failure> {
        let journal = journal(&self.applying.journal)?;
        let events = EventFile::open(self.applying.events.as_deref())?;
        if let Some(receipt) = self.receipt {
            receipt.begin()?;
        }
        events.began(&planned.plan);
        let outcome = self.outcome(planned, &journal, &events).await;
        let again = self.receipt.map_or(Again::SameCommand, |_| Again::NewPlan);
        outcome::print(planned, &outcome, again, self.ui);
        summarize(planned, &outcome, again, self.ui);
        let exit = outcome::exit(&outcome);
        let is_converged = outcome.read_back == Some(ReadBack::Converged);
        events.ended(&outcome.report, is_converged, exit.code());
        Ok(exit)
    }

    async fn outcome(
        self,
        planned: &Planned,
        journal: &FileJournal,
        events: &EventFile,
    ) -> Outcome {
        let Self {
            session,
            applying,
            receipt,
            interrupts,
            clock: _,
            ui,
        } = self;
        let watch = Watch {
            receipt,
            ..Watch::over(session, &planned.plan.steps, events, ui)
        };
        let report = |event: RunEvent<'_>| watch.report(&event);
        let run = watch.run(&report, interrupts);
        let options = applying.options();
        let executing = run::execute(run, planned, &options, journal);
        watch.during(executing).await
    }
}

/// Shows a run while it lasts: on the screen, and in the file of events.
pub(crate) struct Watch<'a> {
    session: &'a Session,
    steps: &'a [Step],
    events: &'a EventFile,
    receipt: Option<&'a Receipt>,
    progress: Progress,
    clock: SystemClock,
    ui: &'a Ui,
}

impl<'a> Watch<'a> {
    pub(crate) fn over(
        session: &'a Session,
        steps: &'a [Step],
        events: &'a EventFile,
        ui: &'a Ui,
    ) -> Self {
        Self {
            session,
            steps,
            events,
            receipt: None,
            progress: progress::of(steps, ui),
            clock: SystemClock::start(),
            ui,
        }
    }

    /// What carries the steps out, and reports here.
    pub(crate) fn run<'r>(
        &'r self,
        events: &'r (dyn Fn(RunEvent<'_>) + Send + Sync),
        interrupts: &'r Interrupts,
    ) -> Run<'r> {
        Run {
            view: self.session.view(),
            writes: self.session.writes(),
            meter: self.session.meter(),
            clock: &self.clock,
            events,
            signals: interrupts,
        }
    }

    pub(crate) fn report(&self, event: &RunEvent<'_>) {
        match event {
            RunEvent::Step(event) => {
                let paces = self.session.meter().traffic().paces;
                self.progress.on(event, self.clock.elapsed(), &paces);
                self.events.happened(event, self.steps);
            }
            RunEvent::StepsEnded(report) => {
                self.progress.finish();
                let ended = self.receipt.map_or(Ok(()), |receipt| receipt.end(report));
                if let Err(Failure::Other { message, .. }) = ended {
                    // What was done is reported whatever becomes of the receipt: that of the beginning still counts.
                    Ui::complain(&message);
                }
            }
            RunEvent::ReadingBack {
                open,
                elapsed,
                limit,
            } => self.ui.say(&format!(
                "reading back: {}, {} of at most {}",
                open.first().map(outcome::sentence).unwrap_or_default(),
                render::whole(*elapsed),
                render::whole(*limit)
            )),
        }
    }

    /// Keeps the times on the screen going while something is done.
    pub(crate) async fn during<T>(&self, done: impl Future<Output = T>) -> T {
        let ticking = async || -> Infallible {
            loop {
                tokio::time::sleep(TICK).await;
                let paces = self.session.meter().traffic().paces;
                self.progress.tick(self.clock.elapsed(), &paces);
            }
        };
        tokio::select! {
            done = done => done,
            never = ticking() => match never {},
        }
    }
}

/// Opens the journal, or says what keeps it from being written.
pub(crate) fn journal(path: &Path) -> Result<FileJournal, Failure> {
    FileJournal::open(path).map_err(|error| {
        let why =
            std::error::Error::source(&error).map_or_else(String::new, |why| format!(": {why}"));
        let hint = Some("choose another file with `--journal FILE`");
        Failure::other(format!("{error}{why}"), hint)
    })
}

/// Adds the report to what GitHub's runner collects of a job. The run is over: trouble with it is only printed.
fn summarize(planned: &Planned, outcome: &Outcome, again: Again, ui: &Ui) {
    let Some(path) = settings::step_summary() else {
        return;
    };
    let text = outcome::text(planned, outcome, again, render::Style::PLAIN);
    let page = render::report_markdown(&planned.plan, planned.options.destroy, &text);
    if let Err(failure) = outputs::append(&path, &page) {
        // How the run ended does not depend on it.
        let _ = failure.print(ui);
    }
}
