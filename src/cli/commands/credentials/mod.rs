//! `credentials`: prints the credentials of a run for use elsewhere, or runs a command with them. The only place where
//! a secret is written on purpose: to stdout or to a file that only its owner can read, never to a log.

mod exec;
mod format;
mod imds;
mod take;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::options::Common;
use crate::cli::session::Interrupts;
use crate::cli::terminal::style::Output;
use crate::cli::terminal::{Exit, Failure, Ui};

use format::Format;
use take::Wanted;

/// Prints credentials, or runs a command with them.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Without --assume-role-arn, --federation-token or --session-token these are the credentials that the run itself would use.\n\
        eval \"$(rolewright credentials --assume-role-arn ARN)\" uses them in a shell; `credentials exec -- COMMAND` needs no shell."
)]
pub(crate) struct CredentialsArgs {
    #[command(subcommand)]
    command: Option<CredentialsCommand>,
    #[command(flatten)]
    print: PrintArgs,
}

#[derive(Debug, Subcommand)]
enum CredentialsCommand {
    /// Run a command with the credentials in its environment
    #[command(after_help = "The exit code is the command's.")]
    Exec(ExecArgs),
    /// Show what credentials an EC2 instance has from its metadata, on the instance
    Imds(imds::ImdsArgs),
}

#[derive(Debug, Args)]
struct PrintArgs {
    #[command(flatten)]
    wanted: WantedArgs,
    /// How to print them
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Write them to a new file that only you can read, instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ExecArgs {
    #[command(flatten)]
    wanted: WantedArgs,
    /// The command and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<std::ffi::OsString>,
}

/// What kind of credentials, where it is not those of a role.
#[derive(Debug, Args)]
struct WantedArgs {
    /// Get a federation token under this name; it may do nothing without --policy
    #[arg(long, value_name = "NAME", conflicts_with = "session_token")]
    federation_token: Option<String>,
    /// Get a session token of the user that runs this; with --mfa-serial it can call IAM
    #[arg(long)]
    session_token: bool,
    /// A policy file (JSON or YAML) that the credentials are limited to
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl From<WantedArgs> for Wanted {
    fn from(args: WantedArgs) -> Self {
        let WantedArgs {
            federation_token,
            session_token,
            policy,
        } = args;
        Self {
            federation: federation_token,
            session: session_token,
            policy,
        }
    }
}

pub(crate) async fn run(args: CredentialsArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let CredentialsArgs { command, print } = args;
    let interrupts = Interrupts::listen();
    match command {
        Some(CredentialsCommand::Exec(args)) => {
            let ExecArgs { wanted, command } = args;
            exec::run(&wanted.into(), &command, &common, &interrupts, ui).await
        }
        Some(CredentialsCommand::Imds(args)) => imds::run(args, common, ui).await,
        None => {
            let PrintArgs {
                wanted,
                format,
                out,
            } = print;
            let format = if common.output == Output::Json {
                Format::Json
            } else {
                format
            };
            let wanted = wanted.into();
            let taking = take::take(&wanted, &common, ui);
            let taken = interrupts.unless_pressed(taking).await?;
            let text = format.text(&taken.credentials);
            taken.session.close(ui).await?;
            match out {
                Some(file) => format::write(&file, &text)?,
                None => Ui::result(&text),
            }
            Ok(Exit::Done)
        }
    }
}
