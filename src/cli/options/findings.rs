//! `--deny` and `--allow`: which findings stop a run, and which do not count.

use clap::Args;

use crate::cli::terminal::Failure;
use crate::findings::{FindingPolicy, UnknownFinding};

/// Options of commands that report findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Findings {
    /// Refuse findings of this id, or of this severity and worse: low, medium, high (repeatable)
    #[arg(long, value_name = "SEVERITY|ID")]
    pub deny: Vec<String>,
    /// Leave findings of this id out of account (repeatable)
    #[arg(long, value_name = "ID")]
    pub allow: Vec<String>,
}

impl Findings {
    /// What findings do to the run.
    pub(crate) fn policy(&self) -> Result<FindingPolicy, Failure> {
        let unknown = |option: &'static str| {
            move |error: UnknownFinding| Failure::Usage(format!("{option}: {error}"))
        };
        let mut policy = FindingPolicy::default();
        for name in &self.allow {
            policy.allow(name).map_err(unknown("--allow"))?;
        }
        for name in &self.deny {
            policy.deny(name).map_err(unknown("--deny"))?;
        }
        Ok(policy)
    }
}
