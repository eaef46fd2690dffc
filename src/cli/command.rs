//! The whole command line: the commands, and the options that all of them take. What each does is in `commands`.

use clap::{Parser, Subcommand};

use super::commands::{
    apply, completions, credentials, destroy, drift, export, graph, init, permissions, plan,
    rehearse, release, sandbox, schema, sessions, show, snapshot, suggest, validate,
};
use super::options::Common;

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
pub(crate) struct Options {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// One command each; its own options beside it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a first stack to start from
    Init(init::InitArgs),
    /// Check manifests without looking at AWS
    Validate(validate::ValidateArgs),
    /// Show what apply would do; cannot write
    Plan(plan::PlanArgs),
    /// Make AWS match the manifests, or run a saved plan
    Apply(apply::ApplyArgs),
    /// Delete what the manifests declare and the stack owns
    Destroy(destroy::DestroyArgs),
    /// Show a saved plan again
    Show(show::ShowArgs),
    /// Show where AWS is not as declared; cannot write
    Drift(drift::DriftArgs),
    /// Run the plan in a sandbox with what was seen of AWS; cannot write to AWS
    Rehearse(rehearse::RehearseArgs),
    /// Save what a plan needs to know of AWS, for `plan --live`; cannot write to AWS
    Snapshot(snapshot::SnapshotArgs),
    /// Let go of resources, and leave them as they are
    Release(release::ReleaseArgs),
    /// Write manifests of what is there; cannot write to AWS
    Export(export::ExportArgs),
    /// Draw what refers to what: in the manifests, in AWS, in a plan
    Graph(graph::GraphArgs),
    /// Print the least policy for whoever runs plan or apply
    Permissions(permissions::PermissionsArgs),
    /// Write a policy from what a role has done, by CloudTrail and Access Analyzer
    Suggest(suggest::SuggestArgs),
    /// Print credentials for use elsewhere, or run a command with them
    Credentials(credentials::CredentialsArgs),
    /// Revoke the sessions of a role or a user, and show what is revoked
    Sessions(sessions::SessionsArgs),
    /// Show the account and identity that would be used
    Whoami,
    /// Print the JSON Schema of the manifests
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// The AWS look-alike: serve it, reset it
    Sandbox(sandbox::SandboxArgs),
}

impl Command {
    /// Whether it needs credentials.
    pub(crate) fn asks_aws(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }
}
