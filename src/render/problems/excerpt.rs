//! The few lines of a text that a diagnostic is about, cut to a width. What it costs to draw them depends on what is shown, not
//! on the length of the text or of its lines.

use std::collections::BTreeMap;
use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::visible;
use crate::diagnostic::{Lines, Place, work};

/// Characters of a line that are shown; lines may be as long as files.
const WIDTH: usize = 120;
/// Of these, how many stand before the fault.
const BEFORE: usize = 60;

/// Lines around some places.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    shown: Vec<Shown>,
}

/// A line of the excerpt.
#[derive(Debug)]
struct Shown {
    /// Its number in the whole text, counted from 1.
    number: usize,
    /// Characters that were cut off at its beginning.
    cut: usize,
    /// Where it is in the excerpt, with its line break.
    bytes: Range<usize>,
    /// Where its characters are, without what marks a cut.
    letters: Range<usize>,
}

impl Excerpt {
    /// The lines of these places, and one before and after each.
    pub(super) fn new<'p>(lines: &Lines<'_>, places: impl IntoIterator<Item = &'p Place>) -> Self {
        let mut wanted: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        for place in places {
            let number = within(place, lines);
            for near in number - 1..=number + 1 {
                let is_after_the_end = near == lines.count() && lines.get(near).is_empty();
                if (1..=lines.count()).contains(&near) && !is_after_the_end {
                    wanted.entry(near).or_default();
                }
            }
            wanted
                .entry(number)
                .or_default()
                .get_or_insert(place.column);
        }
        let mut excerpt = Self::default();
        for (number, column) in wanted {
            excerpt.show(lines, number, column.unwrap_or(1));
        }
        work::steps(excerpt.text.len());
        excerpt
    }

    fn show(&mut self, lines: &Lines<'_>, number: usize, column: usize) {
        let start = self.text.len();
        // A short line is shown whole, wherever the fault is in it.
        let is_short = lines.get(number).chars().nth(WIDTH).is_none();
        let cut = if is_short {
            0
        } else {
            column.saturating_sub(BEFORE)
        };
        if cut > 0 {
            self.text.push('…');
        }
        let first = self.text.len();
        let mut rest = lines.rest(number, cut + 1).chars();
        let piece: String = rest.by_ref().take(WIDTH).collect();
        self.text.push_str(&visible(&piece));
        let last = self.text.len();
        let end = if rest.next().is_some() { "…\n" } else { "\n" };
        self.text.push_str(end);
        self.shown.push(Shown {
            number,
            cut,
            bytes: start..self.text.len(),
            letters: first..last,
        });
    }

    /// The bytes of a place; nothing when the part of its line was cut off. Places beyond the text point at its end.
    pub(super) fn span(&self, place: &Place, lines: &Lines<'_>) -> Option<Range<usize>> {
        let number = within(place, lines);
        let shown = self.shown.iter().find(|shown| shown.number == number)?;
        let Range { start, end } = shown.letters.clone();
        let from = place.column.saturating_sub(1).checked_sub(shown.cut)?;
        let byte = |column: usize| {
            let mut letters = self.text[start..end].char_indices();
            letters.nth(column).map(|(index, _)| start + index)
        };
        let is_cut_after = end + 1 < shown.bytes.end;
        match byte(from) {
            Some(first) => Some(first..byte(from + place.length).unwrap_or(end)),
            None if is_cut_after => None,
            None => Some(end..end),
        }
    }

    /// The position of a byte among the lines that are shown.
    fn line_of(&self, byte: usize) -> usize {
        let before = self.shown.partition_point(|line| line.bytes.end <= byte);
        before.min(self.shown.len().saturating_sub(1))
    }

    fn follows(&self, earlier: usize, later: usize) -> bool {
        match (self.shown.get(earlier), self.shown.get(later)) {
            (Some(earlier), Some(later)) => earlier.number + 1 == later.number,
            _ => false,
        }
    }
}

/// The number of a place's line, or of the last one.
fn within(place: &Place, lines: &Lines<'_>) -> usize {
    place.line.clamp(1, lines.count())
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut first = self.line_of(span.offset());
        let mut last = self.line_of(
            (span.offset() + span.len())
                .saturating_sub(1)
                .max(span.offset()),
        );
        for _ in 0..before {
            if first > 0 && self.follows(first - 1, first) {
                first -= 1;
            }
        }
        for _ in 0..after {
            if self.follows(last, last + 1) {
                last += 1;
            }
        }
        let (Some(top), Some(bottom)) = (self.shown.get(first), self.shown.get(last)) else {
            return Err(MietteError::OutOfBounds);
        };
        // Without lines before it, what is wanted begins at the span itself: its column is what the head line shows.
        let start = if before == 0 {
            span.offset()
        } else {
            top.bytes.start
        };
        let column = match start.checked_sub(top.letters.start) {
            Some(bytes) if before == 0 => {
                let letters = &self.text[top.letters.start..][..bytes];
                top.cut + letters.chars().count()
            }
            _ => 0,
        };
        let data = &self.text.as_bytes()[start..bottom.bytes.end];
        let contents = MietteSpanContents::new(
            data,
            (start, data.len()).into(),
            top.number - 1,
            column,
            last - first + 1,
        );
        Ok(Box::new(contents))
    }
}
