//! `destroy`: the same road as apply, with everything declared taken as absent.

use clap::Args;

use crate::cli::execute;
use crate::cli::options::{Applying, Common, Manifests, Planning};
use crate::cli::terminal::{Exit, Failure, Ui};

/// Deletes what the manifests declare and the stack owns, and detaches its associations.
#[derive(Debug, Args)]
#[command(
    after_help = "Preview it with `plan --destroy`. What the stack does not own is left alone.\n\
    Exit codes: as for apply."
)]
pub(crate) struct DestroyArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub applying: Applying,
    /// Delete only this, and what holds it (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    pub target: Vec<String>,
    /// Leave this, and what it holds (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    pub exclude: Vec<String>,
    /// Allow deleting instance profiles that other instances use
    #[arg(long)]
    pub allow_in_use: bool,
    /// Allow taking access from the user or a role that this run itself uses
    #[arg(long, alias = "allow-own-role")]
    pub allow_lock_out: bool,
}

pub(crate) async fn run(args: DestroyArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let DestroyArgs {
        manifests,
        applying,
        target,
        exclude,
        allow_in_use,
        allow_lock_out,
    } = args;
    // Deleting all of a stack is what was asked for: the stop against accidental mass deletion is for apply.
    let planning = Planning {
        allow_mass_delete: true,
        target,
        exclude,
        allow_in_use,
        allow_lock_out,
        ..Planning::default()
    };
    execute::manifests(&manifests, &planning, &applying, true, &common, ui).await
}
