//! The client: carries reads and writes to AWS. Pages, retries and remedies are put together here; what each of
//! them is stands in its own file. Knows no resource kinds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

use super::clock::SystemClock;
use super::credentials::{CredentialSource, CredentialsError};
use super::endpoint::{Endpoint, Endpoints};
use super::gate::Gate;
use super::http::HttpTransport;
use super::limit::Ticket;
use super::page::Pages;
use super::retry::{self, Remedies, Remedy};
use super::settings::Trust;
use super::stats::{Recorder, Stats};
use super::transport::{HttpResponse, Transport};
use super::{fault, request, response};
use crate::cloud::backoff::Throttling;
use crate::cloud::{
    Answer, Call, Class, Clock, Fault, Meter, Pace, Parameter, ReadCall, Reads, Service, Traffic,
    WriteCall, Writes,
};

#[cfg(test)]
mod tests;

/// The code of faults that say that there are no credentials: nothing was sent.
pub const NO_CREDENTIALS: &str = "NoCredentials";

/// Requests under way at the same time, for all callers together.
const MOST_AT_ONCE: usize = 16;
/// How often a read is sent before its fault is returned.
const READ_ATTEMPTS: u32 = 6;
/// How long a read is throttled before that is returned.
const THROTTLE_BUDGET: Duration = Duration::from_mins(2);

/// Everything a client needs.
#[derive(Clone)]
pub struct ClientConfig {
    /// Where the services are.
    pub endpoints: Endpoints,
    /// The run's own region.
    pub region: String,
    /// Who we are.
    pub credentials: Arc<dyn CredentialSource>,
    /// What carries requests.
    pub transport: Arc<dyn Transport>,
    /// What time it is, and what jitter is drawn from.
    pub clock: Arc<dyn Clock>,
    /// How often a read is sent before its fault is returned, at least 1.
    pub max_attempts: u32,
}

impl ClientConfig {
    /// The real network and the real clock.
    pub fn live(
        endpoints: Endpoints,
        region: &str,
        credentials: Arc<dyn CredentialSource>,
    ) -> Self {
        Self {
            endpoints,
            region: region.to_owned(),
            credentials,
            transport: Arc::new(HttpTransport::new()),
            clock: Arc::new(SystemClock::start()),
            max_attempts: READ_ATTEMPTS,
        }
    }
}

/// Where and how the clients of a run call.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the services are.
    pub endpoints: Endpoints,
    /// The run's own region.
    pub region: String,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How often a read is sent, where that was set.
    pub max_attempts: Option<u32>,
}

impl Connection {
    /// A client for these credentials.
    pub fn client(&self, credentials: Arc<dyn CredentialSource>) -> Client {
        let Self {
            endpoints,
            region,
            trust,
            max_attempts,
        } = self;
        Client::new(ClientConfig {
            transport: Arc::new(HttpTransport::trusting(trust.clone())),
            max_attempts: max_attempts.unwrap_or(READ_ATTEMPTS),
            ..ClientConfig::live(endpoints.clone(), region, credentials)
        })
    }
}

/// Speaks to IAM, STS, EC2 and Access Analyzer.
pub struct Client {
    config: ClientConfig,
    gates: Mutex<BTreeMap<Bucket, Arc<Gate>>>,
    slots: Semaphore,
    /// How far AWS's clock is ahead of ours, in milliseconds, once we had reason to look.
    ahead: AtomicI64,
    recorder: Recorder,
}

/// What AWS counts together, as far as it says so. A client has one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bucket {
    service: Service,
    /// None for IAM, which is global.
    region: Option<String>,
    /// EC2 publishes different buckets for what changes things and what does not.
    asks: bool,
}

impl Bucket {
    fn of(call: &Call, region: &str) -> Self {
        let Call {
            service, action, ..
        } = call;
        let asking = ["Describe", "Get", "List"];
        Self {
            service: *service,
            region: (*service != Service::Iam).then(|| region.to_owned()),
            asks: *service == Service::Ec2 && asking.iter().any(|verb| action.starts_with(verb)),
        }
    }
}

/// A request that was answered, or lost.
struct Sent {
    result: Result<Answer, Fault>,
    credentials: Credentials,
    signed_at: SystemTime,
    answered_at: Option<SystemTime>,
}

