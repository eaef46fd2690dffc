//! Goes through one storm: plants its world, runs until it is over, and lets everybody look who has something to say.

use std::ops::Range;
use std::time::Duration;

use rolewright::apply::{Options, Outcome, Skip};
use rolewright::cloud::Class;
use rolewright::model::Action;
use rolewright::plan::Change;
use rolewright::run::NoSignals;
use rolewright::sandbox::{AssociationState, Iam, Sandbox, Weather, World};

use super::calls::Calls;
use super::judge::Judge;
use super::scene::{Course, Scene};
use super::{draw, plant, words};
use crate::run::{Goal, Run, StopAt, Story};
use crate::stories::told;

/// How many runs a user may need in a storm, one that is cut off not counted.
const RUNS: usize = 3;
/// Longer than any storm's propagation takes.
const PROPAGATED: Duration = Duration::from_secs(15);

/// How a storm went.
pub(super) struct Passed {
    /// What is wrong, with all that one needs to see why; nothing when all is well.
    pub(super) fault: Option<String>,
    /// Whether nothing but the weather was against it, so that one run might be enough.
    pub(super) plain: bool,
    /// Whether it took more runs than good weather takes.
    pub(super) took_longer: bool,
}

/// Goes through the storm of a seed.
pub(super) fn storm(seed: u64) -> Passed {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("it needs nothing");
    let scene = draw::scene(seed);
    let (runs, faults) = runtime.block_on(async {
        let mut storm = Storm::begin(&scene).await;
        storm.pass().await;
        (storm.runs.len(), storm.end().await)
    });
    let fault = (!faults.is_empty()).then(|| {
        let faults = faults.join("\n- ");
        let manifest = words::manifest(&scene);
        format!("=== seed {seed}\n- {faults}\n--- manifest\n{manifest}\n--- scene\n{scene:#?}")
    });
    let alone = scene.denied.is_none() && scene.vanishes.is_none();
    Passed {
        fault,
        plain: alone && scene.course == Course::Whole,
        took_longer: runs > scene.runs_needed(),
    }
}

struct Storm<'a> {
    scene: &'a Scene,
    goal: Goal,
    story: Story,
    before: World,
    runs: Vec<Range<usize>>,
    /// How many runs were cut off, or failed in part.
    disturbances: usize,
    /// Whether the last run read back as declared.
    arrived: bool,
    said: Vec<String>,
    faults: Vec<String>,
}

impl<'a> Storm<'a> {
    async fn begin(scene: &'a Scene) -> Self {
        let young = plant::calls(scene);
        let world = |dawn| plant::world(scene, dawn);
        let story = Story::in_world(world, &young, scene.weather.clone()).await;
        let goal = Goal {
            manifest: words::manifest(scene),
            destroy: scene.destroy,
            prune: false,
        };
        let mut before = story.sandbox.world();
        before.settle();
        Self {
            scene,
            goal,
            story,
            before,
            runs: Vec::new(),
            disturbances: 0,
            arrived: false,
            said: Vec::new(),
            faults: Vec::new(),
        }
    }

    async fn pass(&mut self) {
        if self.scene.denied.is_some() {
            self.without_permission().await;
        }
        if let Some(name) = &self.scene.vanishes {
            self.without(name).await;
        }
        let interrupted = match self.scene.course {
            Course::Whole => false,
            Course::StoppedAfter(moment) => self.stopped(moment).await,
            Course::KilledAfter(moment) => self.killed(moment).await,
        };
        self.disturbances += usize::from(interrupted);
        let runs = if self.scene.weather.server_errors > 0.0 {
            RUNS
        } else {
            self.scene.runs_needed()
        };
        for _ in 0..runs {
            self.arrived = self.whole().await;
            if self.arrived {
                break;
            }
        }
    }

    /// One run to its end; whether it arrived.
    async fn whole(&mut self) -> bool {
        let begin = self.story.air.writes().len();
        let options = Options::default();
        let weather = self.scene.weather.clone();
        if self.scene.clear_sight {
            let stale_reads = 0.0;
            let clear = Weather {
                stale_reads,
                ..weather.clone()
            };
            self.story.sandbox.set_weather(clear);
        }
        let between = |sandbox: &Sandbox| sandbox.set_weather(weather);
        let run = self
            .story
            .apply_until(&NoSignals, &self.goal, options, between);
        let run = run.await;
        self.note(begin);
        if run.as_ref().is_ok_and(|run| run.report.is_complete()) {
            self.is_at_rest(begin);
        }
        self.judged(run).await
    }

    /// A run that calls itself complete has waited until its associations are in effect.
    fn is_at_rest(&mut self, begin: usize) {
        let mut world = self.story.sandbox.world();
        let now = self.story.air.now();
        world
            .regions
            .values_mut()
            .for_each(|region| region.advance(now));
        for sent in &self.story.air.writes()[begin..] {
            let Some(id) = sent.instance.as_deref().filter(|_| sent.is_done()) else {
                continue;
            };
            let rows = world
                .regions
                .values()
                .flat_map(|region| region.associations_of(id));
            let moving = rows
                .filter(|row| row.state != AssociationState::Associated)
                .count();
            if moving > 0 {
                self.faults.push(format!(
                    "complete while the association of {id} is on its way"
                ));
            }
        }
    }

    fn note(&mut self, begin: usize) {
        let end = self.story.air.writes().len();
        self.runs.push(begin..end);
    }

