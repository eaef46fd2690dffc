//! The one place that wires a run to AWS or to the sandbox: region, endpoints, credentials, client, caller.

use std::future::Future;
use std::sync::Arc;

use aws_credential_types::Credentials;

use super::assume;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::local_sandbox::{self, Local};
use super::options::Common;
use super::sandbox_credentials;
use super::ui::Ui;
use crate::analyzer::Jobs;
use crate::aws::clock::SystemClock;
use crate::aws::credentials::{self, CredentialSource, StaticSource, TokenRequest};
use crate::aws::endpoint::{EndpointSettings, Endpoints};
use crate::aws::{Client, ClientConfig};
use crate::cloud::{Class, Fault, Meter, Reads, Service, Traffic, Writes};
use crate::diagnostic::{Diagnostic, Sources};
use crate::kinds::SurveyScope;
use crate::live::{self, Identity};
use crate::model::{AwsScope, Caller, Desired, Live, Partition, Stack};

/// The region of a sandbox run that names none.
const SANDBOX_REGION: &str = "us-east-1";

/// A run's way to AWS.
pub(super) struct Session {
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
pub(super) fn block_on(
    command: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("cannot start: {error}"), None))?;
    runtime.block_on(command)
}

/// Opens a session, works with it, and closes it whatever came of the work. What failed first is told.
pub(super) async fn work<T>(
    common: &Common,
    stack: Option<&Stack>,
    interrupts: &Interrupts,
    ui: &Ui,
    work: impl AsyncFnOnce(&Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opening = Session::open(common, stack, ui);
    let session = interrupts.unless_pressed(opening).await?;
    let outcome = work(&session).await;
    let closed = session.close(ui).await;
    let value = outcome?;
    closed.map(|()| value)
}

impl Session {
    /// Connects, finds out who we are and checks that this is where the stack belongs.
    pub(super) async fn open(
        common: &Common,
        stack: Option<&Stack>,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        check_region(common, stack)?;
        let running = match &common.sandbox {
            Some(folder) => {
                Some(local_sandbox::start(folder, common.weather.as_deref(), ui).await?)
            }
            None => None,
        };
        let opened = connect(common, stack, running.as_ref()).await;
        match (opened, running) {
            (Ok((client, region)), running) => Self::identify(client, region, running, stack).await,
            (Err(failure), Some(running)) => {
                running.stop().await?;
                Err(failure)
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// A way to wherever a client leads: a rehearsal's leads to a sandbox, whatever account it says.
    pub(super) fn along(client: Client, setting: AwsScope, caller: Caller) -> Self {
        Self {
            client,
            setting,
            caller,
            user_id: String::new(),
            is_temporary: false,
            sandbox: None,
        }
    }

    async fn identify(
        client: Client,
        region: String,
        sandbox: Option<Local>,
        stack: Option<&Stack>,
    ) -> Result<Self, Failure> {
        let identity = live::identity(&client)
            .await
            .map_err(Failure::fault("find out who we are"));
        let checked =
            identity.and_then(|identity| check_account(&identity.caller, stack).map(|()| identity));
        let credentials = client.credentials().await;
        let is_temporary = credentials.is_ok_and(|known| known.session_token().is_some());
        match (checked, sandbox) {
            (Ok(Identity { caller, user_id }), sandbox) => {
                let account = caller.account.clone();
                let setting = AwsScope {
                    partition: Partition::of_region(&region),
                    account,
                    region,
                };
                Ok(Self {
                    client,
                    setting,
                    caller,
                    user_id,
                    is_temporary,
                    sandbox,
                })
            }
            (Err(failure), Some(running)) => {
                running.stop().await?;
                Err(failure)
            }
            (Err(failure), None) => Err(failure),
        }
    }

    /// Asks, and can do nothing else.
    pub(super) fn reads(&self) -> &dyn Reads {
        &self.client
    }

    /// What there is of a declaration.
    pub(super) async fn survey(
        &self,
        desired: &Desired,
        breadth: SurveyScope,
    ) -> Result<Live, Failure> {
        let (setting, caller) = (&self.setting, &self.caller);
        let live = live::survey(self.reads(), setting, caller, desired, breadth).await;
        live.map_err(self.failed("look at AWS"))
    }

    /// Changes. Only `interrupt`, which runs the applier, calls this.
    pub(super) fn writes(&self) -> &dyn Writes {
        &self.client
    }

    /// Starts and cancels jobs of Access Analyzer, and can change nothing else.
    pub(super) fn jobs(&self) -> Jobs<'_> {
        Jobs::over(&self.client)
    }

    /// A failed call, with what it was for. Credentials that no call to IAM takes are explained: AWS only says that
    /// the token is invalid.
    pub(super) fn failed(&self, doing: &'static str) -> impl FnOnce(Fault) -> Failure {
        let explanation = self.explanation();
        move |mut fault| {
            if fault.class == Class::Credentials && fault.call.starts_with("iam:") {
                fault.hint = explanation.or(fault.hint);
            }
            Failure::fault(doing)(fault)
        }
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
    pub(super) async fn credentials(&self) -> Result<Credentials, Failure> {
        let current = self.client.credentials().await;
        current.map_err(|error| Failure::other(error.message, Some(&error.hint)))
    }

    /// What STS issues to those credentials.
    pub(super) async fn issue(&self, request: &TokenRequest) -> Result<Credentials, Failure> {
        let issued = credentials::issue(&self.client, request).await;
        issued
            .map(|issued| issued.credentials)
            .map_err(Failure::fault("get credentials"))
    }

    /// Asks with other credentials, in the same places.
    pub(super) fn with(&self, credentials: Credentials) -> Client {
        self.client.with(Arc::new(StaticSource::of(credentials)))
    }

    /// Where a service's calls go.
    pub(super) fn endpoint(&self, service: Service) -> Option<String> {
        self.client.endpoint(service).map(|endpoint| endpoint.url)
    }

    /// Where a sandbox of this run's own listens.
    pub(super) fn sandbox_url(&self) -> Option<&str> {
        self.sandbox
            .as_ref()
            .map(|local| local.running.url.as_str())
    }

    /// How many calls were sent so far, and how fast they may leave now.
    pub(super) fn traffic(&self) -> Traffic {
        self.client.traffic()
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
    pub(super) async fn close(self, ui: &Ui) -> Result<(), Failure> {
        if ui.verbose {
            ui.say(&self.calls());
        }
        match self.sandbox {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }
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
        let source = sandbox_credentials::source(sandbox);
        return assumed(common, &settings, region, source).await;
    }
    let settings = EndpointSettings::from_sources(common.endpoint_url.as_deref(), |name| {
        std::env::var(name).ok()
    });
    // Endpoints are checked before credentials are looked for, which can take seconds.
    endpoints(&settings)?;
    let region = credentials::region(common.profile.as_deref(), wanted.as_deref())
        .await
        .ok_or_else(|| {
            Failure::other(
                "no region is set",
                Some("pass `--region`, set `spec.region` of the stack, or AWS_REGION"),
            )
        })?;
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
pub(super) fn check_region(common: &Common, stack: Option<&Stack>) -> Result<(), Failure> {
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
