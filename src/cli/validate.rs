//! `validate`: everything that can be said about manifests without looking at AWS.

use clap::Args;

use super::exit::Exit;
use super::failure::{Failure, tell_problems};
use super::options::{Common, Manifests};
use super::project::Project;
use super::ui::Ui;
use crate::model::{Partition, Setting};
use crate::{render, text};

/// Checks manifests and policies without looking at AWS.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    pub manifests: Manifests,
}

/// The account that ARNs are computed for when the stack names none: nothing is compared with it.
const STAND_IN_ACCOUNT: &str = "123456789012";
const STAND_IN_REGION: &str = "us-east-1";

pub(super) fn run(args: &ValidateArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    let setting = setting(&project, common);
    let (desired, warnings) = project.desired(&setting)?;
    if ui.json {
        let json = serde_json::json!({
            "valid": true,
            "stack": desired.stack.name,
            "resources": desired.resources.keys().map(ToString::to_string).collect::<Vec<_>>(),
            "problems": render::problems_json(&warnings),
        });
        Ui::print_json(&json);
        return Ok(Exit::Done);
    }
    if !warnings.is_empty() {
        tell_problems(&warnings, &project.sources, ui);
    }
    let count = text::count(desired.resources.len(), "resource");
    Ui::result(&format!(
        "Stack {} is valid: {count}.\n",
        desired.stack.name
    ));
    Ok(Exit::Done)
}

/// Where a stack would be, as far as can be told without asking AWS.
pub(super) fn setting(project: &Project, common: &Common) -> Setting {
    let stack = &project.stack.stack;
    let region = common
        .region
        .clone()
        .or_else(|| stack.region.clone())
        .unwrap_or_else(|| STAND_IN_REGION.to_owned());
    Setting {
        partition: Partition::of_region(&region),
        account: stack
            .account_id
            .clone()
            .unwrap_or_else(|| STAND_IN_ACCOUNT.to_owned()),
        region,
    }
}
