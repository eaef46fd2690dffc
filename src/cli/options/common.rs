//! Options that every command takes.

use std::path::PathBuf;

use clap::Args;

use super::assume::Assume;
use crate::cli::terminal::style::{ColorChoice, Output};

/// Where the sandbox keeps its state when `--sandbox` names no folder.
pub(crate) const SANDBOX_FOLDER: &str = ".rolewright/sandbox";

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// The AWS profile to use; credentials in the environment are then ignored
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The AWS region; by default the stack's, then the environment's and the profile's
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// Send all calls to this URL (plain http on loopback only)
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Work on an AWS look-alike in this process instead; its state is kept in DIR
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = SANDBOX_FOLDER,
        conflicts_with_all = ["endpoint_url", "profile"]
    )]
    pub sandbox: Option<PathBuf>,
    /// The sandbox's delays and faults: a YAML file, or `calm`, `default`, `typical`, `storm`
    #[arg(long, global = true, value_name = "FILE")]
    pub weather: Option<String>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// How to print results
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub output: Output,
    /// Only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More detail: unchanged resources, every call
    #[arg(short, long, global = true)]
    pub verbose: bool,
    #[command(flatten)]
    pub assume: Assume,
}
