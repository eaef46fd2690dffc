//! What Access Analyzer says, as diagnostics: its words, our place.

use super::place::place;
use super::subject::Subject;
use crate::analyzer::{Comparison, Finding, Impact, Reason};
use crate::cloud::Fault;
use crate::diagnostic::{Diagnostic, Severity};
use crate::run::Project;

/// The code of a comparison that found more access.
const NEW_ACCESS: &str = "aws-new-access";
/// The code of what could not be judged.
const NOT_CHECKED: &str = "aws-not-checked";

/// A finding in a policy.
pub(super) fn finding(finding: &Finding, subject: &Subject<'_>, project: &Project) -> Diagnostic {
    let Finding {
        impact,
        code,
        details,
        link,
        pointers,
    } = finding;
    let says = match impact {
        Impact::Error => "AWS finds an error in",
        Impact::SecurityWarning => "AWS sees a risk in",
        Impact::Warning => "AWS warns about",
        Impact::Suggestion => "AWS suggests for",
    };
    let message = format!("{says} {}: {details}", name(subject));
    let diagnostic = match impact {
        Impact::Error => Diagnostic::error(code, message),
        Impact::SecurityWarning | Impact::Warning | Impact::Suggestion => {
            Diagnostic::warning(code, message)
        }
    };
    let first = pointers.first().map_or("", String::as_str);
    let others = pointers.iter().skip(1);
    let diagnostic = diagnostic.at(place(subject, first, project));
    let diagnostic = others.fold(diagnostic, |diagnostic, pointer| {
        diagnostic.and_at(place(subject, pointer, project), "here as well")
    });
    diagnostic.maybe_hint(link.as_ref().map(|link| format!("read {link}")))
}

/// Access that was not there before, reason by reason; nothing when there is none.
pub(super) fn comparison(
    comparison: &Comparison,
    subject: &Subject<'_>,
    project: &Project,
) -> Vec<Diagnostic> {
    let (message, reasons) = match comparison {
        Comparison::NoNewAccess => return Vec::new(),
        Comparison::NewAccess { message, reasons } => (message, reasons),
    };
    let about = format!("AWS finds new access in {}", name(subject));
    if reasons.is_empty() {
        let warning = Diagnostic::warning(NEW_ACCESS, sentence(&about, message));
        return vec![warning.at(subject.place.cloned())];
    }
    let diagnostics = reasons.iter().map(|reason| {
        let Reason {
            description,
            statement,
            sid: _,
        } = reason;
        let pointer = statement.map_or(String::new(), |index| {
            subject.after.statement_pointer(index)
        });
        Diagnostic::warning(NEW_ACCESS, sentence(&about, description))
            .at(place(subject, &pointer, project))
    });
    diagnostics.collect()
}

fn sentence(about: &str, more: &str) -> String {
    if more.is_empty() {
        about.to_owned()
    } else {
        format!("{about}: {more}")
    }
}

/// A policy of which AWS says nothing.
pub(super) fn unchecked(fault: &Fault, subject: &Subject<'_>) -> Diagnostic {
    let message = format!("AWS cannot judge {}: {fault}", name(subject));
    Diagnostic::warning(NOT_CHECKED, message).at(subject.place.cloned())
}

/// The same as a reason to stop: `--fail-on new-access` asks for proof that there is none.
pub(super) fn refusal(warning: Diagnostic) -> Diagnostic {
    let refusal = Diagnostic {
        severity: Severity::Error,
        ..warning
    };
    refusal
        .hint("look at it, and run again without `--fail-on new-access` if that is what you want")
}

fn name(subject: &Subject<'_>) -> String {
    format!("`{}` of {}", subject.path, subject.address)
}
