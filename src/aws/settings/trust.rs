//! Which certificate authorities connections trust: the system's, or those of a file alone. Both HTTP stacks take it from here.

use std::sync::Arc;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use reqwest::{Certificate, ClientBuilder};

use super::SettingsError;
use super::files::Named;

/// The certificates of a file, instead of the system's.
#[derive(Debug, Clone, Default)]
pub struct Trust(Option<Arc<Bundle>>);

#[derive(Debug)]
struct Bundle {
    path: String,
    pem: Vec<u8>,
}

impl Trust {
    pub(super) fn read(file: &Named) -> Result<Self, SettingsError> {
        let pem = file.text()?.unwrap_or_default().into_bytes();
        let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(SettingsError::new(
                format!("{} holds no certificate in PEM", file.shown()),
                "name a file with `-----BEGIN CERTIFICATE-----` in it",
            ));
        }
        let path = file.path.display().to_string();
        Ok(Self(Some(Arc::new(Bundle { path, pem }))))
    }

    /// The file, where there is one.
    pub(super) fn file(&self) -> Option<String> {
        self.0.as_ref().map(|bundle| bundle.path.clone())
    }

    /// For reqwest.
    pub(in crate::aws) fn of_client(&self, builder: ClientBuilder) -> ClientBuilder {
        match &self.0 {
            // They were read once already.
            Some(bundle) => {
                let certificates = Certificate::from_pem_bundle(&bundle.pem);
                builder.tls_certs_only(certificates.unwrap_or_default())
            }
            None => builder,
        }
    }

    /// For the HTTP client inside `aws-config`.
    pub(in crate::aws) fn of_connector(&self) -> Result<TlsContext, String> {
        let store = match &self.0 {
            Some(bundle) => TrustStore::empty().with_pem_certificate(bundle.pem.clone()),
            None => TrustStore::default(),
        };
        let context = TlsContext::builder().with_trust_store(store).build();
        context.map_err(|error| error.to_string())
    }
}
