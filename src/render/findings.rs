//! Findings for people: the worst first, each on a few short lines, and a closing count.

use super::remark::{Remark, SEVERITIES};
use super::style::{Label, Style};
use super::words::at;
use crate::findings::{Finding, Severity};
use crate::text;
use crate::text::count;

/// The findings and their count; nothing at all when there are none. Allowed ones are drawn with `verbose` only.
pub fn findings(findings: &[Finding], style: Style, verbose: bool) -> String {
    let shown = findings.iter().filter(|one| one.counts() || verbose);
    let mut out: String = shown.map(|one| finding(&one.into(), style)).collect();
    if !findings.is_empty() {
        out.push_str(&style.paint(Label::Strong, &closing(findings)));
        out.push('\n');
    }
    out
}

fn finding(remark: &Remark<'_>, style: Style) -> String {
    let label = match remark.severity {
        Severity::Error | Severity::High => Label::Removed,
        Severity::Medium => Label::Changed,
        Severity::Low => Label::Faint,
    };
    let place = match (remark.place, remark.about) {
        (Some(place), _) => format!("({})", at(place)),
        (None, Some((address, _))) => format!("({address})"),
        (None, None) => String::new(),
    };
    let word = style.paint(label, &format!("! {}", remark.word));
    let place = style.paint(Label::Faint, &place);
    let message = one_line(remark.message);
    let mut text = format!("{word} {}  {place}\n    {message}\n", remark.code);
    if let Some((what, sentence)) = remark.outcome() {
        text.push_str(&format!("    {what}: {}\n", one_line(sentence)));
    }
    text + "\n"
}

/// Text from a manifest cannot steer the terminal.
fn one_line(text: &str) -> String {
    let line = text.replace(char::is_control, " ");
    text::escaped(&line, false).into_owned()
}

/// `2 findings: 1 high, 1 low; 1 allowed`.
fn closing(findings: &[Finding]) -> String {
    let counting: Vec<&Finding> = findings.iter().filter(|one| one.counts()).collect();
    let by_severity = SEVERITIES.iter().filter_map(|(severity, word)| {
        let some = counting.iter().filter(|one| one.severity == *severity);
        let some = some.count();
        (some > 0).then(|| format!("{some} {word}"))
    });
    let by_severity: Vec<String> = by_severity.collect();
    let mut text = count(counting.len(), "finding");
    if !by_severity.is_empty() {
        text.push_str(&format!(": {}", by_severity.join(", ")));
    }
    let allowed = findings.len() - counting.len();
    if allowed > 0 {
        text.push_str(&format!("; {allowed} allowed"));
    }
    text
}
