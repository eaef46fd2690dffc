//! The HTTP client inside `aws-config`: rustls with ring and the certificates of our own transport, and its rule for proxies.

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use reqwest::Url;

use crate::aws::endpoint::is_near;
use crate::aws::settings::Trust;

/// Whether a proxy may stand between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Never: what hands out credentials in clear is asked directly, wherever it is.
    Direct,
    /// As the proxy variables say, but not to what is near.
    Proxied,
}

pub(super) fn http_client(trust: Trust, reach: Reach) -> SharedHttpClient {
    http_client_fn(move |settings, components| {
        let context = match trust.of_connector() {
            Ok(context) => context,
            Err(reason) => return SharedHttpConnector::new(Broken(reason)),
        };
        let connector = |proxies: ProxyConfig| {
            let mut builder = Connector::builder()
                .connector_settings(settings.clone())
                .proxy_config(proxies)
                .tls_provider(Provider::rustls(CryptoMode::Ring))
                .tls_context(context.clone());
            builder.set_sleep_impl(components.sleep_impl());
            SharedHttpConnector::new(builder.build())
        };
        let direct = connector(ProxyConfig::disabled());
        match reach {
            Reach::Direct => direct,
            Reach::Proxied => SharedHttpConnector::new(ByHost {
                direct,
                proxied: connector(ProxyConfig::from_env()),
            }),
        }
    })
}

/// Asks what is near directly, and all else through the proxy.
#[derive(Debug)]
struct ByHost {
    direct: SharedHttpConnector,
    proxied: SharedHttpConnector,
}

impl HttpConnector for ByHost {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let url = Url::parse(request.uri()).ok();
        let is_direct = url.as_ref().and_then(Url::host_str).is_some_and(is_near);
        if is_direct {
            self.direct.call(request)
        } else {
            self.proxied.call(request)
        }
    }
}

/// Says why there is no connector.
#[derive(Debug)]
struct Broken(String);

impl HttpConnector for Broken {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let reason = self.0.clone();
        HttpConnectorFuture::ready(Err(ConnectorError::user(reason.into())))
    }
}
