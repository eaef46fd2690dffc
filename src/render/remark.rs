//! What rules and stages say of manifests and plans, taken apart once for all the forms in which it is shown. Excerpts of
//! sources are those of `problems`.

use crate::diagnostic::{self, Diagnostic, Place, Related};
use crate::findings::{Allowed, AllowedBy, Finding, Severity};
use crate::model::{Address, FieldPath};

/// Every severity with its word, the worst first.
pub(super) const SEVERITIES: [(Severity, &str); 4] = [
    (Severity::Error, "error"),
    (Severity::High, "high"),
    (Severity::Medium, "medium"),
    (Severity::Low, "low"),
];

/// A finding or a diagnostic.
pub(super) struct Remark<'a> {
    /// How bad it is; a warning counts as medium.
    pub(super) severity: Severity,
    /// The word for that.
    pub(super) word: &'static str,
    /// The rule's id, or the diagnostic's code.
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) place: Option<&'a Place>,
    /// The field that a rule speaks of.
    pub(super) about: Option<(&'a Address, &'a FieldPath)>,
    pub(super) related: &'a [Related],
    /// What to do: a rule's one fix, which may be empty, or hints.
    pub(super) advice: Vec<&'a str>,
    pub(super) allowed: Option<&'a Allowed>,
}

impl<'a> From<&'a Finding> for Remark<'a> {
    fn from(finding: &'a Finding) -> Self {
        let Finding {
            id,
            severity,
            address,
            field,
            place,
            message,
            fix,
            allowed,
        } = finding;
        let mut words = SEVERITIES.iter().filter(|(one, _)| one == severity);
        Self {
            severity: *severity,
            word: words.next().map_or("", |(_, word)| word),
            code: id,
            message,
            place: place.as_ref(),
            about: Some((address, field)),
            related: &[],
            advice: vec![fix],
            allowed: allowed.as_ref(),
        }
    }
}

impl<'a> From<&'a Diagnostic> for Remark<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Self {
        let Diagnostic {
            severity,
            code,
            message,
            place,
            related,
            hints,
        } = diagnostic;
        let (severity, word) = match severity {
            diagnostic::Severity::Error => (Severity::Error, "error"),
            diagnostic::Severity::Warning => (Severity::Medium, "warning"),
        };
        Self {
            severity,
            word,
            code,
            message,
            place: place.as_ref(),
            about: None,
            related,
            advice: hints.iter().map(String::as_str).collect(),
            allowed: None,
        }
    }
}

impl Remark<'_> {
    /// `fix: …`, or who allowed it and why; none where nothing is known.
    pub(super) fn outcome(&self) -> Option<(&'static str, &str)> {
        match self.allowed {
            Some(Allowed { by, reason }) => Some(match by {
                AllowedBy::Comment => ("allowed in the manifest", reason),
                AllowedBy::CommandLine => ("allowed on the command line", reason),
            }),
            None => {
                let fix = self.advice.iter().find(|fix| !fix.is_empty())?;
                Some(("fix", fix))
            }
        }
    }
}
