//! What was typed. What it means, after environment and terminal, is worked out in `settings`.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::failure::Failure;
use super::judging::FindingPolicy;
use super::plan_file;
use crate::model::Address;
use crate::plan::{GuardOverrides, RiskFlag};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "rolewright",
    version,
    about = "Declares IAM roles for EC2 in YAML and makes AWS match.",
    long_about = "Declares IAM roles for EC2 in YAML and makes AWS match: roles, trust policies, inline policies, \
        attachments, instance profiles and the instances that use them.\n\n\
        There is no state file. `plan` compares the manifests with live AWS and cannot write; `apply` shows the \
        same plan and runs it. What the tool owns carries the tag `rolewright:stack`; nothing else is touched.",
    after_help = "Try it without an account: `rolewright init demo`, then `rolewright apply demo --sandbox`.\n\
        Exit codes: 0 done, 1 error, 2 changes (plan --detailed-exitcode) or drift, 3 refused,\n\
        4 saved plan is stale, 5 partly applied, 6 not converged in time, 64 usage, 130 interrupted.",
    disable_help_subcommand = true
)]
pub(super) struct Options {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// One command each; its own options beside it.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first stack to start from
    Init(super::init::InitArgs),
    /// Check manifests without looking at AWS
    Validate(super::validate::ValidateArgs),
    /// Show what apply would do; cannot write
    Plan(super::plan::PlanArgs),
    /// Make AWS match the manifests, or run a saved plan
    Apply(super::apply::ApplyArgs),
    /// Delete what the manifests declare and the stack owns
    Destroy(super::destroy::DestroyArgs),
    /// Show a saved plan again
    Show(super::show::ShowArgs),
    /// Show where AWS is not as declared; cannot write
    Drift(super::drift::DriftArgs),
    /// Run the plan in a sandbox with what was seen of AWS; cannot write to AWS
    Rehearse(super::rehearse::RehearseArgs),
    /// Save what a plan needs to know of AWS, for `plan --live`; cannot write to AWS
    Snapshot(super::snapshot::SnapshotArgs),
    /// Let go of resources, and leave them as they are
    Release(super::release::ReleaseArgs),
    /// Write manifests of what is there; cannot write to AWS
    Export(super::export::ExportArgs),
    /// Draw what refers to what: in the manifests, in AWS, in a plan
    Graph(super::graph::GraphArgs),
    /// Print the least policy for whoever runs plan or apply
    Permissions(super::permissions::PermissionsArgs),
    /// Write a policy from what a role has done, by CloudTrail and Access Analyzer
    Suggest(super::suggest::SuggestArgs),
    /// Print credentials for use elsewhere, or run a command with them
    Credentials(super::credentials::CredentialsArgs),
    /// Revoke the sessions of a role or a user, and show what is revoked
    Sessions(super::sessions::SessionsArgs),
    /// Show the account and identity that would be used
    Whoami,
    /// Print the JSON Schema of the manifests
    Schema(super::schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions(super::completions::CompletionsArgs),
    /// The AWS look-alike: serve it, reset it
    Sandbox(super::sandbox::SandboxArgs),
}

impl Command {
    /// Whether it needs credentials.
    pub(super) fn asks_aws(&self) -> bool {
        match self {
            Self::Validate(args) => args.aws_checks,
            Self::Graph(args) => args.asks_aws(),
            Self::Plan(args) => args.live.is_none(),
            Self::Rehearse(args) => args.live.is_none(),
            Self::Apply(_)
            | Self::Snapshot(_)
            | Self::Destroy(_)
            | Self::Drift(_)
            | Self::Release(_)
            | Self::Export(_)
            | Self::Suggest(_)
            | Self::Credentials(_)
            | Self::Sessions(_)
            | Self::Whoami => true,
            Self::Init(_)
            | Self::Show(_)
            | Self::Permissions(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Sandbox(_) => false,
        }
    }
}

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
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
        default_missing_value = super::settings::SANDBOX_FOLDER,
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
    pub assume: super::assume::Assume,
}

/// What the paths are where a saved plan may stand in their place.
pub(super) const OR_PLAN: &str =
    "Files and folders with manifests, or one saved plan; `-` is standard input";

/// Options of commands that read manifests.
#[derive(Debug, Clone, Args)]
pub(super) struct Manifests {
    /// Files and folders with manifests; `-` is standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The stack's name; by default that of the document of kind Stack
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// A variable for `{{ var.NAME }}`; also RW_VAR_NAME in the environment
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// A YAML or JSON file with variables
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,
}

impl Manifests {
    /// The saved plan that stands in the place of manifests, if one does: it needs none, and nothing that is said about them.
    pub(super) fn saved_plan(&self) -> Result<Option<&Path>, Failure> {
        let Self {
            paths,
            stack,
            variables,
            variable_files,
        } = self;
        if !plan_file::is_one(paths) {
            return Ok(None);
        }
        if stack.is_none() && variables.is_empty() && variable_files.is_empty() {
            return Ok(paths.first().map(PathBuf::as_path));
        }
        let message = "a saved plan has its stack and variables: pass them to `plan --out`";
        Err(Failure::Usage(message.to_owned()))
    }
}

/// Options of commands that plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(super) struct Planning {
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
    /// Allow taking access from the role that this run itself uses
    #[arg(long)]
    pub allow_own_role: bool,
    /// Allow denying this run itself what it takes to undo it
    #[arg(long)]
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
    pub findings: FindingPolicy,
}

