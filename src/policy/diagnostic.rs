//! One fault of a policy document. Where the document itself stands in a file is the caller's knowledge.

use crate::diagnostic::Severity;

/// One fault, with its place inside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDiagnostic {
    /// RFC 6901 JSON pointer into the document (`/Statement/0/Action`); empty for the whole document.
    pub pointer: String,
    /// Stable kebab-case name of the fault.
    pub code: &'static str,
    /// Whether IAM would refuse the document, or only a person should look.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl PolicyDiagnostic {
    pub(super) fn error(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.to_owned(),
            code,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn warning(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(pointer, code, message)
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the first hint there is: a near name says more than a general rule.
    pub(super) fn hint_or(mut self, near: Option<String>, general: &str) -> Self {
        self.hint = Some(near.unwrap_or_else(|| general.to_owned()));
        self
    }
}
