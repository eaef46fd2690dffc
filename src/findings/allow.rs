//! Comments that allow a finding: `# rolewright: allow ID reason`, in manifests and in policy files that are YAML.
//!
//! One that stands behind something is about what begins on its line; one on a line of its own is about what begins on
//! the next line that is no comment, and, before the first line of a document, about the whole document. "What begins
//! there" ends before the next line that is indented no further.

use std::collections::BTreeSet;

use super::finding::{Allowed, AllowedBy};
use super::{Finding, Frame, Rule, RuleMatch, Severity, rule};
use crate::diagnostic::{Place, Sources, did_you_mean};
use crate::model::{Address, FieldPath, field, kind};

/// What a comment begins with.
const MARK: &str = "rolewright: allow";

/// The rules about such comments themselves.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "allow-unknown",
        severity: Severity::Medium,
        title: "A comment allows a finding that does not exist",
        why: "Nothing is allowed by it, and whoever wrote it believes otherwise.",
        fix: "Write the id as `validate` shows it.",
        frame: Frame::Spec,
        bad: "trustPolicy: {services: [ec2.amazonaws.com]}  # rolewright: allow unknown-acton legacy",
        good: "trustPolicy: {services: [ec2.amazonaws.com]}",
    },
    Rule {
        id: "allow-unused",
        severity: Severity::Low,
        title: "A comment allows a finding that is not there",
        why: "It outlived what it was about, and would hide the next one unseen.",
        fix: "Remove the comment.",
        frame: Frame::Spec,
        bad: "trustPolicy: {services: [ec2.amazonaws.com]}  # rolewright: allow trust-action legacy",
        good: "trustPolicy: {services: [ec2.amazonaws.com]}",
    },
    Rule {
        id: "allow-without-reason",
        severity: Severity::Medium,
        title: "A comment allows a finding without a reason",
        why: "The next reader cannot tell whether it still holds. It allows nothing until it says why.",
        fix: "Write the reason behind the id.",
        frame: Frame::Spec,
        bad: "trustPolicy: {services: [ec2.amazonaws.com]}  # rolewright: allow trust-action",
        good: "trustPolicy: {services: [ec2.amazonaws.com]}",
    },
];

/// One such comment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comment {
    id: String,
    reason: String,
    place: Place,
    /// The lines it is about, counted from 1, the last included.
    first: usize,
    last: usize,
}

/// Marks what comments allow, and adds what is wrong with the comments. `later` are the ids of rules that this run has
/// not looked at, so that comments about them are not called unused.
pub fn allow(findings: &mut Vec<Finding>, sources: &Sources, later: &[&str]) {
    let comments: Vec<Comment> = sources
        .all()
        .flat_map(|(name, text)| comments(name, text))
        .collect();
    let mut wrong = Vec::new();
    for comment in &comments {
        let about = |finding: &&mut Finding| {
            let place = finding.place.as_ref();
            finding.id == comment.id
                && place.is_some_and(|place| {
                    place.file == comment.place.file
                        && (comment.first..=comment.last).contains(&place.line)
                })
        };
        let mut used = false;
        for finding in findings.iter_mut().filter(about) {
            used = true;
            if !comment.reason.is_empty() {
                finding.allowed = Some(Allowed {
                    by: AllowedBy::Comment,
                    reason: comment.reason.clone(),
                });
            }
        }
        wrong.extend(fault(comment, used || later.contains(&comment.id.as_str())));
    }
    findings.extend(wrong);
}

fn fault(comment: &Comment, used: bool) -> Option<Finding> {
    let Comment { id, reason, .. } = comment;
    let (of, message, fix) = if rule(id).is_none() {
        let ids: Vec<&str> = super::rules().map(|rule| rule.id).collect();
        let fix =
            did_you_mean(id, ids).unwrap_or_else(|| "see docs/findings.md for all ids".to_owned());
        ("allow-unknown", format!("there is no finding `{id}`"), fix)
    } else if reason.is_empty() {
        (
            "allow-without-reason",
            format!("`{id}` is allowed without a reason, and so is not allowed"),
            "write the reason behind the id".to_owned(),
        )
    } else if !used {
        (
            "allow-unused",
            format!("`{id}` is allowed here, and there is no such finding"),
            "remove the comment".to_owned(),
        )
    } else {
        return None;
    };
    let found = RuleMatch {
        id: of,
        pointer: String::new(),
        message,
        fix,
    };
    let address = Address::new(kind::MANIFEST, &comment.place.file);
    let field = FieldPath::new(field::COMMENT);
    Some(Finding::new(
        found,
        &address,
        &field,
        Some(comment.place.clone()),
    ))
}

