//! Credentials that others give: SSO, a login, a process, the container and the instance, through `aws-config`. Which of them
//! it is was decided before (`way`); here one is asked and nothing else.

use std::error::Error;

use aws_config::credential_process::CredentialProcessProvider;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::login::LoginCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError as ProviderFailure;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use futures::future::BoxFuture;

use super::cache::Load;
use super::connector::{Reach, http_client};
use super::way::SsoRole;
use super::{CredentialsError, marked};
use crate::aws::endpoint::Variant;
use crate::aws::settings::{Metadata, Settings};

/// A provider, what to call its credentials, and what to do when it has none.
pub(super) struct Provider {
    asked: SharedCredentialsProvider,
    origin: &'static str,
    hint: String,
}

impl Provider {
    pub(super) fn sso(settings: &Settings, role: &SsoRole) -> Self {
        let SsoRole {
            profile,
            account_id,
            role_name,
            start_url,
            region,
            session,
        } = role;
        let region = Region::new(region.clone());
        let config = config(settings, Reach::Proxied).with_region(Some(region.clone()));
        let mut builder = SsoCredentialsProvider::builder()
            .configure(&config)
            .account_id(account_id)
            .role_name(role_name)
            .start_url(start_url)
            .region(region);
        builder.set_session_name(session.clone());
        Self {
            asked: SharedCredentialsProvider::new(builder.build()),
            origin: "profile, SSO",
            hint: format!("run: aws sso login --profile {profile}"),
        }
    }

    pub(super) fn login(settings: &Settings, session: &str, region: &str) -> Self {
        let region = Region::new(region.to_owned());
        let config = config(settings, Reach::Proxied).with_region(Some(region));
        let provider = LoginCredentialsProvider::builder(session).configure(&config);
        Self {
            asked: SharedCredentialsProvider::new(provider.build()),
            origin: "profile, login",
            hint: "run `aws login` with the same profile, or take `login_session` out of the profile and write `credential_process = aws configure export-credentials --format process --profile OTHER`".to_owned(),
        }
    }

    pub(super) fn process(command: &str) -> Self {
        Self {
            asked: SharedCredentialsProvider::new(CredentialProcessProvider::new(
                command.to_owned(),
            )),
            origin: "profile, process",
            hint: "run the `credential_process` of the profile by hand, and see what it says"
                .to_owned(),
        }
    }

    pub(super) fn container(settings: &Settings) -> Self {
        let provider =
            EcsCredentialsProvider::builder().configure(&config(settings, Reach::Direct));
        Self {
            asked: SharedCredentialsProvider::new(provider.build()),
            origin: "container metadata",
            hint: "check AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI, and the role of the task or pod".to_owned(),
        }
    }

    pub(super) fn instance(settings: &Settings) -> Result<Self, CredentialsError> {
        if settings.metadata.is_disabled {
            return Err(no_credentials("AWS_EC2_METADATA_DISABLED is true"));
        }
        let provider = ImdsCredentialsProvider::builder()
            .configure(&config(settings, Reach::Direct))
            .imds_client(client(settings)?);
        Ok(Self {
            asked: SharedCredentialsProvider::new(provider.build()),
            origin: "instance metadata",
            hint: HINT.to_owned(),
        })
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let provided = self.asked.provide_credentials().await;
        provided
            .map(|credentials| marked(credentials, self.origin))
            .map_err(|failure| self.explained(&failure))
    }

    fn explained(&self, failure: &ProviderFailure) -> CredentialsError {
        let causes = causes(failure);
        if self.origin == "instance metadata" {
            return no_credentials(&causes);
        }
        CredentialsError {
            message: format!("no credentials from {}: {causes}", self.origin),
            hint: self.hint.clone(),
        }
    }
}

impl Load for Provider {
    fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.ask())
    }
}

const HINT: &str =
    "run `aws configure`, choose a profile with --profile, or try it without AWS: --sandbox";

/// The instance is what is left when nothing else is configured.
fn no_credentials(why: &str) -> CredentialsError {
    CredentialsError {
        message: format!(
            "no credentials found: tried the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), \
             the shared config and credentials files, web identity, the container's and the instance's metadata ({why})"
        ),
        hint: HINT.to_owned(),
    }
}

/// The region of the instance, if this is one.
pub async fn instance_region(settings: &Settings) -> Option<String> {
    if settings.metadata.is_disabled {
        return None;
    }
    let provider = ImdsRegionProvider::builder()
        .configure(&config(settings, Reach::Direct))
        .imds_client(client(settings).ok()?)
        .build();
    let region = provider.region().await?.to_string();
    Some(region).filter(|region| !region.is_empty())
}

fn config(settings: &Settings, reach: Reach) -> ProviderConfig {
    let Variant { fips, dual_stack } = settings.endpoints.variant;
    ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http_client(settings.trust.clone(), reach))
        .with_sleep_impl(TokioSleep::new())
        .with_use_fips(Some(fips))
        .with_use_dual_stack(Some(dual_stack))
}

fn client(settings: &Settings) -> Result<imds::Client, CredentialsError> {
    let Metadata {
        is_disabled: _,
        endpoint,
        ipv6,
        timeout,
        attempts,
    } = &settings.metadata;
    let mode = if *ipv6 {
        EndpointMode::IpV6
    } else {
        EndpointMode::IpV4
    };
    let mut builder = imds::Client::builder()
        .configure(&config(settings, Reach::Direct))
        .endpoint_mode(mode)
        .max_attempts(*attempts)
        .connect_timeout(*timeout)
        .read_timeout(*timeout)
        .operation_attempt_timeout(*timeout)
        .operation_timeout(*timeout * attempts.saturating_mul(2));
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint(endpoint).map_err(|error| {
            no_credentials(&format!(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL: {error}"
            ))
        })?;
    }
    Ok(builder.build())
}

/// The causes below the outermost error, which only says that loading failed.
fn causes(failure: &ProviderFailure) -> String {
    let causes = std::iter::successors(failure.source(), |cause| (*cause).source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    if texts.is_empty() {
        failure.to_string()
    } else {
        texts.join(": ")
    }
}
