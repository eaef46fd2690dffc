//! One story: a sandbox, its time, and runs of the product as the command line makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use rolewright::apply::{
    self, CallResult, Cloud, Event, MemoryJournal, Moment, Options, Report, Stop,
};
use rolewright::aws::Client;
use rolewright::cloud::{Clock, Meter, Traffic, WriteCall, Writes};
use rolewright::diagnostic::{Problems, Sources};
use rolewright::kinds::SurveyScope;
use rolewright::live;
use rolewright::manifest::{self, DiskFiles};
use rolewright::model::{Address, AwsScope, Desired, Live, Partition};
use rolewright::plan::{self, Plan, PlanOptions};
use rolewright::resolve;
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
    pub(crate) events: Vec<Event>,
    pub(crate) journal: MemoryJournal,
    pub(crate) plan: Plan,
    pub(crate) traffic: Traffic,
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

    fn wishes(&self, desired: &Desired) -> PlanOptions {
        PlanOptions {
            prune: self.prune || desired.stack.prune,
            destroy: self.destroy,
            ..PlanOptions::default()
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

    /// As apply does it: survey, plan, run.
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
        let stop = Stop::new();
        let between = |sandbox: &Sandbox| sandbox.edit(meanwhile).expect("it lives in memory");
        self.apply_until(&stop, goal, options, between).await
    }

    /// The same, until somebody asks it to stop; something happens between plan and apply.
    pub(crate) async fn apply_until(
        &self,
        stop: &Stop,
        goal: &Goal,
        options: Options,
        between: impl FnOnce(&Sandbox),
    ) -> Result<Run, String> {
        let client = self.air.client(&self.sandbox);
        let (live, desired) = self.look(&client, goal, SurveyScope::Owned).await?;
        let plan = plan::plan(&desired, &live, &goal.wishes(&desired))
            .map_err(|problems| words(&problems))?;
        between(&self.sandbox);
        let options = Options {
            recent: self.recent(&live),
            ..options
        };
        let (journal, events) = (MemoryJournal::default(), Mutex::new(Vec::new()));
        let cloud = Cloud {
            reads: &client,
            writes: &client,
        };
        let listen = |event| events.lock().expect("nobody panics").push(event);
        let steps = &plan.steps;
        let report = apply::apply(steps, cloud, &options, &self.air, &journal, &listen, stop).await;
        assert_nothing_twice(&journal);
        Ok(Run {
            report,
            events: events.into_inner().expect("nobody panics"),
            journal,
            plan,
            traffic: client.traffic(),
        })
    }

    /// Reads back until it is as declared; whether it was in time.
    pub(crate) async fn converges(&self, goal: &Goal, within: Duration) -> bool {
        let client = self.air.client(&self.sandbox);
        let began = self.air.elapsed();
        while self.air.elapsed().saturating_sub(began) < within {
            if self.open(&client, goal).await.is_ok_and(|open| open == 0) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        false
    }

    /// What a plan would still change now, or why there is none.
    pub(crate) async fn open_changes(&self, goal: &Goal) -> Result<Vec<String>, String> {
        let client = self.air.client(&self.sandbox);
        let (live, desired) = self.look(&client, goal, SurveyScope::Owned).await?;
        let plan = plan::plan(&desired, &live, &goal.wishes(&desired));
        let plan = plan.map_err(|problems| words(&problems))?;
        let told = |change: &plan::Change| format!("{:?} {}", change.action, change.address);
        Ok(plan.effective().map(told).collect())
    }

    /// How many changes a plan would still make now.
    async fn open(&self, client: &Client, goal: &Goal) -> Result<usize, String> {
        let (live, desired) = self.look(client, goal, SurveyScope::Owned).await?;
        let plan = plan::plan(&desired, &live, &goal.wishes(&desired))
            .map_err(|problems| words(&problems))?;
        Ok(plan.effective().count())
    }

    async fn look(
        &self,
        client: &Client,
        goal: &Goal,
        breadth: SurveyScope,
    ) -> Result<(Live, Desired), String> {
        let setting = setting();
        let desired = desired(&goal.manifest, &setting);
        let identity = live::identity(client)
            .await
            .map_err(|fault| fault.to_string())?;
        let live = live::survey(client, &setting, &identity.caller, &desired, breadth).await;
        Ok((live.map_err(|fault| fault.to_string())?, desired))
    }

    /// What was made shortly before, as the command line finds it out.
    fn recent(&self, live: &Live) -> BTreeSet<Address> {
        let now = self.air.now();
        let young = |created: &jiff::Timestamp| now.duration_since(*created).as_secs() < 300;
        let resources = live.resources.iter();
        let young = resources.filter(|(_, observed)| observed.created.as_ref().is_some_and(young));
        young.map(|(address, _)| address.clone()).collect()
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
        self.open(&self.air.client(&self.sandbox), goal).await == Ok(0)
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

pub(crate) fn setting() -> AwsScope {
    AwsScope {
        partition: Partition::of_region("us-east-1"),
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
    }
}

fn desired(text: &str, setting: &AwsScope) -> Desired {
    let mut sources = Sources::none();
    sources.add_manifest("stack.yaml", text);
    let variables = BTreeMap::new();
    let (entries, problems) = manifest::parse(&sources, &resolve::kind_names());
    assert!(!problems.has_errors(), "{}", words(&problems));
    let stack = resolve::stack(&entries, &variables, None).expect("there is a stack");
    let input = resolve::Input {
        entries: &entries,
        stack: &stack,
        setting,
        variables: &variables,
        files: &DiskFiles,
    };
    let resolved = resolve::resolve(&input, &mut sources);
    resolved
        .unwrap_or_else(|problems| panic!("{}", words(&problems)))
        .desired
}

fn words(problems: &Problems) -> String {
    let sorted = problems.sorted();
    let messages: Vec<&str> = sorted
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    messages.join("; ")
}
