//! Looking at the lines around a fault, and finding the next document.

use crate::diagnostic::{self, work};

/// The lines of a text. Line numbers count from 1.
pub(super) struct Lines<'t> {
    all: diagnostic::Lines<'t>,
    last: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let all = diagnostic::Lines::new(text);
        let blank = text[text.trim_end().len()..].matches('\n').count();
        let last = (all.count() - blank).max(1);
        Self { all, last }
    }

    /// A line without its line break; empty beyond the end.
    pub(super) fn get(&self, number: usize) -> &'t str {
        self.all.get(number)
    }

    /// A line from a column on; empty beyond the end of it.
    pub(super) fn rest(&self, number: usize, column: usize) -> &'t str {
        self.all.rest(number, column)
    }

    /// The text after the first `skipped` lines.
    pub(super) fn text_from(&self, skipped: usize) -> &'t str {
        self.all.text_from(skipped)
    }

    /// How many lines stand before the first `---` at or after line `from`.
    pub(super) fn document_mark(&self, from: usize) -> Option<usize> {
        (from.max(1)..=self.all.count())
            .inspect(|_| work::steps(1))
            .find(|number| is_document_mark(self.get(*number)))
            .map(|number| number - 1)
    }

    /// The nearest line before `number` that says something, with its number.
    pub(super) fn said_before(&self, number: usize) -> Option<(usize, &'t str)> {
        (1..number)
            .rev()
            .inspect(|_| work::steps(1))
            .map(|number| (number, self.get(number)))
            .find(|(_, line)| {
                let line = line.trim_start();
                !line.is_empty() && !line.starts_with('#')
            })
    }

    /// The last line that is not blank, at least 1.
    pub(super) fn last(&self) -> usize {
        self.last
    }
}

fn is_document_mark(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// How many blanks a line begins with.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
