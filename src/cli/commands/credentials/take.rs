//! Gets the credentials that are wanted: those of the run, or what STS issues to them.

use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;

use crate::aws::credentials::TokenRequest;
use crate::cli::options::Common;
use crate::cli::session::Session;
use crate::cli::terminal::{Failure, Ui};
use crate::input::{self, Bounds, Limit};
use crate::policy::Document;

/// Which credentials are wanted.
pub(super) struct Wanted {
    /// Those of a federated user of this name.
    pub federation: Option<String>,
    /// Those of a session of the user.
    pub session: bool,
    /// The policy they are limited to.
    pub policy: Option<PathBuf>,
}

/// Credentials, and the open session that they came through.
pub(super) struct Taken {
    pub credentials: Credentials,
    pub session: Session,
}

pub(super) async fn take(wanted: &Wanted, common: &Common, ui: &Ui) -> Result<Taken, Failure> {
    let request = wanted.request(common)?;
    let session = Session::open(common, None, ui).await?;
    let taken = match &request {
        Some(request) => session.issue(request).await,
        None => session.credentials().await,
    };
    match taken {
        Ok(credentials) => Ok(Taken {
            credentials,
            session,
        }),
        Err(failure) => {
            session.close(ui).await?;
            Err(failure)
        }
    }
}

impl Wanted {
    fn request(&self, common: &Common) -> Result<Option<TokenRequest>, Failure> {
        let assume = &common.assume;
        let usage = |message: &str| Err(Failure::Usage(message.to_owned()));
        let Self {
            federation,
            session,
            policy,
        } = self;
        let policy = policy.as_deref().map(read).transpose()?;
        if (federation.is_some() || *session) && !assume.roles.is_empty() {
            return usage(
                "only a user can get a federation or session token: leave --assume-role-arn out",
            );
        }
        if let Some(name) = federation {
            let fine = |one: char| one.is_ascii_alphanumeric() || "+=,.@-_".contains(one);
            if !(2..=32).contains(&name.len()) || !name.chars().all(fine) {
                return usage(
                    "--federation-token has a name of 2 to 32 letters, digits and +=,.@-_",
                );
            }
            return Ok(Some(TokenRequest::Federation {
                name: name.clone(),
                duration: assume.seconds(),
                policy,
            }));
        }
        if policy.is_some() {
            return usage("--policy is for --federation-token");
        }
        if *session {
            return Ok(Some(TokenRequest::Session {
                duration: assume.seconds(),
                mfa: assume.mfa(),
            }));
        }
        Ok(None)
    }
}

/// A policy file as the text that STS gets.
fn read(file: &Path) -> Result<String, Failure> {
    let wrong = |why: String| {
        let message = format!("{}: {why}", file.display());
        Failure::other(
            message,
            Some("give a file with one policy, as JSON or YAML"),
        )
    };
    let text = input::text(file, Limit::POLICY, Bounds::ItsFolder);
    let text = text.map_err(|error| wrong(error.to_string()))?;
    let json: serde_json::Value =
        serde_yaml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let document = Document::from_json(json).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|one| one.message.clone()).collect();
        wrong(problems.join("; "))
    })?;
    Ok(document.wire())
}
