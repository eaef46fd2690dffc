//! Temporary credentials from STS: the three actions that issue them, and sources that ask again before what they got
//! expires. What may be asked for is checked where it is typed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use futures::future::BoxFuture;
use jiff::Timestamp;

use super::cache::{CachedSource, Load};
use super::{CredentialsError, marked};
use crate::aws::Client;
use crate::aws::settings::Token;
use crate::cloud::Clock;
use crate::cloud::backoff::Backoff;
use crate::cloud::{Answer, Class, Fault, Parameter, Service, WriteCall, Writes};

/// How often a request is sent that fails for reasons that pass.
const ATTEMPTS: u32 = 5;

/// A code that a device shows. Good for half a minute and one call, and secret nevertheless.
#[derive(Clone, PartialEq, Eq)]
pub struct MfaCode(String);

impl MfaCode {
    /// A code as typed: 6 digits.
    pub fn new(code: String) -> Self {
        Self(code)
    }
}

impl fmt::Debug for MfaCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MfaCode(hidden)")
    }
}

/// A device, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mfa {
    /// The device's ARN or serial number.
    pub serial: String,
    /// What it shows.
    pub code: MfaCode,
}

/// `AssumeRole`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// The session's name, which CloudTrail shows.
    pub session_name: String,
    /// What the role's owner asks third parties for.
    pub external_id: Option<String>,
    /// Seconds; AWS's default is 3600.
    pub duration: Option<u32>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// The keys of those tags that roles assumed with this session inherit.
    pub transitive_tags: BTreeSet<String>,
    /// Who is behind the session; cannot be changed later.
    pub source_identity: Option<String>,
    /// What the session is limited to beside the role's policies.
    pub policy: Option<String>,
    /// A second factor.
    pub mfa: Option<Mfa>,
}

/// A request for temporary credentials (STS API reference, 2011-06-15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// A session of a role.
    Role(Box<AssumeRole>),
    /// A session of a role for a token of an identity provider. The request has no signature.
    WebIdentity {
        /// The role.
        role_arn: String,
        /// The session's name.
        session_name: String,
        /// The proof.
        token: Token,
    },
    /// A session for a federated user, in the name of the user that asks.
    Federation {
        /// The federated user's name.
        name: String,
        /// Seconds; AWS's default is 43200.
        duration: Option<u32>,
        /// What the session may do, of what the user may do. Nothing without it.
        policy: Option<String>,
    },
    /// A session of the user that asks.
    Session {
        /// Seconds; AWS's default is 43200.
        duration: Option<u32>,
        /// A second factor: without it the session cannot call IAM.
        mfa: Option<Mfa>,
    },
}

/// What STS issued.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The credentials. Their secrets are hidden when shown.
    pub credentials: Credentials,
    /// When they expire.
    pub expires: Option<Timestamp>,
    /// The ARN of the session, where STS gives it.
    pub arn: Option<String>,
}

impl TokenRequest {
    fn call(&self) -> WriteCall {
        match self {
            TokenRequest::Role(assume) => assume.call(),
            TokenRequest::WebIdentity {
                role_arn,
                session_name,
                token,
            } => sts("AssumeRoleWithWebIdentity")
                .with("RoleArn", role_arn.as_str())
                .with("RoleSessionName", session_name.as_str())
                .with("WebIdentityToken", token.reveal()),
            TokenRequest::Federation {
                name,
                duration,
                policy,
            } => {
                let call = sts("GetFederationToken").with("Name", name.as_str());
                let call = optional(call, "Policy", policy.as_deref());
                seconds(call, *duration)
            }
            TokenRequest::Session { duration, mfa } => seconds(
                second_factor(sts("GetSessionToken"), mfa.as_ref()),
                *duration,
            ),
        }
    }

    /// What it is for, to follow "cannot".
    fn purpose(&self) -> String {
        match self {
            TokenRequest::Role(assume) => format!("assume role {}", assume.role_arn),
            TokenRequest::WebIdentity { role_arn, .. } => format!("assume role {role_arn}"),
            TokenRequest::Federation { name, .. } => format!("get a federation token for {name}"),
            TokenRequest::Session { .. } => "get a session token".to_owned(),
        }
    }

    /// Where its credentials come from.
    fn origin(&self) -> String {
        match self {
            TokenRequest::Role(assume) => format!("assumed role {}", assume.role_arn),
            TokenRequest::WebIdentity { .. } => "web identity".to_owned(),
            TokenRequest::Federation { .. } => "federation token".to_owned(),
            TokenRequest::Session { .. } => "session token".to_owned(),
        }
    }

    /// A code of a device is good for one request.
    fn is_for_once(&self) -> bool {
        match self {
            TokenRequest::Role(assume) => assume.mfa.is_some(),
            TokenRequest::Session { mfa, .. } => mfa.is_some(),
            TokenRequest::WebIdentity { .. } | TokenRequest::Federation { .. } => false,
        }
    }
}