    async fn judged(&mut self, run: Result<Run, String>) -> bool {
        match run {
            Ok(run) if run.report.is_complete() => {
                if run.converged() && self.story.air.reads_since_write() == 0 {
                    let why = "said that AWS reads back as declared, and has not read";
                    self.faults.push(why.to_owned());
                }
                if !run.converged() {
                    self.disturbances += 1;
                    let open = self.story.open_changes(&self.goal).await;
                    let seen = &run.read_back;
                    self.said.push(format!("complete, but {seen:?}: {open:?}"));
                }
                // What is adopted is only tagged in the same run: the next one does the rest. A plan that is made
                // at once may not see the tags yet, and would only adopt again.
                let adopts = |change: &Change| change.action == Action::Adopt;
                if run.plan.changes.iter().any(adopts) {
                    tokio::time::sleep(PROPAGATED).await;
                    return false;
                }
                run.converged()
            }
            Ok(run) => {
                self.disturbances += 1;
                self.said.push(told(&run.report, &run.plan.steps));
                false
            }
            Err(why) => {
                self.said.push(format!("no plan: {why}"));
                false
            }
        }
    }

    async fn stopped(&mut self, moment: Duration) -> bool {
        let begin = self.story.air.writes().len();
        let moment = tokio::time::Instant::now() + moment;
        let (stop, options) = (StopAt { moment }, Options::default());
        let run = self.story.apply_until(&stop, &self.goal, options, |_| {});
        let run = run.await;
        self.note(begin);
        let cut_off = run.is_ok_and(|run| run.report.interrupted);
        self.said.push(format!("stopped: {cut_off}"));
        cut_off
    }

    /// Even a run that has sent all its calls by then has not read back yet.
    async fn killed(&mut self, moment: Duration) -> bool {
        let begin = self.story.air.writes().len();
        let run = self.story.apply(&self.goal, Options::default());
        let cut_off = tokio::time::timeout(moment, run).await.is_err();
        self.note(begin);
        self.said.push(format!("killed: {cut_off}"));
        true
    }

    /// A run whose caller lacks a permission: only what needs it fails, at once.
    async fn without_permission(&mut self) {
        let denied = self.scene.denied.map(str::to_owned).into_iter().collect();
        let weather = Weather {
            denied,
            ..self.scene.weather.clone()
        };
        self.story.sandbox.set_weather(weather);
        let begin = self.story.air.writes().len();
        let run = self.story.apply(&self.goal, Options::default()).await;
        self.note(begin);
        match run {
            Ok(run) => {
                self.disturbances += usize::from(!run.report.is_complete());
                self.only_denied(&run);
            }
            Err(why) => self.faults.push(format!("denied, and no plan: {why}")),
        }
        self.story.sandbox.set_weather(self.scene.weather.clone());
    }

    /// A run in which something that it names is gone after all: nobody waits for that.
    async fn without(&mut self, name: &str) {
        let begin = self.story.air.writes().len();
        let key = Iam::key(name);
        let (mut role, mut profile) = (None, None);
        let take = |world: &mut World| {
            role = world.iam.roles.remove(&key);
            profile = world.iam.instance_profiles.remove(&key);
        };
        let vanish = |sandbox: &Sandbox| sandbox.edit(take).expect("it lives in memory");
        let options = Options::default();
        let run = self
            .story
            .apply_until(&NoSignals, &self.goal, options, vanish);
        let run = run.await.map(|run| told(&run.report, &run.plan.steps));
        self.said.push(format!("without {name}: {run:?}"));
        self.disturbances += 1;
        self.note(begin);
        let back = |world: &mut World| {
            let role = role.map(|role| (key.clone(), role));
            let profile = profile.map(|profile| (key.clone(), profile));
            world.iam.roles.extend(role);
            world.iam.instance_profiles.extend(profile);
        };
        self.story.sandbox.edit(back).expect("it lives in memory");
        // Whoever worked on it meanwhile has left a memory of its absence, which propagates like any other.
        tokio::time::sleep(PROPAGATED).await;
    }

    fn only_denied(&mut self, run: &Run) {
        let outcomes = &run.report.outcomes;
        let fell = |id| !matches!(outcomes.get(id), Some(Outcome::Done { .. }));
        for (id, outcome) in outcomes {
            let fine = match outcome {
                Outcome::Done { .. } | Outcome::Skipped(Skip::Aborted { .. }) => true,
                Outcome::Failed {
                    fault, attempts, ..
                } => {
                    fault.class == Class::Denied
                        && *attempts == 1
                        && Some(fault.call.as_str()) == self.scene.denied
                }
                Outcome::Skipped(Skip::Needs(need)) => fell(need),
                Outcome::Skipped(Skip::Interrupted | Skip::Expired) => false,
            };
            if !fine {
                self.faults
                    .push(format!("denied, and step {id}: {outcome:?}"));
            }
        }
    }

    async fn end(mut self) -> Vec<String> {
        if !self.arrived {
            self.faults.push("the last run did not arrive".to_owned());
        }
        if !self.story.stands(&self.goal).await {
            let open = self.story.open_changes(&self.goal).await;
            self.faults
                .push(format!("a plan would still change: {open:?}"));
        }
        let mut after = self.story.settled().await;
        after.settle();
        let judge = Judge {
            scene: self.scene,
            before: &self.before,
            after: &after,
            undisturbed: self.disturbances == 0,
            faults: Vec::new(),
        };
        self.faults.extend(judge.sentence());
        let calls = Calls {
            scene: self.scene,
            sent: &self.story.air.writes(),
            runs: self.runs,
            disturbances: self.disturbances,
            faults: Vec::new(),
        };
        self.faults.extend(calls.sentence());
        if !self.faults.is_empty() {
            self.faults.extend(self.said);
        }
        self.faults
    }
}
