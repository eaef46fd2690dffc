//! A sandbox of a run's own: started, served on loopback for as long as the run lasts, and its weather by name or from a file.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use crate::cli::terminal::{Failure, Ui};
use crate::input::{self, Bounds, Limit};
use crate::sandbox::{self, Running, Sandbox, Weather};

/// A sandbox of this run's own, and its server.
pub(crate) struct Local {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) running: Running,
}

impl Local {
    /// Stops serving; the sandbox settles and saves its state.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.running.stop().await;
        self.sandbox.close().map_err(sandbox_failure)
    }
}

/// Starts the sandbox on a free port of the loopback interface.
pub(crate) async fn start(folder: &Path, weather: Option<&str>, ui: &Ui) -> Result<Local, Failure> {
    let weather = self::weather(weather)?;
    let sandbox = Arc::new(Sandbox::open(Some(folder), weather).map_err(sandbox_failure)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| {
        Failure::other(format!("cannot open a port for the sandbox: {error}"), None)
    })?;
    let running = sandbox::start(Arc::clone(&sandbox), listener)
        .await
        .map_err(sandbox_failure)?;
    if ui.verbose {
        ui.say(&format!(
            "sandbox in {} at {}",
            folder.display(),
            running.url
        ));
    }
    Ok(Local { sandbox, running })
}

/// A weather by name or from a file.
pub(crate) fn weather(weather: Option<&str>) -> Result<Weather, Failure> {
    let Some(path) = weather else {
        return Ok(Weather::default());
    };
    if let Some(known) = Weather::named(path) {
        return Ok(known);
    }
    let text = input::text(Path::new(path), Limit::WEATHER, Bounds::ItsFolder);
    let text = text.map_err(|error| {
        let hint = "weathers by name are calm, default, typical and storm";
        Failure::other(
            format!("cannot read {path}: {error}"),
            error.hint().or(Some(hint)),
        )
    })?;
    Weather::read(&text).map_err(|error| {
        Failure::other(
            format!("{path} is not a weather: {error}"),
            Some("docs/sandbox.md lists every field, examples/weather has whole files"),
        )
    })
}

/// A sandbox's own trouble, with what lies beneath it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err`, which gives values"
)]
pub(crate) fn sandbox_failure(error: sandbox::SandboxError) -> Failure {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    let hint = match error {
        sandbox::SandboxError::Busy { .. } => {
            Some("stop the other process, or choose another folder")
        }
        sandbox::SandboxError::State { .. } | sandbox::SandboxError::Format { .. } => {
            Some("start afresh with `rolewright sandbox reset`")
        }
        _ => None,
    };
    Failure::other(message, hint)
}
