//! `rehearse`, and `apply --rehearse`: runs the plan in a sandbox that holds what was seen of AWS. AWS itself is only asked:
//! what runs the plan here has no way to anything but that sandbox.

mod outcome;
mod run;
mod stage;
mod time;

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::options::{Applying, Common, Manifests, OR_PLAN, Planning};
use super::plan::{self, Planned};
use super::project::Project;
use super::session::Session;
use super::ui::Ui;
use super::{apply_saved, local_sandbox, offline, plan_file};
use crate::sandbox::Weather;
use outcome::Outcome;

/// The weather that is rehearsed in when none is named.
pub(super) const USUAL: &str = "typical";

/// Runs the plan of manifests, or a saved one, in a sandbox that holds what was seen of AWS; AWS itself is only asked.
#[derive(Debug, Args)]
#[command(
    mut_arg("paths", |paths| paths.help(OR_PLAN)),
    after_help = "The weather is that of `--weather` (typical if left out). Waits take no time.\n\
    Exit codes: 0 it went well or there is nothing to do; otherwise that of the apply."
)]
pub(super) struct RehearseArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub planning: Planning,
    /// Take what AWS holds from this file, as `plan --live` does: no credentials, no call
    #[arg(long, value_name = "FILE")]
    pub live: Option<PathBuf>,
}

/// How `apply` runs when nobody says otherwise.
fn applying() -> Applying {
    let usual = crate::apply::Options::default();
    Applying {
        yes: true,
        parallelism: usual.parallelism,
        propagation_timeout: usual.propagation_timeout,
        wait_timeout: usual.wait_timeout,
        journal: PathBuf::new(),
        events: None,
        rehearse: None,
    }
}

pub(super) async fn run(args: RehearseArgs, mut common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let name = common.weather.take();
    weather(name.as_deref())?;
    let applying = Applying {
        rehearse: Some(name.unwrap_or_else(|| USUAL.to_owned())),
        ..applying()
    };
    let interrupts = Interrupts::listen();
    let planned = match args.manifests.saved_plan()? {
        Some(path) => saved(path, &args)?,
        None => declared(&args, &common, &interrupts, ui).await?,
    };
    if !planned.refusals.is_empty() || planned.plan.is_empty() {
        plan::show(&planned, ui);
    }
    if !planned.refusals.is_empty() {
        return Ok(plan::refuse(&planned, ui));
    }
    if planned.plan.is_empty() {
        return Ok(Exit::Done);
    }
    let outcome = rehearsed(&planned, &applying, &interrupts, ui).await?;
    if ui.json {
        Ui::print_json(&outcome.json());
    }
    Ok(outcome.exit())
}

/// A saved plan, on what it found of AWS.
fn saved(path: &Path, args: &RehearseArgs) -> Result<Planned, Failure> {
    apply_saved::settled(&args.planning)?;
    if args.live.is_some() {
        let message = "a saved plan holds what it found of AWS: leave out --live";
        return Err(Failure::Usage(message.to_owned()));
    }
    plan_file::read(path).map(apply_saved::as_found)
}

/// The plan of manifests, on what AWS has or a file in its place.
async fn declared(
    args: &RehearseArgs,
    common: &Common,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Planned, Failure> {
    let mut project = Project::load(&args.manifests)?;
    project.sound()?;
    if let Some(file) = &args.live {
        return offline::plan(file, &mut project, &args.planning, false, common).await;
    }
    let making = async |session: &Session, project: &mut Project| {
        plan::make(session, project, &args.planning, false).await
    };
    project.look(common, interrupts, ui, making).await
}

/// The rehearsal before an apply. When it did not go well, nothing was changed, however the apply would have ended.
pub(super) async fn first(
    planned: &Planned,
    applying: &Applying,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let outcome = rehearsed(planned, applying, interrupts, ui).await?;
    let exit = outcome.exit();
    // When it went well, the report of the real thing follows; two documents would be none.
    if ui.json && exit != Exit::Done {
        Ui::print_json(&outcome.json());
    }
    Ok(match exit {
        Exit::Done => Exit::Done,
        _ => Exit::Error,
    })
}

async fn rehearsed<'a>(
    planned: &'a Planned,
    applying: &Applying,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Outcome<'a>, Failure> {
    let name = applying.rehearse.as_deref().unwrap_or(USUAL);
    let weather = weather(Some(name))?;
    outcome::announce(name, &planned.plan, ui);
    let running = run::run(planned, weather, applying, ui);
    let result = interrupts.unless_pressed(running).await?;
    let outcome = Outcome {
        weather: name.to_owned(),
        plan: &planned.plan,
        result,
    };
    outcome.tell(ui);
    Ok(outcome)
}

/// The weather of a name or a file, so that a wrong one is told before anything else happens.
pub(super) fn weather(name: Option<&str>) -> Result<Weather, Failure> {
    local_sandbox::weather(Some(name.unwrap_or(USUAL)))
}
