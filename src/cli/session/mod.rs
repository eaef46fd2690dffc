//! The one place that wires a run to AWS or to the sandbox: region, endpoints, credentials, client, caller.

pub(crate) mod assume;
mod connect;
mod interrupts;
pub(crate) mod sandbox;
pub(crate) mod signals;

use std::future::Future;
use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::analyzer::Jobs;
use crate::aws::Client;
use crate::aws::credentials::{self, StaticSource, TokenRequest};
use crate::cli::options::Common;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::{Class, Meter, Reads, Service, Writes};
use crate::diagnostic::{Diagnostic, Sources};
use crate::live::{self, Identity};
use crate::model::{AwsScope, Caller, Partition, Stack};
use crate::run::{Project, View};

pub(crate) use connect::region_set;
use connect::{Connected, connect};
pub(crate) use interrupts::Interrupts;
use sandbox::Local;

/// A run's way to AWS.
pub(crate) struct Session {
    client: Client,
    pub setting: AwsScope,
    pub caller: Caller,
    /// The caller's unique id.
    pub user_id: String,
    /// Whether the credentials have a token, and so an end.
    pub(crate) is_temporary: bool,
    /// What leads other programs to the same places.
    pub variables: Vec<(String, String)>,
    sandbox: Option<Local>,
}

/// Runs a command that talks to AWS.
pub(crate) fn block_on(
    command: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("cannot start: {error}"), None))?;
    runtime.block_on(command)
}

