//! Options of roles that are assumed before anything else, and what they may say: what is wrong is reported before
//! anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use super::value::duration;
use crate::cli::terminal::Failure;

use crate::aws::credentials::{AssumeRole, Mfa, MfaCode};

/// How the session is named where nobody says so.
const SESSION_NAME: &str = "rolewright";
/// STS API reference, AssumeRole: the bounds of `DurationSeconds`.
const SHORTEST: u64 = 900;
const LONGEST: u64 = 43_200;
/// The same of GetSessionToken and GetFederationToken.
const LONGEST_OF_USERS: u64 = 129_600;
/// IAM user guide, "Role chaining": such a session lasts one hour at most.
const LONGEST_CHAINED: u64 = 3_600;

/// Options of roles that are assumed first.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Assumed role")]
pub(crate) struct Assume {
    /// A role to assume before anything else (repeatable: each with the session of the one before)
    #[arg(long = "assume-role-arn", global = true, value_name = "ARN")]
    pub roles: Vec<String>,
    /// The external id that the last role's trust policy asks for
    #[arg(long, global = true, value_name = "ID")]
    pub external_id: Option<String>,
    /// The name of the sessions, as CloudTrail shows it; `rolewright` by default
    #[arg(long, global = true, value_name = "NAME")]
    pub session_name: Option<String>,
    /// A tag of the first session (repeatable)
    #[arg(long = "session-tag", global = true, value_name = "KEY=VALUE")]
    pub session_tags: Vec<String>,
    /// The key of a session tag that the roles assumed after it inherit (repeatable)
    #[arg(long = "transitive-tag", global = true, value_name = "KEY")]
    pub transitive_tags: Vec<String>,
    /// Who is behind the first session; all that follow keep it
    #[arg(long, global = true, value_name = "NAME")]
    pub source_identity: Option<String>,
    /// How long the last session lasts: 15m to 12h, 1h at most for a role that is assumed with another's session
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub duration: Option<std::time::Duration>,
    /// The MFA device of the user that assumes the first role
    #[arg(long, global = true, value_name = "ARN")]
    pub mfa_serial: Option<String>,
    /// What the MFA device shows; asked for on a terminal where it is not given
    #[arg(long, global = true, value_name = "CODE", hide_env_values = true)]
    pub mfa_code: Option<String>,
}

