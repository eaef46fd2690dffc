//! `sessions`: revokes the sessions of a role or a user, takes that back, and lists what is revoked. What that means is
//! `revocation`'s.

mod change;
mod list;
mod probe;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::apply::Options;
use crate::cli::options::{Common, JOURNAL_FILE, duration};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::revocation::{AHEAD, Request, Subject};

/// Revokes sessions, and shows what is revoked.
#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    #[command(subcommand)]
    command: SessionsCommand,
}

#[derive(Debug, Subcommand)]
enum SessionsCommand {
    /// Deny everything to the sessions that a role or a user has now
    #[command(
        after_help = "Puts the inline policy AWSRevokeOlderSessions, as the console's \"Revoke active sessions\" does.\n\
        Sessions are not ended but denied everything; new ones work. Exit codes: as for apply."
    )]
    Revoke(RevokeArgs),
    /// Take a revocation away
    #[command(after_help = "Exit codes: as for apply.")]
    Restore(RestoreArgs),
    /// List the roles and users whose sessions are revoked
    ListRevocations,
}

/// Whose sessions.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// The role, by name or ARN
    #[arg(value_name = "ROLE")]
    role: Option<String>,
    /// The user whose temporary credentials are meant (GetSessionToken, GetFederationToken)
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

#[derive(Debug, Args)]
struct RevokeArgs {
    #[command(flatten)]
    whose: Whose,
    /// Only sessions issued before this time (RFC 3339); by default now and the next 30 seconds, in which the policy spreads
    #[arg(long, value_name = "TIME", value_parser = time)]
    issued_before: Option<Timestamp>,
    /// Wait until AWS denies a session that is taken right before; where the caller may not assume the role, until the
    /// moment up to which sessions are revoked has passed
    #[arg(long)]
    wait: bool,
    /// Allow revoking the session that this run itself uses
    #[arg(long)]
    allow_lock_out: bool,
    #[command(flatten)]
    doing: Doing,
}

#[derive(Debug, Args)]
struct RestoreArgs {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    doing: Doing,
}

/// How a change is made.
#[derive(Debug, Args)]
struct Doing {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// How long IAM may take to show what was changed
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    propagation_timeout: std::time::Duration,
    /// Where every mutating call is written down, one JSON line before and one after it
    #[arg(long, value_name = "FILE", default_value = JOURNAL_FILE)]
    journal: std::path::PathBuf,
}

pub(crate) async fn run(args: SessionsArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let interrupts = Interrupts::listen();
    let plan = match args.command {
        SessionsCommand::Revoke(args) => Some((
            subject(args.whose)?,
            Request::Revoke(args.issued_before.unwrap_or_else(soon)),
            (args.allow_lock_out, args.wait),
            args.doing,
        )),
        SessionsCommand::Restore(args) => Some((
            subject(args.whose)?,
            Request::Restore,
            (true, false),
            args.doing,
        )),
        SessionsCommand::ListRevocations => None,
    };
    let working = async |session: &Session| match plan {
        Some((subject, wish, (allow_lock_out, wait), doing)) => {
            let order = change::Order {
                subject,
                wish,
                allow_lock_out,
                wait,
                yes: doing.yes,
                options: Options {
                    parallelism: 1,
                    propagation_timeout: doing.propagation_timeout,
                    wait_timeout: doing.propagation_timeout,
                    ..Options::default()
                },
                journal: doing.journal,
            };
            change::run(session, &order, &interrupts, ui).await
        }
        None => interrupts.unless_pressed(list::run(session, ui)).await,
    };
    session::work(&common, None, &interrupts, ui, working).await
}

/// An ARN names its role or user last, behind the path. The root user's sessions cannot be revoked (IAM user guide,
/// "Disabling permissions for temporary security credentials").
fn subject(whose: Whose) -> Result<Subject, Failure> {
    let name = |text: String| text.rsplit('/').next().unwrap_or_default().to_owned();
    let Whose { role, user } = whose;
    match user {
        Some(user) if user.eq_ignore_ascii_case("root") || user.ends_with(":root") => {
            let message = "no policy can take anything from the root user or its sessions";
            let hint = "delete root's access keys, and change its password";
            Err(Failure::other(message, Some(hint)))
        }
        Some(user) => Ok(Subject::User(name(user))),
        None => Ok(Subject::Role(name(role.unwrap_or_default()))),
    }
}

/// The moment up to which sessions are revoked by default, in whole seconds.
fn soon() -> Timestamp {
    let now = Timestamp::now();
    let soon = now.checked_add(AHEAD).unwrap_or(now);
    Timestamp::from_second(soon.as_second()).unwrap_or(soon)
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write it as in RFC 3339: 2026-01-31T18:00:00Z".to_owned())
}
