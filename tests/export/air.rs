//! The real client on an in-memory sandbox: no socket, no process, and time that stands still.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, ready};
use jiff::Timestamp;
use rolewright::aws::credentials::StaticSource;
use rolewright::aws::endpoint::{EndpointSettings, Endpoints};
use rolewright::aws::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use rolewright::aws::{Client, ClientConfig};
use rolewright::cloud::Clock;
use rolewright::sandbox::{ACCESS_KEY_ID, Request, SECRET_ACCESS_KEY, Sandbox, Weather, World};

/// A host that nobody resolves.
const HOST: &str = "127.0.0.1:1";
/// When everything happens: 2026-01-01T00:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// A sandbox with a world in it.
pub(crate) fn sandbox(world: World) -> Arc<Sandbox> {
    let sandbox = Sandbox::open(None, Weather::calm()).expect("it lives in memory");
    let planted = sandbox.edit(|fresh| *fresh = world);
    planted.expect("it lives in memory");
    Arc::new(sandbox)
}

/// A client that speaks to it.
pub(crate) fn client(sandbox: &Arc<Sandbox>) -> Client {
    let settings = EndpointSettings {
        all: Some(format!("http://{HOST}")),
        ..EndpointSettings::default()
    };
    Client::new(ClientConfig {
        endpoints: Endpoints::new(&settings).expect("loopback is allowed"),
        region: "us-east-1".to_owned(),
        credentials: Arc::new(StaticSource::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None)),
        transport: Arc::new(Wireless(Arc::clone(sandbox))),
        clock: Arc::new(Still),
        max_attempts: 1,
    })
}

struct Still;

impl Clock for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn timestamp(&self) -> Timestamp {
        NOW
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }

    fn chance(&self) -> f64 {
        1.0
    }
}

struct Wireless(Arc<Sandbox>);

impl Transport for Wireless {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let request = Request {
            method: request.method.to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            headers: request.headers,
            host: HOST.to_owned(),
            body: request.body,
        };
        let response = self.0.handle(&request, NOW);
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        Box::pin(ready(Ok(HttpResponse {
            status: response.status,
            headers: response.headers.into_iter().map(lower).collect(),
            body: response.body,
        })))
    }
}
