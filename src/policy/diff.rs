//! What differs between two documents, statement by statement. Empty exactly when they mean the same. Drawing
//! it lives in `render`.

mod matching;

use std::collections::BTreeMap;

use serde::Serialize;

use super::normal;
use super::unique::canonical_text;
use super::{Document, Element, Mark, Member, Part, Statement};

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueEdit {
    /// What was there.
    pub before: Option<String>,
    /// What will be there.
    pub after: Option<String>,
}

/// What happens to one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementEdit {
    /// It comes.
    Added(Statement),
    /// It goes.
    Removed(Statement),
    /// It changes.
    Changed {
        /// As it was.
        before: Box<Statement>,
        /// As it will be.
        after: Box<Statement>,
        /// The whole of it, with what comes and goes marked.
        parts: Vec<Part>,
    },
    /// It stays. Spelling and order may differ; this is the new one.
    Same(Statement),
}

/// What differs between two documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDiff {
    /// The version, when it differs.
    pub version: Option<ValueEdit>,
    /// The id, when it differs.
    pub id: Option<ValueEdit>,
    /// Elements of the document that we do not know, as JSON, where they differ.
    pub other: BTreeMap<String, ValueEdit>,
    /// The whole text, when one of the two is no policy at all.
    pub text: Option<ValueEdit>,
    /// Every statement: in the order of the later document, then those that go.
    pub statements: Vec<StatementEdit>,
}

impl DocumentDiff {
    /// Whether the two documents mean the same.
    pub fn is_empty(&self) -> bool {
        let Self {
            version,
            id,
            other,
            text,
            statements,
        } = self;
        version.is_none()
            && id.is_none()
            && other.is_empty()
            && text.is_none()
            && statements
                .iter()
                .all(|edit| matches!(edit, StatementEdit::Same(_)))
    }
}

/// What differs between two documents of `partition`. Statements are matched by `Sid`, then by what they have
/// in common; one that matches nothing is added or removed whole. A statement that is written twice counts once.
pub fn diff(before: &Document, after: &Document, partition: &str) -> DocumentDiff {
    DocumentDiff {
        version: value_edit(before.version(), after.version()),
        id: value_edit(before.id(), after.id()),
        other: other_edits(before, after),
        text: text_edit(before, after),
        statements: statement_edits(before, after, partition),
    }
}

fn value_edit(before: Option<&str>, after: Option<&str>) -> Option<ValueEdit> {
    (before != after).then(|| ValueEdit {
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    })
}

fn other_edits(before: &Document, after: &Document) -> BTreeMap<String, ValueEdit> {
    let [before, after] = [before, after].map(|document| &document.content().other);
    let names = before.keys().chain(after.keys());
    names
        .filter_map(|name| {
            let [before, after] = [before, after].map(|other| other.get(name).map(canonical_text));
            let edit = value_edit(before.as_deref(), after.as_deref())?;
            Some((name.clone(), edit))
        })
        .collect()
}

fn text_edit(before: &Document, after: &Document) -> Option<ValueEdit> {
    let readable = before.is_readable() && after.is_readable();
    if readable {
        return None;
    }
    value_edit(Some(&before.wire()), Some(&after.wire()))
}

fn statement_edits(before: &Document, after: &Document, partition: &str) -> Vec<StatementEdit> {
    let before = matching::distinct(before.statements(), partition);
    let after = matching::distinct(after.statements(), partition);
    let matches = matching::pairs(&before, &after);
    let staying = after.iter().zip(&matches).map(|(new, matched)| {
        let Some(old) = matched.map(|index| &before[index]) else {
            return StatementEdit::Added(new.statement.clone());
        };
        if old.normal == new.normal {
            return StatementEdit::Same(new.statement.clone());
        }
        StatementEdit::Changed {
            before: Box::new(old.statement.clone()),
            after: Box::new(new.statement.clone()),
            parts: changed_parts(old.statement, new.statement, partition),
        }
    });
    let gone = before.iter().enumerate();
    let gone = gone.filter(|(index, _)| !matches.contains(&Some(*index)));
    let gone = gone.map(|(_, old)| StatementEdit::Removed(old.statement.clone()));
    staying.chain(gone).collect()
}

/// The whole later statement with what is new marked, and beside it what goes.
fn changed_parts(before: &Statement, after: &Statement, partition: &str) -> Vec<Part> {
    let mut gone = before.parts();
    let mut parts = Vec::new();
    for new in after.parts() {
        let element = normal::element(new.element.clone());
        let old = gone
            .iter()
            .position(|old| normal::element(old.element.clone()) == element);
        parts.push(match old {
            Some(index) => merged(gone.remove(index), new, partition),
            None => new.marked(Mark::Added),
        });
    }
    parts.extend(gone.into_iter().map(|old| old.marked(Mark::Removed)));
    parts.sort_by_key(|part| part.element.rank());
    parts
}

fn merged(old: Part, new: Part, partition: &str) -> Part {
    let element = new.element;
    let was = by_meaning(&element, old.members, partition);
    let is = by_meaning(&element, new.members, partition);
    let staying = is.iter().map(|(meaning, text)| Member {
        text: text.clone(),
        mark: if was.iter().any(|(old, _)| old == meaning) {
            Mark::Kept
        } else {
            Mark::Added
        },
    });
    let gone = was
        .iter()
        .filter(|(meaning, _)| !is.iter().any(|(new, _)| new == meaning))
        .map(|(_, text)| Member {
            text: text.clone(),
            mark: Mark::Removed,
        });
    let members = staying.chain(gone).collect();
    Part {
        element,
        mark: Mark::Kept,
        members,
    }
}

/// The members with their canonical texts, in order, each meaning once.
fn by_meaning(element: &Element, members: Vec<Member>, partition: &str) -> Vec<(String, String)> {
    let mut distinct: Vec<(String, String)> = Vec::new();
    for Member { text, mark: _ } in members {
        let meaning = normal::member(element, &text, partition);
        if !distinct.iter().any(|(known, _)| *known == meaning) {
            distinct.push((meaning, text));
        }
    }
    distinct
}

#[cfg(test)]
mod tests;
