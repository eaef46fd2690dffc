//! `validate`: everything that can be said about manifests without looking at AWS, and what AWS itself says of the policies if
//! that is asked for.

use clap::Args;

use super::aws_checks::{self, AnalyzerReport};
use crate::aws::endpoint::EndpointError;
use crate::cli::files::project;
use crate::cli::options::{Common, Findings, Manifests};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::style::Output;
use crate::cli::terminal::{Exit, Failure, Ui, failure::print_problems};
use crate::diagnostic::Problems;
use crate::findings::Finding;
use crate::model::{AwsScope, Desired, Partition};
use crate::resolve::{FOREIGN_PARTITION, Resolved};
use crate::run::{Project, RunError};
use crate::{findings, render, text};

/// Checks manifests and policies without looking at AWS.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub findings: Findings,
    /// Have IAM Access Analyzer check every policy that is declared; needs credentials
    #[arg(long)]
    pub aws_checks: bool,
}

/// The account that ARNs are computed for when the stack names none: nothing is compared with it.
const STAND_IN_ACCOUNT: &str = "123456789012";

/// Everything there is to say.
struct Verdict {
    desired: Desired,
    warnings: Problems,
    findings: Vec<Finding>,
    refusals: Problems,
}

pub(crate) fn run(args: &ValidateArgs, common: &Common, ui: &Ui) -> Result<Exit, Failure> {
    let mut project = project::load(&args.manifests)?;
    let setting = setting(&mut project, common)?;
    match verdict(args, &mut project, &setting) {
        Err(Failure::Problems(problems, _)) if ui.output == Output::Sarif => {
            print_sarif(&[], &problems);
            Ok(Exit::Error)
        }
        verdict => Ok(print(&verdict?, &project, ui)),
    }
}

/// The same in the caller's own account, and with AWS's opinion.
pub(crate) async fn with_aws(args: ValidateArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    aws_checks::possible(&common)?;
    let mut project = project::load(&args.manifests)?;
    // What we find ourselves needs no credentials.
    let setting = setting(&mut project, &common)?;
    project.desired(&setting)?;
    let interrupts = Interrupts::listen();
    let checking = async |session: &Session, project: &mut Project| {
        let verdict = verdict(&args, project, &session.setting)?;
        let opinion = aws_checks::of_declared(session, &verdict.desired, project).await?;
        Ok((verdict, opinion))
    };
    let (mut verdict, AnalyzerReport { warnings, refusals }) =
        session::look_at(&mut project, &common, &interrupts, ui, checking).await?;
    verdict.warnings.extend(warnings.into_iter().collect());
    verdict.refusals.extend(refusals.into_iter().collect());
    Ok(print(&verdict, &project, ui))
}

fn verdict(
    args: &ValidateArgs,
    project: &mut Project,
    setting: &AwsScope,
) -> Result<Verdict, Failure> {
    let Resolved {
        desired,
        warnings,
        mut findings,
    } = project.desired(setting)?;
    // Who is a stranger can only be told where it is known whose account this is.
    if setting.account == STAND_IN_ACCOUNT && desired.stack.account_id.is_none() {
        findings.retain(|finding| !findings::needs_account(&finding.id));
    }
    let policy = args.findings.policy()?;
    let findings = policy.judge(findings, &project.sources);
    Ok(Verdict {
        desired,
        warnings,
        refusals: policy.refusals(&findings).into_iter().collect(),
        findings,
    })
}

fn print(verdict: &Verdict, project: &Project, ui: &Ui) -> Exit {
    let Verdict {
        desired,
        warnings,
        findings,
        refusals,
    } = verdict;
    match ui.output {
        Output::Json => Ui::print_json(&serde_json::json!({
            "valid": refusals.is_empty(),
            "stack": desired.stack.name,
            "resources": desired.resources.keys().map(ToString::to_string).collect::<Vec<_>>(),
            "problems": render::problems_json(warnings),
            "findings": findings,
            "refusals": render::problems_json(refusals),
        })),
        Output::Sarif => {
            let mut problems = warnings.clone();
            problems.extend(refusals_of_aws(refusals));
            print_sarif(findings, &problems);
        }
        Output::Text => print_text(verdict, project, ui),
    }
    if refusals.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    }
}

/// Findings are results of their own, whether denied or not.
fn refusals_of_aws(refusals: &Problems) -> Problems {
    let all = refusals.sorted().into_iter();
    all.filter(|one| findings::rule(&one.code).is_none())
        .cloned()
        .collect()
}

fn print_text(verdict: &Verdict, project: &Project, ui: &Ui) {
    let Verdict {
        desired,
        warnings,
        findings,
        refusals,
    } = verdict;
    if !warnings.is_empty() {
        print_problems(warnings, &project.sources, ui);
    }
    Ui::result(&render::findings(findings, ui.style, ui.verbose));
    if !refusals.is_empty() {
        print_problems(refusals, &project.sources, ui);
        return;
    }
    let count = text::count(desired.resources.len(), "resource");
    Ui::result(&format!(
        "Stack {} is valid: {count}.\n",
        desired.stack.name
    ));
}

fn print_sarif(findings: &[Finding], problems: &Problems) {
    let version = env!("CARGO_PKG_VERSION");
    Ui::print_json(&render::sarif(findings, problems, version));
}

/// Where a stack would be, as far as can be told without asking AWS. Where no region is set, it is one of the partition
/// that the manifests are for.
pub(crate) fn setting(project: &mut Project, common: &Common) -> Result<AwsScope, Failure> {
    let stack = &project.stack.stack;
    let named = common.region.as_ref().or(stack.region.as_ref()).cloned();
    let account = stack.account_id.clone();
    let account = account.unwrap_or_else(|| STAND_IN_ACCOUNT.to_owned());
    let within = |partition, region| AwsScope {
        partition,
        account: account.clone(),
        region,
    };
    let Some(region) = named else {
        let mut anywhere = Partition::ALL
            .into_iter()
            .map(|partition| within(partition, partition.home().to_owned()));
        let fitting = anywhere.find(|setting| !names_another_partition(project, setting));
        let first = || within(Partition::Aws, Partition::Aws.home().to_owned());
        return Ok(fitting.unwrap_or_else(first));
    };
    let partition = Partition::of_region(&region).ok_or_else(|| {
        let error = EndpointError::UnknownPartition(region.clone());
        Failure::other(error.to_string(), Some("check the region's name"))
    })?;
    Ok(within(partition, region))
}

fn names_another_partition(project: &mut Project, setting: &AwsScope) -> bool {
    match project.desired(setting) {
        Err(RunError::Manifests(problems, _)) => problems
            .sorted()
            .iter()
            .any(|problem| problem.code == FOREIGN_PARTITION),
        _ => false,
    }
}
