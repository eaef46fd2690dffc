//! Credentials as text: for shells, for programs, for the AWS SDKs. Pure but for the file that only its owner can read.

use std::path::Path;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use clap::ValueEnum;
use jiff::Timestamp;

use crate::cli::files::private;
use crate::cli::terminal::Failure;

/// How credentials are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// `export` lines for POSIX shells
    #[default]
    Env,
    /// `$Env:` lines for PowerShell
    Powershell,
    /// `set` lines for cmd.exe
    Cmd,
    /// An object with the names that STS uses
    Json,
    /// What an AWS profile's `credential_process` has to print
    Process,
    /// `NAME=value` lines for .env files
    Dotenv,
}

const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// The environment variables that AWS's SDKs read; `None` for one that must not be there.
pub(super) fn variables(credentials: &Credentials) -> [(&'static str, Option<String>); 4] {
    [
        (KEY, Some(credentials.access_key_id().to_owned())),
        (SECRET, Some(credentials.secret_access_key().to_owned())),
        (TOKEN, credentials.session_token().map(str::to_owned)),
        (EXPIRATION, expiration(credentials)),
    ]
}

fn expiration(credentials: &Credentials) -> Option<String> {
    credentials.expiry().and_then(moment)
}

/// In whole seconds, as STS gives it.
fn moment(time: SystemTime) -> Option<String> {
    let moment = Timestamp::try_from(time).ok()?;
    Timestamp::from_second(moment.as_second())
        .ok()
        .map(|moment| moment.to_string())
}

impl Format {
    /// The text for a format, with the line end.
    pub(super) fn text(self, credentials: &Credentials) -> String {
        match self {
            Format::Env => lines(credentials, |name, value| match value {
                Some(value) => Some(format!("export {name}={}", posix(value))),
                None => Some(format!("unset {name}")),
            }),
            Format::Powershell => lines(credentials, |name, value| match value {
                Some(value) => Some(format!("$Env:{name} = '{}'", value.replace('\'', "''"))),
                None => Some(format!(
                    "Remove-Item Env:{name} -ErrorAction SilentlyContinue"
                )),
            }),
            Format::Cmd => lines(credentials, |name, value| {
                Some(format!("set \"{name}={}\"", value.unwrap_or_default()))
            }),
            Format::Dotenv => lines(credentials, |name, value| {
                value.map(|value| format!("{name}={value}"))
            }),
            Format::Json => format!("{:#}\n", object(credentials)),
            Format::Process => {
                let mut object = object(credentials);
                if let Some(members) = object.as_object_mut() {
                    members.insert("Version".to_owned(), 1.into());
                }
                format!("{object:#}\n")
            }
        }
    }
}

fn lines(credentials: &Credentials, line: impl Fn(&str, Option<&str>) -> Option<String>) -> String {
    let variables = variables(credentials);
    let lines = variables
        .iter()
        .filter_map(|(name, value)| line(name, value.as_deref()));
    lines.map(|line| line + "\n").collect()
}

/// A text that no shell takes apart. Keys and tokens have no quotes, but nothing here has to rely on that.
fn posix(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn object(credentials: &Credentials) -> serde_json::Value {
    let mut object = serde_json::json!({
        "AccessKeyId": credentials.access_key_id(),
        "SecretAccessKey": credentials.secret_access_key(),
    });
    let more = [
        (
            "SessionToken",
            credentials.session_token().map(str::to_owned),
        ),
        ("Expiration", expiration(credentials)),
    ];
    if let Some(members) = object.as_object_mut() {
        let more = more.into_iter();
        members.extend(more.filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    object
}

/// Writes a file that did not exist and that only its owner can read.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    private::create(file, text).map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        Failure::other(
            message,
            Some("name a file that does not exist yet, in a folder that does"),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use insta::assert_snapshot;

    use super::*;

    fn temporary() -> Credentials {
        let expires = UNIX_EPOCH + Duration::from_millis(1_800_000_000_250);
        Credentials::new(
            "ASIAEXAMPLE",
            "it's/secret",
            Some("to+ken==".into()),
            Some(expires),
            "test",
        )
    }

    fn all(credentials: &Credentials) -> String {
        let formats = Format::value_variants().iter();
        let each = formats.map(|format| format!("# {format:?}\n{}", format.text(credentials)));
        each.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn temporary_credentials_in_every_format() {
        assert_snapshot!(all(&temporary()), @r#"
        # Env
        export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'
        export AWS_SECRET_ACCESS_KEY='it'\''s/secret'
        export AWS_SESSION_TOKEN='to+ken=='
        export AWS_CREDENTIAL_EXPIRATION='2027-01-15T08:00:00Z'

        # Powershell
        $Env:AWS_ACCESS_KEY_ID = 'ASIAEXAMPLE'
        $Env:AWS_SECRET_ACCESS_KEY = 'it''s/secret'
        $Env:AWS_SESSION_TOKEN = 'to+ken=='
        $Env:AWS_CREDENTIAL_EXPIRATION = '2027-01-15T08:00:00Z'

        # Cmd
        set "AWS_ACCESS_KEY_ID=ASIAEXAMPLE"
        set "AWS_SECRET_ACCESS_KEY=it's/secret"
        set "AWS_SESSION_TOKEN=to+ken=="
        set "AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z"

        # Json
        {
          "AccessKeyId": "ASIAEXAMPLE",
          "SecretAccessKey": "it's/secret",
          "SessionToken": "to+ken==",
          "Expiration": "2027-01-15T08:00:00Z"
        }

        # Process
        {
          "AccessKeyId": "ASIAEXAMPLE",
          "SecretAccessKey": "it's/secret",
          "SessionToken": "to+ken==",
          "Expiration": "2027-01-15T08:00:00Z",
          "Version": 1
        }

        # Dotenv
        AWS_ACCESS_KEY_ID=ASIAEXAMPLE
        AWS_SECRET_ACCESS_KEY=it's/secret
        AWS_SESSION_TOKEN=to+ken==
        AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z
        "#);
    }

    #[test]
    fn long_term_credentials_take_the_token_away() {
        let keys = Credentials::new("AKIAEXAMPLE", "secret", None, None, "test");
        assert_snapshot!(all(&keys), @r#"
        # Env
        export AWS_ACCESS_KEY_ID='AKIAEXAMPLE'
        export AWS_SECRET_ACCESS_KEY='secret'
        unset AWS_SESSION_TOKEN
        unset AWS_CREDENTIAL_EXPIRATION

        # Powershell
        $Env:AWS_ACCESS_KEY_ID = 'AKIAEXAMPLE'
        $Env:AWS_SECRET_ACCESS_KEY = 'secret'
        Remove-Item Env:AWS_SESSION_TOKEN -ErrorAction SilentlyContinue
        Remove-Item Env:AWS_CREDENTIAL_EXPIRATION -ErrorAction SilentlyContinue

        # Cmd
        set "AWS_ACCESS_KEY_ID=AKIAEXAMPLE"
        set "AWS_SECRET_ACCESS_KEY=secret"
        set "AWS_SESSION_TOKEN="
        set "AWS_CREDENTIAL_EXPIRATION="

        # Json
        {
          "AccessKeyId": "AKIAEXAMPLE",
          "SecretAccessKey": "secret"
        }

        # Process
        {
          "AccessKeyId": "AKIAEXAMPLE",
          "SecretAccessKey": "secret",
          "Version": 1
        }

        # Dotenv
        AWS_ACCESS_KEY_ID=AKIAEXAMPLE
        AWS_SECRET_ACCESS_KEY=secret
        "#);
    }
}
