//! A server whose certificate is of an authority that only these tests know.

use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::attempt::Attempt;
use super::recorder::{Recorder, converse};

const AUTHORITY: &str = include_str!("ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("server.pem");
/// Of nothing but this certificate for loopback.
const KEY: &[u8] = include_bytes!("server.key");

fn serve() -> Recorder {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("it is one");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("it is one");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    let config = Arc::new(config);
    Recorder::serving("https", move |stream, seen: &Mutex<Vec<String>>| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("it can be made");
        converse(StreamOwned::new(connection, stream), seen);
    })
}

pub(super) fn authorities() {
    let server = serve();
    let attempt = || Attempt::with_keys().variable("AWS_ENDPOINT_URL", &server.url);
    let seen = attempt().run();
    assert_eq!(seen.code, Some(1));
    for name in ["AWS_CA_BUNDLE", "ca_bundle", "SSL_CERT_FILE"] {
        assert!(seen.error.contains(name), "{}", seen.error);
    }
    for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let attempt = attempt();
        let bundle = attempt.file("ca.pem", AUTHORITY);
        assert_eq!(
            attempt.variable(name, &bundle).run().key(),
            "AKIAENVIRONMENT"
        );
    }
    let with_key = attempt();
    let bundle = with_key.file("ca.pem", AUTHORITY);
    assert_eq!(
        with_key.key("ca_bundle", &bundle).run().key(),
        "AKIAENVIRONMENT"
    );
    let wrong = attempt();
    let bundle = wrong.file("ca.pem", "no certificate");
    wrong
        .variable("AWS_CA_BUNDLE", &bundle)
        .run()
        .stopped("ca.pem");
}
