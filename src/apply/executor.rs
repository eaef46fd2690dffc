//! The loop that runs steps side by side and keeps the books. What may run is `schedule`'s, how one step runs
//! is `attempt`'s.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::attempt::Attempt;
use super::context::{Cloud, Context, Options};
use super::ending::{Ended, StepError};
use super::event::{Effect, Event, Outcome, Report, Skip};
use super::journal::Journal;
use super::ledger::Ledger;
use super::precondition::Sightings;
use super::schedule::Schedule;
use super::stop::Stop;
use super::wait::Slot;
use crate::cloud::{Class, Clock, Fault};
use crate::plan::{Step, StepId};

/// Runs the steps of a plan and reports how each of them ended. Steps run as soon as what they need is
/// done, side by side but never two of a lane; a failed step takes its dependants with it and nothing else.
/// After `stop` was requested nothing new is sent, and the future ends when what is in flight has ended.
///
/// Never fails as a whole: what went wrong stands in the report, step by step.
pub async fn apply(
    steps: &[Step],
    cloud: Cloud<'_>,
    options: &Options,
    clock: &dyn Clock,
    journal: &dyn Journal,
    events: &(dyn Fn(Event) + Send + Sync),
    stop: &Stop,
) -> Report {
    let slots = Semaphore::new(options.parallelism.clamp(1, Semaphore::MAX_PERMITS));
    let began = clock.elapsed();
    let sightings = Sightings::new(began);
    let context = Context {
        cloud,
        options,
        clock,
        journal,
        events,
        stop,
        sightings: &sightings,
    };
    let mut run = Run::new(context, &slots, steps);
    while run.goes_on() {
        let opening = run.until_opening();
        tokio::select! {
            biased;
            () = stop.requested(), if !run.report.interrupted => run.interrupt(),
            Some(end) = run.running.next(), if !run.running.is_empty() => run.finish(end),
            Ok(slot) = slots.acquire(), if run.schedule.has_next() => run.start(slot),
            () = clock.sleep(opening.unwrap_or_default()), if opening.is_some() => {
                run.schedule.open_waves(clock.elapsed());
            }
        }
    }
    let stuck = run.schedule.leftovers();
    run.skip(stuck);
    Report {
        elapsed: clock.elapsed().saturating_sub(began),
        ..run.report
    }
}

/// The state of the loop.
struct Run<'a> {
    context: Context<'a>,
    slots: &'a Semaphore,
    schedule: Schedule<'a>,
    running: FuturesUnordered<BoxFuture<'a, (&'a Step, Ended)>>,
    ledger: Ledger,
    report: Report,
}

impl<'a> Run<'a> {
    fn new(context: Context<'a>, slots: &'a Semaphore, steps: &'a [Step]) -> Self {
        Self {
            context,
            slots,
            schedule: Schedule::new(steps),
            running: FuturesUnordered::new(),
            ledger: Ledger::new(&context.options.recent),
            report: Report::default(),
        }
    }

    fn goes_on(&self) -> bool {
        let waits = self.schedule.next_opening().is_some();
        !self.running.is_empty() || self.schedule.has_next() || waits
    }

    /// How long until the next wave that is held back may begin.
    fn until_opening(&self) -> Option<Duration> {
        let opening = self.schedule.next_opening()?;
        Some(opening.saturating_sub(self.context.clock.elapsed()))
    }

    fn start(&mut self, permit: SemaphorePermit<'a>) {
        let Some(step) = self.schedule.next() else {
            return;
        };
        (self.context.events)(Event::Started { step: step.id });
        let slot = Slot::new(self.slots, permit);
        // A snapshot is enough: whatever explains an error of this step is among what it needs.
        let history = self.ledger.history(step);
        let attempt = Attempt::new(self.context, slot, step, history);
        self.running
            .push(attempt.run().map(move |ended| (step, ended)).boxed());
    }

    fn finish(&mut self, end: (&'a Step, Ended)) {
        let (step, ended) = end;
        let Ended {
            result,
            attempts,
            effect,
            throttles,
            elapsed,
        } = ended;
        self.report.retries += attempts.saturating_sub(1);
        self.report.throttles += throttles;
        match result {
            Ok(()) => self.done(step, attempts, elapsed),
            Err(StepError::Fault(fault)) => self.failed(step, (attempts, effect), fault),
            Err(StepError::Interrupted { waiting_for }) => {
                // The step may have heard of it before the loop did.
                self.interrupt();
                if attempts == 0 {
                    self.skip(vec![(step.id, Skip::Interrupted)]);
                } else {
                    let fault = interrupted(step, waiting_for.as_deref());
                    self.failed(step, (attempts, effect), fault);
                }
            }
        }
    }

    fn done(&mut self, step: &'a Step, attempts: u32, elapsed: Duration) {
        self.ledger.record(step);
        let pause = self.schedule.done(step, self.context.clock.elapsed());
        let outcome = Outcome::Done { attempts };
        self.report.outcomes.insert(step.id, outcome);
        (self.context.events)(Event::Done {
            step: step.id,
            elapsed,
        });
        pause.into_iter().for_each(self.context.events);
    }

    fn failed(&mut self, step: &'a Step, (attempts, effect): (u32, Effect), fault: Fault) {
        let expired = fault.class == Class::Expired;
        let outcome = Outcome::Failed {
            fault: fault.clone(),
            attempts,
            effect,
        };
        self.report.outcomes.insert(step.id, outcome);
        (self.context.events)(Event::Failed {
            step: step.id,
            fault,
            effect,
        });
        let now = self.context.clock.elapsed();
        let (doomed, pause) = self.schedule.failed(step, now);
        self.skip(doomed);
        if expired {
            // Whatever comes next would fail alike: the client has tried to renew them.
            let open = self.schedule.end(&Skip::Expired);
            self.skip(open);
        }
        pause.into_iter().for_each(self.context.events);
    }

    fn skip(&mut self, skipped: Vec<(StepId, Skip)>) {
        for (step, because) in skipped {
            let outcome = Outcome::Skipped(because.clone());
            self.report.outcomes.insert(step, outcome);
            (self.context.events)(Event::Skipped { step, because });
        }
    }

    fn interrupt(&mut self) {
        if self.report.interrupted {
            return;
        }
        self.report.interrupted = true;
        (self.context.events)(Event::Interrupted);
        let open = self.schedule.end(&Skip::Interrupted);
        self.skip(open);
    }
}

/// The step's call was sent, but the run ended before its effect was certain.
fn interrupted(step: &Step, waiting_for: Option<&str>) -> Fault {
    let message = match waiting_for {
        Some(reason) => format!("stopped while waiting for {reason}"),
        None => "stopped before the call was sent again".to_owned(),
    };
    let fault = step
        .call
        .call()
        .fault(Class::Unexpected, "Interrupted", &message);
    fault.hinted("run the same command again: it goes on from here")
}
