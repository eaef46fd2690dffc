//! `apply`: shows the plan, asks, runs it and waits until AWS reads back as declared. The plan is made from manifests, or was
//! saved.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::aws::clock::SystemClock;
use crate::cli::execute::{self, Execution};
use crate::cli::files::receipt::Receipt;
use crate::cli::files::{plan_file, project};
use crate::cli::options::{Applying, Common, Manifests, OR_PLAN, Planning};
use crate::cli::session::{self, Interrupts};
use crate::cli::terminal::{Exit, Failure, Ui, review};
use crate::model::Stack;
use crate::render;
use crate::run::{self, Project};
use crate::saved::SavedPlan;

/// Makes AWS match the manifests, or runs a plan that `plan --out` saved.
#[derive(Debug, Args)]
#[command(
    mut_arg("paths", |paths| paths.help(OR_PLAN)),
    after_help = "Exit codes: 0 applied, 1 error and nothing changed, 3 refused by a guard, 4 saved plan is stale, \
    5 some steps failed, 6 applied but not converged in time, 130 interrupted.\n\
    After 5, 6 and 130 run it again: what is done is not repeated. A saved plan runs once: plan again for that."
)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    /// With a saved plan: plan these files and folders again, and run it only if it is what they lead to (repeatable)
    #[arg(long = "manifests", value_name = "PATH")]
    pub from: Vec<PathBuf>,
    #[command(flatten)]
    pub planning: Planning,
    #[command(flatten)]
    pub applying: Applying,
}

const NO_PLAN: &str = "--manifests is for one saved plan: `rolewright apply PLAN --manifests PATH`";

pub(crate) async fn run(args: ApplyArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let ApplyArgs {
        mut manifests,
        from,
        planning,
        applying,
    } = args;
    if !from.is_empty() {
        let paths = std::mem::replace(&mut manifests.paths, from);
        let path = match paths.as_slice() {
            [path] if !path.is_dir() => path,
            _ => return Err(Failure::Usage(NO_PLAN.to_owned())),
        };
        let mut project = project::load(&manifests)?;
        project.sound()?;
        let running = saved(path, Some(&mut project), &planning, &applying, &common, ui);
        return Box::pin(running).await;
    }
    if let Some(path) = plan_file::of(&manifests)? {
        return Box::pin(saved(path, None, &planning, &applying, &common, ui)).await;
    }
    execute::manifests(&manifests, &planning, &applying, false, &common, ui).await
}

/// Runs exactly the steps of a saved plan, if nothing that it touches has moved since.
async fn saved(
    path: &Path,
    mut project: Option<&mut Project>,
    planning: &Planning,
    applying: &Applying,
    common: &Common,
    ui: &Ui,
) -> Result<Exit, Failure> {
    plan_file::settled(planning)?;
    let saved = plan_file::read(path)?;
    run::check_age(&saved, Timestamp::now())?;
    check_region(&saved, common)?;
    let receipt = Receipt::of(path, &saved)?;
    let interrupts = Interrupts::listen();
    let stack = stack(&saved);
    let overrides = planning.overrides();
    let clock = SystemClock::start();
    session::work(common, Some(&stack), &interrupts, ui, async |session| {
        let checked = async || {
            let checking = run::checked(session.view(), &clock, &saved, &overrides);
            let checking = async { Ok(checking.await?) };
            interrupts.unless_pressed(checking).await
        };
        let mut planned = checked().await?;
        if let Some(project) = project.as_deref_mut() {
            let checking =
                run::check_manifests(session.view(), project, &saved, &overrides, &mut planned);
            interrupts.unless_pressed(async { Ok(checking.await?) }).await?;
        }
        if !ui.json {
            // The same line that a reviewer has seen.
            Ui::result(&render::stamp(Some(review::stamp(&saved))));
        }
        if planned.plan.is_empty() && project.is_none() {
            ui.say("the plan had no changes when it was made; whether AWS has changed since was not looked at");
        }
        let execution = Execution {
            session,
            applying,
            receipt: Some(&receipt),
            interrupts: &interrupts,
            clock: &clock,
            ui,
        };
        if let Some(exit) = execution.held_back(&planned).await? {
            return Ok(exit);
        }
        let planned = if execution.is_old() {
            // The person who was asked may have taken hours.
            run::check_age(&saved, Timestamp::now())?;
            checked().await?
        } else {
            planned
        };
        execution.run(&planned).await
    })
    .await
}

/// The stack in the region that was planned for. Its account is compared with the plan's.
fn stack(saved: &SavedPlan) -> Stack {
    Stack {
        region: Some(saved.plan.setting.region.clone()),
        account_id: None,
        ..saved.desired.stack.clone()
    }
}

fn check_region(saved: &SavedPlan, common: &Common) -> Result<(), Failure> {
    let planned = &saved.plan.setting.region;
    match &common.region {
        Some(typed) if typed != planned => {
            let message = format!("the plan is for region {planned}; this run is for {typed}");
            Err(Failure::refused(
                "wrong-region",
                message,
                "leave `--region` out, or plan for that region",
            ))
        }
        Some(_) | None => Ok(()),
    }
}
