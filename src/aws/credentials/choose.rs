//! Which of the settings the credentials come from: decided before any is asked, so that one that fails never leads to
//! another identity. The order is botocore's (`credentials.py`).

use std::time::SystemTime;

use aws_credential_types::Credentials;
use jiff::Timestamp;

use super::marked;
use super::way::{ProfileRole, SsoRole, Way};
use crate::aws::settings::{Lookup, SettingsError, Which};

/// A session that names none.
const SESSION_NAME: &str = "rolewright";

impl Way {
    /// The first way that is configured. A profile that was typed is the only one.
    pub(in crate::aws) fn choose(
        lookup: &Lookup<'_>,
        typed: Option<&str>,
    ) -> Result<Self, SettingsError> {
        let chooser = Chooser { lookup };
        let own = lookup.profile;
        if let Some(profile) = typed {
            let found = chooser.of_profile(profile, Variables::Ignored)?;
            return found.ok_or_else(|| no_credentials(profile));
        }
        if let Some(keys) = chooser.keys_of_environment()? {
            return Ok(keys);
        }
        if let Some(found) = chooser.of_profile(own, Variables::Count)? {
            return Ok(found);
        }
        chooser.of_machine()
    }
}

/// Whether variables of web identity stand for a profile's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    Count,
    Ignored,
}

struct Chooser<'a> {
    lookup: &'a Lookup<'a>,
}

