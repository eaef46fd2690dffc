//! The sandbox's credentials: one key that never expires, or short-lived ones where the weather says so.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use futures::future::BoxFuture;

use crate::aws::credentials::{CredentialSource, CredentialsError, StaticSource, marked};
use crate::cloud::Clock;
use crate::sandbox::{self, Sandbox};

/// Where they come from, as `whoami` says it.
const ORIGIN: &str = "the sandbox";

/// What a client of this sandbox signs with.
pub fn source(sandbox: &Arc<Sandbox>, clock: Arc<dyn Clock>) -> Arc<dyn CredentialSource> {
    match issue(sandbox, &*clock) {
        Some(first) => Arc::new(ShortLived {
            sandbox: Arc::clone(sandbox),
            clock,
            kept: Mutex::new(first),
        }),
        None => {
            let (key, secret) = (sandbox::ACCESS_KEY_ID, sandbox::SECRET_ACCESS_KEY);
            Arc::new(StaticSource::new(key, secret, None).marked(ORIGIN))
        }
    }
}

/// Credentials that are used until the sandbox calls them expired, as on a machine whose clock is of no help.
struct ShortLived {
    sandbox: Arc<Sandbox>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Credentials>,
}

impl ShortLived {
    /// New credentials, unless another task has already got some.
    fn renewed(&self, expired: &Credentials) -> Credentials {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if *kept == *expired
            && let Some(next) = issue(&self.sandbox, &*self.clock)
        {
            *kept = next;
        }
        kept.clone()
    }
}

impl CredentialSource for ShortLived {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.clone();
        Box::pin(async { Ok(kept) })
    }

    fn refresh<'a>(
        &'a self,
        expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.renewed(expired)) })
    }
}

/// Short-lived credentials as of now, where the weather has any.
fn issue(sandbox: &Sandbox, clock: &dyn Clock) -> Option<Credentials> {
    let session = sandbox.session(clock.timestamp())?;
    let credentials = Credentials::new(
        session.access_key_id,
        sandbox::SECRET_ACCESS_KEY,
        Some(session.token),
        Some(SystemTime::from(session.expires)),
        "sandbox",
    );
    Some(marked(credentials, ORIGIN))
}
