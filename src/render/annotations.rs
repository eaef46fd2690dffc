//! A plan as annotations of the files it was made from: GitHub's workflow commands (GitHub docs, "Workflow commands", setting a
//! notice, warning or error message).

use super::review::Review;
use super::{text, words};
use crate::diagnostic::{Diagnostic, Place};
use crate::findings::{Finding, Severity};
use crate::plan::{Change, Risk};

/// How many of each level GitHub shows for a step.
const SHOWN: usize = 10;

/// One line each: refusals and grave findings as errors, other findings and warnings as warnings, changes as notices. GitHub
/// shows ten of each, so that the worst come first and no more are given.
pub fn annotations(review: &Review<'_>) -> String {
    let Review {
        plan,
        warnings,
        findings,
        refusals,
        destroy: _,
        stamp: _,
    } = review;
    let counting = || findings.iter().filter(|finding| finding.counts());
    let grave = counting()
        .filter(|one| one.severity >= Severity::High)
        .map(of_finding);
    let light = counting()
        .filter(|one| one.severity < Severity::High)
        .map(of_finding);
    let is_finding = |one: &&Diagnostic| counting().any(|finding| finding.id == one.code);
    let refused = refusals
        .iter()
        .filter(|one| !is_finding(one))
        .map(of_problem);
    let warned = warnings.sorted().into_iter().map(of_problem);
    let changed = text::groups(plan)
        .into_iter()
        .filter_map(|group| of_change(group.first()?));
    let mut lines = Vec::new();
    lines.extend(
        refused
            .chain(grave)
            .take(SHOWN)
            .map(|one| one.line("error")),
    );
    lines.extend(
        warned
            .chain(light)
            .take(SHOWN)
            .map(|one| one.line("warning")),
    );
    lines.extend(changed.take(SHOWN).map(|one| one.line("notice")));
    lines.join("\n")
}

struct Annotation {
    place: Option<Place>,
    title: String,
    message: String,
}

impl Annotation {
    fn line(&self, level: &str) -> String {
        let Self {
            place,
            title,
            message,
        } = self;
        let place = place.as_ref().map_or(String::new(), |place| {
            let Place {
                file,
                line,
                column,
                length: _,
            } = place;
            let file = property(file.trim_start_matches("./"));
            format!("file={file},line={line},col={column},")
        });
        format!(
            "::{level} {place}title={}::{}",
            property(title),
            data(message)
        )
    }
}

fn of_finding(finding: &Finding) -> Annotation {
    let Finding {
        id,
        severity: _,
        address: _,
        field: _,
        place,
        message,
        fix,
        allowed: _,
    } = finding;
    Annotation {
        place: place.clone(),
        title: id.clone(),
        message: format!("{message}\n{fix}"),
    }
}

fn of_problem(problem: &Diagnostic) -> Annotation {
    let Diagnostic {
        severity: _,
        code,
        message,
        place,
        related: _,
        hints,
    } = problem;
    let message = std::iter::once(message).chain(hints).map(String::as_str);
    Annotation {
        place: place.clone(),
        title: code.clone(),
        message: message.collect::<Vec<_>>().join("\n"),
    }
}

/// Changes without any risk are seen in the plan.
fn of_change(change: &Change) -> Option<Annotation> {
    let (symbol, risk) = words::marks(change);
    let edits = change.edits.iter().map(|edit| edit.path.to_string());
    let edits: Vec<String> = edits.collect();
    (change.risk != Risk::Cosmetic).then(|| Annotation {
        place: change.place.clone(),
        title: format!("{symbol} {}: {risk}", change.address),
        message: edits.join(", "),
    })
}

/// A value in the head of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A command's text.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
