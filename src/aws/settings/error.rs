//! Why the AWS settings of this machine cannot be used.

use thiserror::Error;

/// A setting that is wrong, or that is not supported: a run that went on without it would work somewhere else, or as
/// somebody else, than the AWS CLI.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SettingsError {
    /// Which setting, where it stands, and what is wrong with it. Never holds a secret.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

impl SettingsError {
    pub(in crate::aws) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}
