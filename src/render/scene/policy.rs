//! Policies as statements: a whole one, or a changed one with what comes and goes marked on its members. Every form draws the
//! same parts, so that none of them can hide an element; programs get them as they are.

use serde::Serialize;

use super::Sign;
use crate::policy::{Document, DocumentDiff, Element, Mark, Part, StatementEdit, ValueEdit, diff};

/// The version that needs no mention.
const USUAL_VERSION: &str = "2012-10-17";

/// A policy as it is shown.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Policy<'a> {
    /// It is no policy document.
    Unreadable { text: String },
    /// Two documents of which one is no policy: nothing in them can be matched.
    Rewritten {
        before: &'a Document,
        after: &'a Document,
    },
    /// What stands in a whole document, or what becomes of one.
    Statements {
        elements: Vec<Named>,
        statements: Vec<Statement>,
        /// The statements that stay; none where the document is whole.
        unchanged: Option<Vec<Statement>>,
    },
}

/// A statement, and what becomes of it.
#[derive(Serialize)]
pub(crate) struct Statement {
    pub(crate) change: Sign,
    pub(crate) parts: Vec<Part>,
}

/// An element of the document itself.
#[derive(Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) text: Text,
}

/// A text that stays, or gives way to another one.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Text {
    Kept { text: String },
    Changed { before: String, after: String },
}

impl<'a> Policy<'a> {
    /// A document that comes, goes, or is shown beside a plan.
    pub(crate) fn whole(document: &'a Document) -> Self {
        if !document.is_readable() {
            return Self::Unreadable {
                text: document.wire(),
            };
        }
        let version = document.version().unwrap_or("(none)");
        let version =
            (version != USUAL_VERSION).then(|| ("Version".to_owned(), version.to_owned()));
        let id = document.id().map(|id| ("Id".to_owned(), id.to_owned()));
        let others = document.unknown_elements().into_iter();
        let others = others.map(|(name, value)| (name.to_owned(), value.to_string()));
        let elements = version.into_iter().chain(id).chain(others);
        let statements = document.statements().iter();
        Self::Statements {
            elements: elements
                .map(|(name, text)| Named {
                    name,
                    text: Text::Kept { text },
                })
                .collect(),
            statements: statements
                .map(|one| Statement::new(Sign::Same, one.parts()))
                .collect(),
            unchanged: None,
        }
    }

    /// A document that changes, statement by statement.
    pub(crate) fn changed(before: &'a Document, after: &'a Document, partition: &str) -> Self {
        let DocumentDiff {
            version,
            id,
            other,
            text,
            statements,
        } = diff(before, after, partition);
        if text.is_some() {
            return Self::Rewritten { before, after };
        }
        let version = version.map(|edit| ("Version".to_owned(), edit));
        let id = id.map(|edit| ("Id".to_owned(), edit));
        let elements = version.into_iter().chain(id).chain(other);
        let (unchanged, statements) = (statements.into_iter())
            .map(Statement::of)
            .partition(|one| one.change == Sign::Same);
        Self::Statements {
            elements: elements
                .map(|(name, edit)| Named {
                    name,
                    text: Text::of(edit),
                })
                .collect(),
            statements,
            unchanged: Some(unchanged),
        }
    }
}

impl Statement {
    fn new(change: Sign, parts: Vec<Part>) -> Self {
        Self { change, parts }
    }

    fn of(edit: StatementEdit) -> Self {
        match edit {
            StatementEdit::Added(new) => Self::new(Sign::Added, new.parts()),
            StatementEdit::Removed(old) => Self::new(Sign::Removed, old.parts()),
            StatementEdit::Same(new) => Self::new(Sign::Same, new.parts()),
            StatementEdit::Changed {
                before: _,
                after: _,
                parts,
            } => Self::new(Sign::Changed, parts),
        }
    }

    /// What an element of one member says; none where there is no such element.
    pub(crate) fn text(&self, element: &Element) -> Option<Text> {
        let part = self.parts.iter().find(|part| part.element == *element)?;
        let marked = |mark: Mark| {
            let member = part.members.iter().find(|member| member.mark == mark)?;
            Some(member.text.clone())
        };
        Some(match marked(Mark::Kept) {
            Some(text) => Text::Kept { text },
            None => Text::of(ValueEdit {
                before: marked(Mark::Removed),
                after: marked(Mark::Added),
            }),
        })
    }

    /// What stands below its first line.
    pub(crate) fn details(&self) -> impl Iterator<Item = &Part> {
        let is_title = |part: &&Part| matches!(part.element, Element::Sid | Element::Effect);
        self.parts.iter().filter(move |part| !is_title(part))
    }
}

impl Text {
    fn of(edit: ValueEdit) -> Self {
        let ValueEdit { before, after } = edit;
        let [before, after] = [before, after].map(|side| side.unwrap_or("(none)".to_owned()));
        Self::Changed { before, after }
    }
}
