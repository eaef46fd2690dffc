//! `plan`: shows what apply would do. Is never given anything that could write.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::aws_checks::{self, AnalyzerReport};
use super::exit::Exit;
use super::failure::{Failure, tell_problems};
use super::interrupt::Interrupts;
use super::offline;
use super::options::{Common, FailOn, Manifests, Planning, address};
use super::outputs::Outputs;
use super::plan_file;
use super::project::Project;
use super::session::Session;
use super::ui::Ui;
use crate::diagnostic::{Diagnostic, Problems, Sources};
use crate::findings::Finding;
use crate::kinds::SurveyScope;
use crate::model::{Address, Desired, Live};
use crate::plan::{GuardOverrides, Plan, PlanOptions, refusals};
use crate::render::Review;
use crate::resolve::Resolved;
use crate::saved::{self, SavedPlan};
use crate::{plan, render};

/// Shows what apply would do, without being able to do it.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 planned, 1 error, 2 changes (with --detailed-exitcode), 3 refused by a guard."
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
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
    /// What other tools call a plan without intent to change
    #[arg(long, hide = true)]
    pub refresh_only: bool,
    /// Save the plan, for `apply`, `show` and `rehearse`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How long the saved plan may be applied
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = super::options::duration)]
    pub expires_in: std::time::Duration,
    #[command(flatten)]
    pub outputs: Outputs,
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
    /// The texts that messages point into; none for a plan that was saved elsewhere.
    pub sources: Sources,
    /// What is declared, as it stands in the manifests.
    pub declared: Desired,
    /// The same with an address for every instance that is known.
    pub desired: Desired,
    pub live: Live,
    pub plan: Plan,
    pub wishes: PlanOptions,
    pub allowances: GuardOverrides,
    pub warnings: Problems,
    pub findings: Vec<Finding>,
    pub refusals: Vec<Diagnostic>,
}

pub(super) async fn run(args: PlanArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    if args.refresh_only {
        let message = "`plan --refresh-only` is a command of its own here: `rolewright drift`";
        return Err(Failure::Usage(message.to_owned()));
    }
    if args.aws_checks {
        aws_checks::possible(&common)?;
    }
    let planned = planned(&args, &common, ui).await?;
    let saved = args.out.as_ref().map(|_| planned.saved(args.expires_in));
    if let (Some(path), Some(saved)) = (&args.out, &saved) {
        plan_file::write(path, saved)?;
    }
    args.outputs.write(&planned.review(saved.as_ref()))?;
    show(&planned, ui);
    if let (Some(path), Some(saved)) = (&args.out, &saved) {
        ui.say(&plan_file::written(path, saved));
    }
    if !planned.refusals.is_empty() {
        return Ok(refuse(&planned, ui));
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
    let mut project = Project::load(&args.manifests)?;
    project.sound()?;
    if let Some(file) = &args.live {
        return offline::plan(file, &mut project, &args.planning, args.destroy, common).await;
    }
    let interrupts = Interrupts::listen();
    let planning =
        async |session: &Session, project: &mut Project| checked(session, project, args).await;
    project.look(common, &interrupts, ui, planning).await
}

/// A plan, with AWS's own opinion where it is asked for.
async fn checked(
    session: &Session,
    project: &mut Project,
    args: &PlanArgs,
) -> Result<Planned, Failure> {
    let mut planned = make(session, project, &args.planning, args.destroy).await?;
    if args.aws_checks {
        let refuse_new_access = args.planning.fail_on.contains(&FailOn::NewAccess);
        let AnalyzerReport { warnings, refusals } =
            aws_checks::of_plan(session, &planned, project, refuse_new_access).await?;
        planned.warnings.extend(warnings.into_iter().collect());
        planned.refusals.extend(refusals);
    }
    Ok(planned)
}

/// Reads AWS and plans. Only reads can leave from here: the session gives nothing else.
pub(super) async fn make(
    session: &Session,
    project: &mut Project,
    planning: &Planning,
    destroy: bool,
) -> Result<Planned, Failure> {
    let resolved = project.desired(&session.setting)?;
    // A mistake in these options is told before anything is asked.
    planning.findings.known()?;
    let live = session
        .survey(&resolved.desired, SurveyScope::Owned)
        .await?;
    of(project, resolved, live, planning, destroy)
}

/// Plans, with what is known of AWS.
pub(super) fn of(
    project: &Project,
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
            return Err(Failure::Problems(problems, project.sources.clone()));
        }
    };
    findings.extend(plan::findings(&plan, &live));
    let findings = planning.findings.judge(findings, &project.sources)?;
    let allowances = planning.allowances();
    // From here on every instance that is known stands by its id.
    let declared = desired;
    let desired = plan::expand(&declared, &live).into_owned();
    let mut refusals = refusals(&plan, &desired, &live, &allowances);
    refusals.extend(planning.findings.refusals(&findings));
    Ok(Planned {
        sources: project.sources.clone(),
        declared,
        desired,
        live,
        plan,
        wishes,
        allowances,
        warnings,
        findings,
        refusals,
    })
}

