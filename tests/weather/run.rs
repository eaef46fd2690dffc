//! One story: a sandbox, its time, and runs of the product, from the survey to the read-back.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use rolewright::apply::{CallResult, Event, MemoryJournal, Moment, Options, Report};
use rolewright::aws::Client;
use rolewright::cloud::{Clock, Meter, Traffic, WriteCall, Writes};
use rolewright::diagnostic::Sources;
use rolewright::live;
use rolewright::model::{AwsScope, Partition};
use rolewright::plan::{self, Plan, PlanOptions};
use rolewright::run::{
    self, NoSignals, Outcome, PlanRequest, Planned, Project, ReadBack, RunError, RunEvent, Signals,
    View,
};
use rolewright::sandbox::{ACCOUNT, Sandbox, Weather, World};

use crate::air::Air;
use crate::expiring::Expiry;
use crate::throttling::Narrow;

/// A sandbox with time of its own.
pub(crate) struct Story {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) air: Air,
}

/// What one run did.
pub(crate) struct Run {
    pub(crate) report: Report,
    /// What the read-back showed; none after steps that were not all done.
    pub(crate) read_back: Option<ReadBack>,
    pub(crate) events: Vec<Event>,
    pub(crate) journal: MemoryJournal,
    pub(crate) plan: Plan,
    /// What the survey and the steps took, without the read-back.
    pub(crate) traffic: Traffic,
    /// When the steps had ended, by the story's clock.
    pub(crate) steps_ended: Duration,
}

impl Run {
    /// Whether everything was done and reads back as declared.
    pub(crate) fn converged(&self) -> bool {
        self.read_back == Some(ReadBack::Converged)
    }
}

/// Asks a run to stop once, at a moment.
pub(crate) struct StopAt {
    pub(crate) moment: tokio::time::Instant,
}

impl Signals for StopAt {
    fn requested(&self, times: u32) -> BoxFuture<'_, ()> {
        match times {
            1 => Box::pin(tokio::time::sleep_until(self.moment)),
            _ => NoSignals.requested(times),
        }
    }
}

/// What is declared, and whether it shall go.
#[derive(Clone)]
pub(crate) struct Goal {
    pub(crate) manifest: String,
    pub(crate) destroy: bool,
    /// Delete what is no longer declared, whatever the manifest says.
    pub(crate) prune: bool,
}

impl Goal {
    pub(crate) fn made(manifest: &str) -> Self {
        Self {
            manifest: manifest.to_owned(),
            destroy: false,
            prune: true,
        }
    }

    pub(crate) fn gone(manifest: &str) -> Self {
        Self {
            manifest: manifest.to_owned(),
            destroy: true,
            prune: true,
        }
    }

    fn request(&self) -> PlanRequest {
        PlanRequest {
            options: PlanOptions {
                prune: self.prune,
                destroy: self.destroy,
                ..PlanOptions::default()
            },
            ..PlanRequest::default()
        }
    }
}

impl Story {
    /// A fresh world in this weather.
    pub(crate) fn in_weather(weather: Weather) -> Self {
        let air = Air::at_dawn(weather.seed);
        let sandbox = Sandbox::open(None, weather).expect("it lives in memory");
        Self {
            sandbox: Arc::new(sandbox),
            air,
        }
    }

    /// The same, where calls have to share a bucket of tokens.
    pub(crate) fn narrowed(weather: Weather, narrow: Narrow) -> Self {
        let story = Self::in_weather(weather);
        let air = story.air.narrowed(narrow);
        Self { air, ..story }
    }

    /// The same, with credentials that expire as the weather says.
    pub(crate) fn lending(weather: Weather, expiry: Expiry) -> Self {
        let story = Self::in_weather(weather);
        let air = story.air.lending(expiry);
        Self { air, ..story }
    }

    /// A world made for the story, in this weather, and what is made through the API right before it.
    pub(crate) async fn in_world(
        world: impl FnOnce(Timestamp) -> World,
        young: &[WriteCall],
        weather: Weather,
    ) -> Self {
        let fair = Weather {
            propagation_delay: weather.propagation_delay,
            ..Weather::calm()
        };
        let story = Self::in_weather(fair);
        let world = world(story.air.now());
        let planted = story.sandbox.edit(|fresh| *fresh = world);
        planted.expect("it lives in memory");
        let client = story.air.client(&story.sandbox);
        for call in young {
            let made = client.send(call).await;
            made.unwrap_or_else(|fault| panic!("{}: {fault}", call.call().full_name()));
        }
        story.sandbox.set_weather(weather);
        story
    }

    /// As apply does it: survey, plan, steps, read-back.
    pub(crate) async fn apply(&self, goal: &Goal, options: Options) -> Result<Run, String> {
        self.apply_after(goal, options, |_| {}).await
    }

