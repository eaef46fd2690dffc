//! The lines of a text: looking at what surrounds a fault, and finding the next document.

/// A text and where its lines begin. Line numbers count from 1.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let breaks = text.match_indices('\n').map(|(index, _)| index + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { text, starts }
    }

    /// A line without its line break; empty beyond the end.
    pub(super) fn get(&self, number: usize) -> &'t str {
        let Some(start) = number
            .checked_sub(1)
            .and_then(|index| self.starts.get(index))
        else {
            return "";
        };
        let end = self.starts.get(number).map_or(self.text.len(), |end| *end);
        self.text[*start..end].trim_end_matches(['\n', '\r'])
    }

    /// The text after the first `skipped` lines.
    pub(super) fn text_from(&self, skipped: usize) -> &'t str {
        self.starts
            .get(skipped)
            .map_or("", |start| &self.text[*start..])
    }

    /// How many lines stand before the first `---` at or after line `from`.
    pub(super) fn document_mark(&self, from: usize) -> Option<usize> {
        (from.max(1)..=self.starts.len())
            .find(|number| is_document_mark(self.get(*number)))
            .map(|number| number - 1)
    }

    /// The nearest line before `number` that says something, with its number.
    pub(super) fn said_before(&self, number: usize) -> Option<(usize, &'t str)> {
        (1..number)
            .rev()
            .map(|number| (number, self.get(number)))
            .find(|(_, line)| {
                let line = line.trim_start();
                !line.is_empty() && !line.starts_with('#')
            })
    }

    /// The last line that is not blank, at least 1.
    pub(super) fn last(&self) -> usize {
        (1..=self.starts.len())
            .rev()
            .find(|number| !self.get(*number).trim().is_empty())
            .unwrap_or(1)
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
