//! A sandbox without a wire: the client's requests are handed over in this process, in the rehearsal's own time.

use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::time::Time;
use crate::aws::credentials::{CredentialSource, CredentialsError, StaticSource};
use crate::aws::endpoint::{EndpointError, EndpointSettings, Endpoints};
use crate::aws::transport::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};
use crate::aws::{Client, ClientConfig};
use crate::cli::sandbox_credentials;
use crate::cloud::Clock;
use crate::sandbox::{self, Delivery, InstanceState, Request, Sandbox, SandboxError, Weather};

/// Nobody listens there, and nobody has to.
const HOST: &str = "127.0.0.1:1";

/// How long an instance that was on its way when it was seen takes to get there.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(5);

/// A sandbox with this seed, in this weather.
pub(super) fn open(
    seed: &str,
    weather: Weather,
    now: Timestamp,
) -> Result<Arc<Sandbox>, SandboxError> {
    let sandbox = Sandbox::open_with_seed(None, weather, seed)?;
    let arrival = now.saturating_add(ON_ITS_WAY).unwrap_or(now);
    sandbox.edit(|world| {
        let regions = world.regions.values_mut();
        for instance in regions.flat_map(|region| region.instances.values_mut()) {
            let passing = matches!(
                instance.state,
                InstanceState::Pending | InstanceState::Stopping | InstanceState::ShuttingDown
            );
            instance.changes_at = passing.then_some(arrival);
        }
    })?;
    Ok(Arc::new(sandbox))
}

/// A client of the sandbox, and of nothing else.
pub(super) fn client(
    sandbox: &Arc<Sandbox>,
    time: &Arc<Time>,
    region: &str,
) -> Result<Client, EndpointError> {
    let endpoints = Endpoints::new(&EndpointSettings {
        all: Some(format!("http://{HOST}")),
        ..EndpointSettings::default()
    })?;
    let credentials: Arc<dyn CredentialSource> = match sandbox.session(time.now()) {
        Some(_) => Arc::new(Lent {
            sandbox: Arc::clone(sandbox),
            time: Arc::clone(time),
            kept: Mutex::new(None),
        }),
        None => {
            let (key, secret) = (sandbox::ACCESS_KEY_ID, sandbox::SECRET_ACCESS_KEY);
            Arc::new(StaticSource::new(key, secret, None))
        }
    };
    let transport = Arc::new(Wireless {
        sandbox: Arc::clone(sandbox),
        time: Arc::clone(time),
    });
    // As often as the real one tries, a client has to try here.
    let real = ClientConfig::live(endpoints, region, credentials);
    Ok(Client::new(ClientConfig {
        transport,
        clock: Arc::clone(time) as Arc<dyn Clock>,
        ..real
    }))
}

/// Hands requests over and lets the weather's latency pass.
struct Wireless {
    sandbox: Arc<Sandbox>,
    time: Arc<Time>,
}

impl Transport for Wireless {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let response = self.sandbox.handle(&handed(request), self.time.now());
            self.time.sleep(response.delay).await;
            if response.delivery == Delivery::Drop {
                return Err(TransportError::Lost {
                    kind: TransportErrorKind::Connection,
                    reason: "the connection was closed".to_owned(),
                });
            }
            let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
            Ok(HttpResponse {
                status: response.status,
                headers: response.headers.into_iter().map(lower).collect(),
                body: response.body,
            })
        })
    }
}

fn handed(request: HttpRequest) -> Request {
    let HttpRequest {
        method,
        url,
        headers,
        body,
    } = request;
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let (host, rest) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        host: host.to_owned(),
        body,
    }
}

/// Credentials of weathers in which they expire, by the rehearsal's clock.
struct Lent {
    sandbox: Arc<Sandbox>,
    time: Arc<Time>,
    kept: Mutex<Option<Credentials>>,
}

impl Lent {
    /// Those that are held, unless they are the ones that have expired.
    fn held(&self, expired: Option<&Credentials>) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref() == expired {
            *kept = sandbox_credentials::lent(&self.sandbox, self.time.now());
        }
        kept.clone().ok_or_else(|| CredentialsError {
            message: "the sandbox has no credentials to lend".to_owned(),
            hint: "choose another weather".to_owned(),
        })
    }
}

impl CredentialSource for Lent {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { self.held(None) })
    }

    fn refresh<'a>(
        &'a self,
        expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { self.held(Some(expired)) })
    }
}
