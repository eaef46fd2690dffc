//! Credentials that stay fresh: loaded at the first use, kept, loaded again before they expire. Where they are
//! loaded from is not known here.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use tokio::sync::{Mutex, MutexGuard};

use super::{CredentialSource, CredentialsError};
use crate::cloud::Clock;

/// Credentials are replaced this long before they expire: an instance's successors are there by then.
const EARLY: Duration = Duration::from_mins(5);
/// When loading brings nothing fresher, the next try is this much later.
const BETWEEN_TRIES: Duration = Duration::from_secs(30);

/// Something that can be asked for credentials again and again, at some cost.
pub(super) trait Load: Send + Sync {
    fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;
}

/// Keeps what a costly source gave. Many tasks share one; while one loads, the others wait for its result.
pub struct CachedSource {
    loader: Box<dyn Load>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    credentials: Credentials,
    loaded_at: Duration,
}

impl CachedSource {
    pub(super) fn new(loader: Box<dyn Load>, clock: Arc<dyn Clock>) -> Self {
        Self {
            loader,
            clock,
            kept: Mutex::new(None),
        }
    }

    async fn fresh(&self) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        match &*kept {
            Some(known) if !self.is_due(known) => Ok(known.credentials.clone()),
            Some(known) if known.credentials.expiry() > Some(self.clock.timestamp().into()) => {
                // They are good for some minutes yet, whatever is wrong with the source.
                let fallback = known.credentials.clone();
                Ok(self.load(&mut kept).await.unwrap_or(fallback))
            }
            Some(_) | None => self.load(&mut kept).await,
        }
    }

    async fn replaced(&self, expired: &Credentials) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        match &*kept {
            // Another task has refreshed while we waited.
            Some(known) if known.credentials != *expired => Ok(known.credentials.clone()),
            Some(_) | None => self.load(&mut kept).await,
        }
    }

    async fn load(
        &self,
        kept: &mut MutexGuard<'_, Option<Kept>>,
    ) -> Result<Credentials, CredentialsError> {
        let loaded = self.loader.load().await;
        let loaded_at = self.clock.elapsed();
        match (&loaded, &mut **kept) {
            (Ok(credentials), kept) => {
                *kept = Some(Kept {
                    credentials: credentials.clone(),
                    loaded_at,
                });
            }
            (Err(_), Some(known)) => known.loaded_at = loaded_at,
            (Err(_), None) => {}
        }
        loaded
    }

    fn is_due(&self, kept: &Kept) -> bool {
        let now = SystemTime::from(self.clock.timestamp());
        let expires_soon = kept
            .credentials
            .expiry()
            .is_some_and(|expiry| expiry < now + EARLY);
        expires_soon && self.clock.elapsed() >= kept.loaded_at + BETWEEN_TRIES
    }
}

impl CredentialSource for CachedSource {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.fresh())
    }

    fn refresh<'a>(
        &'a self,
        expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.replaced(expired))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::aws::testing::TestClock;

    /// Gives `key-1`, `key-2`, …, each good for an hour; nothing while broken.
    struct Hourly {
        loads: Arc<AtomicU64>,
        broken_from: u64,
        clock: Arc<TestClock>,
    }

    impl Load for Hourly {
        fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
            let number = self.loads.fetch_add(1, Ordering::SeqCst) + 1;
            let expiry = SystemTime::from(self.clock.timestamp()) + Duration::from_hours(1);
            Box::pin(async move {
                if number >= self.broken_from {
                    return Err(CredentialsError {
                        message: "the source is down".into(),
                        hint: String::new(),
                    });
                }
                let key = format!("key-{number}");
                Ok(Credentials::new(key, "secret", None, Some(expiry), "test"))
            })
        }
    }

    fn source(broken_from: u64) -> (CachedSource, Arc<TestClock>, Arc<AtomicU64>) {
        let clock = Arc::new(TestClock::at(UNIX_EPOCH + Duration::from_secs(1_000_000)));
        let loads = Arc::new(AtomicU64::new(0));
        let hourly = Hourly {
            loads: loads.clone(),
            broken_from,
            clock: clock.clone(),
        };
        let source = CachedSource::new(Box::new(hourly), clock.clone());
        (source, clock, loads)
    }

    async fn key(source: &CachedSource) -> String {
        source.current().await.unwrap().access_key_id().to_owned()
    }

    #[tokio::test]
    async fn credentials_are_loaded_once_and_again_five_minutes_before_they_expire() {
        let (source, clock, loads) = source(u64::MAX);
        assert_eq!(loads.load(Ordering::SeqCst), 0);
        assert_eq!(key(&source).await, "key-1");
        clock.pass(Duration::from_mins(54));
        assert_eq!(key(&source).await, "key-1");
        clock.pass(Duration::from_mins(2));
        assert_eq!(key(&source).await, "key-2");
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_broken_source_does_not_spoil_credentials_that_still_hold() {
        let (source, clock, loads) = source(2);
        assert_eq!(key(&source).await, "key-1");
        clock.pass(Duration::from_mins(57));
        assert_eq!(key(&source).await, "key-1");
        assert_eq!(key(&source).await, "key-1");
        assert_eq!(loads.load(Ordering::SeqCst), 2, "not asked at every call");
        clock.pass(Duration::from_mins(4));
        let error = source.current().await.unwrap_err();
        assert_eq!(error.to_string(), "the source is down");
    }

    #[tokio::test]
    async fn many_tasks_with_the_same_expired_credentials_load_once() {
        let (source, _, loads) = source(u64::MAX);
        let expired = source.current().await.unwrap();
        for _ in 0..3 {
            let renewed = source.refresh(&expired).await.unwrap();
            assert_eq!(renewed.access_key_id(), "key-2");
        }
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }
}