impl Planning {
    /// What a guard need not refuse.
    pub(super) fn allowances(&self) -> GuardOverrides {
        GuardOverrides {
            mass_delete: self.allow_mass_delete,
            in_use: self.allow_in_use,
            own_role: self.allow_own_role,
            lock_out: self.allow_lock_out,
            gap: self.accept_gap,
            replace: self.accept_replace,
            fail_on: self.fail_on.iter().copied().map(Into::into).collect(),
        }
    }
}

/// What a plan can be refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
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

/// Options of commands that change AWS.
#[derive(Debug, Clone, Args)]
pub(super) struct Applying {
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
    #[arg(long, value_name = "FILE", default_value = super::settings::JOURNAL_FILE)]
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
        default_missing_value = super::rehearse::USUAL
    )]
    pub rehearse: Option<String>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code scanning: SARIF 2.1.0 (`validate` only)
    Sarif,
}

fn parallelism(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=64).contains(&count) => Ok(count),
        _ => Err("give a number from 1 to 64".to_owned()),
    }
}

/// A resource as it is typed: `Role/web`.
pub(super) fn address(option: &str, text: &str) -> Result<Address, Failure> {
    Address::try_from(text.to_owned())
        .map_err(|message| Failure::Usage(format!("{option}: {message}")))
}

/// Seconds, or a text such as `90s`, `2m` or `7d`; a day has 24 hours.
pub(super) fn duration(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "write it as 90s, 2m, 1h or 7d".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(std::time::Duration::from_secs(seconds));
    }
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let days = jiff::SpanRelativeTo::days_are_24_hours();
    let duration = span.to_duration(days).map_err(|_| wrong())?;
    std::time::Duration::try_from(duration).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn durations_are_seconds_or_have_units() {
        assert_eq!(duration("90"), Ok(std::time::Duration::from_secs(90)));
        assert_eq!(duration("2m"), Ok(std::time::Duration::from_mins(2)));
        let week = std::time::Duration::from_hours(7 * 24);
        assert_eq!(duration("7d"), Ok(week));
        assert!(duration("-2m").is_err() && duration("soon").is_err());
    }

    #[test]
    fn parallelism_is_bounded() {
        assert_eq!(parallelism("8"), Ok(8));
        assert!(
            parallelism("0").is_err() && parallelism("100").is_err() && parallelism("x").is_err()
        );
    }
}
