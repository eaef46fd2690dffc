//! Runs a command with credentials in its environment, and ends as it ends.

use std::ffi::OsString;
use std::process::ExitStatus;

use super::format::variables;
use super::take::{self, Taken, Wanted};
use crate::cli::options::Common;
use crate::cli::session::Interrupts;
use crate::cli::terminal::{Exit, Failure, Ui};

/// What would make the AWS SDKs look elsewhere.
const MISLEADING: [&str; 3] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"];

pub(super) async fn run(
    wanted: &Wanted,
    command: &[OsString],
    common: &Common,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let taken = interrupts
        .unless_pressed(take::take(wanted, common, ui))
        .await?;
    let Taken {
        credentials,
        session,
    } = taken;
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::Usage("name a command to run".to_owned()));
    };
    let mut child = tokio::process::Command::new(program);
    child.args(arguments);
    for name in MISLEADING {
        child.env_remove(name);
    }
    for (name, value) in variables(&credentials) {
        match value {
            Some(value) => child.env(name, value),
            None => child.env_remove(name),
        };
    }
    child.env("AWS_REGION", &session.setting.region);
    // A sandbox of this run's own is where the command has to call, too.
    if let Some(url) = session.sandbox_url() {
        child.env("AWS_ENDPOINT_URL", url);
    }
    // Ctrl-C reaches the command as well, which decides what to make of it.
    let ended = child.status().await;
    session.close(ui).await?;
    let status = ended.map_err(|error| {
        let message = format!("cannot run {}: {error}", program.to_string_lossy());
        Failure::other(message, Some("check the command's name"))
    })?;
    Ok(Exit::Child(code(status)))
}

/// The command's own code; 128 and the signal's number for one that was killed, as shells say it.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