impl Assume {
    /// The first thing that is wrong with what was typed.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Self {
            roles,
            external_id,
            session_name,
            session_tags,
            transitive_tags,
            source_identity,
            duration: _,
            mfa_serial,
            mfa_code,
        } = self;
        let wrong = |message: String| Err(Failure::Usage(message));
        if let Some(arn) = roles.iter().find(|arn| !is_role_arn(arn)) {
            return wrong(format!(
                "`{arn}` is no role's ARN; it looks like arn:aws:iam::123456789012:role/name"
            ));
        }
        let texts = [
            ("--external-id", external_id, 2..=1224, "+=,.@:/-_"),
            ("--session-name", session_name, 2..=64, "+=,.@-_"),
            ("--source-identity", source_identity, 2..=64, "+=,.@-_"),
            ("--mfa-serial", mfa_serial, 9..=256, "+=/:,.@-_"),
        ];
        for (option, value, length, signs) in texts {
            let Some(value) = value else { continue };
            if !length.contains(&value.len()) || !is_made_of(value, signs) {
                return wrong(format!(
                    "`{value}` is no value for {option}: {} to {} letters, digits and {signs}",
                    length.start(),
                    length.end()
                ));
            }
        }
        if mfa_code.as_ref().is_some_and(|code| !is_code(code)) {
            return wrong("--mfa-code has 6 digits".to_owned());
        }
        let tags = tags(session_tags).map_err(Failure::Usage)?;
        if let Some(key) = transitive_tags.iter().find(|key| !tags.contains_key(*key)) {
            return wrong(format!(
                "--transitive-tag {key} is the key of no --session-tag"
            ));
        }
        self.check_duration()?;
        self.is_meant()
    }

    fn check_duration(&self) -> Result<(), Failure> {
        let Some(duration) = self.duration else {
            return Ok(());
        };
        let (longest, hours) = if self.roles.is_empty() {
            (LONGEST_OF_USERS, 36)
        } else {
            (LONGEST, 12)
        };
        if !(SHORTEST..=longest).contains(&duration.as_secs()) {
            let message = format!("--duration is 15m at least and {hours}h at most");
            return Err(Failure::Usage(message));
        }
        if self.roles.len() > 1 {
            self.check_chained()?;
        }
        Ok(())
    }

    /// Refuses a longer session than AWS gives to a role that is assumed with another role's session.
    pub(crate) fn check_chained(&self) -> Result<(), Failure> {
        match self.duration {
            Some(duration) if duration.as_secs() > LONGEST_CHAINED => {
                let message = "a role that is assumed with another role's session lasts 1h at most: lower --duration";
                Err(Failure::Usage(message.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Options without a role would be lost without a word.
    fn is_meant(&self) -> Result<(), Failure> {
        let Self {
            roles,
            external_id,
            session_name,
            session_tags,
            transitive_tags: _,
            source_identity,
            duration: _,
            mfa_serial,
            mfa_code,
        } = self;
        if mfa_code.is_some() && mfa_serial.is_none() {
            return Err(Failure::Usage("--mfa-code needs --mfa-serial".to_owned()));
        }
        let given = [
            ("--external-id", external_id.is_some()),
            ("--session-name", session_name.is_some()),
            ("--session-tag", !session_tags.is_empty()),
            ("--source-identity", source_identity.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) if roles.is_empty() => {
                Err(Failure::Usage(format!("{option} needs --assume-role-arn")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses options that a command without a role to assume would not look at.
    pub(crate) fn is_used(&self) -> Result<(), Failure> {
        let given = [
            ("--duration", self.duration.is_some()),
            ("--mfa-serial", self.mfa_serial.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) if self.roles.is_empty() => {
                Err(Failure::Usage(format!("{option} needs --assume-role-arn")))
            }
            _ => Ok(()),
        }
    }

    /// Whether more than AWS gives to chained sessions is asked for, so that it matters who asks.
    pub(crate) fn is_long(&self) -> bool {
        let long = |duration: std::time::Duration| duration.as_secs() > LONGEST_CHAINED;
        !self.roles.is_empty() && self.duration.is_some_and(long)
    }

    /// The requests, in order.
    pub(crate) fn requests(&self) -> Result<Vec<AssumeRole>, Failure> {
        let last = self.roles.len().saturating_sub(1);
        let mut requests = Vec::new();
        for (index, role) in self.roles.iter().enumerate() {
            let mut request = AssumeRole {
                role_arn: role.clone(),
                session_name: self
                    .session_name
                    .clone()
                    .unwrap_or_else(|| SESSION_NAME.to_owned()),
                ..AssumeRole::default()
            };
            if index == 0 {
                request.tags = tags(&self.session_tags).map_err(Failure::Usage)?;
                request.transitive_tags = self
                    .transitive_tags
                    .iter()
                    .cloned()
                    .collect::<BTreeSet<_>>();
                request.source_identity.clone_from(&self.source_identity);
                request.mfa = self.mfa();
            }
            if index == last {
                request.external_id.clone_from(&self.external_id);
                request.duration = self.seconds();
            }
            requests.push(request);
        }
        Ok(requests)
    }

    /// The duration asked for, in seconds.
    pub(crate) fn seconds(&self) -> Option<u32> {
        let seconds = self.duration.map(|duration| duration.as_secs());
        seconds.and_then(|seconds| u32::try_from(seconds).ok())
    }

    /// The second factor, once the code is known.
    pub(crate) fn mfa(&self) -> Option<Mfa> {
        let (serial, code) = (self.mfa_serial.clone()?, self.mfa_code.clone()?);
        let code = MfaCode::new(code);
        Some(Mfa { serial, code })
    }
}

fn tags(typed: &[String]) -> Result<BTreeMap<String, String>, String> {
    let mut tags = BTreeMap::new();
    for text in typed {
        let (key, value) = text
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| format!("--session-tag {text} is not of the form KEY=VALUE"))?;
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(format!("--session-tag {key} is given twice"));
        }
    }
    Ok(tags)
}

fn is_role_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, "iam", "", account, resource]
        if partition.starts_with("aws")
            && account.len() == 12
            && account.bytes().all(|digit| digit.is_ascii_digit())
            && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
}

fn is_made_of(text: &str, signs: &str) -> bool {
    text.chars()
        .all(|one| one.is_ascii_alphanumeric() || signs.contains(one))
}

pub(crate) fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn role(name: &str) -> String {
        format!("arn:aws:iam::123456789012:role/{name}")
    }

    fn assume(change: impl FnOnce(&mut Assume)) -> Assume {
        let mut assume = Assume {
            roles: vec![role("deployer")],
            ..Assume::default()
        };
        change(&mut assume);
        assume
    }

    fn refused(change: impl FnOnce(&mut Assume)) -> String {
        match assume(change).check() {
            Err(Failure::Usage(message)) => message,
            Err(_) => "another failure".to_owned(),
            Ok(()) => "nothing".to_owned(),
        }
    }

    #[test]
    fn what_sts_would_refuse_is_refused_before() {
        let messages = [
            refused(|_| {}),
            refused(|one| one.roles[0] = "deployer".into()),
            refused(|one| one.external_id = Some("a".into())),
            refused(|one| one.session_name = Some("a b".into())),
            refused(|one| one.source_identity = Some("aws:me".into())),
            refused(|one| one.mfa_code = Some("123456".into())),
            refused(|one| one.session_tags = vec!["team".into()]),
            refused(|one| one.session_tags = vec!["a=1".into(), "a=2".into()]),
            refused(|one| one.transitive_tags = vec!["team".into()]),
            refused(|one| one.duration = Some(std::time::Duration::from_mins(1))),
            refused(|one| one.duration = Some(std::time::Duration::from_hours(13))),
            refused(|one| {
                one.roles.push(role("other"));
                one.duration = Some(std::time::Duration::from_hours(2));
            }),
            refused(|one| {
                one.roles.clear();
                one.external_id = Some("abc".into());
            }),
        ];
        assert_snapshot!(messages.join("\n"), @"
        nothing
        `deployer` is no role's ARN; it looks like arn:aws:iam::123456789012:role/name
        `a` is no value for --external-id: 2 to 1224 letters, digits and +=,.@:/-_
        `a b` is no value for --session-name: 2 to 64 letters, digits and +=,.@-_
        `aws:me` is no value for --source-identity: 2 to 64 letters, digits and +=,.@-_
        --mfa-code needs --mfa-serial
        --session-tag team is not of the form KEY=VALUE
        --session-tag a is given twice
        --transitive-tag team is the key of no --session-tag
        --duration is 15m at least and 12h at most
        --duration is 15m at least and 12h at most
        a role that is assumed with another role's session lasts 1h at most: lower --duration
        --external-id needs --assume-role-arn
        ");
    }

    #[test]
    fn each_option_goes_to_the_session_it_is_about() {
        let chain = assume(|one| {
            one.roles.push(role("second"));
            one.external_id = Some("abc".into());
            one.session_tags = vec!["team=data".into()];
            one.transitive_tags = vec!["team".into()];
            one.source_identity = Some("mary".into());
            one.duration = Some(std::time::Duration::from_mins(30));
            one.mfa_serial = Some("arn:aws:iam::123456789012:mfa/mary".into());
            one.mfa_code = Some("123456".into());
        });
        assert!(chain.check().is_ok());
        let requests = chain.requests().ok().expect("nothing has to be asked");
        assert_snapshot!(format!("{requests:#?}"), @r#"
        [
            AssumeRole {
                role_arn: "arn:aws:iam::123456789012:role/deployer",
                session_name: "rolewright",
                external_id: None,
                duration: None,
                tags: {
                    "team": "data",
                },
                transitive_tags: {
                    "team",
                },
                source_identity: Some(
                    "mary",
                ),
                policy: None,
                mfa: Some(
                    Mfa {
                        serial: "arn:aws:iam::123456789012:mfa/mary",
                        code: MfaCode(hidden),
                    },
                ),
            },
            AssumeRole {
                role_arn: "arn:aws:iam::123456789012:role/second",
                session_name: "rolewright",
                external_id: Some(
                    "abc",
                ),
                duration: Some(
                    1800,
                ),
                tags: {},
                transitive_tags: {},
                source_identity: None,
                policy: None,
                mfa: None,
            },
        ]
        "#);
    }
}