impl Planned {
    /// The plan as a file, good for so long.
    fn saved(&self, expires_in: std::time::Duration) -> SavedPlan {
        // Whole seconds say enough, and read better.
        let now = jiff::Timestamp::now();
        let created = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now);
        SavedPlan::of(saved::Parts {
            plan: &self.plan,
            desired: &self.desired,
            live: &self.live,
            wishes: &self.wishes,
            allowances: &self.allowances,
            refusals: &self.refusals,
            warnings: &self.warnings,
            findings: &self.findings,
            manifests: saved::manifests(&self.sources),
            tool_version: env!("CARGO_PKG_VERSION"),
            created,
            expires: created
                .saturating_add(expires_in)
                .unwrap_or(jiff::Timestamp::MAX),
        })
    }

    /// What a reviewer is shown.
    pub(super) fn review<'a>(&'a self, saved: Option<&'a SavedPlan>) -> Review<'a> {
        Review {
            plan: &self.plan,
            warnings: &self.warnings,
            findings: &self.findings,
            refusals: &self.refusals,
            destroy: self.wishes.destroy,
            stamp: saved.map(plan_file::stamp),
        }
    }
}

fn wishes(planning: &Planning, desired: &Desired, destroy: bool) -> Result<PlanOptions, Failure> {
    let mut wishes = PlanOptions {
        prune: planning.prune || desired.stack.prune,
        destroy,
        ..PlanOptions::default()
    };
    wishes.from_stack.clone_from(&planning.from_stack);
    wishes.targets = addresses("--target", &planning.target)?;
    wishes.excludes = addresses("--exclude", &planning.exclude)?;
    for address in addresses("--adopt", &planning.adopt)? {
        if !desired.resources.contains_key(&address) {
            return Err(Failure::Usage(format!(
                "--adopt: no manifest declares {address}"
            )));
        }
        wishes.adopt.insert(address);
    }
    Ok(wishes)
}

fn addresses(option: &str, texts: &[String]) -> Result<BTreeSet<Address>, Failure> {
    texts.iter().map(|text| address(option, text)).collect()
}

/// Tells why the plan is refused. In JSON the plan says it itself: two documents would be none.
pub(super) fn refuse(planned: &Planned, ui: &Ui) -> Exit {
    if !ui.json {
        tell_refusals(&planned.refusals, &planned.sources, ui);
    }
    Exit::Refused
}

/// Tells why a plan may not be applied.
pub(super) fn tell_refusals(refusals: &[Diagnostic], sources: &Sources, ui: &Ui) {
    tell_problems(&refusals.iter().cloned().collect(), sources, ui);
}

/// Prints warnings and the plan.
pub(super) fn show(planned: &Planned, ui: &Ui) {
    show_review(&planned.review(None), &planned.sources, ui);
}

/// The same for a plan from wherever.
pub(super) fn show_review(review: &Review<'_>, sources: &Sources, ui: &Ui) {
    if ui.json {
        Ui::print_json(&render::review_json(review));
        return;
    }
    if !review.warnings.is_empty() && !ui.quiet {
        tell_problems(review.warnings, sources, ui);
    }
    // The plan's own last line stays the last: scripts rely on it.
    Ui::result(&text(review, ui.style, ui));
}

/// Shows the plan to the person who is about to be asked, when stdout is kept for JSON.
pub(super) fn show_aside(planned: &Planned, ui: &Ui) {
    Ui::complain(&text(&planned.review(None), ui.talk_style, ui));
}

/// The findings, and a blank line between them and the plan.
fn text(review: &Review<'_>, style: render::Style, ui: &Ui) -> String {
    let mut text = render::findings(review.findings, style, ui.verbose);
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&render::stamp(review.stamp));
    let options = render::TextOptions {
        verbose: ui.verbose,
        destroy: review.destroy,
        ..render::TextOptions::default()
    };
    text.push_str(&render::plan(review.plan, style, options));
    text
}
