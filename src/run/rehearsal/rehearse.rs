//! The rehearsal itself: the same survey, the same plan, the same applier and the same read-back as in AWS, in a sandbox.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::clock::VirtualClock;
use super::{same, sandbox, seed};
use crate::apply::{MemoryJournal, Options};
use crate::aws::Client;
use crate::cloud::Clock;
use crate::kinds::SurveyScope;
use crate::model::{Action, Live};
use crate::plan::{self, Change, Plan};
use crate::run::read_back::points_to_adopted;
use crate::run::{Outcome, Planned, ReadBack, Run, RunError, View, execute};
use crate::sandbox::Weather;

/// After so long no weather shows an old answer any more, so that what a second plan says then is meant.
const UNTIL_ALL_IS_SEEN: Duration = Duration::from_mins(2);

/// How a rehearsal came out.
#[derive(Debug)]
pub enum Rehearsal {
    /// The sandbox cannot be what AWS is: why, one sentence each.
    NotLoaded(Vec<String>),
    /// The plan was carried out.
    Run {
        /// How.
        outcome: Outcome,
        /// What a second plan would still change, one sentence each.
        left: Vec<String>,
    },
}

/// Carries a plan out where it does no harm.
pub async fn rehearse(
    planned: &Planned,
    weather: Weather,
    options: &Options,
) -> Result<Rehearsal, RunError> {
    let start = Timestamp::now();
    let seed = match seed::seed(&planned.declared, &planned.live) {
        Ok(seed) => seed,
        Err(why) => return Ok(Rehearsal::NotLoaded(why)),
    };
    let opened = sandbox::open(&seed, weather, start).map_err(|error| error.to_string());
    let clock = Arc::new(VirtualClock::starting_at(start));
    let region = &planned.live.setting.region;
    let client = opened.and_then(|opened| {
        sandbox::client(&opened, &clock, region).map_err(|error| error.to_string())
    });
    let client = match client {
        Ok(client) => client,
        Err(why) => return Ok(Rehearsal::NotLoaded(vec![why])),
    };
    let stage = Stage {
        client: &client,
        real: planned,
        options,
        clock: &clock,
    };
    clock.pass(Box::pin(stage.run())).await
}

struct Stage<'a> {
    client: &'a Client,
    /// The plan for AWS, and what was seen of it.
    real: &'a Planned,
    options: &'a Options,
    clock: &'a VirtualClock,
}

impl Stage<'_> {
    async fn run(&self) -> Result<Rehearsal, RunError> {
        let (live, plan) = match self.planned().await? {
            Ok(planned) => planned,
            Err(why) => return Ok(Rehearsal::NotLoaded(why)),
        };
        let differences = same::differences(&self.real.plan, &plan);
        if !differences.is_empty() {
            return Ok(Rehearsal::NotLoaded(differences));
        }
        let outcome = self.execute(live, plan).await;
        let left = if outcome.read_back == Some(ReadBack::Converged) {
            Clock::sleep(self.clock, UNTIL_ALL_IS_SEEN).await;
            self.left().await?
        } else {
            Vec::new()
        };
        Ok(Rehearsal::Run { outcome, left })
    }

    fn view(&self) -> View<'_> {
        View {
            reads: self.client,
            scope: &self.real.live.setting,
            caller: &self.real.live.caller,
        }
    }

    /// What is there, with what the sandbox cannot know: what else AWS holds, and what nobody has looked at.
    async fn seen(&self) -> Result<Live, RunError> {
        let seen = self.view().survey(&self.real.declared, SurveyScope::Owned);
        let mut live = seen.await.map_err(|error| match error {
            RunError::Survey(fault) => RunError::Sandbox(fault),
            other => other,
        })?;
        let real = &self.real.live;
        live.quotas.clone_from(&real.quotas);
        live.unseen.clone_from(&real.unseen);
        live.unseen_users.clone_from(&real.unseen_users);
        Ok(live)
    }

    /// The plan for the sandbox, or why there is none.
    async fn planned(&self) -> Result<Result<(Live, Plan), Vec<String>>, RunError> {
        let live = self.seen().await?;
        let plan = plan::plan(&self.real.declared, &live, &self.real.options);
        Ok(match plan {
            Ok(plan) => Ok((live, plan)),
            Err(problems) => {
                let problems = problems.sorted().into_iter();
                Err(problems.map(|problem| problem.message.clone()).collect())
            }
        })
    }

    async fn execute(&self, live: Live, plan: Plan) -> Outcome {
        let mut desired = plan::expand(&self.real.declared, &live).into_owned();
        let unseen = &live.unseen;
        desired
            .resources
            .retain(|address, _| !unseen.contains_key(address));
        let planned = Planned {
            desired,
            live,
            plan,
            ..self.real.clone()
        };
        let run = Run::silent(self.view(), self.client, self.clock);
        execute(run, &planned, self.options, &MemoryJournal::default()).await
    }

    /// What a second plan would change. What was only adopted is the next run's to change, as the plan says.
    async fn left(&self) -> Result<Vec<String>, RunError> {
        let plan = match self.planned().await? {
            Ok((_, plan)) => plan,
            Err(problems) => return Ok(problems),
        };
        let was_adopted = |change: &Change| {
            let mut before = self.real.plan.effective();
            before.any(|was| was.address == change.address && was.action == Action::Adopt)
        };
        let follows = |change: &Change| {
            let mut edits = change.edits.iter();
            !change.edits.is_empty() && edits.all(|edit| points_to_adopted(edit, self.real))
        };
        let left = plan.effective();
        let left = left.filter(|change| !was_adopted(change) && !follows(change));
        Ok(left.map(same::sentence).collect())
    }
}
