//! From where credentials come from to something that has them: STS is asked through our own client, so that it is asked
//! where every other call goes, and all else by `machine`.

use std::sync::Arc;

use super::machine::Provider;
use super::way::{ProfileRole, Way};
use super::web_identity::WebIdentity;
use super::{
    AssumeRole, CachedSource, CredentialSource, CredentialsError, StaticSource, TokenRequest,
    issued_source,
};
use crate::aws::Connection;
use crate::aws::clock::SystemClock;
use crate::aws::settings::Settings;

/// The credentials that settings lead to.
pub fn source(
    settings: &Settings,
    connection: &Connection,
) -> Result<Arc<dyn CredentialSource>, CredentialsError> {
    of_way(&settings.way, settings, connection)
}

fn of_way(
    way: &Way,
    settings: &Settings,
    connection: &Connection,
) -> Result<Arc<dyn CredentialSource>, CredentialsError> {
    let provided: Provider = match way {
        Way::Keys(credentials) => return Ok(Arc::new(StaticSource::of(credentials.clone()))),
        Way::Role(role) => return of_role(role, settings, connection),
        Way::WebIdentity {
            role_arn,
            session_name,
            token_file,
        } => {
            let identity = WebIdentity::new(connection, role_arn, session_name, token_file);
            return Ok(cached(identity));
        }
        Way::Sso(role) => Provider::sso(settings, role),
        Way::Login(session) => Provider::login(settings, session, &connection.region),
        Way::Process(command) => Provider::process(command),
        Way::Container => Provider::container(settings),
        Way::Instance => Provider::instance(settings)?,
    };
    Ok(cached(provided))
}

fn of_role(
    role: &ProfileRole,
    settings: &Settings,
    connection: &Connection,
) -> Result<Arc<dyn CredentialSource>, CredentialsError> {
    let ProfileRole {
        base,
        role_arn,
        session_name,
        external_id,
        duration,
    } = role;
    let client = connection.client(of_way(base, settings, connection)?);
    let request = TokenRequest::Role(Box::new(AssumeRole {
        role_arn: role_arn.clone(),
        session_name: session_name.clone(),
        external_id: external_id.clone(),
        duration: *duration,
        ..AssumeRole::default()
    }));
    let clock = Arc::new(SystemClock::start());
    Ok(Arc::new(issued_source(client, request, clock)))
}

fn cached(loader: impl super::cache::Load + 'static) -> Arc<dyn CredentialSource> {
    let clock = Arc::new(SystemClock::start());
    Arc::new(CachedSource::new(Box::new(loader), clock))
}
