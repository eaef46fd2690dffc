//! The lines of a text, and what stands at a line and column: found without reading the text again, so that many faults in one
//! text, or in one long line, cost no more each than few do.

use super::work;

/// Every so many characters their place in the text is known.
const STRIDE: usize = 256;

/// A text, where its lines begin, and where some of its characters are. Lines and columns count from 1, columns in characters.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<Start>,
    /// The byte at which every [`STRIDE`]th character begins.
    strides: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Start {
    byte: usize,
    /// Characters before it.
    character: usize,
}

impl<'t> Lines<'t> {
    /// Reads the text once.
    pub fn new(text: &'t str) -> Self {
        work::steps(text.len());
        let mut lines = Self {
            text,
            starts: vec![Start {
                byte: 0,
                character: 0,
            }],
            strides: Vec::with_capacity(text.len() / STRIDE + 1),
        };
        for (character, (byte, letter)) in text.char_indices().enumerate() {
            if character % STRIDE == 0 {
                lines.strides.push(byte);
            }
            if letter == '\n' {
                lines.starts.push(Start {
                    byte: byte + 1,
                    character: character + 1,
                });
            }
        }
        lines
    }

    /// How many there are; a line break at the end begins one more.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// A line without its line break; empty beyond the end.
    pub fn get(&self, number: usize) -> &'t str {
        let Some(start) = self.start(number) else {
            return "";
        };
        let end = self
            .starts
            .get(number)
            .map_or(self.text.len(), |next| next.byte);
        self.text[start.byte..end].trim_end_matches(['\n', '\r'])
    }

    /// A line from a column on; empty beyond the end of it.
    pub fn rest(&self, number: usize, column: usize) -> &'t str {
        let line = self.get(number);
        let Some(start) = self.start(number) else {
            return "";
        };
        let byte = self.byte(start.character + column.saturating_sub(1));
        let within = byte.saturating_sub(start.byte);
        line.get(within..).unwrap_or("")
    }

    /// The text after the first `skipped` lines.
    pub fn text_from(&self, skipped: usize) -> &'t str {
        let start = self.starts.get(skipped);
        start.map_or("", |start| &self.text[start.byte..])
    }

    fn start(&self, number: usize) -> Option<Start> {
        self.starts.get(number.checked_sub(1)?).copied()
    }

    /// Where a character of the text begins; the end of the text beyond it.
    fn byte(&self, character: usize) -> usize {
        let Some(near) = self.strides.get(character / STRIDE) else {
            return self.text.len();
        };
        work::steps(character % STRIDE);
        let mut after = self.text[*near..].char_indices();
        let found = after.nth(character % STRIDE);
        found.map_or(self.text.len(), |(index, _)| near + index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_found() {
        let long = "ü".repeat(1000);
        let text = format!("a\r\n{long}b\n");
        let lines = Lines::new(&text);
        assert_eq!(lines.count(), 3);
        assert_eq!(
            ["a", &format!("{long}b"), "", ""],
            [1, 2, 3, 4].map(|n| lines.get(n))
        );
        assert_eq!(lines.rest(2, 1000), "üb");
        assert_eq!(lines.rest(2, 1001), "b");
        for (line, column) in [(1, 2), (1, 9), (2, 1002), (2, 9999), (3, 1), (9, 1)] {
            assert_eq!(lines.rest(line, column), "", "{line}:{column}");
        }
        assert_eq!(lines.text_from(2), "");
        assert_eq!(lines.text_from(0), text);
        assert_eq!(Lines::new("").count(), 1);
    }
}
