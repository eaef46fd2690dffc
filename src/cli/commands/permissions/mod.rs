//! `permissions`: the least policy for the identity that runs us, computed from the manifests. Who may assume a role with it is
//! in `trust`.

mod trust;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::validate;
use crate::cli::files::{plan_file, project};
use crate::cli::options::{Common, Manifests, OR_PLAN};
use crate::cli::session;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::kinds::{self, Purpose};
use crate::model::{AwsScope, kind};
use crate::permissions::{Permissions, permissions};
use crate::run::Project;
use trust::Trusted;

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
    #[command(flatten)]
    pub trusted: Trusted,
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
    /// A manifest of kind Role that jobs on GitHub or GitLab may assume
    Role,
}

/// Two regions of one partition: what is the same in both is the same in all.
const ANY_REGIONS: [&str; 2] = ["us-east-1", "us-west-2"];

pub(crate) async fn run(args: PermissionsArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let (setting, printed) = if let Some(path) = plan_file::of(&args.manifests)? {
        if args.account.is_some() || args.prune {
            let message =
                "a saved plan has its account and its deletions: leave out --account and --prune";
            return Err(Failure::Usage(message.to_owned()));
        }
        let saved = plan_file::read(path)?;
        let printed = permissions(&saved.desired, &saved.plan.setting, args.purpose.into());
        (saved.plan.setting, printed)
    } else {
        declared(&args, &common).await?
    };
    let Permissions { document, missing } = printed;
    for sentence in &missing {
        ui.say(&format!("! {sentence}"));
    }
    match args.format {
        Format::Json => Ui::print_json(&document),
        Format::Yaml => Ui::result(&yaml(&document)?),
        Format::Role => Ui::result(&format!(
            "apiVersion: rolewright.dev/v1\n{}",
            yaml(&role(&args, &setting, &document)?)?
        )),
    }
    Ok(Exit::Done)
}

impl From<For> for Purpose {
    fn from(purpose: For) -> Self {
        match purpose {
            For::Plan => Self::Plan,
            For::Apply => Self::Apply,
        }
    }
}

/// What the manifests need. Where no region is set it must not depend on one: permissions for a region that nobody named
/// are refused in the one that is used.
async fn declared(
    args: &PermissionsArgs,
    common: &Common,
) -> Result<(AwsScope, Permissions), Failure> {
    let mut project = project::load(&args.manifests)?;
    let wanted = common.region.as_ref();
    let wanted = wanted.or(project.stack.stack.region.as_ref()).cloned();
    let found = session::region_set(common, wanted).await?;
    if let Some(region) = found {
        return within(&region, args, common, &mut project);
    }
    let [one, other] = ANY_REGIONS;
    let (setting, printed) = within(one, args, common, &mut project)?;
    if within(other, args, common, &mut project)?.1 == printed {
        return Ok((setting, printed));
    }
    Err(session::no_region())
}

/// The same in one region.
fn within(
    region: &str,
    args: &PermissionsArgs,
    common: &Common,
    project: &mut Project,
) -> Result<(AwsScope, Permissions), Failure> {
    let common = Common {
        region: Some(region.to_owned()),
        ..common.clone()
    };
    let mut setting = validate::setting(project, &common)?;
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
    let printed = permissions(&desired, &setting, args.purpose.into());
    Ok((setting, printed))
}

fn yaml(value: &Value) -> Result<String, Failure> {
    serde_yaml::to_string(value)
        .map_err(|error| Failure::other(format!("the policy cannot be written: {error}"), None))
}

/// A role with the policy, for jobs of one repository. Nothing of it goes without being asked for: it is what applies.
fn role(args: &PermissionsArgs, setting: &AwsScope, document: &Value) -> Result<Value, Failure> {
    let (home, trust) = args.trusted.policy(setting)?;
    let size = document.to_string().chars().count();
    if size > crate::policy::ROLE_INLINE_LIMIT {
        let message = format!(
            "the policy has {size} characters; inline policies of a role may have {}",
            crate::policy::ROLE_INLINE_LIMIT
        );
        let hint = "split the stack, or put `--format json` into a managed policy of your own";
        return Err(Failure::other(message, Some(hint)));
    }
    let description = format!("Runs rolewright for {home}");
    Ok(json!({
        "kind": kind::ROLE,
        "metadata": { "name": args.name, "protect": true },
        "spec": kinds::role_spec(&description, &trust, &json!({ "rolewright": document })),
    }))
}
