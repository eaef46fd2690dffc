//! Markup that grows piece by piece. Only the program writes tags; whatever comes from AWS or a manifest is text, and text
//! is escaped: which of the two a piece is, its type says. What is drawn with it stands in `html` and `graph`.

use std::fmt::Display;

#[derive(Debug, Default)]
pub(super) struct Markup {
    written: String,
}

impl Markup {
    /// Tags, as the program has them.
    pub(super) fn raw(&mut self, tags: &'static str) -> &mut Self {
        self.written.push_str(tags);
        self
    }

    /// Tags with a text in the place of each `{}`.
    pub(super) fn fill<const N: usize>(
        &mut self,
        template: &'static str,
        texts: [&dyn Display; N],
    ) -> &mut Self {
        let mut texts = texts.into_iter().peekable();
        for (index, tags) in template.split("{}").enumerate() {
            if let Some(text) = texts.next_if(|_| index > 0) {
                self.text(&text.to_string());
            }
            self.raw(tags);
        }
        self
    }

    /// Text from anywhere, within an element or within an attribute in quotes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.written.push_str("&amp;"),
                '<' => self.written.push_str("&lt;"),
                '>' => self.written.push_str("&gt;"),
                '"' => self.written.push_str("&quot;"),
                '\'' => self.written.push_str("&#39;"),
                hidden if crate::text::is_hidden(hidden) => {
                    self.written.extend(hidden.escape_unicode());
                }
                plain => self.written.push(plain),
            }
        }
        self
    }

    /// A sentence; what stands between backticks is code.
    pub(super) fn sentence(&mut self, text: &str) -> &mut Self {
        if text.matches('`').count() % 2 == 1 {
            return self.text(text);
        }
        for (index, piece) in text.split('`').enumerate() {
            if index % 2 == 0 {
                self.text(piece);
            } else {
                self.raw("<code>").text(piece).raw("</code>");
            }
        }
        self
    }

    pub(super) fn finished(self) -> String {
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut markup = Markup::default();
        markup.text(text);
        markup.finished()
    }

    #[test]
    fn no_text_becomes_a_tag_or_leaves_its_attribute() {
        assert_eq!(
            escaped("<script>alert(\"a\" & 'b')</script>"),
            "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;"
        );
    }

    #[test]
    fn backticks_in_pairs_make_code() {
        let drawn = |text: &str| {
            let mut markup = Markup::default();
            markup.sentence(text);
            markup.finished()
        };
        assert_eq!(drawn("pass `--a<b>`!"), "pass <code>--a&lt;b&gt;</code>!");
        assert_eq!(drawn("one ` alone"), "one ` alone");
    }

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(escaped("a\u{0}\u{1b}[2J\n"), "a\\u{0}\\u{1b}[2J\\u{a}");
        assert_eq!(escaped("ad\u{202e}nim\u{200b}"), "ad\\u{202e}nim\\u{200b}");
        assert_eq!(escaped("Zoë, 東京"), "Zoë, 東京");
    }
}