impl Chooser<'_> {
    fn variable(&self, name: &str) -> Result<Option<&str>, SettingsError> {
        self.lookup.environment.given(name)
    }

    fn key(&self, profile: &str, key: &str) -> Option<String> {
        self.lookup.profiles.get(profile, key).map(str::to_owned)
    }

    /// All ways of a profile, in order: a role first, unless its credentials are a token's.
    fn of_profile(
        &self,
        profile: &str,
        variables: Variables,
    ) -> Result<Option<Way>, SettingsError> {
        if self.is_role(profile) {
            return self.role(profile, &mut Vec::new()).map(Some);
        }
        self.base(profile, variables)
    }

    fn is_role(&self, profile: &str) -> bool {
        let has = |key| self.key(profile, key).is_some();
        has("role_arn") && !has("web_identity_token_file")
    }

    /// The ways of a profile that need no other credentials.
    fn base(&self, profile: &str, variables: Variables) -> Result<Option<Way>, SettingsError> {
        self.check_alone(profile)?;
        if let Some(way) = self.web_identity(profile, variables)? {
            return Ok(Some(way));
        }
        if let Some(way) = self.sso(profile)? {
            return Ok(Some(way));
        }
        if let Some(way) = self.keys(profile, Which::Credentials)? {
            return Ok(Some(way));
        }
        if let Some(session) = self.key(profile, "login_session") {
            return Ok(Some(Way::Login(session)));
        }
        if let Some(command) = self.key(profile, "credential_process") {
            return Ok(Some(Way::Process(command)));
        }
        self.keys(profile, Which::Config)
    }

    /// Keys that only mean something beside `role_arn`: without it they are what is left of a mistake.
    fn check_alone(&self, profile: &str) -> Result<(), SettingsError> {
        let has_role = self.key(profile, "role_arn").is_some();
        for key in ["source_profile", "credential_source"] {
            if !has_role && self.key(profile, key).is_some() {
                return Err(SettingsError::new(
                    format!("profile `{profile}` has `{key}` and no `role_arn`"),
                    format!("add the role's ARN, or take `{key}` out of the profile"),
                ));
            }
        }
        Ok(())
    }

    fn keys_of_environment(&self) -> Result<Option<Way>, SettingsError> {
        let key = self.variable("AWS_ACCESS_KEY_ID")?;
        let secret = self.variable("AWS_SECRET_ACCESS_KEY")?;
        let (key, secret) = match (key, secret) {
            (None, None) => return Ok(None),
            (Some(key), Some(secret)) => (key, secret),
            (key, _) => {
                let (there, missing) = match key {
                    Some(_) => ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
                    None => ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
                };
                return Err(half("the environment", there, missing));
            }
        };
        let token = match self.variable("AWS_SECURITY_TOKEN")? {
            Some(token) => Some(token),
            None => self.variable("AWS_SESSION_TOKEN")?,
        };
        let expiry = self
            .variable("AWS_CREDENTIAL_EXPIRATION")?
            .map(moment)
            .transpose()?;
        let credentials =
            Credentials::new(key, secret, token.map(str::to_owned), expiry, "environment");
        Ok(Some(Way::Keys(marked(credentials, "environment"))))
    }

    /// The keys of a profile in one of the files: both, or none.
    fn keys(&self, profile: &str, which: Which) -> Result<Option<Way>, SettingsError> {
        let of = |key| self.lookup.profiles.get_in(which, profile, key);
        let (id, secret) = ("aws_access_key_id", "aws_secret_access_key");
        let place = format!("profile `{profile}`");
        match (of(id), of(secret)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(&place, id, secret)),
            (None, Some(_)) => Err(half(&place, secret, id)),
            (Some(key), Some(value)) => {
                let token = of("aws_security_token").or_else(|| of("aws_session_token"));
                let token = token.map(str::to_owned);
                let credentials = Credentials::new(key, value, token, None, "profile");
                Ok(Some(Way::Keys(marked(credentials, "profile"))))
            }
        }
    }

    fn web_identity(
        &self,
        profile: &str,
        variables: Variables,
    ) -> Result<Option<Way>, SettingsError> {
        let setting = |variable, key| match variables {
            Variables::Count => Ok(match self.variable(variable)? {
                Some(value) => Some(value.to_owned()),
                None => self.key(profile, key),
            }),
            Variables::Ignored => Ok(self.key(profile, key)),
        };
        let token = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")?;
        let Some(token_file) = token else {
            return Ok(None);
        };
        let role_arn = setting("AWS_ROLE_ARN", "role_arn")?.ok_or_else(|| {
            SettingsError::new(
                format!("there is the web identity token {token_file}, and no role for it"),
                "set AWS_ROLE_ARN, or `role_arn` of the profile",
            )
        })?;
        let session_name = setting("AWS_ROLE_SESSION_NAME", "role_session_name")?;
        Ok(Some(Way::WebIdentity {
            role_arn,
            session_name: session_name.unwrap_or_else(|| SESSION_NAME.to_owned()),
            token_file,
        }))
    }

    fn sso(&self, profile: &str) -> Result<Option<Way>, SettingsError> {
        let key = |key: &str| self.key(profile, key);
        if key("sso_account_id").is_none() && key("sso_role_name").is_none() {
            return Ok(None);
        }
        let session = key("sso_session");
        if let Some(name) = session
            .as_deref()
            .filter(|name| !self.lookup.profiles.has_sso_session(name))
        {
            return Err(SettingsError::new(
                format!("profile `{profile}` names the sso-session `{name}`, which does not exist"),
                format!("write a section [sso-session {name}], or run `aws configure sso`"),
            ));
        }
        let setting = |name: &str| {
            let of_session = session.as_deref();
            let of_session =
                of_session.and_then(|session| self.lookup.profiles.sso_session(session, name));
            match (key(name), of_session) {
                (Some(own), Some(other)) if own != other => Err(SettingsError::new(
                    format!("`{name}` of profile `{profile}` and of its sso-session differ"),
                    format!("take `{name}` out of the profile"),
                )),
                (own, other) => own.or(other.map(str::to_owned)).ok_or_else(|| {
                    SettingsError::new(
                        format!("profile `{profile}` is one of SSO, and has no `{name}`"),
                        "run `aws configure sso`",
                    )
                }),
            }
        };
        Ok(Some(Way::Sso(SsoRole {
            profile: profile.to_owned(),
            account_id: setting("sso_account_id")?,
            role_name: setting("sso_role_name")?,
            start_url: setting("sso_start_url")?,
            region: setting("sso_region")?,
            session: session.clone(),
        })))
    }

    /// A role, and the way to the credentials that assume it. `visited` are the profiles on the way here.
    fn role(&self, profile: &str, visited: &mut Vec<String>) -> Result<Way, SettingsError> {
        visited.push(profile.to_owned());
        let key = |key: &str| self.key(profile, key);
        if let Some(serial) = key("mfa_serial") {
            return Err(needs_mfa(
                profile,
                &serial,
                key("role_arn"),
                key("source_profile"),
            ));
        }
        let base = match (key("source_profile"), key("credential_source")) {
            (Some(source), None) => self.source(profile, &source, visited)?,
            (None, Some(source)) => self.named(profile, &source)?,
            (found, _) => {
                let what = if found.is_some() { "both" } else { "neither" };
                return Err(SettingsError::new(
                    format!(
                        "profile `{profile}` has a `role_arn`, and {what} of `source_profile` and `credential_source`"
                    ),
                    "give exactly one of them",
                ));
            }
        };
        let duration = key("duration_seconds")
            .map(|text| seconds(profile, &text))
            .transpose()?;
        Ok(Way::Role(Box::new(ProfileRole {
            base,
            role_arn: key("role_arn").unwrap_or_default(),
            session_name: key("role_session_name").unwrap_or_else(|| SESSION_NAME.to_owned()),
            external_id: key("external_id"),
            duration,
        })))
    }

    /// The credentials of a `source_profile`: its keys first, since a profile may name itself.
    fn source(
        &self,
        profile: &str,
        source: &str,
        visited: &mut Vec<String>,
    ) -> Result<Way, SettingsError> {
        if !self.lookup.profiles.has(source) {
            return Err(SettingsError::new(
                format!(
                    "profile `{profile}` has the `source_profile` `{source}`, which does not exist"
                ),
                "check the name of the source profile",
            ));
        }
        let has_keys = ["aws_access_key_id", "aws_secret_access_key"]
            .iter()
            .any(|key| self.key(source, key).is_some());
        if has_keys || !self.is_role(source) {
            let found = self.base(source, Variables::Ignored)?;
            return found.ok_or_else(|| no_credentials(source));
        }
        if visited.iter().any(|one| one == source) {
            return Err(SettingsError::new(
                format!(
                    "the source profiles go in a circle: {} -> {source}",
                    visited.join(" -> ")
                ),
                "let the last one have credentials of its own",
            ));
        }
        self.role(source, visited)
    }

    fn named(&self, profile: &str, source: &str) -> Result<Way, SettingsError> {
        let found = match source {
            "Environment" => self.keys_of_environment()?,
            "EcsContainer" => self.container()?,
            "Ec2InstanceMetadata" => Some(Way::Instance),
            _ => {
                return Err(SettingsError::new(
                    format!("profile `{profile}` has the `credential_source` `{source}`"),
                    "it has to be Environment, EcsContainer or Ec2InstanceMetadata",
                ));
            }
        };
        found.ok_or_else(|| {
            SettingsError::new(
                format!("profile `{profile}` has the `credential_source` `{source}`, where there are no credentials"),
                "set the variables that the source needs, or name another source",
            )
        })
    }

    fn container(&self) -> Result<Option<Way>, SettingsError> {
        for name in [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ] {
            if self.lookup.environment.decisive(name)?.is_some() {
                return Ok(Some(Way::Container));
            }
        }
        Ok(None)
    }

    fn of_machine(&self) -> Result<Way, SettingsError> {
        Ok(self.container()?.unwrap_or(Way::Instance))
    }
}

