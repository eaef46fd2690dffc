//! `suggest`: a policy from what a role has done, written by IAM Access Analyzer from CloudTrail. Starts a job there, and
//! can change nothing else. How the answers read is `analyzer`'s.

mod wait;
mod window;
mod write;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::analyzer::{Generated, Generation, Trail, TrailRegions};
use crate::aws::clock::SystemClock;
use crate::cli::options::{Common, duration};
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::{Class, Fault, ReadCall, Service};
use crate::run::Signals;

use wait::Watch;
use write::Target;

/// Writes a policy from what a role has done, as CloudTrail recorded it.
#[derive(Debug, Args)]
#[command(
    after_help = "IAM Access Analyzer reads the trails through the access role, which takes minutes. Ctrl-C cancels the job.\n\
        Exit codes: 0 done, 1 error, 64 usage, 130 interrupted."
)]
pub(crate) struct SuggestArgs {
    /// The role, by name or ARN
    pub role: String,
    /// A CloudTrail trail to read (repeatable)
    #[arg(long = "trail", value_name = "ARN", required_unless_present = "job")]
    pub trails: Vec<String>,
    /// The role that Access Analyzer assumes to read the trails
    #[arg(long, value_name = "ARN", required_unless_present = "job")]
    pub access_role: Option<String>,
    /// How many days back from now, or from --end
    #[arg(long, default_value_t = 90, conflicts_with = "start", value_parser = clap::value_parser!(u16).range(1..=90))]
    pub days: u16,
    /// From when on: 2026-09-01, or 2026-09-01T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = window::time)]
    pub start: Option<jiff::Timestamp>,
    /// Until when; by default until now
    #[arg(long, value_name = "TIME", value_parser = window::time)]
    pub end: Option<jiff::Timestamp>,
    /// The regions whose events count, by default the run's own
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        conflicts_with = "all_regions"
    )]
    pub regions: Vec<String>,
    /// Count the events of every region
    #[arg(long)]
    pub all_regions: bool,
    /// Fetch the policy of a job that was started before, instead of starting one
    #[arg(long, value_name = "ID", conflicts_with_all = ["trails", "access_role", "start", "end", "regions", "all_regions"])]
    pub job: Option<String>,
    /// How long to wait for the policy
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration)]
    pub wait_timeout: Duration,
    /// Write it to a new file, as JSON or YAML by its extension; by default to stdout as YAML
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub(crate) async fn run(args: SuggestArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    if common.sandbox.is_some() {
        let message = "the sandbox has no Access Analyzer, and no past to learn from";
        return Err(Failure::Usage(message.to_owned()));
    }
    check_arns(&args)?;
    // What cannot be written is told before minutes are spent.
    let target = Target::of(args.out.as_deref())?;
    let interrupts = Interrupts::listen();
    let generating = async |session: &Session| generate(session, &args, &interrupts, ui).await;
    let (job, generated) = session::work(&common, None, &interrupts, ui, generating).await?;
    target.write(&job, &generated, ui)?;
    Ok(Exit::Done)
}

/// Finds the role, starts a job or takes the one that is named, and waits for its policy.
async fn generate(
    session: &Session,
    args: &SuggestArgs,
    interrupts: &Interrupts,
    ui: &Ui,
) -> Result<(String, Generated), Failure> {
    let principal = interrupts
        .unless_pressed(principal(session, &args.role))
        .await?;
    let job = match &args.job {
        Some(job) => job.clone(),
        None => start(session, args, &principal, ui).await?,
    };
    let clock = SystemClock::start();
    let watch = Watch {
        reads: session.reads(),
        clock: &clock,
        role: &args.role,
        job: &job,
        timeout: args.wait_timeout,
        say: &|text| ui.say(text),
    };
    let outcome = interrupts.unless_pressed(watch.wait()).await;
    if matches!(outcome, Err(Failure::Interrupted)) {
        give_up(session, args, &job, interrupts).await;
    }
    let generated = outcome?;
    if generated.principal != principal {
        let message = format!(
            "job {job} is about {}, not {principal}",
            generated.principal
        );
        return Err(Failure::other(
            message,
            Some("check the job's id and the role"),
        ));
    }
    Ok((job, generated))
}

