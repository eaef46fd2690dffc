//! Web identity: a role's session for a token that somebody else issues into a file, as in Kubernetes and workflows. The
//! token is the proof, so that the request has no signature.

use std::path::Path;

use aws_credential_types::Credentials;
use futures::future::BoxFuture;

use super::cache::Load;
use super::{CredentialsError, StaticSource, TokenRequest, issue, marked};
use crate::aws::settings::read_token;
use crate::aws::{Client, Connection};

/// The mark of credentials that sign nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unsigned;

/// Whether requests with these credentials have no signature.
pub(in crate::aws) fn is_unsigned(credentials: &Credentials) -> bool {
    credentials.get_property::<Unsigned>().is_some()
}

/// Asks STS with what is in the file at that moment.
pub(super) struct WebIdentity {
    client: Client,
    role_arn: String,
    session_name: String,
    token_file: String,
}

impl WebIdentity {
    pub(super) fn new(
        connection: &Connection,
        role_arn: &str,
        session_name: &str,
        token_file: &str,
    ) -> Self {
        let mut nobody = Credentials::new("unsigned", "unsigned", None, None, "web identity");
        nobody.set_property(Unsigned);
        Self {
            client: connection.client(std::sync::Arc::new(StaticSource::of(nobody))),
            role_arn: role_arn.to_owned(),
            session_name: session_name.to_owned(),
            token_file: token_file.to_owned(),
        }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let Self {
            client,
            role_arn,
            session_name,
            token_file,
        } = self;
        let token = read_token(Path::new(token_file)).map_err(|error| CredentialsError {
            message: error.message,
            hint: error.hint,
        })?;
        let request = TokenRequest::WebIdentity {
            role_arn: role_arn.clone(),
            session_name: session_name.clone(),
            token,
        };
        let issued = issue(client, &request)
            .await
            .map_err(|fault| CredentialsError {
                message: format!("cannot assume role {role_arn} with a web identity: {fault}"),
                hint: fault.hint.unwrap_or_else(|| {
                    format!("check the token in {token_file}, and the trust policy of the role")
                }),
            })?;
        Ok(marked(issued.credentials, "web identity"))
    }
}

impl Load for WebIdentity {
    fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.ask())
    }
}
