//! `rehearse`: runs the plan in a sandbox that holds what was seen of AWS. AWS itself is only read.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::apply::Options;
use crate::cli::files::{live_file, plan_file, project};
use crate::cli::options::{Common, Manifests, OR_PLAN, Planning, USUAL_WEATHER};
use crate::cli::rehearse;
use crate::cli::session::{self, Interrupts};
use crate::cli::terminal::{Exit, Failure, Ui, rehearsal, review};
use crate::run::{self, Planned};

/// Runs the plan of manifests, or a saved one, in a sandbox that holds what was seen of AWS; AWS itself is only asked.
#[derive(Debug, Args)]
#[command(
    mut_arg("paths", |paths| paths.help(OR_PLAN)),
    after_help = "The weather is that of `--weather` (typical if left out). Waits take no time.\n\
    Exit codes: 0 it went well or there is nothing to do; otherwise that of the apply."
)]
pub(crate) struct RehearseArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub planning: Planning,
    /// Take what AWS holds from this file, as `plan --live` does: no credentials, no call
    #[arg(long, value_name = "FILE")]
    pub live: Option<PathBuf>,
}

pub(crate) async fn run(args: RehearseArgs, mut common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let weather = common.weather.take();
    rehearse::weather(weather.as_deref())?;
    let weather = weather.as_deref().unwrap_or(USUAL_WEATHER);
    let interrupts = Interrupts::listen();
    let planned = match plan_file::of(&args.manifests)? {
        Some(path) => saved(path, &args)?,
        None => declared(&args, &common, &interrupts, ui).await?,
    };
    if !planned.refusals.is_empty() || planned.plan.is_empty() {
        review::show(&planned, ui);
    }
    if !planned.refusals.is_empty() {
        return Ok(review::refuse(&planned, ui));
    }
    if planned.plan.is_empty() {
        return Ok(Exit::Done);
    }
    let options = Options::default();
    let rehearsed = rehearse::rehearsed(&planned, weather, &options, &interrupts, ui).await?;
    if ui.json {
        Ui::print_json(&rehearsal::json(&rehearsed, weather, &planned.plan));
    }
    Ok(rehearsal::exit(&rehearsed))
}

/// A saved plan, on what it found of AWS.
fn saved(path: &Path, args: &RehearseArgs) -> Result<Planned, Failure> {
    plan_file::settled(&args.planning)?;
    if args.live.is_some() {
        let message = "a saved plan holds what it found of AWS: leave out --live";
        return Err(Failure::Usage(message.to_owned()));
    }
    plan_file::read(path).map(run::as_saved)
}

/// The plan of manifests, on what AWS has or a file in its place.
async fn declared(
    args: &RehearseArgs,
    common: &Common,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Planned, Failure> {
    let request = args.planning.request(false)?;
    let mut project = project::load(&args.manifests)?;
    project.sound()?;
    if let Some(file) = &args.live {
        return live_file::plan(file, &mut project, &request, common).await;
    }
    session::look_at(
        &mut project,
        common,
        interrupts,
        ui,
        async |session, project| Ok(run::plan(session.view(), project, &request).await?),
    )
    .await
}