impl Client {
    /// A client that has sent nothing yet.
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            gates: Mutex::default(),
            slots: Semaphore::new(MOST_AT_ONCE),
            ahead: AtomicI64::new(0),
            recorder: Recorder::default(),
        }
    }

    /// Another client for the same places, with other credentials and limits of its own.
    #[must_use]
    pub fn with(&self, credentials: Arc<dyn CredentialSource>) -> Self {
        Self::new(ClientConfig {
            credentials,
            ..self.config.clone()
        })
    }

    /// Where a service's calls go in the run's own region.
    pub fn endpoint(&self, service: Service) -> Option<Endpoint> {
        let ClientConfig {
            endpoints, region, ..
        } = &self.config;
        endpoints.resolve(service, region).ok()
    }

    /// The credentials that calls are signed with now.
    pub async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        self.config.credentials.current().await
    }

    /// What was sent so far, counted.
    pub fn stats(&self) -> Stats {
        self.recorder.stats()
    }

    /// The names of all requests so far (`iam:GetRole`), in the order they left.
    pub fn sent(&self) -> Vec<String> {
        self.recorder.in_order()
    }

    async fn all_pages(&self, call: &Call) -> Result<Answer, Fault> {
        let mut call = call.clone();
        let mut pages = Pages::new(call.service);
        loop {
            let page = self.patiently(&call).await?;
            match pages.add(page) {
                Ok(Some((name, token))) => {
                    call.parameters
                        .insert(name.to_owned(), Parameter::Text(token));
                }
                Ok(None) => return Ok(pages.finish()),
                Err(error) => {
                    let hint = "the endpoint does not page as AWS does: try another one";
                    let (class, code) = (Class::Unexpected, "EndlessPages");
                    return Err(call.fault(class, code, &error.to_string()).hinted(hint));
                }
            }
        }
    }

    /// One page, tried again while time may heal.
    async fn patiently(&self, call: &Call) -> Result<Answer, Fault> {
        let (mut attempts, mut throttling) = (0, Throttling::default());
        loop {
            let fault = match self.settled(call).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            if fault.class == Class::Throttled {
                // No sleep of its own: the gate makes everybody wait.
                throttling.again(self.config.clock.elapsed());
                if throttling.is_hopeless(self.config.clock.elapsed(), THROTTLE_BUDGET) {
                    return Err(fault);
                }
                self.recorder.retried();
                continue;
            }
            throttling = Throttling::default();
            attempts += 1;
            let Some(backoff) = retry::backoff(fault.class, attempts, self.config.max_attempts)
            else {
                return Err(fault);
            };
            let delay = backoff.delay(attempts, self.config.clock.chance());
            tracing::debug!(call = %fault.call, code = %fault.code, ?delay, "trying again");
            self.config.clock.sleep(delay).await;
            self.recorder.retried();
        }
    }

    /// One request; another one only after a remedy for a signature that AWS refused.
    async fn settled(&self, call: &Call) -> Result<Answer, Fault> {
        let mut remedies = Remedies::default();
        loop {
            let sent = self.exchange(call).await?;
            let fault = match sent.result {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            match remedies.choose(&fault, sent.signed_at, sent.answered_at) {
                Some(Remedy::Clock) => self.trust_clock_of_aws(sent.answered_at),
                Some(Remedy::Renew) => self.renew(call, &sent.credentials, fault).await?,
                None => return Err(fault),
            }
            self.recorder.retried();
        }
    }

    fn trust_clock_of_aws(&self, answered_at: Option<SystemTime>) {
        let Some(theirs) = answered_at else { return };
        let ours = SystemTime::from(self.config.clock.timestamp());
        let ahead = match theirs.duration_since(ours) {
            Ok(ahead) => milliseconds(ahead),
            Err(behind) => -milliseconds(behind.duration()),
        };
        tracing::warn!(
            ahead,
            "signing by AWS's clock, which is this many milliseconds ahead"
        );
        self.ahead.store(ahead, Ordering::Relaxed);
    }

    /// New credentials; the fault itself when there are none.
    async fn renew(&self, call: &Call, expired: &Credentials, fault: Fault) -> Result<(), Fault> {
        match self.config.credentials.refresh(expired).await {
            Ok(renewed) if renewed == *expired => Err(fault),
            Ok(_) => Ok(()),
            Err(error) => Err(no_credentials(call, Class::Expired, &error)),
        }
    }

    /// A run that has had credentials has none any more because they have expired.
    fn without_credentials(&self, call: &Call, error: &CredentialsError) -> Fault {
        let (calls, _) = self.recorder.totals();
        let class = if calls == 0 {
            Class::Credentials
        } else {
            Class::Expired
        };
        no_credentials(call, class, error)
    }

    /// Exactly one request, or a fault because it could not even be written.
    async fn exchange(&self, call: &Call) -> Result<Sent, Fault> {
        let region = call.region.as_deref().unwrap_or(&self.config.region);
        let prepared = request::prepare(call, &self.config.endpoints, region)
            .map_err(|reason| reason.fault(call))?;
        let gate = self.gate(Bucket::of(call, region));
        let ticket = gate.pass(&*self.config.clock).await;
        let _slot = self.slots.acquire().await;
        let credentials = self.config.credentials.current().await;
        let credentials = credentials.map_err(|error| self.without_credentials(call, &error))?;
        let signed_at = self.time();
        let request = prepared
            .signed(&credentials, signed_at)
            .map_err(|reason| reason.fault(call))?;
        self.recorder.sent(call.full_name());
        let response = self.config.transport.send(request).await;
        let answered_at = response.as_ref().ok().and_then(date);
        let result = match response {
            Ok(response) => {
                response::read(call, &response).map_err(|answer| fault::of_answer(call, answer))
            }
            Err(error) => Err(fault::of_transport(call, &error)),
        };
        self.learn(call, &gate, ticket, &result);
        Ok(Sent {
            result,
            credentials,
            signed_at,
            answered_at,
        })
    }

    fn learn(&self, call: &Call, gate: &Gate, ticket: Ticket, result: &Result<Answer, Fault>) {
        let now = self.config.clock.elapsed();
        match result {
            Err(fault) if fault.class == Class::Throttled => {
                self.recorder.throttled();
                gate.throttled(now, ticket);
            }
            Err(fault) if fault.status.is_none() => {}
            Ok(_) | Err(_) => gate.accepted(now, ticket),
        }
        let code = result.as_ref().err().map(|fault| fault.code.as_str());
        tracing::debug!(call = %call.full_name(), code, "answered");
    }

    fn gate(&self, bucket: Bucket) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(bucket).or_default())
    }

    /// The time to sign with: ours, or AWS's once we know that ours is off.
    fn time(&self) -> SystemTime {
        let now = SystemTime::from(self.config.clock.timestamp());
        let ahead = self.ahead.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        if ahead < 0 { now - by } else { now + by }
    }
}

