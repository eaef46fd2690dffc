//! What a stage says when its input is wrong: one [`Diagnostic`] per fault, gathered in [`Problems`].
//! The stage that finds a fault words it; `render` draws it.

mod lines;
mod sources;
mod suggest;
pub(crate) mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use lines::Lines;
pub use sources::Sources;
pub use suggest::{did_you_mean, nearest};

/// A place in a source file: what a person needs to open an editor there.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// The file as the user named it, with `/` between folders; `<stdin>` for standard input.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// How many characters to underline; at least 1.
    pub length: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Whether a diagnostic stops the run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The stage cannot go on.
    Error,
    /// Worth a look; the stage goes on.
    Warning,
}

/// One fault, where it is, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable kebab-case name of the fault, for example `unknown-field`.
    pub code: String,
    /// One sentence without a full stop, in lower case unless it begins with a name.
    pub message: String,
    /// Where it is, when it is somewhere.
    pub place: Option<Place>,
    /// Other spots that matter, each with a short label (`first declared here`).
    pub related: Vec<Related>,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
}

/// A second place that helps to understand a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// Why it matters.
    pub label: String,
}

impl Diagnostic {
    /// An error with a stable code and a sentence.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning with a stable code and a sentence.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &str, message: String) -> Self {
        Self {
            severity,
            code: code.to_owned(),
            message: shortened(message),
            place: None,
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Puts the fault somewhere; `None` changes nothing.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place.or(self.place);
        self
    }

    /// Adds a second place; `None` changes nothing.
    #[must_use]
    pub fn and_at(mut self, place: Option<Place>, label: impl Into<String>) -> Self {
        self.related.extend(place.map(|place| Related {
            place,
            label: label.into(),
        }));
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(shortened(hint.into()));
        self
    }

    /// Adds a hint when there is one, for example from [`did_you_mean`].
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint.map(shortened));
        self
    }
}

/// Characters of a message or hint. What is wrong with a value is not better understood by all of it, and a value may be as long
/// as a file.
const LONGEST: usize = 2000;

fn shortened(mut sentence: String) -> String {
    let cut = sentence.char_indices().nth(LONGEST).map(|(index, _)| index);
    if let Some(index) = cut {
        sentence.truncate(index);
        sentence.push('…');
    }
    sentence
}

/// Every fault a stage found, in the order of their places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problems(Vec<Diagnostic>);

impl Problems {
    /// Nothing wrong so far.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Takes over the faults of another stage or part.
    pub fn extend(&mut self, other: Problems) {
        self.0.extend(other.0);
    }

    /// Keeps the value of `result`, or takes over its faults.
    pub fn absorb<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        result.map_err(|problems| self.extend(problems)).ok()
    }

    /// Whether any of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is nothing to say at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults sorted by place (those without one first), then by code and message.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.0.iter().collect();
        all.sort_by(|a, b| (&a.place, &a.code, &a.message).cmp(&(&b.place, &b.code, &b.message)));
        all
    }

    /// `value` when nothing here is an error, the faults otherwise. Warnings are then dropped: take them
    /// out with [`Problems::sorted`] before if they should be shown.
    pub fn or_value<T>(self, value: T) -> Result<T, Problems> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok(value)
        }
    }
}

impl From<Diagnostic> for Problems {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Problems {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}