/// One line of a file, as far as comments are concerned.
struct Line<'a> {
    /// How far its content is indented; none for a line without content.
    indent: Option<usize>,
    /// Its comment, and the column where that begins, counted from 1.
    comment: Option<(usize, &'a str)>,
    /// Whether a new document begins.
    is_break: bool,
}

fn comments(file: &str, text: &str) -> Vec<Comment> {
    let lines: Vec<Line<'_>> = text.lines().map(line).collect();
    let found = lines.iter().enumerate().filter_map(|(at, line)| {
        let (column, comment) = line.comment?;
        let rest = comment.trim_start_matches('#').trim().strip_prefix(MARK)?;
        let (id, reason) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let (first, last) = reach(&lines, at);
        Some(Comment {
            id: id.to_owned(),
            reason: reason.trim().to_owned(),
            place: Place {
                file: file.to_owned(),
                line: at + 1,
                column,
                length: comment.chars().count().max(1),
            },
            first: first + 1,
            last: last + 1,
        })
    });
    found.collect()
}

/// Takes a line apart. A `#` begins a comment where it stands first or behind a blank, outside of quotes.
fn line(text: &str) -> Line<'_> {
    let mut quote = None;
    let mut before = ' ';
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '\'' | '"') if !before.is_alphanumeric() => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (None, '#') if before.is_whitespace() => {
                start = Some(at);
                break;
            }
            _ => {}
        }
        before = character;
    }
    let content = &text[..start.unwrap_or(text.len())];
    let is_empty = content.trim().is_empty();
    let is_break = content.starts_with("---");
    Line {
        indent: (!is_empty && !is_break).then(|| content.len() - content.trim_start().len()),
        comment: start.map(|at| (text[..at].chars().count() + 1, &text[at..])),
        is_break,
    }
}

/// The first and the last line that a comment is about.
fn reach(lines: &[Line<'_>], at: usize) -> (usize, usize) {
    let has_content = |line: &Line<'_>| line.indent.is_some();
    let begins = |index: &usize| has_content(&lines[*index]) || lines[*index].is_break;
    let Some(first) = (at..lines.len()).find(begins) else {
        return (at, at);
    };
    let Some(indent) = lines[first].indent else {
        return (at, at);
    };
    let before = lines[..first].iter().rev();
    let starts_document = before
        .take_while(|line| !line.is_break)
        .all(|line| !has_content(line));
    let after = lines.iter().enumerate().skip(first + 1);
    let mut after = after.filter(|(_, line)| has_content(line) || line.is_break);
    let end = after.find(|(_, line)| match line.indent {
        Some(other) => other <= indent && !(starts_document && at < first),
        None => true,
    });
    (first, end.map_or(lines.len(), |(index, _)| index) - 1)
}

/// The ids of all rules that only a change can break.
pub fn only_in_changes() -> BTreeSet<&'static str> {
    BTreeSet::from(["boundary-removed"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(text: &str) -> Vec<(String, String, usize, usize)> {
        let comments = comments("a.yaml", text).into_iter();
        comments
            .map(|one| (one.id, one.reason, one.first, one.last))
            .collect()
    }

    #[test]
    fn a_comment_is_about_what_begins_on_its_line_or_the_next() {
        let text = "a:\n  # rolewright: allow admin break glass\n  # and more\n  - Effect: Allow\n    Action: x\n  - b  # rolewright: allow x y\nc: '# rolewright: allow no no'\n";
        assert_eq!(
            reaches(text),
            [
                ("admin".into(), "break glass".into(), 4, 5),
                ("x".into(), "y".into(), 6, 6),
            ]
        );
    }

    #[test]
    fn before_the_first_line_of_a_document_it_is_about_all_of_it() {
        let text = "# rolewright: allow a why\nkind: Role\nspec:\n  a: b\n---\nkind: Role\n# rolewright: allow b why\nspec:\n  a: b\n";
        assert_eq!(
            reaches(text),
            [
                ("a".into(), "why".into(), 2, 4),
                ("b".into(), "why".into(), 8, 9),
            ]
        );
    }

    #[test]
    fn a_comment_without_anything_below_is_about_nothing() {
        assert_eq!(
            reaches("a: b\n# rolewright: allow x y\n"),
            [("x".into(), "y".into(), 2, 2)]
        );
        assert_eq!(
            reaches("# rolewright: allow x"),
            [("x".into(), String::new(), 1, 1)]
        );
    }
}