/// Starting is never left half done: an id that nobody has read belongs to a job that nobody can cancel.
async fn start(
    session: &Session,
    args: &SuggestArgs,
    principal: &str,
    ui: &Ui,
) -> Result<String, Failure> {
    let generation = generation(args, principal, &session.setting.region)?;
    let job = session.jobs().start(&generation).await;
    let job = job.map_err(explained)?;
    let Generation {
        principal,
        trails,
        access_role: _,
        start,
        end,
    } = &generation;
    ui.say(&format!(
        "job {job}: Access Analyzer reads what {principal} did from {} to {}, in {}",
        start.strftime("%Y-%m-%d"),
        end.strftime("%Y-%m-%d"),
        crate::text::count(trails.len(), "trail"),
    ));
    Ok(job)
}

fn generation(args: &SuggestArgs, principal: &str, region: &str) -> Result<Generation, Failure> {
    let now = jiff::Timestamp::now();
    let window = window::window(args.start, args.end, args.days, now);
    let (start, end) = window.map_err(Failure::Usage)?;
    let regions = if args.all_regions {
        TrailRegions::All
    } else if args.regions.is_empty() {
        TrailRegions::These(vec![region.to_owned()])
    } else {
        TrailRegions::These(args.regions.clone())
    };
    let trails = args.trails.iter().map(|arn| Trail {
        arn: arn.clone(),
        regions: regions.clone(),
    });
    Ok(Generation {
        principal: principal.to_owned(),
        trails: trails.collect(),
        access_role: args.access_role.clone().unwrap_or_default(),
        start,
        end,
    })
}

/// Cancels the job of this run; one that was started before goes on.
async fn give_up(session: &Session, args: &SuggestArgs, job: &str, interrupts: &Interrupts) {
    if args.job.is_some() {
        Ui::complain(&format!("job {job} goes on"));
        return;
    }
    let jobs = session.jobs();
    let cancelled = tokio::select! {
        biased;
        cancelled = jobs.cancel(job) => cancelled.map_err(|fault| fault.to_string()),
        () = interrupts.requested(2) => Err("interrupted again".to_owned()),
    };
    Ui::complain(&match cancelled {
        Ok(()) => format!("cancelled job {job}"),
        Err(why) => format!("job {job} goes on, it could not be cancelled: {why}"),
    });
}

/// The ARN of the role; a name is looked up, since the path is part of the ARN.
async fn principal(session: &Session, role: &str) -> Result<String, Failure> {
    if role.starts_with("arn:") {
        return Ok(role.to_owned());
    }
    let call = ReadCall::new(Service::Iam, "GetRole").with("RoleName", role);
    let answer = session.reads().ask(&call).await;
    let answer = answer.map_err(Failure::fault("find the role"))?;
    let arn = answer.body.text(&["Role", "Arn"]);
    arn.map(str::to_owned)
        .ok_or_else(|| Failure::other(format!("AWS names no ARN for role {role}"), None))
}

fn check_arns(args: &SuggestArgs) -> Result<(), Failure> {
    let is = |arn: &str, service: &str, resource: &str| {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        matches!(parts[..], ["arn", _, found, _, _, rest] if found == service && rest.starts_with(resource))
    };
    let wrong =
        |what: &str, arn: &str| Err(Failure::Usage(format!("`{arn}` is not the ARN of {what}")));
    if args.role.starts_with("arn:") && !is(&args.role, "iam", "role/") {
        return wrong("a role", &args.role);
    }
    if let Some(arn) = args.access_role.iter().find(|arn| !is(arn, "iam", "role/")) {
        return wrong("a role", arn);
    }
    if let Some(arn) = args
        .trails
        .iter()
        .find(|arn| !is(arn, "cloudtrail", "trail/"))
    {
        return wrong("a trail", arn);
    }
    Ok(())
}

/// A refusal names the permission, of which passing the access role is the one that is forgotten.
fn explained(fault: Fault) -> Failure {
    let hint = match fault.class {
        Class::Denied => Some(format!(
            "give the caller `{}`, and `iam:PassRole` on the access role",
            fault.call
        )),
        _ => fault.hint.clone(),
    };
    Failure::fault("have a policy generated")(Fault { hint, ..fault })
}
