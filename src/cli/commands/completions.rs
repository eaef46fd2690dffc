//! `completions`: scripts for shells, made from the command line's own definition.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::command::Options;
use crate::cli::terminal::{Exit, Ui};

/// Prints a completion script.
#[derive(Debug, Args)]
#[command(
    after_help = "For bash: rolewright completions bash > ~/.local/share/bash-completion/completions/rolewright"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Options::command(),
        "rolewright",
        &mut script,
    );
    Ui::result(&String::from_utf8_lossy(&script));
    Exit::Done
}
