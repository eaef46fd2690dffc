//! Runs a command with credentials in its environment, and ends as it ends.

use std::ffi::OsString;
use std::process::ExitStatus;

use tokio::process::Command;

use super::format::variables;
use super::take::{self, Taken, Wanted};
use crate::aws::settings::endpoint_variables;
use crate::cli::options::Common;
use crate::cli::session::{Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};

/// What would make the AWS SDKs look elsewhere.
const MISLEADING: [&str; 3] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"];

/// No file of profiles: what stands in one (`ignore_configured_endpoint_urls`) could lead to AWS.
const FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
const NO_FILE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

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
    let mut child = Command::new(program);
    child.args(arguments);
    match session.sandbox_url() {
        Some(url) => isolate(&mut child, url),
        None => lead(&mut child, &session),
    }
    for (name, value) in variables(&credentials) {
        match value {
            Some(value) => child.env(name, value),
            None => child.env_remove(name),
        };
    }
    // boto3 and the first AWS CLI read the one, the other SDKs the other.
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        child.env(name, &session.setting.region);
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

/// A sandbox of this run's own is where the command has to call, and nowhere else: nothing of the caller's AWS settings
/// stays, and no proxy stands between.
fn isolate(child: &mut Command, url: &str) {
    for (name, _) in std::env::vars_os() {
        let is_setting = name.to_string_lossy().starts_with("AWS_");
        if is_setting {
            child.env_remove(name);
        }
    }
    child.env("AWS_ENDPOINT_URL", url);
    child.env("AWS_EC2_METADATA_DISABLED", "true");
    for name in FILES {
        child.env(name, NO_FILE);
    }
    for name in ["NO_PROXY", "no_proxy"] {
        child.env(name, "127.0.0.1,localhost");
    }
}

/// The command calls what the run itself calls; its credentials are not those of the profile any more.
fn lead(child: &mut Command, session: &Session) {
    for name in MISLEADING {
        child.env_remove(name);
    }
    if !session.variables.is_empty() {
        // What the caller has set beside them was overruled for the run as well.
        for name in endpoint_variables() {
            child.env_remove(name);
        }
    }
    for (name, value) in &session.variables {
        child.env(name, value);
    }
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
