//! A cloud that answers from a script, takes its (virtual) time, and writes down what happens.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::time::Instant;

use super::fixture::fault;
use crate::apply::{Cloud, Event, Journal, MemoryJournal, Options, Report, Stop, apply};
use crate::cloud::{Answer, Call, Class, Clock, Fault, Node, ReadCall, Reads, WriteCall, Writes};
use crate::plan::Step;

pub(super) type Scripted = Result<Node, Box<Fault>>;

#[expect(clippy::unnecessary_wraps, reason = "stands in one list with `fails`")]
pub(super) fn ok() -> Scripted {
    Ok(Node::Text(String::new()))
}

pub(super) fn fails(class: Class) -> Scripted {
    Err(Box::new(fault(class)))
}

/// Answers of an action in order; the last one stays.
type Script = Mutex<BTreeMap<String, VecDeque<Scripted>>>;

pub(super) struct World {
    script: Script,
    latency: Duration,
    options: Options,
    stop: Stop,
    stop_at: Option<Duration>,
    /// Calls in flight now, and at most.
    in_flight: Mutex<(usize, usize)>,
    calls: Mutex<Vec<String>>,
}

/// What a run left behind.
pub(super) struct Ran {
    pub(super) report: Report,
    pub(super) events: Vec<String>,
    pub(super) calls: Vec<String>,
    pub(super) elapsed: Duration,
    pub(super) most_in_flight: usize,
    pub(super) journal: MemoryJournal,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            script: Script::default(),
            latency: Duration::from_millis(100),
            options: Options::default(),
            stop: Stop::new(),
            stop_at: None,
            in_flight: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// An action, and what it answers one after another; unscripted actions answer well.
    pub(super) fn answers(self, action: &str, answers: Vec<Scripted>) -> Self {
        let mut script = self.script.lock().unwrap();
        script.insert(action.to_owned(), answers.into());
        drop(script);
        self
    }

    pub(super) fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    pub(super) fn parallelism(mut self, parallelism: usize) -> Self {
        self.options.parallelism = parallelism;
        self
    }

    pub(super) fn recent(mut self, at: &str) -> Self {
        self.options.recent.insert(super::fixture::address(at));
        self
    }

    /// The user presses Ctrl-C at this moment of the run.
    pub(super) fn stop_at(mut self, moment: Duration) -> Self {
        self.stop_at = Some(moment);
        self
    }

    pub(super) async fn run(self, steps: &[Step]) -> Ran {
        let journal = MemoryJournal::default();
        self.run_with(steps, &journal).await.with_journal(journal)
    }

    pub(super) async fn run_with(self, steps: &[Step], journal: &dyn Journal) -> Ran {
        let clock = TestClock(Instant::now());
        let events = Mutex::new(Vec::new());
        let listen = |event: Event| {
            let line = described(clock.elapsed(), &event);
            events.lock().unwrap().push(line);
        };
        let cloud = Cloud {
            reads: &self,
            writes: &self,
        };
        let run = apply(
            steps,
            cloud,
            &self.options,
            &clock,
            journal,
            &listen,
            &self.stop,
        );
        let report = tokio::join!(run, self.press_ctrl_c()).0;
        let elapsed = clock.elapsed();
        Ran {
            report,
            events: events.into_inner().unwrap(),
            calls: self.calls.into_inner().unwrap(),
            elapsed,
            most_in_flight: self.in_flight.into_inner().unwrap().1,
            journal: MemoryJournal::default(),
        }
    }

    async fn press_ctrl_c(&self) {
        if let Some(moment) = self.stop_at {
            tokio::time::sleep(moment).await;
            self.stop.request();
        }
    }

    async fn answer(&self, call: &Call) -> Result<Answer, Fault> {
        self.calls.lock().unwrap().push(label(call));
        self.begin();
        tokio::time::sleep(self.latency).await;
        self.in_flight.lock().unwrap().0 -= 1;
        let body = self.next(&call.action).map_err(|fault| *fault)?;
        Ok(Answer {
            body,
            request_id: Some("req-ok".to_owned()),
        })
    }

    fn begin(&self) {
        let mut in_flight = self.in_flight.lock().unwrap();
        in_flight.0 += 1;
        in_flight.1 = in_flight.1.max(in_flight.0);
    }

    fn next(&self, action: &str) -> Scripted {
        let mut script = self.script.lock().unwrap();
        match script.get_mut(action) {
            None => ok(),
            Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
            Some(answers) => answers.front().unwrap().clone(),
        }
    }
}

impl Ran {
    fn with_journal(self, journal: MemoryJournal) -> Self {
        Self { journal, ..self }
    }

    pub(super) fn transcript(&self) -> String {
        self.events.join("\n")
    }
}

/// The action, and the id that a lookup supplied.
fn label(call: &Call) -> String {
    match call.parameters.get("AssociationId") {
        Some(crate::cloud::Parameter::Text(id)) => format!("{} {id}", call.action),
        _ => call.action.clone(),
    }
}

impl Reads for World {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        self.answer(call.call()).boxed()
    }
}

impl Writes for World {
    fn send<'a>(&'a self, call: &'a WriteCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        self.answer(call.call()).boxed()
    }
}

/// Virtual time that begins at the epoch, and the longest jitter every time.
struct TestClock(Instant);

impl Clock for TestClock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn timestamp(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH + self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        1.0
    }
}

fn described(now: Duration, event: &Event) -> String {
    let now = now.as_secs_f64();
    let what = match event {
        Event::Started { step } => format!("{step} started"),
        Event::Waiting {
            step,
            reason,
            elapsed,
            limit: _,
        } => format!("{step} waiting for {reason}, {elapsed:?}"),
        Event::Retrying {
            step,
            attempt,
            delay,
            reason,
            elapsed,
            limit: _,
            class: _,
        } => {
            format!("{step} again after {attempt} in {delay:?}, waiting for {reason}, {elapsed:?}")
        }
        Event::Done { step, elapsed } => format!("{step} done in {elapsed:?}"),
        Event::Failed { step, fault, .. } => format!("{step} failed: {fault}"),
        Event::Skipped { step, because } => format!("{step} skipped: {because:?}"),
        Event::Paused {
            rollout,
            next,
            of,
            pause,
        } => format!("{rollout} pauses {pause:?} before wave {next} of {of}"),
        Event::Interrupted => "interrupted".to_owned(),
    };
    format!("{now:.1} {what}")
}
