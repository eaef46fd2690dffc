//! The proof that a revocation is in effect: a session that is taken before, and that AWS denies afterwards. Where no session
//! can be had, the moment up to which sessions are revoked is waited for, which proves nothing and is said so.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::aws::Client;
use crate::aws::credentials::{AssumeRole, TokenRequest};
use crate::cli::session::Session;
use crate::cli::terminal::Ui;
use crate::cloud::backoff::Backoff;
use crate::cloud::{ReadCall, Reads, Service};
use crate::revocation::{Change, Subject};
use crate::run::{ReadBack, Unconverged};

/// How CloudTrail shows it.
const NAME: &str = "rolewright-probe";

/// Somebody who is about to be revoked.
pub(super) enum Probe {
    /// A session of the role.
    Session(Box<Client>),
    /// Nobody: the caller may not assume the role, or it is no role.
    Nobody,
}

impl Probe {
    pub(super) async fn take(session: &Session, change: &Change, ui: &Ui) -> Self {
        // A session that is taken now is not meant by a moment that has passed.
        let is_ahead = change.after.is_some_and(|moment| moment > Timestamp::now());
        if !is_ahead || !matches!(change.subject, Subject::Role(_)) {
            return Self::Nobody;
        }
        let request = TokenRequest::Role(Box::new(AssumeRole {
            role_arn: change.arn.clone(),
            session_name: NAME.to_owned(),
            ..AssumeRole::default()
        }));
        match session.issue(&request).await {
            Ok(credentials) => Self::Session(Box::new(session.with(credentials))),
            Err(_) => {
                ui.say(&format!(
                    "the caller may not assume {}: whether its sessions are denied cannot be seen",
                    change.subject
                ));
                Self::Nobody
            }
        }
    }

    /// Waits until the session is denied, or until the moment has passed. Says what that shows.
    pub(super) async fn wait(&self, change: &Change, limit: Duration) -> (ReadBack, String) {
        match self {
            Self::Session(client) => denied(client, limit).await,
            Self::Nobody => passed(change, limit).await,
        }
    }
}

async fn denied(client: &Client, limit: Duration) -> (ReadBack, String) {
    // A call that anybody may make in vain: what matters is why it is denied.
    let call = ReadCall::new(Service::Ec2, "DescribeInstances").with("MaxResults", "5");
    let began = Instant::now();
    let mut attempt = 0;
    loop {
        let answer = client.ask(&call).await;
        if answer.is_err_and(|fault| fault.is_explicit_denial()) {
            let sentence = "Proven: a session that was taken before is denied.";
            return (ReadBack::Converged, sentence.to_owned());
        }
        if began.elapsed() >= limit {
            let open = "a session that was taken before is not denied yet".to_owned();
            return (
                ReadBack::Open(vec![Unconverged::Other(open)]),
                String::new(),
            );
        }
        attempt += 1;
        tokio::time::sleep(Backoff::QUICK.delay(attempt, 1.0)).await;
    }
}

async fn passed(change: &Change, limit: Duration) -> (ReadBack, String) {
    let left = change
        .after
        .map(|moment| moment.duration_since(Timestamp::now()));
    let left = left.and_then(|left| Duration::try_from(left).ok());
    let left = left.unwrap_or_default();
    tokio::time::sleep(left.min(limit)).await;
    if left > limit {
        let open = "the moment up to which sessions are revoked is still ahead".to_owned();
        return (
            ReadBack::Open(vec![Unconverged::Other(open)]),
            String::new(),
        );
    }
    let sentence = "The moment has passed: sessions that are issued from now on are not revoked.";
    (ReadBack::Converged, sentence.to_owned())
}
