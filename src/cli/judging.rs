//! `--deny` and `--allow`: which findings stop a run, and which do not count.

use clap::Args;

use super::failure::Failure;
use crate::diagnostic::{Diagnostic, Sources, did_you_mean};
use crate::findings::{self, Allowed, AllowedBy, Finding, Severity};

/// Options of commands that report findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(super) struct FindingPolicy {
    /// Refuse findings of this id, or of this severity and worse: low, medium, high (repeatable)
    #[arg(long, value_name = "SEVERITY|ID")]
    pub deny: Vec<String>,
    /// Leave findings of this id out of account (repeatable)
    #[arg(long, value_name = "ID")]
    pub allow: Vec<String>,
}

/// What can be denied besides ids.
const SEVERITIES: [(&str, Severity); 3] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
];

impl FindingPolicy {
    /// Whether everything that is named exists.
    pub(super) fn known(&self) -> Result<(), Failure> {
        let severities = SEVERITIES.map(|(name, _)| name);
        for id in &self.allow {
            known(id, "--allow", &[])?;
        }
        for wish in &self.deny {
            known(wish, "--deny", &severities)?;
        }
        Ok(())
    }

    /// The findings with what comments and the command line allow, the worst first.
    pub(super) fn judge(
        &self,
        mut found: Vec<Finding>,
        sources: &Sources,
    ) -> Result<Vec<Finding>, Failure> {
        self.known()?;
        // A comment about a change outlives it.
        let passing: Vec<&str> = findings::only_in_changes().into_iter().collect();
        findings::allow(&mut found, sources, &passing);
        let unwanted = found.iter_mut().filter(|one| self.allow.contains(&one.id));
        for finding in unwanted.filter(|one| one.counts()) {
            finding.allowed = Some(Allowed {
                by: AllowedBy::CommandLine,
                reason: format!("--allow {}", finding.id),
            });
        }
        findings::sort(&mut found);
        Ok(found)
    }

    /// Why the run must not go on.
    pub(super) fn refusals(&self, findings: &[Finding]) -> Vec<Diagnostic> {
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
        self.deny.iter().any(|wish| {
            let severity = SEVERITIES.iter().find(|(name, _)| name == wish);
            match severity {
                Some((_, least)) => finding.severity >= *least,
                None => *wish == finding.id,
            }
        })
    }
}

fn known(wish: &str, option: &str, also: &[&str]) -> Result<(), Failure> {
    if findings::rule(wish).is_some() || also.contains(&wish) {
        return Ok(());
    }
    let ids = findings::rules().map(|rule| rule.id);
    let near = did_you_mean(wish, ids.chain(also.iter().copied()));
    let near = near.map_or_else(String::new, |near| format!("; {near}"));
    Err(Failure::Usage(format!(
        "{option}: there is no finding `{wish}`{near}"
    )))
}
