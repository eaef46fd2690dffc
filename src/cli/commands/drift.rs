//! `drift`: what has become of what was applied. A plan that nobody means to apply.

use std::path::PathBuf;

use clap::Args;

use crate::cli::files::{outputs, project};
use crate::cli::options::{Common, Manifests, Planning};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::settings;
use crate::cli::terminal::{Exit, Failure, Ui, failure::print_problems};
use crate::kinds::SurveyScope;
use crate::run::{self, PlanRequest, Planned, Project};
use crate::{plan, render};

/// Shows where AWS is not as declared, by who probably did it; cannot write.
#[derive(Debug, Args)]
#[command(
    after_help = "Made for a job that runs every night on what was applied last.\nExit codes: 0 no drift, 1 error, 2 drift, 3 refused by a guard."
)]
pub(crate) struct DriftArgs {
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

pub(crate) async fn run(args: DriftArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let asked = Planning {
        target: args.target.clone(),
        exclude: args.exclude.clone(),
        ..Planning::default()
    };
    let request = asked.request(false)?;
    let mut project = project::load(&args.manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let looking =
        async |session: &Session, project: &mut Project| look(session, project, &request).await;
    let planned = session::look_at(&mut project, &common, &interrupts, ui, looking).await?;
    print(&planned, &args, ui)
}

/// What lost its tag, or came back without, is drift and no error.
async fn look(
    session: &Session,
    project: &mut Project,
    request: &PlanRequest,
) -> Result<Planned, Failure> {
    let view = session.view();
    let resolved = project.desired(view.scope)?;
    let live = view.survey(&resolved.desired, SurveyScope::Owned).await?;
    let live = plan::as_ours(&resolved.desired, &live);
    Ok(run::compose(project, resolved, live, request)?)
}

fn print(planned: &Planned, args: &DriftArgs, ui: &Ui) -> Result<Exit, Failure> {
    let plan = &planned.plan;
    let drift = plan::drift(plan);
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
            print_problems(&planned.warnings, &planned.sources, ui);
        }
        Ui::result(&render::drift(plan, &drift, ui.style));
    }
    Ok(if drift.is_empty() {
        Exit::Done
    } else {
        Exit::Changes
    })
}
