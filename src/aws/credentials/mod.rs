//! Who we are to AWS: the seam that credentials come through, and the simplest source behind it. Keeping
//! credentials fresh is `cache`'s, choosing where they come from `way`'s, getting them there `source`'s.

mod cache;
mod choose;
mod connector;
mod issue;
mod machine;
mod origin;
mod source;
mod way;
mod web_identity;

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use thiserror::Error;

pub use cache::CachedSource;
pub use issue::{AssumeRole, Issued, Mfa, MfaCode, TokenRequest, issue, issued_source};
pub use machine::instance_region;
pub use origin::{marked, origin};
pub use source::source;
pub(super) use way::Way;
pub(super) use web_identity::is_unsigned;

/// Why there are no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct CredentialsError {
    /// What was tried and what came of it. Never holds a secret.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// Where credentials come from. [`Credentials`] hide their secrets when shown.
pub trait CredentialSource: Send + Sync {
    /// Credentials that are good for now.
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>>;

    /// Credentials after AWS has called these ones expired: new ones if there are any, the same otherwise.
    fn refresh<'a>(
        &'a self,
        expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>>;
}

/// Credentials that never change: the sandbox's, or assumed ones.
#[derive(Debug, Clone)]
pub struct StaticSource(Credentials);

impl StaticSource {
    /// A source of just these.
    pub fn new(
        access_key_id: &str,
        secret_access_key: &str,
        session_token: Option<String>,
    ) -> Self {
        Self(Credentials::new(
            access_key_id,
            secret_access_key,
            session_token,
            None,
            "static",
        ))
    }

    /// A source of credentials that was found elsewhere.
    pub fn of(credentials: Credentials) -> Self {
        Self(credentials)
    }

    /// The same, marked with where they came from.
    #[must_use]
    pub fn marked(self, origin: &str) -> Self {
        Self(marked(self.0, origin))
    }
}

impl CredentialSource for StaticSource {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn refresh<'a>(
        &'a self,
        _expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        self.current()
    }
}