impl Reads for Client {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        Box::pin(self.all_pages(call.call()))
    }
}

impl Writes for Client {
    fn send<'a>(&'a self, call: &'a WriteCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        Box::pin(self.settled(call.call()))
    }
}

impl Meter for Client {
    fn traffic(&self) -> Traffic {
        let now = self.config.clock.elapsed();
        let gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let paces = gates.iter().filter_map(|(bucket, gate)| {
            Some(Pace {
                service: bucket.service,
                region: bucket.region.clone(),
                calls_per_second: gate.pace(now)?,
            })
        });
        let mut paces: Vec<Pace> = paces.collect();
        // One line for a service and place: the slower of what asks and what changes.
        paces.dedup_by(|one, kept| {
            let same = (one.service, &one.region) == (kept.service, &kept.region);
            if same {
                kept.calls_per_second = kept.calls_per_second.min(one.calls_per_second);
            }
            same
        });
        let (calls, throttles) = self.recorder.totals();
        Traffic {
            calls,
            throttles,
            paces,
        }
    }
}

fn no_credentials(call: &Call, class: Class, error: &CredentialsError) -> Fault {
    let CredentialsError { message, hint } = error;
    call.fault(class, NO_CREDENTIALS, message)
        .hinted(hint.as_str())
}

/// AWS's time of day when it answered.
fn date(response: &HttpResponse) -> Option<SystemTime> {
    let zoned = jiff::fmt::rfc2822::parse(response.header("date")?).ok()?;
    Some(zoned.timestamp().into())
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