impl AssumeRole {
    fn call(&self) -> WriteCall {
        let Self {
            role_arn,
            session_name,
            external_id,
            duration,
            tags,
            transitive_tags,
            source_identity,
            policy,
            mfa,
        } = self;
        let mut call = sts("AssumeRole")
            .with("RoleArn", role_arn.as_str())
            .with("RoleSessionName", session_name.as_str());
        for (name, value) in [
            ("ExternalId", external_id),
            ("SourceIdentity", source_identity),
            ("Policy", policy),
        ] {
            call = optional(call, name, value.as_deref());
        }
        if !tags.is_empty() {
            let tag = |(key, value): (&String, &String)| {
                Parameter::map([
                    ("Key", key.as_str().into()),
                    ("Value", value.as_str().into()),
                ])
            };
            call = call.with("Tags", Parameter::List(tags.iter().map(tag).collect()));
        }
        if !transitive_tags.is_empty() {
            let keys: Parameter = transitive_tags.iter().map(String::as_str).collect();
            call = call.with("TransitiveTagKeys", keys);
        }
        seconds(second_factor(call, mfa.as_ref()), *duration)
    }
}

fn sts(action: &str) -> WriteCall {
    WriteCall::new(Service::Sts, action)
}

fn optional(call: WriteCall, name: &str, value: Option<&str>) -> WriteCall {
    match value {
        Some(value) => call.with(name, value),
        None => call,
    }
}

fn seconds(call: WriteCall, duration: Option<u32>) -> WriteCall {
    match duration {
        Some(seconds) => call.with("DurationSeconds", seconds.to_string()),
        None => call,
    }
}

fn second_factor(call: WriteCall, mfa: Option<&Mfa>) -> WriteCall {
    match mfa {
        Some(Mfa { serial, code }) => call
            .with("SerialNumber", serial.as_str())
            .with("TokenCode", code.0.as_str()),
        None => call,
    }
}

/// Asks STS, again while that may help: issuing credentials twice does no harm. A code of a device is sent once.
pub async fn issue(client: &Client, request: &TokenRequest) -> Result<Issued, Fault> {
    let call = request.call();
    let attempts = if request.is_for_once() { 1 } else { ATTEMPTS };
    let mut attempt = 0;
    loop {
        attempt += 1;
        match client.send(&call).await {
            Ok(answer) => return issued(&answer, &call),
            Err(fault) if fault.may_pass() && attempt < attempts => {
                tokio::time::sleep(Backoff::QUICK.delay(attempt, 1.0)).await;
            }
            Err(fault) => return Err(fault),
        }
    }
}

fn issued(answer: &Answer, call: &WriteCall) -> Result<Issued, Fault> {
    let text = |name: &str| answer.body.text(&["Credentials", name]);
    let (Some(key), Some(secret), Some(token)) = (
        text("AccessKeyId"),
        text("SecretAccessKey"),
        text("SessionToken"),
    ) else {
        // The answer itself is not shown: half of it may be a secret.
        let message = "the answer holds no credentials";
        let fault = call
            .call()
            .fault(Class::Unexpected, "MalformedAnswer", message);
        return Err(fault);
    };
    let expires: Option<Timestamp> = text("Expiration").and_then(|time| time.parse().ok());
    let arn = [["AssumedRoleUser", "Arn"], ["FederatedUser", "Arn"]];
    let arn = arn.iter().find_map(|path| answer.body.text(path));
    Ok(Issued {
        credentials: Credentials::new(
            key,
            secret,
            Some(token.to_owned()),
            expires.map(SystemTime::from),
            "sts",
        ),
        expires,
        arn: arn.map(str::to_owned),
    })
}

/// Credentials that STS issues to those of `client`, asked for again before they expire.
pub fn issued_source(client: Client, request: TokenRequest, clock: Arc<dyn Clock>) -> CachedSource {
    let issuer = Issuer {
        client,
        request,
        is_used: AtomicBool::new(false),
    };
    CachedSource::new(Box::new(issuer), clock)
}

struct Issuer {
    client: Client,
    request: TokenRequest,
    is_used: AtomicBool,
}

impl Issuer {
    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        if self.request.is_for_once() && self.is_used.swap(true, Ordering::SeqCst) {
            return Err(CredentialsError {
                message: format!(
                    "cannot {} again: that takes a new code of the MFA device",
                    self.request.purpose()
                ),
                hint: "run it again with a new code; what is done is not repeated".to_owned(),
            });
        }
        let issued = issue(&self.client, &self.request).await;
        issued
            .map(|issued| marked(issued.credentials, &self.request.origin()))
            .map_err(|fault| CredentialsError {
                message: format!("cannot {}: {fault}", self.request.purpose()),
                hint: fault.hint.unwrap_or_else(|| {
                    "see whose credentials are used with `rolewright whoami`".to_owned()
                }),
            })
    }
}

impl Load for Issuer {
    fn load(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.ask())
    }
}
