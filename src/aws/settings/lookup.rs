//! One setting out of environment and profile: the variable wins over the key, and what was found knows its place.

use std::fmt;
use std::str::FromStr;

use super::profiles::Profiles;
use super::{Environment, SettingsError};

/// Where settings are looked for.
#[derive(Clone, Copy)]
pub(in crate::aws) struct Lookup<'a> {
    pub(in crate::aws) environment: &'a Environment,
    pub(in crate::aws) profiles: &'a Profiles,
    /// The profile's name.
    pub(in crate::aws) profile: &'a str,
}

/// The names of a setting. Empty where it has none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) variable: &'static str,
    pub(super) key: &'static str,
}

pub(super) const fn names(variable: &'static str, key: &'static str) -> Names {
    Names { variable, key }
}

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) place: Place,
}

/// Where a value stands, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Variable(&'static str),
    Key { key: &'static str, profile: String },
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Variable(name) => out.write_str(name),
            Place::Key { key, profile } => write!(out, "`{key}` of profile `{profile}`"),
        }
    }
}

impl Lookup<'_> {
    /// The variable's value, else the key's.
    pub(super) fn find(&self, names: Names) -> Result<Option<Found>, SettingsError> {
        let Names { variable, key } = names;
        if let Some(value) = self.environment.given(variable)? {
            return Ok(Some(Found {
                value: value.to_owned(),
                place: Place::Variable(variable),
            }));
        }
        let value = self.profiles.get(self.profile, key);
        Ok(value.map(|value| Found {
            value: value.to_owned(),
            place: Place::Key {
                key,
                profile: self.profile.to_owned(),
            },
        }))
    }

    /// Whether a switch is on. The AWS CLI takes everything but `true` for off; here it is a mistake.
    pub(super) fn switch(&self, names: Names) -> Result<bool, SettingsError> {
        let Some(found) = self.find(names)? else {
            return Ok(false);
        };
        match found.value.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(found.wrong("true or false")),
        }
    }

    /// A whole number above zero.
    pub(super) fn number(&self, names: Names) -> Result<Option<u32>, SettingsError> {
        let found = self.find(names)?;
        found
            .map(|found| match u32::from_str(found.value.trim()) {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(found.wrong("a whole number above 0")),
            })
            .transpose()
    }
}

impl Found {
    /// The error of a value that is none of its setting's.
    pub(super) fn wrong(&self, expected: &str) -> SettingsError {
        let Self { value, place } = self;
        SettingsError::new(
            format!("{place} is `{value}`"),
            format!("it has to be {expected}"),
        )
    }
}
