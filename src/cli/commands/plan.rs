//! `plan`: shows what apply would do. Is never given anything that could write.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::aws_checks::{self, AnalyzerReport};
use crate::cli::files::{live_file, outputs, plan_file, project};
use crate::cli::options::{Common, FailOn, Manifests, Outputs, Planning, duration};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui, review};
use crate::run::{self, PlanRequest, Planned, Project};
use crate::saved::{self, SavedPlan};

/// Shows what apply would do, without being able to do it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 planned, 1 error, 2 changes (with --detailed-exitcode), 3 refused by a guard."
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub planning: Planning,
    /// Plan the deletion of everything declared and owned
    #[arg(long)]
    pub destroy: bool,
    /// Exit with 2 when there are changes, 0 when there are none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What other tools call a plan without intent to change
    #[arg(long, hide = true)]
    pub refresh_only: bool,
    /// Save the plan, for `apply`, `show` and `rehearse`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How long the saved plan may be applied
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration)]
    pub expires_in: Duration,
    #[command(flatten)]
    pub outputs: Outputs,
    /// Have IAM Access Analyzer check every policy that changes, beside our own checks
    #[arg(long)]
    pub aws_checks: bool,
    /// Plan from this file instead of AWS: a snapshot, or the output of `aws iam get-account-authorization-details`
    #[arg(long, value_name = "FILE", conflicts_with = "aws_checks")]
    pub live: Option<PathBuf>,
}

pub(crate) async fn run(args: PlanArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let outcome = shown(&args, &common, ui).await;
    if let Err(failure) = &outcome
        && let Err(unwritten) = outputs::write_failure(&args.outputs, &failure.problems())
    {
        // The first failure is the one that the command ends with.
        let _ = unwritten.print(ui);
    }
    outcome
}

async fn shown(args: &PlanArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    if args.refresh_only {
        let message = "`plan --refresh-only` is a command of its own here: `rolewright drift`";
        return Err(Failure::Usage(message.to_owned()));
    }
    if args.aws_checks {
        aws_checks::possible(common)?;
    }
    let planned = planned(args, common, ui).await?;
    let saved = args
        .out
        .as_ref()
        .map(|_| saved_plan(&planned, args.expires_in));
    if let (Some(path), Some(saved)) = (&args.out, &saved) {
        plan_file::write(path, saved)?;
    }
    outputs::write(&args.outputs, &review::review(&planned, saved.as_ref(), ui))?;
    review::show(&planned, ui);
    if let (Some(path), Some(saved)) = (&args.out, &saved) {
        ui.say(&plan_file::written(path, saved));
    }
    if !planned.refusals.is_empty() {
        return Ok(review::refuse(&planned, ui));
    }
    Ok(if args.detailed_exitcode && !planned.plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// The plan, from AWS or from a file in its place.
async fn planned(args: &PlanArgs, common: &Common, ui: &Ui) -> Result<Planned, Failure> {
    if let Some(path) = &args.out {
        plan_file::may_be_written(path)?;
    }
    let request = args.planning.request(args.destroy)?;
    let mut project = project::load(&args.manifests)?;
    project.sound()?;
    if let Some(file) = &args.live {
        return live_file::plan(file, &mut project, &request, common).await;
    }
    let interrupts = Interrupts::listen();
    let planning = async |session: &Session, project: &mut Project| {
        checked(session, project, args, &request).await
    };
    session::look_at(&mut project, common, &interrupts, ui, planning).await
}

/// A plan, with what Access Analyzer reports where that is asked for.
async fn checked(
    session: &Session,
    project: &mut Project,
    args: &PlanArgs,
    request: &PlanRequest,
) -> Result<Planned, Failure> {
    let mut planned = run::plan(session.view(), project, request).await?;
    if args.aws_checks {
        let refuse_new_access = args.planning.fail_on.contains(&FailOn::NewAccess);
        let AnalyzerReport { warnings, refusals } =
            aws_checks::of_plan(session, &planned, project, refuse_new_access).await?;
        planned.warnings.extend(warnings.into_iter().collect());
        planned.refusals.extend(refusals);
    }
    Ok(planned)
}

/// The plan as a file, good for so long.
fn saved_plan(planned: &Planned, expires_in: Duration) -> SavedPlan {
    // Whole seconds say enough, and read better.
    let now = Timestamp::now();
    let created = Timestamp::from_second(now.as_second()).unwrap_or(now);
    SavedPlan::of(saved::Parts {
        plan: &planned.plan,
        desired: &planned.desired,
        live: &planned.live,
        wishes: &planned.options,
        allowances: &planned.overrides,
        refusals: &planned.refusals,
        warnings: &planned.warnings,
        findings: &planned.findings,
        manifests: saved::manifests(&planned.sources),
        tool_version: env!("CARGO_PKG_VERSION"),
        created,
        expires: created.saturating_add(expires_in).unwrap_or(Timestamp::MAX),
    })
}
