//! `drift`: what has become of what was applied. A plan that nobody means to apply.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::{Failure, tell_problems};
use super::interrupt::Interrupts;
use super::options::{Common, Manifests, Planning};
use super::outputs;
use super::plan::{self, Planned};
use super::project::Project;
use super::session::Session;
use super::settings;
use super::ui::Ui;
use crate::kinds::SurveyScope;
use crate::{plan as planning, render};

/// Shows where AWS is not as declared, by who probably did it; cannot write.
#[derive(Debug, Args)]
#[command(
    after_help = "Made for a job that runs every night on what was applied last.\nExit codes: 0 no drift, 1 error, 2 drift, 3 refused by a guard."
)]
pub(super) struct DriftArgs {
    #[command(flatten)]
    manifests: Manifests,
    /// Look only at this, and at what it needs (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    target: Vec<String>,
    /// Leave this out, and what needs it (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    exclude: Vec<String>,
    /// Write it as Markdown, for an issue or a chat
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

pub(super) async fn run(args: DriftArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let looking =
        async |session: &Session, project: &mut Project| look(session, project, &args).await;
    let planned = project.look(&common, &interrupts, ui, looking).await?;
    tell(&planned, &args, ui)
}

/// What lost its tag, or came back without, is drift and no error.
async fn look(
    session: &Session,
    project: &mut Project,
    args: &DriftArgs,
) -> Result<Planned, Failure> {
    let resolved = project.desired(&session.setting)?;
    let live = session
        .survey(&resolved.desired, SurveyScope::Owned)
        .await?;
    let live = planning::as_ours(&resolved.desired, &live);
    let wishes = Planning {
        target: args.target.clone(),
        exclude: args.exclude.clone(),
        ..Planning::default()
    };
    plan::of(project, resolved, live, &wishes, false)
}

fn tell(planned: &Planned, args: &DriftArgs, ui: &Ui) -> Result<Exit, Failure> {
    let plan = &planned.plan;
    let drift = planning::drift(plan);
    let markdown = render::drift_markdown(plan, &drift);
    if let Some(path) = &args.markdown {
        outputs::file(path, &markdown)?;
    }
    if let Some(path) = settings::step_summary() {
        outputs::append(&path, &markdown)?;
    }
    if ui.json {
        Ui::print_json(&render::drift_json(plan, &drift));
    } else {
        if !planned.warnings.is_empty() && !ui.quiet {
            tell_problems(&planned.warnings, &planned.sources, ui);
        }
        Ui::result(&render::drift(plan, &drift, ui.style));
    }
    Ok(if drift.is_empty() {
        Exit::Done
    } else {
        Exit::Changes
    })
}
