//! Options of commands that plan, and what they ask of a plan.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};

use super::findings::Findings;
use super::value::address;
use crate::cli::terminal::Failure;
use crate::model::Address;
use crate::plan::{GuardOverrides, PlanOptions, RiskFlag};
use crate::run::PlanRequest;

/// Options of commands that plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Planning {
    /// Delete what the stack owns and no longer declares
    #[arg(long)]
    pub prune: bool,
    /// Take over an existing resource that no stack owns; this run then only tags it
    #[arg(long, value_name = "KIND/NAME")]
    pub adopt: Vec<String>,
    /// Take over what this stack owns: the earlier name of the manifests' own
    #[arg(long, value_name = "STACK")]
    pub from_stack: Option<String>,
    /// Plan only this, and what it needs (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    pub target: Vec<String>,
    /// Leave this out of the plan, and what needs it (repeatable)
    #[arg(long, value_name = "KIND/NAME")]
    pub exclude: Vec<String>,
    /// Allow deleting more than 30 % of what the stack owns
    #[arg(long)]
    pub allow_mass_delete: bool,
    /// Allow deleting instance profiles that instances outside of the plan use
    #[arg(long)]
    pub allow_in_use: bool,
    /// Allow taking access from the user or a role that this run itself uses
    #[arg(long, alias = "allow-own-role")]
    pub allow_lock_out: bool,
    /// Accept that running instances are without credentials for a while, where AWS allows no overlap
    #[arg(long)]
    pub accept_gap: bool,
    /// Accept that instances are terminated and launched anew, with empty disks and other addresses
    #[arg(long)]
    pub accept_replace: bool,
    /// Refuse a plan that does this (repeatable)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Vec<FailOn>,
    #[command(flatten)]
    pub findings: Findings,
}

impl Planning {
    /// What is asked of a plan, or of a plan that deletes everything.
    pub(crate) fn request(&self, destroy: bool) -> Result<PlanRequest, Failure> {
        Ok(PlanRequest {
            options: PlanOptions {
                prune: self.prune,
                destroy,
                adopt: addresses("--adopt", &self.adopt)?,
                from_stack: self.from_stack.clone(),
                release: BTreeSet::new(),
                targets: addresses("--target", &self.target)?,
                excludes: addresses("--exclude", &self.exclude)?,
            },
            overrides: self.overrides(),
            findings: self.findings.policy()?,
        })
    }

    /// What a guard need not refuse.
    pub(crate) fn overrides(&self) -> GuardOverrides {
        GuardOverrides {
            mass_delete: self.allow_mass_delete,
            in_use: self.allow_in_use,
            own_role: false,
            lock_out: self.allow_lock_out,
            gap: self.accept_gap,
            replace: self.accept_replace,
            fail_on: self.fail_on.iter().copied().map(Into::into).collect(),
        }
    }
}

fn addresses(option: &str, texts: &[String]) -> Result<BTreeSet<Address>, Failure> {
    texts.iter().map(|text| address(option, text)).collect()
}

/// What a plan can be refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Something may be done that could not be done before
    NewAccess,
    /// A role can give itself more than it has, and could not before
    Escalation,
    /// Anyone may assume a role, and could not before
    Public,
    /// Something is deleted, replaced or detached
    Deletion,
}

impl From<FailOn> for RiskFlag {
    fn from(wish: FailOn) -> Self {
        match wish {
            FailOn::NewAccess => RiskFlag::NewAccess,
            FailOn::Escalation => RiskFlag::Escalation,
            FailOn::Public => RiskFlag::Public,
            FailOn::Deletion => RiskFlag::Deletion,
        }
    }
}
