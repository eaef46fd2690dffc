//! The environment variables that AWS's settings are in. Values that are no text are errors: they cannot be ignored,
//! because the AWS CLI does not ignore them.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::SettingsError;

/// The environment as it was when the run began.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// This process's own.
    pub fn of_process() -> Self {
        let all = std::env::vars_os();
        Self(
            all.filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect(),
        )
    }

    /// One that is made up.
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self(
            variables
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into(),
        )
    }

    /// A variable that is set, if only to nothing.
    pub(in crate::aws) fn set(&self, name: &str) -> Result<Option<&str>, SettingsError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        value.to_str().map(Some).ok_or_else(|| {
            SettingsError::new(
                format!("the value of {name} is not UTF-8"),
                format!("set {name} to text, or unset it"),
            )
        })
    }

    /// A variable that has a value.
    pub(in crate::aws) fn given(&self, name: &str) -> Result<Option<&str>, SettingsError> {
        Ok(self.set(name)?.filter(|value| !value.is_empty()))
    }

    /// A variable that says which account is meant: set to nothing it is a mistake, as for the AWS CLI.
    pub(in crate::aws) fn decisive(&self, name: &str) -> Result<Option<&str>, SettingsError> {
        match self.set(name)? {
            Some("") => Err(SettingsError::new(
                format!("{name} is set and empty"),
                format!("give {name} a value, or unset it"),
            )),
            value => Ok(value),
        }
    }
}