    /// The same; between plan and apply somebody else changes the world.
    pub(crate) async fn apply_after(
        &self,
        goal: &Goal,
        options: Options,
        meanwhile: impl FnOnce(&mut World),
    ) -> Result<Run, String> {
        let between = |sandbox: &Sandbox| sandbox.edit(meanwhile).expect("it lives in memory");
        self.apply_until(&NoSignals, goal, options, between).await
    }

    /// The same, until somebody asks it to stop; something happens between plan and apply.
    pub(crate) async fn apply_until(
        &self,
        signals: &dyn Signals,
        goal: &Goal,
        options: Options,
        between: impl FnOnce(&Sandbox),
    ) -> Result<Run, String> {
        let client = self.air.client(&self.sandbox);
        let planned = self.planned(&client, goal).await?;
        between(&self.sandbox);
        let (journal, events) = (MemoryJournal::default(), Mutex::new(Vec::new()));
        let ended = Mutex::new((Traffic::default(), Duration::ZERO));
        let listen = |event: RunEvent<'_>| match event {
            RunEvent::Step(event) => events.lock().expect("nobody panics").push(event.clone()),
            RunEvent::StepsEnded(_) => {
                *ended.lock().expect("nobody panics") = (client.traffic(), self.air.elapsed());
            }
            RunEvent::ReadingBack { .. } => {}
        };
        let run = run::Run {
            view: View {
                reads: &client,
                scope: &planned.live.setting,
                caller: &planned.live.caller,
            },
            writes: &client,
            meter: &client,
            clock: &self.air,
            events: &listen,
            signals,
        };
        let outcome = run::execute(run, &planned, &options, &journal).await;
        let Outcome { report, read_back } = outcome;
        assert_nothing_twice(&journal);
        let (traffic, steps_ended) = ended.into_inner().expect("nobody panics");
        Ok(Run {
            report,
            read_back,
            events: events.into_inner().expect("nobody panics"),
            journal,
            plan: planned.plan,
            traffic,
            steps_ended,
        })
    }

    /// What a plan would still change now, or why there is none.
    pub(crate) async fn open_changes(&self, goal: &Goal) -> Result<Vec<String>, String> {
        let client = self.air.client(&self.sandbox);
        let plan = self.planned(&client, goal).await?.plan;
        let words = |change: &plan::Change| format!("{:?} {}", change.action, change.address);
        Ok(plan.effective().map(words).collect())
    }

    async fn planned(&self, client: &Client, goal: &Goal) -> Result<Planned, String> {
        let identity = live::identity(client).await;
        let identity = identity.map_err(|fault| fault.to_string())?;
        let mut sources = Sources::none();
        sources.add_manifest("stack.yaml", goal.manifest.as_str());
        let mut project = Project::of(sources).map_err(|error| words(&error))?;
        let view = View {
            reads: client,
            scope: &scope(),
            caller: &identity.caller,
        };
        let planned = run::plan(view, &mut project, &goal.request()).await;
        planned.map_err(|error| words(&error))
    }

    /// Brings the world to where a goal is reached, in calm weather, and lets it settle. Then the weather returns.
    pub(crate) async fn begin_at(&self, goal: &Goal, then: Weather) {
        self.sandbox.set_weather(Weather::calm());
        let run = self
            .apply(goal, Options::default())
            .await
            .expect("it can be planned");
        assert!(run.report.is_complete(), "{:?}", run.report);
        tokio::time::sleep(Duration::from_mins(10)).await;
        self.sandbox.close().expect("it lives in memory");
        self.sandbox.set_weather(then);
    }

    /// The world after everything has settled.
    pub(crate) async fn settled(&self) -> World {
        self.sandbox.set_weather(Weather::calm());
        tokio::time::sleep(Duration::from_mins(10)).await;
        self.sandbox.close().expect("it lives in memory");
        self.sandbox.world()
    }

    /// Whether everything is as declared, seen in calm weather.
    pub(crate) async fn stands(&self, goal: &Goal) -> bool {
        self.settled().await;
        self.open_changes(goal).await == Ok(Vec::new())
    }
}

/// A call that AWS has answered with success is never sent again by the same step.
fn assert_nothing_twice(journal: &MemoryJournal) {
    let mut done = BTreeSet::new();
    for entry in journal.entries() {
        assert!(!done.contains(&entry.step), "sent again: {entry:?}");
        if entry.event == Moment::Answered && entry.result == Some(CallResult::Ok) {
            done.insert(entry.step);
        }
    }
}

fn scope() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
    }
}

fn words(error: &RunError) -> String {
    match error {
        RunError::Manifests(problems, _) => {
            let sorted = problems.sorted();
            let messages = sorted.iter().map(|problem| problem.message.as_str());
            messages.collect::<Vec<_>>().join("; ")
        }
        RunError::Survey(fault) => fault.to_string(),
        other => other.to_string(),
    }
}
