//! `validate`: everything that can be said about manifests without looking at AWS.

use clap::Args;

use super::exit::Exit;
use super::failure::{Failure, tell_problems};
use super::judging::Judging;
use super::options::{Common, Manifests, Output};
use super::project::Project;
use super::ui::Ui;
use crate::diagnostic::Problems;
use crate::findings::Finding;
use crate::model::{Partition, Setting};
use crate::resolve::Resolved;
use crate::{findings, render, text};

/// Checks manifests and policies without looking at AWS.
#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub findings: Judging,
}

/// The account that ARNs are computed for when the stack names none: nothing is compared with it.
const STAND_IN_ACCOUNT: &str = "123456789012";
const STAND_IN_REGION: &str = "us-east-1";

pub(super) fn run(args: &ValidateArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = Project::load(&args.manifests)?;
    let setting = setting(&project, common);
    let Resolved {
        desired,
        warnings,
        findings,
    } = match project.desired(&setting) {
        Err(Failure::Problems(problems, _)) if ui.output == Output::Sarif => {
            print_sarif(&[], &problems);
            return Ok(Exit::Error);
        }
        resolved => resolved?,
    };
    let findings = args.findings.judge(findings, &project.sources, &later())?;
    let refusals: Problems = args.findings.refusals(&findings).into_iter().collect();
    match ui.output {
        Output::Json => {
            let json = serde_json::json!({
                "valid": true,
                "stack": desired.stack.name,
                "resources": desired.resources.keys().map(ToString::to_string).collect::<Vec<_>>(),
                "problems": render::problems_json(&warnings),
                "findings": render::findings_json(&findings),
                "refusals": render::problems_json(&refusals),
            });
            Ui::print_json(&json);
        }
        Output::Sarif => print_sarif(&findings, &warnings),
        Output::Text => {
            if !warnings.is_empty() {
                tell_problems(&warnings, &project.sources, ui);
            }
            Ui::result(&render::findings(&findings, ui.style, ui.verbose));
            let count = text::count(desired.resources.len(), "resource");
            Ui::result(&format!(
                "Stack {} is valid: {count}.\n",
                desired.stack.name
            ));
        }
    }
    if refusals.is_empty() {
        return Ok(Exit::Done);
    }
    if ui.output == Output::Text {
        tell_problems(&refusals, &project.sources, ui);
    }
    Ok(Exit::Refused)
}

fn print_sarif(findings: &[Finding], problems: &Problems) {
    let version = env!("CARGO_PKG_VERSION");
    Ui::print_json(&render::sarif(findings, problems, version));
}

/// The rules that have to see AWS.
fn later() -> Vec<&'static str> {
    findings::only_in_changes().into_iter().collect()
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
