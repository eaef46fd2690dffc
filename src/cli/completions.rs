//! `completions`: scripts for shells, made from the command line's own definition.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::exit::Exit;
use super::options::Options;
use super::ui::Ui;

/// Prints a completion script.
#[derive(Debug, Args)]
#[command(
    after_help = "For bash: rolewright completions bash > ~/.local/share/bash-completion/completions/rolewright"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Exit {
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
