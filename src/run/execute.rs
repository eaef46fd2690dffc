//! Carries a plan out: its steps, then the read-back. What a step does and how an error is taken is decided in `apply`.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::abandoned::{self, Copied};
use super::read_back::{self, ReadBack};
use super::{Planned, Run, RunEvent};
use crate::apply::{self, Cloud, Event, Journal, Options, Report, Stop};
use crate::model::Address;
use crate::plan::Step;

/// What was made less than this long before the run may not be visible everywhere yet: an earlier run of
/// ours may have been interrupted.
const RECENT: Duration = Duration::from_mins(5);

/// How a plan was carried out.
#[derive(Debug)]
pub struct Outcome {
    /// What became of the steps, and how many calls it took in all.
    pub report: Report,
    /// What AWS showed after steps that were all done; `None` after others.
    pub read_back: Option<ReadBack>,
}

/// Runs the steps of a plan and, when all are done, reads back until AWS shows them. `options.recent` is found out here.
pub async fn execute(
    run: Run<'_>,
    planned: &Planned,
    options: &Options,
    journal: &dyn Journal,
) -> Outcome {
    let options = Options {
        recent: recent(planned, run.clock.timestamp()),
        ..options.clone()
    };
    let reading = read_back::wait(run, planned, &options);
    execute_steps(run, &planned.plan.steps, &options, journal, reading).await
}

/// Runs steps and, when all are done, reads back in the way that is given.
pub async fn execute_steps(
    run: Run<'_>,
    steps: &[Step],
    options: &Options,
    journal: &dyn Journal,
    read_back: impl Future<Output = ReadBack>,
) -> Outcome {
    let mut report = applied(run, steps, options, journal).await;
    (run.events)(RunEvent::StepsEnded(&report));
    let read_back = if report.is_complete() {
        let seen = tokio::select! {
            biased;
            () = run.signals.requested(1) => ReadBack::Interrupted,
            seen = read_back => seen,
        };
        report.interrupted = seen == ReadBack::Interrupted;
        Some(seen)
    } else {
        None
    };
    let traffic = run.meter.traffic();
    report.calls = traffic.calls;
    report.throttles = u32::try_from(traffic.throttles).unwrap_or(u32::MAX);
    Outcome { report, read_back }
}

/// Applies steps. The first request to stop lets those that are under way end, the second one does not.
async fn applied(run: Run<'_>, steps: &[Step], options: &Options, journal: &dyn Journal) -> Report {
    let began = run.clock.elapsed();
    let (stop, seen) = (Stop::new(), Mutex::new(Vec::new()));
    let events = |event: Event| {
        (run.events)(RunEvent::Step(&event));
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(event);
    };
    let cloud = Cloud {
        reads: run.view.reads,
        writes: run.writes,
    };
    let journal = Copied::of(journal);
    let stopped_at_once = async {
        run.signals.requested(1).await;
        stop.request();
        run.signals.requested(2).await;
    };
    tokio::select! {
        report = apply::apply(steps, cloud, options, run.clock, &journal, &events, &stop) => report,
        () = stopped_at_once => {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let known = abandoned::report(steps, &seen, &journal.entries());
            Report { elapsed: run.clock.elapsed().saturating_sub(began), ..known }
        }
    }
}

/// Resources made shortly before, possibly by a run that was interrupted.
fn recent(planned: &Planned, now: Timestamp) -> BTreeSet<Address> {
    let young = |created: &Timestamp| now.duration_since(*created).unsigned_abs() < RECENT;
    let resources = planned.live.resources.iter();
    resources
        .filter(|(_, observed)| observed.created.as_ref().is_some_and(young))
        .map(|(address, _)| address.clone())
        .collect()
}
