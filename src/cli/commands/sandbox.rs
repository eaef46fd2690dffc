//! `sandbox`: serves the AWS look-alike for other programs, shows where it is, and resets it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::cli::options::Common;
use crate::cli::options::SANDBOX_FOLDER;
use crate::cli::session::sandbox::{sandbox_failure, weather};
use crate::cli::session::signals::EndSignals;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::input::{self, Bounds, Limit};
use crate::sandbox::{self, Sandbox};

/// The AWS look-alike; `--sandbox=DIR` says where its state is kept.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    #[command(subcommand)]
    command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
enum SandboxCommand {
    /// Serve it on loopback for the AWS CLI, boto3 or anything else
    Serve {
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 4599)]
        port: u16,
    },
    /// Forget everything and start with a fresh world
    Reset {
        /// A YAML file with roles, profiles and instances to start with
        #[arg(long, value_name = "FILE")]
        seed: Option<PathBuf>,
    },
}

pub(crate) async fn run(args: SandboxArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let Common {
        sandbox, weather, ..
    } = common;
    let state = sandbox.unwrap_or_else(|| PathBuf::from(SANDBOX_FOLDER));
    match args.command {
        SandboxCommand::Serve { port } => serve(port, &state, weather.as_deref(), ui).await,
        SandboxCommand::Reset { seed } => reset(&state, seed.as_deref(), ui),
    }
}

async fn serve(
    port: u16,
    state: &Path,
    weather_name: Option<&str>,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let sandbox = Sandbox::open(Some(state), weather(weather_name)?).map_err(sandbox_failure)?;
    let sandbox = Arc::new(sandbox);
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let listener = TcpListener::bind(address).map_err(|error| {
        Failure::other(
            format!("cannot listen on {address}: {error}"),
            Some("choose another port with `--port`"),
        )
    })?;
    let running = sandbox::start(Arc::clone(&sandbox), listener)
        .await
        .map_err(sandbox_failure)?;
    let mut ending = EndSignals::listen()
        .map_err(|error| Failure::other(format!("cannot listen for Ctrl-C: {error}"), None))?;
    let expire = sandbox.session(Timestamp::now()).is_some();
    Ui::result(&environment(&running.url, expire));
    ui.say("Serving until Ctrl-C.");
    ending.received().await;
    running.stop().await;
    sandbox.close().map_err(sandbox_failure)?;
    Ok(Exit::Done)
}

/// Lines for a shell's `eval`. Credentials that expire are fetched again and again, so the shell only learns from where;
/// keys that stand in its environment would win over them.
fn environment(url: &str, expire: bool) -> String {
    let credentials = if expire {
        let keys = "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE";
        format!("export AWS_CONTAINER_CREDENTIALS_FULL_URI={url}/credentials\nunset {keys}\n")
    } else {
        format!(
            "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\n",
            sandbox::ACCESS_KEY_ID,
            sandbox::SECRET_ACCESS_KEY,
        )
    };
    format!(
        "export AWS_ENDPOINT_URL={url}\n{credentials}export AWS_REGION=us-east-1\nexport AWS_DEFAULT_REGION=us-east-1\n"
    )
}

fn reset(state: &Path, seed: Option<&Path>, ui: &Ui) -> Result<Exit, Failure> {
    let seed = match seed {
        None => None,
        Some(path) => {
            let text = input::text(path, Limit::SEED, Bounds::ItsFolder);
            Some(text.map_err(|error| {
                let message = format!("cannot read {}: {error}", path.display());
                Failure::other(message, error.hint())
            })?)
        }
    };
    Sandbox::reset(state, seed.as_deref()).map_err(sandbox_failure)?;
    if ui.json {
        Ui::print_json(&serde_json::json!({ "reset": state }));
    } else {
        Ui::result(&format!("The sandbox in {} is as new.\n", state.display()));
    }
    Ok(Exit::Done)
}
