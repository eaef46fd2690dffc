//! The way to AWS or to the sandbox: settings, region, endpoints, credentials, and the roles assumed before anything else.
//! Whether it is where the run belongs is checked by the session.

use std::sync::Arc;

use super::assume;
use super::sandbox::Local;
use crate::aws::clock::SystemClock;
use crate::aws::credentials::{self, CredentialSource};
use crate::aws::endpoint::{EndpointError, EndpointSettings, Endpoints};
use crate::aws::settings::{Environment, Settings, Trust, Typed};
use crate::aws::{Client, Connection};
use crate::cli::options::Common;
use crate::cli::terminal::Failure;
use crate::cloud::Service;
use crate::live;
use crate::model::Stack;
use crate::run::rehearsal::credentials as sandbox_credentials;

/// The region of a sandbox run that names none.
const SANDBOX_REGION: &str = "us-east-1";

/// A client, and where it calls.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) region: String,
    /// The identities that led to the client's, the first one first.
    pub(super) through: Vec<String>,
    /// What leads other programs to the same places.
    pub(super) variables: Vec<(String, String)>,
}

/// Connects to AWS, or to the sandbox.
pub(super) async fn connect(
    common: &Common,
    stack: Option<&Stack>,
    sandbox: Option<&Local>,
) -> Result<Connected, Failure> {
    let wanted = common
        .region
        .clone()
        .or_else(|| stack.and_then(|stack| stack.region.clone()));
    if let Some(Local { sandbox, running }) = sandbox {
        let connection = Connection {
            endpoints: endpoints(&EndpointSettings::everywhere(&running.url))?,
            region: wanted.unwrap_or_else(|| SANDBOX_REGION.to_owned()),
            trust: Trust::default(),
            max_attempts: None,
        };
        let source = sandbox_credentials::source(sandbox, Arc::new(SystemClock::start()));
        return assumed(common, connection, source).await;
    }
    let settings = read(common).await?;
    // Endpoints are checked before a region and credentials are looked for, which can take seconds.
    let endpoints = endpoints(&settings.endpoints)?;
    let region = region(wanted, &settings).await?;
    // What every run asks has to have a place before anything else takes time.
    for service in [Service::Sts, Service::Iam, Service::Ec2] {
        endpoints.resolve(service, &region).map_err(unusable)?;
    }
    let connection = Connection {
        endpoints,
        region,
        trust: settings.trust.clone(),
        max_attempts: settings.max_attempts,
    };
    let source = credentials::source(&settings, &connection);
    let source = source.map_err(|error| Failure::other(error.message, Some(&error.hint)))?;
    Ok(Connected {
        variables: settings.variables(),
        ..assumed(common, connection, source).await?
    })
}

/// What is set for the AWS CLI, and on the command line.
async fn read(common: &Common) -> Result<Settings, Failure> {
    let typed = Typed {
        profile: common.profile.as_deref(),
        endpoint_url: common.endpoint_url.as_deref(),
    };
    let settings = Settings::read(&Environment::of_process(), typed).await;
    settings.map_err(|error| Failure::other(error.message, Some(&error.hint)))
}

/// The run's region: what was typed or declared, what is set, the instance's.
async fn region(wanted: Option<String>, settings: &Settings) -> Result<String, Failure> {
    let region = found(wanted, settings).await;
    region.ok_or_else(super::no_region)
}

async fn found(wanted: Option<String>, settings: &Settings) -> Option<String> {
    match wanted.or_else(|| settings.region.clone()) {
        Some(region) => Some(region),
        None => credentials::instance_region(settings).await,
    }
}

/// The region that a run would be in, if anything names one.
pub(crate) async fn region_set(
    common: &Common,
    wanted: Option<String>,
) -> Result<Option<String>, Failure> {
    if common.sandbox.is_some() {
        return Ok(Some(wanted.unwrap_or_else(|| SANDBOX_REGION.to_owned())));
    }
    Ok(found(wanted, &read(common).await?).await)
}

/// A client with the session of the last role that shall be assumed, or with the credentials as they are.
async fn assumed(
    common: &Common,
    connection: Connection,
    source: Arc<dyn CredentialSource>,
) -> Result<Connected, Failure> {
    let assume = &common.assume;
    let requests = assume.requests()?;
    let mut through = Vec::new();
    if !requests.is_empty() {
        let first = connection.client(Arc::clone(&source));
        let identity = live::identity(&first).await;
        let identity = identity.map_err(Failure::fault("find out who we are"))?;
        if assume.is_long() && identity.caller.arn.contains(":assumed-role/") {
            assume.check_chained()?;
        }
        let assumed = requests.iter().map(|request| request.role_arn.clone());
        through.extend([identity.caller.arn].into_iter().chain(assumed));
        // The last one is who calls.
        through.pop();
    }
    let source = assume::source(requests, source, &connection);
    Ok(Connected {
        through,
        client: connection.client(source),
        region: connection.region,
        variables: Vec::new(),
    })
}

fn endpoints(settings: &EndpointSettings) -> Result<Endpoints, Failure> {
    Endpoints::new(settings).map_err(unusable)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to `map_err`, which gives values"
)]
fn unusable(error: EndpointError) -> Failure {
    Failure::other(error.to_string(), Some(error.hint()))
}