fn half(place: &str, there: &str, missing: &str) -> SettingsError {
    SettingsError::new(
        format!("{place} has {there} and no {missing}"),
        format!("set {missing} too, or take {there} away"),
    )
}

fn no_credentials(profile: &str) -> SettingsError {
    SettingsError::new(
        format!("profile `{profile}` has no credentials"),
        "give it keys, SSO, a process or a role: `aws configure` and `aws configure sso` do so",
    )
}

fn needs_mfa(
    profile: &str,
    serial: &str,
    role: Option<String>,
    source: Option<String>,
) -> SettingsError {
    let source = source.map_or_else(String::new, |source| format!(" --profile {source}"));
    SettingsError::new(
        format!("profile `{profile}` has `mfa_serial`, which is not supported in a profile"),
        format!(
            "ask for the role on the command line:{source} --assume-role-arn {} --mfa-serial {serial}",
            role.unwrap_or_default()
        ),
    )
}

fn seconds(profile: &str, text: &str) -> Result<u32, SettingsError> {
    text.parse().map_err(|_| {
        SettingsError::new(
            format!("`duration_seconds` of profile `{profile}` is `{text}`"),
            "it has to be a number of seconds",
        )
    })
}

fn moment(text: &str) -> Result<SystemTime, SettingsError> {
    let moment: Result<Timestamp, _> = text.parse();
    moment.map(SystemTime::from).map_err(|_| {
        SettingsError::new(
            format!("AWS_CREDENTIAL_EXPIRATION is `{text}`"),
            "it has to be a time like 2027-01-15T08:00:00Z",
        )
    })
}
