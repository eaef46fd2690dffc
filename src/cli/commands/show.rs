//! `show`: draws a saved plan again, with everything that was said of it.

use std::path::PathBuf;

use clap::Args;

use crate::cli::files::{outputs, plan_file};
use crate::cli::options::Outputs;
use crate::cli::terminal::review::{print_refusals, show_review, stamp};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::diagnostic::Sources;
use crate::render::Review;
use crate::saved::SavedPlan;

/// Shows a saved plan; asks nothing of AWS.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 shown, 1 error, 3 the file is not as it was saved.")]
pub(crate) struct ShowArgs {
    /// A file that `plan --out` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    outputs: Outputs,
}

pub(crate) fn run(args: &ShowArgs, ui: &Ui) -> Result<Exit, Failure> {
    let saved = plan_file::read(&args.file)?;
    let review = review(&saved);
    outputs::write(&args.outputs, &review)?;
    show_review(&review, &Sources::none(), ui);
    if !ui.json && !saved.refusals.is_empty() {
        print_refusals(&saved.refusals, &Sources::none(), ui);
    }
    Ok(Exit::Done)
}

fn review(saved: &SavedPlan) -> Review<'_> {
    Review {
        plan: &saved.plan,
        warnings: &saved.warnings,
        findings: &saved.findings,
        refusals: &saved.refusals,
        destroy: saved.wishes.destroy,
        endpoint: None,
        stamp: Some(stamp(saved)),
    }
}
