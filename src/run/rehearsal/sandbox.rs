//! A sandbox in this process: the client's requests are handed over without a network, in the time of the caller's clock.

use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::credentials;
use crate::aws::endpoint::{EndpointError, EndpointSettings, Endpoints};
use crate::aws::transport::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};
use crate::aws::{Client, ClientConfig};
use crate::cloud::Clock;
use crate::sandbox::{Delivery, InstanceState, Request, Response, Sandbox, SandboxError, Weather};

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

/// A client of the sandbox, and of nothing else. It tries as often as one of AWS.
pub fn client<C: Clock + 'static>(
    sandbox: &Arc<Sandbox>,
    clock: &Arc<C>,
    region: &str,
) -> Result<Client, EndpointError> {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let transport = Arc::new(InProcess {
        sandbox: Arc::clone(sandbox),
        clock: Arc::clone(&clock),
    });
    let source = credentials::source(sandbox, Arc::clone(&clock));
    Ok(Client::new(ClientConfig {
        transport,
        clock,
        ..ClientConfig::live(endpoints()?, region, source)
    }))
}

/// Endpoints that nobody else answers for.
pub fn endpoints() -> Result<Endpoints, EndpointError> {
    Endpoints::new(&EndpointSettings {
        all: Some(format!("http://{HOST}")),
        ..EndpointSettings::default()
    })
}

/// Hands requests to a sandbox and lets the weather's latency pass.
struct InProcess {
    sandbox: Arc<Sandbox>,
    clock: Arc<dyn Clock>,
}

impl Transport for InProcess {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let now = self.clock.timestamp();
            let response = self.sandbox.handle(&handed(request), now);
            delivered(response, &*self.clock).await
        })
    }
}

/// A request of the client as the sandbox takes it.
pub fn handed(request: HttpRequest) -> Request {
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

/// An answer of the sandbox as the client receives it, after the weather's latency; it may be lost on the way.
pub async fn delivered(
    response: Response,
    clock: &dyn Clock,
) -> Result<HttpResponse, TransportError> {
    clock.sleep(response.delay).await;
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
}