/// Opens a session, works with it, and closes it whatever came of the work. What failed first is reported.
pub(crate) async fn work<T>(
    common: &Common,
    stack: Option<&Stack>,
    interrupts: &Interrupts,
    ui: &Ui,
    work: impl AsyncFnOnce(&Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = Session::open(common, stack, ui);
    let session = interrupts.unless_pressed(opening).await?;
    let outcome = work(&session).await;
    let outcome = outcome.map_err(|failure| session.explained(failure));
    let closed = session.close(ui).await;
    let value = outcome?;
    closed.map(|()| value)
}

/// Works on manifests with a session of their stack. A stack that belongs elsewhere is shown where it says so.
pub(crate) async fn work_on<T>(
    project: &mut Project,
    common: &Common,
    interrupts: &Interrupts,
    ui: &Ui,
    work: impl AsyncFnOnce(&Session, &mut Project) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (stack, sources) = (project.stack.stack.clone(), project.sources.clone());
    let working = async |session: &Session| work(session, project).await;
    let outcome = self::work(common, Some(&stack), interrupts, ui, working).await;
    outcome.map_err(|failure| failure.within(&sources))
}

/// The same for what changes nothing: Ctrl-C ends it.
pub(crate) async fn look_at<T>(
    project: &mut Project,
    common: &Common,
    interrupts: &Interrupts,
    ui: &Ui,
    look: impl AsyncFnOnce(&Session, &mut Project) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let looking = async |session: &Session, project: &mut Project| {
        interrupts.unless_pressed(look(session, project)).await
    };
    work_on(project, common, interrupts, ui, looking).await
}

impl Session {
    /// Connects, finds out who we are and checks that this is where the stack belongs.
    pub(crate) async fn open(
        common: &Common,
        stack: Option<&Stack>,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        check_region(common, stack)?;
        let sandbox = match &common.sandbox {
            Some(folder) => Some(sandbox::start(folder, common.weather.as_deref(), ui).await?),
            None => None,
        };
        match (
            Self::identified(common, stack, sandbox.as_ref()).await,
            sandbox,
        ) {
            (Ok(session), None) => {
                if let Some(url) = session.other_endpoint() {
                    ui.endpoint.get_or_init(|| url);
                }
                Ok(session)
            }
            (Ok(session), sandbox) => Ok(Self { sandbox, ..session }),
            (Err(failure), Some(running)) => {
                running.stop().await?;
                Err(failure)
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// Connects, and finds out who we are.
    async fn identified(
        common: &Common,
        stack: Option<&Stack>,
        sandbox: Option<&Local>,
    ) -> Result<Self, Failure> {
        let Connected {
            client,
            region,
            through,
            variables,
        } = connect(common, stack, sandbox).await?;
        let identity = live::identity(&client).await;
        let Identity { caller, user_id } =
            identity.map_err(Failure::fault("find out who we are"))?;
        let caller = Caller { through, ..caller };
        check_account(&caller, stack)?;
        let credentials = client.credentials().await;
        Ok(Self {
            is_temporary: credentials.is_ok_and(|known| known.session_token().is_some()),
            setting: AwsScope {
                partition: partition(&region, &caller)?,
                account: caller.account.clone(),
                region,
            },
            client,
            caller,
            user_id,
            variables,
            sandbox: None,
        })
    }

    /// Asks, and can do nothing else.
    pub(crate) fn reads(&self) -> &dyn Reads {
        &self.client
    }

    /// Where we are and who asks.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            reads: &self.client,
            scope: &self.setting,
            caller: &self.caller,
        }
    }

    /// Changes. Only what carries a plan out calls this.
    pub(crate) fn writes(&self) -> &dyn Writes {
        &self.client
    }

    /// Counts the calls so far, and knows how fast they may leave now.
    pub(crate) fn meter(&self) -> &dyn Meter {
        &self.client
    }

    /// Starts and cancels jobs of Access Analyzer, and can change nothing else.
    pub(crate) fn jobs(&self) -> Jobs<'_> {
        Jobs::over(&self.client)
    }

    /// Explains credentials that no call to IAM takes: AWS only says that the token is invalid.
    fn explained(&self, mut failure: Failure) -> Failure {
        if let Failure::Fault { doing: _, fault } = &mut failure
            && fault.class == Class::Credentials
            && fault.call.starts_with("iam:")
        {
            fault.hint = self.explanation().or(fault.hint.take());
        }
        failure
    }

    /// Why IAM does not know these credentials, when it is of their kind (STS API reference: GetFederationToken,
    /// GetSessionToken).
    fn explanation(&self) -> Option<String> {
        let arn = &self.caller.arn;
        let why = if arn.contains(":federated-user/") {
            "credentials of a federation token cannot call IAM at all"
        } else if self.is_temporary && arn.contains(":user/") {
            "session credentials of a user can call IAM only if they were got with MFA"
        } else {
            return None;
        };
        Some(format!(
            "{why}: assume a role with the user's own keys (`--assume-role-arn`), or use those keys"
        ))
    }

    /// The credentials that calls are signed with now.
    pub(crate) async fn credentials(&self) -> Result<Credentials, Failure> {
        let current = self.client.credentials().await;
        current.map_err(|error| Failure::other(error.message, Some(&error.hint)))
    }

    /// What STS issues to those credentials.
    pub(crate) async fn issue(&self, request: &TokenRequest) -> Result<Credentials, Failure> {
        let issued = credentials::issue(&self.client, request).await;
        issued
            .map(|issued| issued.credentials)
            .map_err(Failure::fault("get credentials"))
    }

    /// Asks with other credentials, in the same places.
    pub(crate) fn with(&self, credentials: Credentials) -> Client {
        self.client.with(Arc::new(StaticSource::of(credentials)))
    }

    /// Where a service's calls go.
    pub(crate) fn endpoint(&self, service: Service) -> Option<String> {
        self.client.endpoint(service).map(|endpoint| endpoint.url)
    }

    /// Where IAM is asked, if that is not AWS's own address.
    pub(crate) fn other_endpoint(&self) -> Option<String> {
        let endpoint = self.client.endpoint(Service::Iam)?;
        (!endpoint.is_official).then_some(endpoint.url)
    }

    /// Where a sandbox of this run's own listens.
    pub(crate) fn sandbox_url(&self) -> Option<&str> {
        self.sandbox
            .as_ref()
            .map(|local| local.running.url.as_str())
    }

    /// The calls so far, for `--verbose`.
    fn calls(&self) -> String {
        let stats = self.client.stats();
        let total: usize = stats.sent.values().sum();
        let each: Vec<String> = stats
            .sent
            .iter()
            .map(|(call, count)| format!("  {count:>5}  {call}"))
            .collect();
        format!(
            "{}, {} of them sent again, {} throttled\n{}",
            crate::text::count(total, "call"),
            stats.retries,
            stats.throttles,
            each.join("\n")
        )
    }

    /// Ends the run, with a count of its calls for those who want to know. A sandbox settles and saves its state.
    pub(crate) async fn close(self, ui: &Ui) -> Result<(), Failure> {
        if ui.verbose {
            ui.say(&self.calls());
        }
        match self.sandbox {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }
}

/// That nobody says where.
pub(crate) fn no_region() -> Failure {
    Failure::other(
        "no region is set",
        Some("pass `--region`, set `spec.region` of the stack, or AWS_REGION"),
    )
}

/// A region typed on the command line must be the stack's, when that names one.
pub(crate) fn check_region(common: &Common, stack: Option<&Stack>) -> Result<(), Failure> {
    let Some(stack) = stack else { return Ok(()) };
    match (&common.region, &stack.region) {
        (Some(typed), Some(declared)) if typed != declared => {
            let message = format!(
                "stack {} belongs to region {declared}; this run is for {typed}",
                stack.name
            );
            let refusal = Diagnostic::error("wrong-region", message)
                .at(stack.place.clone())
                .hint("leave `--region` out, or change `spec.region` of the stack");
            Err(Failure::Refused(vec![refusal], Sources::none()))
        }
        _ => Ok(()),
    }
}

/// The partition of the region, which has to be that of the caller: it is in every ARN that is computed. Where the name of
/// the region does not tell, the caller's is taken.
fn partition(region: &str, caller: &Caller) -> Result<Partition, Failure> {
    let of_caller = Partition::of_arn(&caller.arn);
    match (Partition::of_region(region), of_caller) {
        (Some(one), Some(other)) if one != other => {
            let message = format!(
                "region {region} is in partition {one}; these credentials are of partition {other} ({})",
                caller.arn
            );
            Err(Failure::other(
                message,
                Some(
                    "choose a region of that partition, or other credentials; the sandbox is in partition aws",
                ),
            ))
        }
        (Some(partition), _) | (None, Some(partition)) => Ok(partition),
        (None, None) => {
            let message = format!(
                "neither region {region} nor the caller {} is of a partition that is known",
                caller.arn
            );
            Err(Failure::other(message, Some("check the region's name")))
        }
    }
}

fn check_account(caller: &Caller, stack: Option<&Stack>) -> Result<(), Failure> {
    let Some(stack) = stack else { return Ok(()) };
    match &stack.account_id {
        Some(account) if *account != caller.account => {
            let message = format!(
                "stack {} belongs to account {account}; these credentials are for {} ({})",
                stack.name, caller.account, caller.arn
            );
            let refusal = Diagnostic::error("wrong-account", message)
                .at(stack.place.clone())
                .hint("choose other credentials with `--profile`, or change `spec.accountId` of the stack");
            Err(Failure::Refused(vec![refusal], Sources::none()))
        }
        _ => Ok(()),
    }
}
