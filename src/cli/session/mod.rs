//! The one place that wires a run to AWS or to the sandbox: region, endpoints, credentials, client, caller.

pub(crate) mod assume;
mod interrupts;
pub(crate) mod sandbox;
pub(crate) mod signals;

use std::future::Future;
use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::analyzer::Jobs;
use crate::aws::clock::SystemClock;
use crate::aws::credentials::{self, CredentialSource, StaticSource, TokenRequest};
use crate::aws::endpoint::{EndpointSettings, Endpoints};
use crate::aws::{Client, ClientConfig};
use crate::cli::options::Common;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::{Class, Meter, Reads, Service, Writes};
use crate::diagnostic::{Diagnostic, Sources};
use crate::live::{self, Identity};
use crate::model::{AwsScope, Caller, Partition, Stack};
use crate::run::rehearsal::credentials as sandbox_credentials;
use crate::run::{Project, View};

pub(crate) use interrupts::Interrupts;
use sandbox::Local;

/// The region of a sandbox run that names none.
pub(crate) const SANDBOX_REGION: &str = "us-east-1";

/// A run's way to AWS.
pub(crate) struct Session {
    client: Client,
    pub setting: AwsScope,
    pub caller: Caller,
    /// The caller's unique id.
    pub user_id: String,
    /// Whether the credentials have a token, and so an end.
    is_temporary: bool,
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
        let (client, region) = connect(common, stack, sandbox).await?;
        let identity = live::identity(&client).await;
        let Identity { caller, user_id } =
            identity.map_err(Failure::fault("find out who we are"))?;
        check_account(&caller, stack)?;
        let credentials = client.credentials().await;
        Ok(Self {
            is_temporary: credentials.is_ok_and(|known| known.session_token().is_some()),
            setting: AwsScope {
                partition: Partition::of_region(&region),
                account: caller.account.clone(),
                region,
            },
            client,
            caller,
            user_id,
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

async fn connect(
    common: &Common,
    stack: Option<&Stack>,
    sandbox: Option<&Local>,
) -> Result<(Client, String), Failure> {
    let wanted = common
        .region
        .clone()
        .or_else(|| stack.and_then(|stack| stack.region.clone()));
    if let Some(Local { sandbox, running }) = sandbox {
        let region = wanted.unwrap_or_else(|| SANDBOX_REGION.to_owned());
        let settings = EndpointSettings {
            all: Some(running.url.clone()),
            ..EndpointSettings::default()
        };
        let source = sandbox_credentials::source(sandbox, Arc::new(SystemClock::start()));
        return assumed(common, &settings, region, source).await;
    }
    let settings = EndpointSettings::from_sources(common.endpoint_url.as_deref(), |name| {
        std::env::var(name).ok()
    });
    // Endpoints are checked before credentials are looked for, which can take seconds.
    endpoints(&settings)?;
    let region = credentials::region(common.profile.as_deref(), wanted.as_deref())
        .await
        .ok_or_else(no_region)?;
    let clock = Arc::new(SystemClock::start());
    let source = credentials::default_source(common.profile.as_deref(), Some(&region), clock);
    assumed(common, &settings, region, Arc::new(source)).await
}

/// A client with the session of the last role that shall be assumed, or with the credentials as they are.
async fn assumed(
    common: &Common,
    settings: &EndpointSettings,
    region: String,
    source: Arc<dyn CredentialSource>,
) -> Result<(Client, String), Failure> {
    let assume = &common.assume;
    if assume.is_long() {
        // Only now it matters whether the credentials are a role's already.
        let first = client(settings, &region, Arc::clone(&source))?;
        let identity = live::identity(&first).await;
        let identity = identity.map_err(Failure::fault("find out who we are"))?;
        if identity.caller.arn.contains(":assumed-role/") {
            assume.check_chained()?;
        }
    }
    let source = assume::source(assume.requests()?, source, &endpoints(settings)?, &region);
    client(settings, &region, source).map(|client| (client, region))
}

fn endpoints(settings: &EndpointSettings) -> Result<Endpoints, Failure> {
    Endpoints::new(settings).map_err(|error| Failure::other(error.to_string(), Some(error.hint())))
}

fn client(
    settings: &EndpointSettings,
    region: &str,
    source: Arc<dyn CredentialSource>,
) -> Result<Client, Failure> {
    Ok(Client::new(ClientConfig::live(
        endpoints(settings)?,
        region,
        source,
    )))
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
