//! A plan as annotations of the files it was made from: GitHub's workflow commands (GitHub docs, "Workflow commands", setting a
//! notice, warning or error message).

use super::remark::Remark;
use super::review::Review;
use super::scene::{ChangeScene, Scene};
use super::words::{risk_words, symbol};
use crate::diagnostic::{Diagnostic, Place, Problems, Severity as Level};
use crate::findings::{Finding, Severity};
use crate::plan::Risk;

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
        destroy,
        endpoint: _,
        stamp: _,
    } = review;
    let counting = findings.iter().filter(|finding| finding.counts());
    let (grave, light): (Vec<&Finding>, Vec<&Finding>) =
        counting.partition(|one| one.severity >= Severity::High);
    let is_finding = |one: &&Diagnostic| {
        let mut found = grave.iter().chain(&light);
        found.any(|finding| finding.id == one.code)
    };
    let refused = refusals.iter().filter(|one| !is_finding(one));
    let errors = (refused.map(Remark::from)).chain(grave.iter().map(|one| (*one).into()));
    let warned = warnings.sorted().into_iter().map(Remark::from);
    let warned = warned.chain(light.iter().map(|one| (*one).into()));
    let scene = Scene::of(plan, *destroy);
    let errors = errors.map(|one| of_remark("error", &one)).take(SHOWN);
    let warned = warned.map(|one| of_remark("warning", &one)).take(SHOWN);
    // Changes without any risk are seen in the plan.
    let risky = scene
        .changes
        .iter()
        .filter(|one| one.risk != Risk::Cosmetic);
    let changed = risky.map(of_change).take(SHOWN);
    let lines: Vec<String> = errors.chain(warned).chain(changed).collect();
    lines.join("\n")
}

/// The same where there is no plan, because of these.
pub fn problem_annotations(problems: &Problems) -> String {
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) = problems
        .sorted()
        .into_iter()
        .partition(|one| one.severity == Level::Error);
    let lines = |level: &str, all: Vec<&Diagnostic>| -> Vec<String> {
        let all = all.into_iter().take(SHOWN);
        all.map(|one| of_remark(level, &one.into())).collect()
    };
    [lines("error", errors), lines("warning", warnings)]
        .concat()
        .join("\n")
}

fn of_remark(level: &str, remark: &Remark<'_>) -> String {
    let sentences = [&[remark.message][..], &remark.advice].concat();
    line(level, remark.place, remark.code, &sentences.join("\n"))
}

fn of_change(change: &ChangeScene<'_>) -> String {
    let (symbol, risk) = (symbol(change.action), risk_words(change.risk));
    let title = format!("{symbol} {}: {risk}", change.address);
    let edits = change.edits.iter().map(|edit| edit.path.to_string());
    let edits: Vec<String> = edits.collect();
    line("notice", change.place, &title, &edits.join(", "))
}

fn line(level: &str, place: Option<&Place>, title: &str, message: &str) -> String {
    let place = place.map_or(String::new(), |place| {
        let Place {
            file,
            line,
            column,
            length: _,
        } = place;
        let file = property(file.trim_start_matches("./"));
        format!("file={file},line={line},col={column},")
    });
    let (title, message) = (property(title), data(message));
    format!("::{level} {place}title={title}::{message}")
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
