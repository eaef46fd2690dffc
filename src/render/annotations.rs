//! A plan as annotations of the files it was made from: GitHub's workflow commands (GitHub docs, "Workflow commands", setting a
//! notice, warning or error message).

use super::remark::Remark;
use super::review::Review;
use super::scene::{ChangeScene, Scene};
use super::words::{risk_words, symbol};
use crate::diagnostic::{Diagnostic, Place};
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
    let changed = scene.changes.iter().filter_map(of_change);
    let errors = errors.map(|one| of_remark(&one));
    let warned = warned.map(|one| of_remark(&one));
    let mut lines: Vec<String> = Vec::new();
    lines.extend(errors.take(SHOWN).map(|one| one.line("error")));
    lines.extend(warned.take(SHOWN).map(|one| one.line("warning")));
    lines.extend(changed.take(SHOWN).map(|one| one.line("notice")));
    lines.join("\n")
}

struct Annotation<'a> {
    place: Option<&'a Place>,
    title: String,
    message: String,
}

impl Annotation<'_> {
    fn line(&self, level: &str) -> String {
        let Self {
            place,
            title,
            message,
        } = self;
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
        format!(
            "::{level} {place}title={}::{}",
            property(title),
            data(message)
        )
    }
}

fn of_remark<'a>(remark: &Remark<'a>) -> Annotation<'a> {
    let sentences = [remark.message].into_iter();
    let sentences: Vec<&str> = sentences.chain(remark.advice.iter().copied()).collect();
    Annotation {
        place: remark.place,
        title: remark.code.to_owned(),
        message: sentences.join("\n"),
    }
}

/// Changes without any risk are seen in the plan.
fn of_change<'a>(change: &ChangeScene<'a>) -> Option<Annotation<'a>> {
    let edits = change.edits.iter().map(|edit| edit.path.to_string());
    let edits: Vec<String> = edits.collect();
    (change.risk != Risk::Cosmetic).then(|| Annotation {
        place: change.place,
        title: format!(
            "{} {}: {}",
            symbol(change.action),
            change.address,
            risk_words(change.risk)
        ),
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
