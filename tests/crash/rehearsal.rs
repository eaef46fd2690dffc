//! A story played to its end without trouble: what every disturbed run of it has to come to, and the stage that such a
//! run begins on.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use rolewright::sandbox::{Sandbox, Weather, World};

use crate::foreign;
use crate::gate::{Call, Gate};
use crate::portrait::{self, Painter};
use crate::stories::Story;
use crate::support::Stage;

/// How soon AWS shows what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sky {
    /// At once.
    Calm,
    /// EC2 sees IAM's changes after two seconds, and associating takes one.
    Lagging,
}

impl Sky {
    fn weather(self) -> Weather {
        match self {
            Sky::Calm => Weather::calm(),
            Sky::Lagging => Weather {
                propagation_delay: SignedDuration::from_secs(2).into(),
                association_delay: SignedDuration::from_secs(1).into(),
                ..Weather::calm()
            },
        }
    }
}

/// A user's folder and the gate to their account.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) gate: Gate,
}

impl Scene {
    fn set(story: &Story, weather: Weather, world: World) -> Self {
        let sandbox = Sandbox::open(None, weather).expect("it lives in memory");
        sandbox.edit(|fresh| *fresh = world).expect("it is memory");
        let mut stage = Stage::with_example(story.example);
        let gate = Gate::open(sandbox, journal(&stage));
        for (name, value) in gate.environment() {
            stage.set(name, &value);
        }
        Self { stage, gate }
    }

    /// The world, as it is.
    pub(crate) fn world(&self) -> World {
        self.gate.sandbox().world()
    }

    /// Where the binary keeps its journal.
    pub(crate) fn journal(&self) -> PathBuf {
        journal(&self.stage)
    }
}

fn journal(stage: &Stage) -> PathBuf {
    stage.path(".rolewright/journal.jsonl")
}

/// What a story comes to.
pub(crate) struct Rehearsal {
    pub(crate) story: &'static Story,
    pub(crate) sky: Sky,
    /// The world that the story finds.
    before: World,
    /// The calls, in their order this time.
    pub(crate) calls: Vec<Call>,
    /// What the calls have to come to, whatever happens.
    pub(crate) effects: Vec<String>,
    /// What the world has to come to.
    pub(crate) portrait: String,
    painter: Painter,
}

impl Rehearsal {
    /// Plays a story.
    pub(crate) fn of(story: &'static Story, sky: Sky) -> Self {
        let (seed, before) = earlier(story);
        let painter = Painter::knowing(&before);
        let scene = Scene::set(story, sky.weather(), before.clone());
        let _ = scene.stage.run(&story.again()).ends_with(0);
        let (calls, after) = (scene.gate.calls(), scene.world());
        assert!(!is_in_motion(&after), "{}: not waited for", story.name);
        assert_eq!(foreign::of(&after, story), foreign::of(&before, story));
        if story.destroys() {
            portrait::compare(&painter.paint(&after), &painter.paint(&seed));
        }
        let mut rehearsal = Self {
            story,
            sky,
            before,
            calls,
            effects: Vec::new(),
            portrait: painter.paint(&after),
            painter,
        };
        rehearsal.effects = rehearsal.effects_of(&rehearsal.calls);
        rehearsal
    }

    /// A stage on which the story can begin.
    pub(crate) fn scene(&self) -> Scene {
        Scene::set(self.story, self.sky.weather(), self.before.clone())
    }

    /// The accepted calls that change something, sorted, without what is new in every run.
    pub(crate) fn effects_of(&self, calls: &[Call]) -> Vec<String> {
        let changes = calls.iter().filter(|call| call.changes && call.accepted);
        let effect = |call: &Call| {
            self.painter
                .blank(&format!("{} {:?}", call.name, call.values))
        };
        let mut effects: Vec<String> = changes.map(effect).collect();
        effects.sort();
        effects
    }

    /// Whether a world is what the story has to come to.
    #[track_caller]
    pub(crate) fn compare(&self, world: &World) {
        portrait::compare(&self.painter.paint(world), &self.portrait);
        let foreign = |world| foreign::of(world, self.story);
        assert_eq!(foreign(world), foreign(&self.before), "foreign touched");
    }
}

/// The account of the story's seed, and what it has become an hour after the earlier commands.
fn earlier(story: &Story) -> (World, World) {
    let seeded = Sandbox::open_with_seed(None, Weather::calm(), story.seed);
    let mut seed = seeded.expect("the seed is sound").world();
    let scene = Scene::set(story, Weather::calm(), seed.clone());
    for command in story.earlier {
        let command = [command, &["--yes", "--quiet"][..]].concat();
        let _ = scene.stage.run(&command).ends_with(0);
    }
    let mut world = scene.world();
    world.settle();
    age(&mut seed);
    age(&mut world);
    (seed, world)
}

/// Whether an association is still being made or taken back.
fn is_in_motion(world: &World) -> bool {
    let now = Timestamp::now();
    let mut associations = world
        .regions
        .values()
        .flat_map(|it| it.associations.values());
    associations.any(|association| association.changes_at.is_some_and(|at| at > now))
}

/// What was made lately is waited for longer; the earlier commands shall not explain anything.
fn age(world: &mut World) {
    let hour = SignedDuration::from_hours(1);
    let aged = |time: &mut Timestamp| *time = time.checked_sub(hour).expect("time goes far back");
    world
        .iam
        .roles
        .values_mut()
        .for_each(|it| aged(&mut it.created));
    let profiles = world.iam.instance_profiles.values_mut();
    profiles.for_each(|it| aged(&mut it.created));
    for region in world.regions.values_mut() {
        region
            .associations
            .values_mut()
            .for_each(|it| aged(&mut it.made));
    }
}
