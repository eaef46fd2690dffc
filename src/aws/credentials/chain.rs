//! Finding credentials and a region where the AWS CLI finds them, through `aws-config`: environment, profile (keys,
//! SSO, process, assumed role), web identity, container, instance metadata.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError as ProviderFailure;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use super::CredentialsError;
use super::cache::{CachedSource, Load};
use crate::cloud::Clock;

/// Instance metadata answers within milliseconds, or not at all.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// Credentials as the AWS CLI finds them. A profile that is named here wins over keys in the environment, and
/// nothing but it is tried: a misspelt profile must not end in another account.
pub fn default_source(
    profile: Option<&str>,
    region: Option<&str>,
    clock: Arc<dyn Clock>,
) -> CachedSource {
    let chain = Chain {
        profile: profile.map(str::to_owned),
        region: region.map(str::to_owned),
        provider: OnceCell::new(),
    };
    CachedSource::new(Box::new(chain), clock)
}

/// The run's region: what was said, else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, the instance's.
pub async fn region(profile: Option<&str>, explicit: Option<&str>) -> Option<String> {
    if let Some(region) = explicit {
        return Some(region.to_owned());
    }
    let config = config(None);
    let mut from_profile = ProfileFileRegionProvider::builder().configure(&config);
    if let Some(profile) = profile {
        from_profile = from_profile.profile_name(profile);
    }
    let from_instance = ImdsRegionProvider::builder()
        .configure(&config)
        .imds_client(metadata(&config))
        .build();
    let found = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(from_profile.build())
        .or_else(from_instance)
        .region()
        .await?;
    Some(found.to_string()).filter(|region| !region.is_empty())
}

struct Chain {
    profile: Option<String>,
    region: Option<String>,
    provider: OnceCell<SharedCredentialsProvider>,
}

impl Chain {
    async fn provider(&self) -> &SharedCredentialsProvider {
        self.provider.get_or_init(|| self.build()).await
    }

    async fn build(&self) -> SharedCredentialsProvider {
        let region = self.region.clone().map(Region::new);
        let config = config(region.clone());
        match &self.profile {
            Some(profile) => SharedCredentialsProvider::new(
                ProfileFileCredentialsProvider::builder()
                    .configure(&config)
                    .profile_name(profile)
                    .build(),
            ),
            None => SharedCredentialsProvider::new(
                DefaultCredentialsChain::builder()
                    .imds_client(metadata(&config))
                    .configure(config)
                    .region(region)
                    .build()
                    .await,
            ),
        }
    }
}

impl Load for Chain {
    fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            let provided = self.provider().await.provide_credentials().await;
            provided.map_err(|failure| explained(&failure, self.profile.as_deref()))
        })
    }
}

fn config(region: Option<Region>) -> ProviderConfig {
    ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(http_client())
        .with_sleep_impl(TokioSleep::new())
        .with_region(region)
}

fn metadata(config: &ProviderConfig) -> imds::Client {
    imds::Client::builder()
        .configure(config)
        .max_attempts(1)
        .connect_timeout(METADATA_TIMEOUT)
        .read_timeout(METADATA_TIMEOUT)
        .operation_attempt_timeout(METADATA_TIMEOUT)
        .operation_timeout(METADATA_TIMEOUT * 2)
        .build()
}

/// rustls with ring, like our own transport, and the same proxy variables. `NO_PROXY` has to name the metadata
/// service where `HTTP_PROXY` is set, as for every AWS SDK.
fn http_client() -> SharedHttpClient {
    http_client_fn(|settings, components| {
        let mut builder = Connector::builder()
            .connector_settings(settings.clone())
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::rustls(CryptoMode::Ring));
        builder.set_sleep_impl(components.sleep_impl());
        SharedHttpConnector::new(builder.build())
    })
}

fn explained(failure: &ProviderFailure, profile: Option<&str>) -> CredentialsError {
    let message = match (failure, profile) {
        (ProviderFailure::CredentialsNotLoaded(_), None) => {
            "no credentials found: tried the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), \
             the shared config and credentials files, web identity, the container's and the instance's metadata"
                .to_owned()
        }
        (ProviderFailure::CredentialsNotLoaded(_), Some(profile)) => {
            format!("profile `{profile}` has no credentials: {}", causes(failure))
        }
        (_, None) => format!("loading credentials failed: {}", causes(failure)),
        (_, Some(profile)) => format!(
            "loading the credentials of profile `{profile}` failed: {}",
            causes(failure)
        ),
    };
    CredentialsError {
        hint: hint(&message, profile),
        message,
    }
}

fn hint(message: &str, profile: Option<&str>) -> String {
    let sso = message.to_lowercase().contains("sso");
    match (sso, profile) {
        (true, Some(profile)) => format!("run: aws sso login --profile {profile}"),
        (true, None) => "run: aws sso login".to_owned(),
        (false, Some(_)) => {
            "check the profile's name and its settings in ~/.aws/config and ~/.aws/credentials"
                .to_owned()
        }
        (false, None) => {
            "run `aws configure`, choose a profile with --profile, or try it without AWS: --sandbox"
                .to_owned()
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_credentials_say_where_they_were_looked_for() {
        let error = explained(&ProviderFailure::not_loaded("nothing"), None);
        assert_eq!(
            error.message,
            "no credentials found: tried the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), \
             the shared config and credentials files, web identity, the container's and the instance's metadata"
        );
        assert!(error.hint.contains("--profile"), "{}", error.hint);
    }

    #[test]
    fn a_profile_that_does_not_exist_is_named() {
        let failure = ProviderFailure::not_loaded("profile `typo` was not defined");
        let error = explained(&failure, Some("typo"));
        assert_eq!(
            error.message,
            "profile `typo` has no credentials: profile `typo` was not defined"
        );
        assert!(error.hint.contains("~/.aws/config"), "{}", error.hint);
    }

    #[test]
    fn an_sso_session_that_has_ended_says_how_to_log_in() {
        let failure = ProviderFailure::provider_error("the SSO session has expired");
        let error = explained(&failure, Some("work"));
        assert_eq!(
            error,
            CredentialsError {
                message:
                    "loading the credentials of profile `work` failed: the SSO session has expired"
                        .into(),
                hint: "run: aws sso login --profile work".into(),
            }
        );
    }

    #[tokio::test]
    async fn a_region_that_was_said_is_not_looked_up() {
        assert_eq!(
            region(None, Some("eu-central-1")).await.as_deref(),
            Some("eu-central-1")
        );
    }
}
