//! A page that grows line by line. Every line goes through here, so that no text from AWS or a manifest can
//! steer the terminal, and no line ends in blanks.

use crate::render::scene::Sign;
use crate::render::{Label, Style};

/// What a line starts with and which colour it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Ink {
    /// Stands left of the line's text; empty for none.
    pub(in crate::render) sign: &'static str,
    /// The colour of sign and text.
    pub(in crate::render) label: Option<Label>,
}

impl Ink {
    pub(in crate::render) const PLAIN: Ink = Ink::new("", None);
    pub(in crate::render) const STRONG: Ink = Ink::new("", Some(Label::Strong));
    pub(in crate::render) const FAINT: Ink = Ink::new("", Some(Label::Faint));
    pub(in crate::render) const CAREFUL: Ink = Ink::new("!", Some(Label::Changed));

    pub(in crate::render) const fn new(sign: &'static str, label: Option<Label>) -> Self {
        Self { sign, label }
    }

    /// The same colour for lines beneath one that has the sign.
    pub(in crate::render) fn unsigned(self) -> Self {
        Self { sign: "", ..self }
    }

    /// The ink for what becomes of a thing.
    pub(in crate::render) fn of(sign: Sign) -> Self {
        let label = match sign {
            Sign::Same => None,
            Sign::Added => Some(Label::Added),
            Sign::Removed => Some(Label::Removed),
            Sign::Changed => Some(Label::Changed),
        };
        Self::new(sign.symbol(), label)
    }
}

/// One text with its own colour.
pub(in crate::render) type Piece<'a> = (Option<Label>, &'a str);

pub(in crate::render) struct Page {
    style: Style,
    width: usize,
    text: String,
}

impl Page {
    pub(in crate::render) fn new(style: Style, width: usize) -> Self {
        Self {
            style,
            width,
            text: String::new(),
        }
    }

    /// Whether a text may stand on one line at a depth.
    pub(in crate::render) fn fits(&self, depth: usize, text: &str) -> bool {
        2 * depth + text.chars().count() <= self.width
    }

    /// One line in one ink. The text starts two columns further for every depth; the sign stands before it.
    pub(in crate::render) fn line(&mut self, depth: usize, ink: Ink, text: &str) {
        self.pieces(depth, ink, &[(ink.label, text)]);
    }

    /// One line whose pieces have their own colours.
    pub(in crate::render) fn pieces(&mut self, depth: usize, ink: Ink, pieces: &[Piece<'_>]) {
        let room = 2 * depth;
        let sign = self.style.paint_if(ink.label, ink.sign);
        if ink.sign.is_empty() {
            self.text.push_str(&" ".repeat(room));
        } else {
            self.text.push_str(&" ".repeat(room.saturating_sub(2)));
            self.text.push_str(&sign);
            self.text.push(' ');
        }
        for (label, text) in pieces {
            self.text.push_str(
                &self
                    .style
                    .paint_if(*label, &crate::text::escaped(text, false)),
            );
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// What it is about, in which account and region, and who looked.
    pub(in crate::render) fn place(&mut self, whose: &str, [account, region, caller]: [&str; 3]) {
        let place = format!(" in account {account}, region {region}");
        let pieces = [(Some(Label::Strong), whose), (None, &place)];
        self.pieces(0, Ink::PLAIN, &pieces);
        self.line(0, Ink::PLAIN, &format!("Caller {caller}"));
    }

    pub(in crate::render) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(in crate::render) fn finished(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_stands_before_the_text_and_does_not_move_it() {
        let mut page = Page::new(Style::PLAIN, 80);
        page.line(2, Ink::PLAIN, "kept");
        page.line(2, Ink::of(Sign::Added), "added");
        page.line(0, Ink::of(Sign::Removed), "at the margin  ");
        assert_eq!(page.finished(), "    kept\n  + added\n- at the margin\n");
    }

    #[test]
    fn no_text_can_steer_the_terminal() {
        let mut page = Page::new(Style::PLAIN, 80);
        page.line(0, Ink::PLAIN, "a\u{1b}[2J\u{9b}b\r\nc");
        assert_eq!(page.finished(), "a\\u{1b}[2J\\u{9b}b\\u{d}\\u{a}c\n");
    }
}
