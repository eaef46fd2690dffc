//! `plan`: shows what apply would do. Is never given anything that could write.

use std::path::PathBuf;

use clap::Args;

use super::aws_checks::{self, Opinion};
use super::exit::Exit;
use super::failure::{Failure, tell_problems};
use super::interrupt::Interrupts;
use super::offline;
use super::options::{Common, FailOn, Manifests, Planning};
use super::project::Project;
use super::session::Session;
use super::ui::Ui;
use crate::cloud::Reads;
use crate::diagnostic::Problems;
use crate::findings::Finding;
use crate::kinds::Breadth;
use crate::model::{Address, Desired, Live};
use crate::plan::{Allowances, Plan, Wishes, refusals};
use crate::resolve::Resolved;
use crate::{live, plan, render};

/// Shows what apply would do, without being able to do it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 planned, 1 error, 3 refused by a guard; with --detailed-exitcode 2 means changes."
)]
pub(super) struct PlanArgs {
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
    /// Have IAM Access Analyzer check every policy that changes, beside our own checks
    #[arg(long)]
    pub aws_checks: bool,
    /// Plan from this file instead of AWS: a snapshot, or the output of `aws iam get-account-authorization-details`
    #[arg(long, value_name = "FILE", conflicts_with = "aws_checks")]
    pub live: Option<PathBuf>,
}

/// A plan with everything it was made from.
#[derive(Clone)]
pub(super) struct Planned {
    pub project: Project,
    /// What is declared, as it stands in the manifests.
    pub declared: Desired,
    /// The same with an address for every instance that is known.
    pub desired: Desired,
    pub live: Live,
    pub plan: Plan,
    pub wishes: Wishes,
    pub warnings: Problems,
    pub findings: Vec<Finding>,
    pub refusals: Vec<crate::diagnostic::Diagnostic>,
}

pub(super) async fn run(args: PlanArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    if args.aws_checks {
        aws_checks::possible(&common)?;
    }
    let project = Project::load(&args.manifests)?;
    project.sound()?;
    let planned = match &args.live {
        Some(file) => offline::plan(file, project, &args.planning, args.destroy, &common).await?,
        None => from_aws(project, &args, &common, ui).await?,
    };
    show(&planned, ui);
    if !planned.refusals.is_empty() {
        return Ok(refuse(&planned, ui));
    }
    Ok(if args.detailed_exitcode && !planned.plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Done
    })
}

async fn from_aws(
    project: Project,
    args: &PlanArgs,
    common: &Common,
    ui: &Ui,
) -> Result<Planned, Failure> {
    let interrupts = Interrupts::listen();
    let opening = Session::open(common, Some(&project.stack.stack), ui);
    let session = interrupts
        .unless_pressed(opening)
        .await
        .map_err(|failure| failure.within(&project.sources))?;
    let planning = checked(&session, project, args);
    let planned = interrupts.unless_pressed(planning).await;
    session.close(ui).await?;
    planned
}

/// A plan, with AWS's own opinion where it is asked for.
async fn checked(session: &Session, project: Project, args: &PlanArgs) -> Result<Planned, Failure> {
    let mut planned = make(session, project, &args.planning, args.destroy).await?;
    if args.aws_checks {
        let refuse_new_access = args.planning.fail_on.contains(&FailOn::NewAccess);
        let Opinion { warnings, refusals } =
            aws_checks::of_plan(session, &planned, refuse_new_access).await?;
        planned.warnings.extend(warnings.into_iter().collect());
        planned.refusals.extend(refusals);
    }
    Ok(planned)
}

/// Reads AWS and plans. Only reads can leave from here: the session gives nothing else.
pub(super) async fn make(
    session: &Session,
    mut project: Project,
    planning: &Planning,
    destroy: bool,
) -> Result<Planned, Failure> {
    let resolved = project.desired(&session.setting)?;
    // A mistake in these options is told before anything is asked.
    planning.findings.known()?;
    let reads: &dyn Reads = session.reads();
    let live = live::survey(
        reads,
        &session.setting,
        &session.caller,
        &resolved.desired,
        Breadth::Owned,
    )
    .await
    .map_err(session.failed("look at AWS"))?;
    of(project, resolved, live, planning, destroy)
}

