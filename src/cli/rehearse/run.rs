//! The rehearsal itself: the same survey, the same plan, the same applier and the same read-back as in AWS, in a sandbox.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::stage;
use super::time::Time;
use crate::apply::{self, Cloud, MemoryJournal, Report, Stop};
use crate::cli::converge::{self, Converged};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::options::Applying;
use crate::cli::plan::Planned;
use crate::cli::session::Session;
use crate::cli::ui::Ui;
use crate::cloud::Clock;
use crate::cloud::Fault;
use crate::kinds::SurveyScope;
use crate::model::{Action, Live};
use crate::plan::{Change, Plan};
use crate::sandbox::Weather;
use crate::{live, plan, rehearsal};

/// After so long no weather shows an old answer any more, so that what a second plan says then is meant.
const UNTIL_ALL_IS_SEEN: Duration = Duration::from_mins(2);

/// How it came out.
pub(super) enum Ending {
    /// The sandbox cannot be what AWS is: why, one sentence each.
    NotLoaded(Vec<String>),
    /// The plan was run.
    Run(Run),
}

/// A plan that was run.
pub(super) struct Run {
    pub(super) report: Report,
    /// What the read-back showed, after steps that were all done.
    pub(super) converged: Option<Converged>,
    /// What a second plan would still change, one sentence each.
    pub(super) left: Vec<String>,
}

impl Ending {
    /// How the apply would have ended.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::NotLoaded(_) => Exit::Error,
            Self::Run(run) => {
                let exit = crate::cli::apply::exit(&run.report, run.converged.as_ref());
                if exit == Exit::Done && !run.left.is_empty() {
                    return Exit::NotConverged;
                }
                exit
            }
        }
    }
}

/// Runs a plan where it does no harm.
pub(super) async fn run(
    planned: &Planned,
    weather: Weather,
    applying: &Applying,
    ui: &Ui,
) -> Result<Ending, Failure> {
    let dawn = Timestamp::now();
    let seed = match rehearsal::seed(&planned.declared, &planned.live) {
        Ok(seed) => seed,
        Err(why) => return Ok(Ending::NotLoaded(why)),
    };
    let sandbox = match stage::open(&seed, weather, dawn) {
        Ok(sandbox) => sandbox,
        Err(error) => return Ok(Ending::NotLoaded(vec![error.to_string()])),
    };
    let time = Arc::new(Time::from(dawn));
    let setting = &planned.live.setting;
    let client = stage::client(&sandbox, &time, &setting.region)
        .map_err(|error| Failure::other(error.to_string(), None))?;
    let session = Session::along(client, setting.clone(), planned.live.caller.clone());
    let play = Play {
        session: &session,
        real: planned,
        applying,
        time: &time,
        ui,
    };
    time.pass(Box::pin(play.play())).await
}

struct Play<'a> {
    session: &'a Session,
    /// The plan for AWS, and what was seen of it.
    real: &'a Planned,
    applying: &'a Applying,
    time: &'a Time,
    ui: &'a Ui,
}

impl Play<'_> {
    async fn play(&self) -> Result<Ending, Failure> {
        let (live, plan) = match self.planned().await? {
            Ok(planned) => planned,
            Err(why) => return Ok(Ending::NotLoaded(why)),
        };
        let differences = rehearsal::differences(&self.real.plan, &plan);
        if !differences.is_empty() {
            return Ok(Ending::NotLoaded(differences));
        }
        let mut report = self.applied(&plan).await;
        let mut run = Run {
            report: Report::default(),
            converged: None,
            left: Vec::new(),
        };
        if report.is_complete() {
            let converged = self.converged(live, plan).await;
            if converged.is_there() {
                self.time_passes().await;
                run.left = self.left().await?;
            }
            run.converged = Some(converged);
        }
        let traffic = self.session.traffic();
        report.calls = traffic.calls;
        report.throttles = u32::try_from(traffic.throttles).unwrap_or(u32::MAX);
        run.report = report;
        Ok(Ending::Run(run))
    }

    async fn time_passes(&self) {
        Clock::sleep(self.time, UNTIL_ALL_IS_SEEN).await;
    }

    /// What is there, with what the sandbox cannot know: what else AWS holds, and what nobody has looked at.
    async fn seen(&self) -> Result<Live, Fault> {
        let Session {
            setting, caller, ..
        } = self.session;
        let desired = &self.real.declared;
        let reads = self.session.reads();
        let mut live = live::survey(reads, setting, caller, desired, SurveyScope::Owned).await?;
        let real = &self.real.live;
        live.quotas.clone_from(&real.quotas);
        live.unseen.clone_from(&real.unseen);
        live.unseen_users.clone_from(&real.unseen_users);
        Ok(live)
    }

    /// The plan for the sandbox, or why there is none.
    async fn planned(&self) -> Result<Result<(Live, Plan), Vec<String>>, Failure> {
        let live = self.seen().await;
        let live = live.map_err(Failure::fault("look at the sandbox"))?;
        let plan = plan::plan(&self.real.declared, &live, &self.real.wishes);
        Ok(match plan {
            Ok(plan) => Ok((live, plan)),
            Err(problems) => {
                let problems = problems.sorted().into_iter();
                Err(problems.map(|problem| problem.message.clone()).collect())
            }
        })
    }

    async fn applied(&self, plan: &Plan) -> Report {
        let options = apply::Options {
            parallelism: self.applying.parallelism,
            propagation_timeout: self.applying.propagation_timeout,
            wait_timeout: self.applying.wait_timeout,
            recent: std::collections::BTreeSet::new(),
        };
        let cloud = Cloud {
            reads: self.session.reads(),
            writes: self.session.writes(),
        };
        let (journal, stop) = (MemoryJournal::default(), Stop::new());
        apply::apply(
            &plan.steps,
            cloud,
            &options,
            self.time,
            &journal,
            &|_| (),
            &stop,
        )
        .await
    }

    async fn converged(&self, live: Live, plan: Plan) -> Converged {
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
        let silent = Ui {
            quiet: true,
            verbose: false,
            ..*self.ui
        };
        converge::wait(self.session, &planned, self.applying, self.time, &silent).await
    }

    /// What a second plan would change. What was only adopted is the next run's to change, as the plan says.
    async fn left(&self) -> Result<Vec<String>, Failure> {
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
            !change.edits.is_empty() && edits.all(|edit| converge::to_adopted(edit, self.real))
        };
        let left = plan.effective();
        let left = left.filter(|change| !was_adopted(change) && !follows(change));
        Ok(left.map(rehearsal::told).collect())
    }
}
