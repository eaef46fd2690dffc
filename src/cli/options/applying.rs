//! Options of commands that change AWS.

use std::path::PathBuf;

use clap::Args;

use super::value::{duration, parallelism};
use crate::apply::Options;

/// Where mutating calls are written down by default.
pub(crate) const JOURNAL_FILE: &str = ".rolewright/journal.jsonl";

/// The weather that is rehearsed in when none is named.
pub(crate) const USUAL_WEATHER: &str = "typical";

/// Options of commands that change AWS.
#[derive(Debug, Clone, Args)]
pub(crate) struct Applying {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// How many steps may run at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = parallelism)]
    pub parallelism: usize,
    /// How long AWS may take to see what this run made, and to read back as declared
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    pub propagation_timeout: std::time::Duration,
    /// How long a state may take to be reached: an instance to stop, an association to be made
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub wait_timeout: std::time::Duration,
    /// Where every mutating call is written down, one JSON line before and one after it
    #[arg(long, value_name = "FILE", default_value = JOURNAL_FILE)]
    pub journal: PathBuf,
    /// Write what happens as JSON lines, for programs that follow the run
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Run the plan in a sandbox first, with what was seen of AWS, and go on only if that went well
    #[arg(
        long,
        value_name = "WEATHER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = USUAL_WEATHER
    )]
    pub rehearse: Option<String>,
}

impl Applying {
    /// How steps are run. What was made shortly before is found out by the run.
    pub(crate) fn options(&self) -> Options {
        Options {
            parallelism: self.parallelism,
            propagation_timeout: self.propagation_timeout,
            wait_timeout: self.wait_timeout,
            ..Options::default()
        }
    }
}