/// The plan of what is declared for what is there.
pub(super) fn of(
    project: Project,
    resolved: Resolved,
    live: Live,
    planning: &Planning,
    destroy: bool,
) -> Result<Planned, Failure> {
    let Resolved {
        desired,
        warnings,
        mut findings,
    } = resolved;
    let wishes = wishes(planning, &desired, destroy)?;
    let plan = match plan::plan(&desired, &live, &wishes) {
        Ok(plan) => plan,
        Err(mut problems) => {
            problems.extend(warnings);
            return Err(Failure::Problems(problems, project.sources));
        }
    };
    findings.extend(plan::findings(&plan, &live));
    let findings = planning.findings.judge(findings, &project.sources)?;
    let allowances = Allowances {
        mass_delete: planning.allow_mass_delete,
        in_use: planning.allow_in_use,
        own_role: planning.allow_own_role,
        lock_out: planning.allow_lock_out,
        gap: planning.accept_gap,
        replace: planning.accept_replace,
        fail_on: planning.fail_on.iter().copied().map(Into::into).collect(),
    };
    // From here on every instance that is known stands by its id.
    let declared = desired;
    let desired = plan::expand(&declared, &live).into_owned();
    let mut refusals = refusals(&plan, &desired, &live, &allowances);
    refusals.extend(planning.findings.refusals(&findings));
    Ok(Planned {
        project,
        declared,
        desired,
        live,
        plan,
        wishes,
        warnings,
        findings,
        refusals,
    })
}

fn wishes(planning: &Planning, desired: &Desired, destroy: bool) -> Result<Wishes, Failure> {
    let mut wishes = Wishes {
        prune: planning.prune || desired.stack.prune,
        destroy,
        ..Wishes::default()
    };
    for text in &planning.adopt {
        let address = Address::try_from(text.clone())
            .map_err(|message| Failure::Usage(format!("--adopt: {message}")))?;
        if !desired.resources.contains_key(&address) {
            return Err(Failure::Usage(format!(
                "--adopt: no manifest declares {address}"
            )));
        }
        wishes.adopt.insert(address);
    }
    Ok(wishes)
}

/// Tells why the plan is refused. In JSON the plan says it itself: two documents would be none.
pub(super) fn refuse(planned: &Planned, ui: &Ui) -> Exit {
    if !ui.json {
        let refusals = planned.refusals.iter().cloned().collect();
        tell_problems(&refusals, &planned.project.sources, ui);
    }
    Exit::Refused
}

/// Prints warnings and the plan.
pub(super) fn show(planned: &Planned, ui: &Ui) {
    if ui.json {
        let mut json = render::plan_json(&planned.plan);
        if let Some(object) = json.as_object_mut() {
            object.insert(
                "refusals".to_owned(),
                render::problems_json(&planned.refusals.iter().cloned().collect()),
            );
            object.insert(
                "warnings".to_owned(),
                render::problems_json(&planned.warnings),
            );
            object.insert(
                "findings".to_owned(),
                render::findings_json(&planned.findings),
            );
        }
        Ui::print_json(&json);
    } else {
        warn(planned, ui);
        // The plan's own last line stays the last: scripts rely on it.
        Ui::result(&findings(planned, ui.style, ui));
        Ui::result(&text(planned, ui.style, ui));
    }
}

/// Shows the plan to the person who is about to be asked, when stdout is kept for JSON.
pub(super) fn show_aside(planned: &Planned, ui: &Ui) {
    let findings = findings(planned, ui.talk_style, ui);
    Ui::complain(&format!("{findings}{}", text(planned, ui.talk_style, ui)));
}

/// The findings, and a blank line between them and the plan.
fn findings(planned: &Planned, style: render::Style, ui: &Ui) -> String {
    let findings = render::findings(&planned.findings, style, ui.verbose);
    if findings.is_empty() {
        findings
    } else {
        format!("{findings}\n")
    }
}

fn warn(planned: &Planned, ui: &Ui) {
    if !planned.warnings.is_empty() && !ui.quiet {
        tell_problems(&planned.warnings, &planned.project.sources, ui);
    }
}

fn text(planned: &Planned, style: render::Style, ui: &Ui) -> String {
    let options = render::TextOptions {
        verbose: ui.verbose,
        destroy: planned.wishes.destroy,
        ..render::TextOptions::default()
    };
    render::plan(&planned.plan, style, options)
}
