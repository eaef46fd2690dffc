//! Who may assume the role that `permissions --format role` prints: jobs of one repository on GitHub or of one project on
//! GitLab, by the tokens that these give to their jobs.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::terminal::Failure;
use crate::model::AwsScope;

/// Where the jobs run, and which of them are meant.
#[derive(Debug, Args)]
pub(crate) struct Trusted {
    /// With `--format role`: the repository on GitHub whose workflows may assume the role
    #[arg(long, value_name = "OWNER/REPO", group = "home")]
    pub github: Option<String>,
    /// With `--format role`: the project on GitLab whose jobs may assume the role
    #[arg(long, value_name = "GROUP/PROJECT", group = "home")]
    pub gitlab: Option<String>,
    /// With `--gitlab`: the host of a GitLab of your own
    #[arg(
        long,
        value_name = "HOST",
        default_value = "gitlab.com",
        requires = "gitlab",
        conflicts_with = "github"
    )]
    pub gitlab_host: String,
    /// Only jobs on this branch; `main` by default
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "environment",
        requires = "home"
    )]
    pub branch: Option<String>,
    /// With `--github`: only jobs in this environment
    #[arg(
        long,
        value_name = "NAME",
        requires = "github",
        conflicts_with = "gitlab"
    )]
    pub environment: Option<String>,
    /// With `--github`: only workflows of pull requests
    #[arg(
        long,
        conflicts_with_all = ["branch", "environment", "gitlab"],
        requires = "github"
    )]
    pub pull_requests: bool,
    /// With `--gitlab`: jobs on any branch, which those of merge requests are
    #[arg(
        long,
        conflicts_with_all = ["branch", "github"],
        requires = "gitlab"
    )]
    pub merge_requests: bool,
}

/// What a token has to say.
struct Claims {
    provider: String,
    audience: String,
    operator: &'static str,
    subject: String,
}

impl Trusted {
    /// The repository or project, and the trust policy for it.
    pub(super) fn policy(&self, setting: &AwsScope) -> Result<(&str, Value), Failure> {
        let (home, claims) = match (&self.github, &self.gitlab) {
            (Some(github), _) => (github, self.on_github(github)?),
            (None, Some(gitlab)) => (gitlab, self.on_gitlab(gitlab)?),
            (None, None) => {
                let message = "--format role: say who may assume it, by --github OWNER/REPO or --gitlab GROUP/PROJECT";
                return Err(Failure::Usage(message.to_owned()));
            }
        };
        Ok((home, claims.policy(setting)))
    }

    /// GitHub documentation, "Configuring OpenID Connect in Amazon Web Services".
    fn on_github(&self, repository: &str) -> Result<Claims, Failure> {
        if !is_path(repository) || repository.split('/').count() != 2 {
            let message = format!("--github: write OWNER/REPO, not `{repository}`");
            return Err(Failure::Usage(message));
        }
        let jobs = match (&self.branch, &self.environment) {
            (Some(branch), _) => format!("ref:refs/heads/{branch}"),
            (None, Some(environment)) => format!("environment:{environment}"),
            (None, None) if self.pull_requests => "pull_request".to_owned(),
            (None, None) => "ref:refs/heads/main".to_owned(),
        };
        Ok(Claims {
            provider: "token.actions.githubusercontent.com".to_owned(),
            audience: "sts.amazonaws.com".to_owned(),
            operator: "StringEquals",
            subject: format!("repo:{repository}:{jobs}"),
        })
    }

    /// GitLab documentation, "Configure OpenID Connect in AWS to retrieve temporary credentials". A merge request's pipeline
    /// has the branch that it comes from.
    fn on_gitlab(&self, project: &str) -> Result<Claims, Failure> {
        if !is_path(project) {
            let message = format!("--gitlab: write GROUP/PROJECT, not `{project}`");
            return Err(Failure::Usage(message));
        }
        let (operator, branch) = match &self.branch {
            None if self.merge_requests => ("StringLike", "*"),
            branch => ("StringEquals", branch.as_deref().unwrap_or("main")),
        };
        Ok(Claims {
            provider: self.gitlab_host.clone(),
            audience: format!("https://{}", self.gitlab_host),
            operator,
            subject: format!("project_path:{project}:ref_type:branch:ref:{branch}"),
        })
    }
}

/// Names with a slash between them, and nothing that a condition could take for a pattern.
fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        let mut letters = name.bytes();
        !name.is_empty() && letters.all(|one| one.is_ascii_alphanumeric() || b"-_.".contains(&one))
    };
    text.contains('/') && text.split('/').all(is_name)
}

impl Claims {
    fn policy(&self, setting: &AwsScope) -> Value {
        let AwsScope {
            partition,
            account,
            region: _,
        } = setting;
        let Self {
            provider,
            audience,
            operator,
            subject,
        } = self;
        let mut conditions = json!({ "StringEquals": { format!("{provider}:aud"): audience } });
        conditions[*operator][format!("{provider}:sub")] = subject.as_str().into();
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Federated": format!("arn:{partition}:iam::{account}:oidc-provider/{provider}") },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": conditions,
            }],
        })
    }
}
