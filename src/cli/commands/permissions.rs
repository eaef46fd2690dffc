//! `permissions`: the least policy for the identity that runs us, computed from the manifests.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::validate;
use crate::cli::files::{plan_file, project};
use crate::cli::options::{Common, Manifests, OR_PLAN};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::kinds::{self, Purpose};
use crate::model::{AwsScope, Desired, kind};
use crate::permissions::{Permissions, permissions};

/// Prints the least IAM policy for whoever runs plan or apply on these manifests, or applies this saved plan.
#[derive(Debug, Args)]
#[command(mut_arg("paths", |paths| paths.help(OR_PLAN)))]
pub(crate) struct PermissionsArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    /// What is to be allowed: only looking, or making, changing and deleting what is declared
    #[arg(long = "for", value_enum, default_value_t, value_name = "COMMAND")]
    pub purpose: For,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Also allow deleting what the stack owns and no longer declares, as for `--prune`
    #[arg(long)]
    pub prune: bool,
    /// The account, where the stack names none
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// With `--format role`: the repository on GitHub whose workflows may assume the role
    #[arg(long, value_name = "OWNER/REPO", required_if_eq("format", "role"))]
    pub github: Option<String>,
    /// With `--github`: only workflows on this branch
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "environment",
        requires = "github"
    )]
    pub branch: Option<String>,
    /// With `--github`: only jobs in this environment
    #[arg(long, value_name = "NAME", requires = "github")]
    pub environment: Option<String>,
    /// With `--github`: only workflows of pull requests
    #[arg(
        long,
        conflicts_with_all = ["branch", "environment"],
        requires = "github"
    )]
    pub pull_requests: bool,
    /// With `--format role`: the role's name
    #[arg(long, value_name = "NAME", default_value = "rolewright-deployer")]
    pub name: String,
}

/// What the policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum For {
    /// `plan`, `drift`, `snapshot` and `rehearse`
    Plan,
    /// `apply` and `destroy`
    #[default]
    Apply,
}

/// How the policy is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// An IAM policy document
    #[default]
    Json,
    /// The same in YAML
    Yaml,
    /// A manifest of kind Role that GitHub's workflows may assume
    Role,
}

/// What GitHub's tokens are for, and who gives them (GitHub documentation, "Configuring OpenID Connect in Amazon Web
/// Services").
const PROVIDER: &str = "token.actions.githubusercontent.com";
const AUDIENCE: &str = "sts.amazonaws.com";

pub(crate) fn run(args: &PermissionsArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let (desired, setting) = if let Some(path) = plan_file::of(&args.manifests)? {
        if args.account.is_some() || args.prune {
            let message =
                "a saved plan has its account and its deletions: leave out --account and --prune";
            return Err(Failure::Usage(message.to_owned()));
        }
        let saved = plan_file::read(path)?;
        (saved.desired, saved.plan.setting)
    } else {
        declared(args, common)?
    };
    let purpose = match args.purpose {
        For::Plan => Purpose::Plan,
        For::Apply => Purpose::Apply,
    };
    let Permissions { document, missing } = permissions(&desired, &setting, purpose);
    for sentence in &missing {
        ui.say(&format!("! {sentence}"));
    }
    match args.format {
        Format::Json => Ui::print_json(&document),
        Format::Yaml => Ui::result(&yaml(&document)?),
        Format::Role => Ui::result(&format!(
            "apiVersion: rolewright.dev/v1\n{}",
            yaml(&role(args, &setting, &document)?)?
        )),
    }
    Ok(Exit::Done)
}

/// What the manifests declare, and for which account.
fn declared(args: &PermissionsArgs, common: &Common) -> Result<(Desired, AwsScope), Failure> {
    let mut project = project::load(&args.manifests)?;
    let mut setting = validate::setting(&mut project, common)?;
    match (&args.account, &project.stack.stack.account_id) {
        (Some(account), None) => setting.account.clone_from(account),
        (Some(account), Some(stack)) if account != stack => {
            let message = format!("--account: the stack belongs to account {stack}");
            return Err(Failure::Usage(message));
        }
        (None, None) => {
            let message =
                "the stack names no account: pass `--account ID`, or set `spec.accountId`";
            return Err(Failure::Usage(message.to_owned()));
        }
        (_, Some(_)) => {}
    }
    let mut desired = project.desired(&setting)?.desired;
    desired.stack.prune |= args.prune;
    Ok((desired, setting))
}

fn yaml(value: &Value) -> Result<String, Failure> {
    serde_yaml::to_string(value)
        .map_err(|error| Failure::other(format!("the policy cannot be written: {error}"), None))
}

/// A role with the policy, for workflows of one repository.
fn role(args: &PermissionsArgs, setting: &AwsScope, document: &Value) -> Result<Value, Failure> {
    let github = args.github.as_deref().unwrap_or_default();
    if github.split('/').filter(|part| !part.is_empty()).count() != 2 {
        let message = format!("--github: write OWNER/REPO, not `{github}`");
        return Err(Failure::Usage(message));
    }
    let size = document.to_string().chars().count();
    if size > crate::policy::ROLE_INLINE_LIMIT {
        let message = format!(
            "the policy has {size} characters; inline policies of a role may have {}",
            crate::policy::ROLE_INLINE_LIMIT
        );
        let hint = "split the stack, or put `--format json` into a managed policy of your own";
        return Err(Failure::other(message, Some(hint)));
    }
    let subject = match (&args.branch, &args.environment) {
        (Some(branch), _) => format!("repo:{github}:ref:refs/heads/{branch}"),
        (None, Some(environment)) => format!("repo:{github}:environment:{environment}"),
        (None, None) if args.pull_requests => format!("repo:{github}:pull_request"),
        (None, None) => format!("repo:{github}:ref:refs/heads/main"),
    };
    let AwsScope {
        partition,
        account,
        region: _,
    } = setting;
    let provider = format!("arn:{partition}:iam::{account}:oidc-provider/{PROVIDER}");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": {
                format!("{PROVIDER}:aud"): AUDIENCE,
                format!("{PROVIDER}:sub"): subject,
            } },
        }],
    });
    let description = format!("Runs rolewright for {github}");
    Ok(json!({
        "kind": kind::ROLE,
        "metadata": { "name": args.name },
        "spec": kinds::role_spec(&description, &trust, &json!({ "rolewright": document })),
    }))
}
