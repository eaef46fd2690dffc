//! Which findings refuse a run, and which do not count. What is found is decided by the rules.

use super::{Allowed, AllowedBy, Finding, Severity, allow, only_in_changes, rule, rules, sort};
use crate::diagnostic::{Diagnostic, Sources, did_you_mean};

/// What findings do to a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingPolicy {
    denied: Vec<Denied>,
    allowed: Vec<String>,
}

/// Findings that refuse a run.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Denied {
    /// Those of this severity and worse.
    Severity(Severity),
    /// Those of the rule of this id.
    Rule(String),
}

/// A word that names no rule and no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no finding `{name}`{}", near.as_ref().map_or_else(String::new, |near| format!("; {near}")))]
pub struct UnknownFinding {
    /// The word.
    pub name: String,
    /// What may have been meant, as a sentence.
    pub near: Option<String>,
}

/// What can be denied besides ids.
const SEVERITIES: [(&str, Severity); 3] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
];

impl FindingPolicy {
    /// Refuses findings too: those of a rule's id, or of a severity and worse.
    pub fn deny(&mut self, name: &str) -> Result<(), UnknownFinding> {
        let severity = SEVERITIES.iter().find(|(word, _)| *word == name);
        self.denied.push(match severity {
            Some((_, severity)) => Denied::Severity(*severity),
            None => Denied::Rule(known(name, &SEVERITIES.map(|(word, _)| word))?),
        });
        Ok(())
    }

    /// Leaves findings of a rule's id out of account.
    pub fn allow(&mut self, name: &str) -> Result<(), UnknownFinding> {
        self.allowed.push(known(name, &[])?);
        Ok(())
    }

    /// The findings with what comments and this policy allow, the worst first.
    #[must_use]
    pub fn judge(&self, mut found: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
        // A comment about a change outlives it.
        let passing: Vec<&str> = only_in_changes().into_iter().collect();
        allow(&mut found, sources, &passing);
        let unwanted = found
            .iter_mut()
            .filter(|one| self.allowed.contains(&one.id));
        for finding in unwanted.filter(|one| one.counts()) {
            finding.allowed = Some(Allowed {
                by: AllowedBy::CommandLine,
                reason: format!("--allow {}", finding.id),
            });
        }
        sort(&mut found);
        found
    }

    /// Why the run must not go on.
    pub fn refusals(&self, findings: &[Finding]) -> Vec<Diagnostic> {
        let denied = findings
            .iter()
            .filter(|one| one.counts() && self.denies(one));
        let refusal = |finding: &Finding| {
            let Finding {
                id,
                place,
                message,
                fix,
                ..
            } = finding;
            let hint = format!(
                "or allow it: `# rolewright: allow {id} REASON` in the manifest, or `--allow {id}`"
            );
            let refusal = Diagnostic::error(id, message.as_str()).at(place.clone());
            refusal.hint(fix.as_str()).hint(hint)
        };
        denied.map(refusal).collect()
    }

    fn denies(&self, finding: &Finding) -> bool {
        self.denied.iter().any(|denied| match denied {
            Denied::Severity(least) => finding.severity >= *least,
            Denied::Rule(id) => *id == finding.id,
        })
    }
}

/// The id of a rule, or what is wrong with the word.
fn known(name: &str, also: &[&str]) -> Result<String, UnknownFinding> {
    if rule(name).is_some() {
        return Ok(name.to_owned());
    }
    let ids = rules().map(|rule| rule.id);
    Err(UnknownFinding {
        name: name.to_owned(),
        near: did_you_mean(name, ids.chain(also.iter().copied())),
    })
}
