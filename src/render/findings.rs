//! Findings for people and for programs: the worst first, each on a few short lines, and a closing count.

use serde_json::{Value as Json, json};

use super::style::{Label, Style};
use crate::findings::{Allowed, AllowedBy, Finding, Severity};
use crate::text::count;

/// Every severity with its word, the worst first.
const WORDS: [(Severity, &str, Label); 4] = [
    (Severity::Error, "error", Label::Removed),
    (Severity::High, "high", Label::Removed),
    (Severity::Medium, "medium", Label::Changed),
    (Severity::Low, "low", Label::Faint),
];

/// The findings and their count; nothing at all when there are none. Allowed ones are drawn with `verbose` only.
pub fn findings(findings: &[Finding], style: Style, verbose: bool) -> String {
    let mut out = String::new();
    for finding in findings.iter().filter(|one| one.counts() || verbose) {
        draw(finding, style, &mut out);
    }
    if !findings.is_empty() {
        out.push_str(&style.paint(Label::Strong, &closing(findings)));
        out.push('\n');
    }
    out
}

/// The same for programs, allowed ones included.
pub fn findings_json(findings: &[Finding]) -> Json {
    let list = findings.iter().map(|finding| {
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
        json!({
            "id": id,
            "severity": severity,
            "address": address,
            "field": field.to_string(),
            "place": place,
            "message": message,
            "fix": fix,
            "allowed": allowed,
        })
    });
    Json::Array(list.collect())
}

fn draw(finding: &Finding, style: Style, out: &mut String) {
    let Finding {
        id,
        severity,
        address,
        field: _,
        place,
        message,
        fix,
        allowed,
    } = finding;
    let (word, label) = word(*severity);
    let place = place.as_ref().map_or_else(
        || address.to_string(),
        |place| format!("{}:{}", place.file, place.line),
    );
    let head = format!("{} {id}", style.paint(label, &format!("! {word}")));
    out.push_str(&format!(
        "{head}  {}\n",
        style.paint(Label::Faint, &format!("({place})"))
    ));
    out.push_str(&format!("    {}\n", one_line(message)));
    match allowed {
        Some(Allowed { by, reason }) => {
            let by = match by {
                AllowedBy::Comment => "allowed in the manifest",
                AllowedBy::CommandLine => "allowed on the command line",
            };
            out.push_str(&format!("    {by}: {}\n", one_line(reason)));
        }
        None if fix.is_empty() => {}
        None => out.push_str(&format!("    fix: {}\n", one_line(fix))),
    }
    out.push('\n');
}

/// The word for a severity, and its colour.
pub(super) fn word(severity: Severity) -> (&'static str, Label) {
    let row = WORDS.iter().find(|(one, ..)| *one == severity);
    row.map_or(("low", Label::Faint), |(_, word, label)| (word, *label))
}

/// Text from a manifest cannot steer the terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// `2 findings: 1 high, 1 low; 1 allowed`.
fn closing(findings: &[Finding]) -> String {
    let counting = findings.iter().filter(|one| one.counts());
    let number = counting.clone().count();
    let by_severity: Vec<String> = WORDS
        .iter()
        .filter_map(|(severity, word, _)| {
            let some = counting
                .clone()
                .filter(|one| one.severity == *severity)
                .count();
            (some > 0).then(|| format!("{some} {word}"))
        })
        .collect();
    let mut text = count(number, "finding");
    if !by_severity.is_empty() {
        text.push_str(&format!(": {}", by_severity.join(", ")));
    }
    let allowed = findings.len() - number;
    if allowed > 0 {
        text.push_str(&format!("; {allowed} allowed"));
    }
    text
}
