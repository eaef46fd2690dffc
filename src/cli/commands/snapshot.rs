//! `snapshot`: saves what a plan needs to know of AWS, so that `plan --live` can do without. Only reads leave from here.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::cli::files::{outputs, private, project};
use crate::cli::options::{Common, Manifests};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::input::{self, Bounds, Limit};
use crate::kinds::SurveyScope;
use crate::offline::Snapshot;
use crate::run::Project;
use crate::text;

/// Saves the live state that a plan for the manifests needs, for `plan --live` and `rehearse --live`.
#[derive(Debug, Args)]
#[command(
    after_help = "The file holds policies, tags and what else is compared; no credentials. Only its owner may read it.\n\
    Exit codes: 0 done, 1 error, 3 refused by a guard."
)]
pub(crate) struct SnapshotArgs {
    /// The file; one that is there already is replaced if it is a snapshot
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    manifests: Manifests,
}

pub(crate) async fn run(args: SnapshotArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let SnapshotArgs { file, manifests } = args;
    may_be_written(&file)?;
    let mut project = project::load(&manifests)?;
    project.sound()?;
    let interrupts = Interrupts::listen();
    let snapshot = session::look_at(&mut project, &common, &interrupts, ui, take).await?;
    let text = snapshot.text();
    let text = text.map_err(|error| failed(&file, &error.into()))?;
    private::replace(&file, &text).map_err(|error| outputs::unwritten(&file, &error))?;
    print(&file, &snapshot, ui);
    Ok(Exit::Done)
}

async fn take(session: &Session, project: &mut Project) -> Result<Snapshot, Failure> {
    let view = session.view();
    let desired = project.desired(view.scope)?.desired;
    // As old as its oldest answer.
    let now = Timestamp::now();
    let taken = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let live = view.survey(&desired, SurveyScope::Owned).await?;
    Ok(Snapshot::new(taken, &desired, live))
}

/// Nothing of somebody else is overwritten.
fn may_be_written(file: &Path) -> Result<(), Failure> {
    match input::text(file, Limit::LIVE, Bounds::ItsFolder) {
        Ok(text) if Snapshot::is_one(&text) => Ok(()),
        Err(error) if error.is_missing() => Ok(()),
        Ok(_) | Err(_) => Err(Failure::other(
            format!("{} is there already, and is no snapshot", file.display()),
            Some("choose another file; nothing is overwritten"),
        )),
    }
}

fn failed(file: &Path, error: &std::io::Error) -> Failure {
    Failure::other(format!("cannot write {}: {error}", file.display()), None)
}

fn print(file: &Path, snapshot: &Snapshot, ui: &Ui) {
    let Snapshot {
        taken,
        stack,
        looked_for,
        live,
    } = snapshot;
    let setting = &live.setting;
    if ui.json {
        Ui::print_json(&json!({
            "file": file,
            "taken": taken,
            "stack": stack,
            "account": setting.account,
            "region": setting.region,
            "lookedFor": looked_for.len(),
            "found": live.resources.len(),
            "notLookedAt": live.blind,
        }));
        return;
    }
    Ui::result(&format!(
        "wrote {}: what AWS has of stack {stack} and its {} in account {}, region {}\n",
        file.display(),
        text::count(looked_for.len(), "resource"),
        setting.account,
        setting.region,
    ));
    for sentence in &live.blind {
        ui.say(&format!("not looked at: {sentence}"));
    }
}
