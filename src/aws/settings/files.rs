//! The files that AWS's settings name: found, and read within limits. What stands in them is `profiles`' to know.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Environment, SettingsError};
use crate::input::{self, Bounds, Limit};

/// A file, and what named it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    /// The variable or key that names it; none for a default, which need not be there.
    pub(super) by: Option<String>,
}

impl Named {
    /// A file with a variable that says where it is, and a place below `~/.aws` where it is otherwise.
    pub(super) fn shared(
        environment: &Environment,
        variable: &str,
        default: &str,
    ) -> Result<Self, SettingsError> {
        let home = home(environment)?;
        Ok(match environment.decisive(variable)? {
            Some(path) => Self::given(path, variable, home.as_deref()),
            None => Self {
                path: home.unwrap_or_default().join(".aws").join(default),
                by: None,
            },
        })
    }

    /// A path as it stands in a setting, with `~` for the home folder.
    pub(super) fn of_setting(
        path: &str,
        by: &str,
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        Ok(Self::given(path, by, home(environment)?.as_deref()))
    }

    fn given(path: &str, by: &str, home: Option<&Path>) -> Self {
        let below = path
            .strip_prefix("~/")
            .and_then(|rest| Some(home?.join(rest)));
        Self {
            path: below.unwrap_or_else(|| PathBuf::from(path)),
            by: Some(by.to_owned()),
        }
    }

    /// For messages: `/etc/aws (AWS_CONFIG_FILE)`.
    pub(super) fn shown(&self) -> String {
        match &self.by {
            Some(by) => format!("{} ({by})", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// The file's text; none where a default is missing, or the null device says that there is to be none.
    pub(super) fn text(&self) -> Result<Option<String>, SettingsError> {
        if self.path == Path::new("/dev/null") {
            return Ok(None);
        }
        match input::text(&self.path, Limit::SETTINGS, Bounds::Anywhere) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.is_missing() && self.by.is_none() => Ok(None),
            Err(error) => Err(self.unreadable(&error.to_string())),
        }
    }

    fn unreadable(&self, why: &str) -> SettingsError {
        let hint = match &self.by {
            Some(by) => format!("check {by}, or unset it"),
            None => "check the file, or name another one with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE".to_owned(),
        };
        SettingsError::new(format!("cannot read {}: {why}", self.shown()), hint)
    }
}

fn home(environment: &Environment) -> Result<Option<PathBuf>, SettingsError> {
    for name in ["HOME", "USERPROFILE"] {
        if let Some(home) = environment.given(name)? {
            return Ok(Some(PathBuf::from(home)));
        }
    }
    Ok(None)
}

/// A web identity token: as good as a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token itself, for the one request that it is for.
    pub(in crate::aws) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(hidden)")
    }
}

/// The token in a file.
pub(in crate::aws) fn read_token(path: &Path) -> Result<Token, SettingsError> {
    let file = Named {
        path: path.to_owned(),
        by: Some("the file of the web identity token".to_owned()),
    };
    let text = file.text()?.unwrap_or_default();
    Ok(Token(text.trim().to_owned()))
}
