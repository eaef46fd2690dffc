//! What carries requests to the sandbox and what time it is: both on tokio's paused clock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use rolewright::aws::credentials::CredentialSource;
use rolewright::aws::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use rolewright::aws::{Client, ClientConfig};
use rolewright::cloud::Clock;
use rolewright::run::rehearsal::{credentials, sandbox};
use rolewright::sandbox::Sandbox;
use tokio::time::Instant;

use crate::expiring::{Expiry, NotRenewed};
use crate::throttling::Narrow;
use crate::wire::Sent;

/// When every story begins: 2026-01-01T00:00:00Z.
const DAWN: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Time and chance that belong to one story.
#[derive(Clone)]
pub(crate) struct Air {
    start: Instant,
    dawn: Timestamp,
    draws: Arc<AtomicU64>,
    narrow: Option<Arc<Narrow>>,
    expiry: Option<Expiry>,
    writes: Arc<Mutex<Vec<Sent>>>,
    reads: Arc<AtomicUsize>,
}

impl Air {
    /// It is dawn; chance is drawn from a seed.
    pub(crate) fn at_dawn(seed: u64) -> Self {
        Self {
            start: Instant::now(),
            dawn: DAWN,
            draws: Arc::new(AtomicU64::new(seed << 32)),
            narrow: None,
            expiry: None,
            writes: Arc::default(),
            reads: Arc::default(),
        }
    }

    /// The same, with a bucket of tokens that calls have to share.
    pub(crate) fn narrowed(self, narrow: Narrow) -> Self {
        let narrow = Some(Arc::new(narrow));
        Self { narrow, ..self }
    }

    /// The same, with credentials that expire as the weather says.
    pub(crate) fn lending(self, expiry: Expiry) -> Self {
        let expiry = Some(expiry);
        Self { expiry, ..self }
    }

    fn credentials(&self, sandbox: &Arc<Sandbox>) -> Arc<dyn CredentialSource> {
        let source = credentials::source(sandbox, Arc::new(self.clone()));
        match self.expiry {
            Some(Expiry::Final) => Arc::new(NotRenewed(source)),
            Some(Expiry::Renewed) | None => source,
        }
    }

    /// Every request so far that could have changed something, in order of arrival.
    pub(crate) fn writes(&self) -> Vec<Sent> {
        self.writes.lock().expect("nobody panics").clone()
    }

    /// How many requests came after the last write.
    pub(crate) fn reads_since_write(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.dawn
            .checked_add(self.start.elapsed())
            .expect("stories end before time does")
    }

    /// A client that speaks to a sandbox without a wire.
    pub(crate) fn client(&self, sandbox: &Arc<Sandbox>) -> Client {
        Client::new(ClientConfig {
            endpoints: sandbox::endpoints().expect("loopback is allowed"),
            region: "us-east-1".to_owned(),
            credentials: self.credentials(sandbox),
            transport: Arc::new(Wireless {
                sandbox: Arc::clone(sandbox),
                air: self.clone(),
            }),
            clock: Arc::new(self.clone()),
            max_attempts: 6,
        })
    }
}

impl Clock for Air {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn timestamp(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        // Weyl's sequence: evenly spread, and the same every time.
        let draw = self.draws.fetch_add(0x9e37_79b9, Ordering::Relaxed);
        f64::from(u32::try_from(draw & 0xffff_ffff).expect("it is masked")) / f64::from(u32::MAX)
    }
}

/// Hands requests to the sandbox and lets its latency pass.
struct Wireless {
    sandbox: Arc<Sandbox>,
    air: Air,
}

impl Transport for Wireless {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if let Some(narrow) = &self.air.narrow
                && let Some(refusal) = narrow.refusal(&request, self.air.start.elapsed())
            {
                tokio::time::sleep(narrow.latency).await;
                return Ok(refusal);
            }
            let request = sandbox::handed(request);
            let sending = Sent::of(&request, &self.sandbox, self.air.now());
            let response = self.sandbox.handle(&request, self.air.now());
            self.air.reads.fetch_add(1, Ordering::Relaxed);
            if let Some(sending) = sending {
                self.air.reads.store(0, Ordering::Relaxed);
                let sent = sending.answered(&response);
                self.air.writes.lock().expect("nobody panics").push(sent);
            }
            sandbox::delivered(response, &self.air).await
        })
    }
}
