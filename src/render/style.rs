//! Labels to colours. Without colour the words are identical: symbols carry the meaning.

/// What a piece of text is, as far as its colour goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Something comes into being, or went well.
    Added,
    /// Something goes, or went wrong.
    Removed,
    /// Something changes, or deserves care.
    Changed,
    /// A name or headline.
    Strong,
    /// Secondary: places, reasons, times.
    Faint,
    /// A hint or a link.
    Hint,
}

/// Whether to colour. Decided once, in the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    color: bool,
}

impl Style {
    /// Words only.
    pub const PLAIN: Style = Style { color: false };
    /// With ANSI colours.
    pub const COLOR: Style = Style { color: true };

    /// Whether colours are used.
    pub fn is_colored(self) -> bool {
        self.color
    }

    /// The text in its label's colour; the bare text when colours are off or the text is empty.
    pub fn paint(self, label: Label, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match label {
            Label::Added => "32",
            Label::Removed => "31",
            Label::Changed => "33",
            Label::Strong => "1",
            Label::Faint => "2",
            Label::Hint => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// The text in a label's colour, or bare without a label.
    pub fn paint_if(self, label: Option<Label>, text: &str) -> String {
        label.map_or_else(|| text.to_owned(), |label| self.paint(label, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_the_words_are_bare() {
        assert_eq!(Style::PLAIN.paint(Label::Added, "+ role"), "+ role");
        assert_eq!(
            Style::COLOR.paint(Label::Added, "+ role"),
            "\u{1b}[32m+ role\u{1b}[0m"
        );
        assert_eq!(Style::COLOR.paint(Label::Added, ""), "");
    }
}
