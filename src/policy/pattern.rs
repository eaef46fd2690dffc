//! The patterns of the policy language: `*` is any text, `?` any one character, and `${…}` a value that is known only
//! when a request is made. Whether one covers another is decided exactly; which texts are patterns is the caller's.

/// One symbol of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Token {
    /// This character.
    Literal(char),
    /// `?`.
    One,
    /// `*`.
    Any,
    /// `${aws:username}`: some text, the same wherever it stands in one request.
    Variable(String),
}

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(Vec<Token>);

/// Whether `${…}` stands for a value: only in documents of version 2012-10-17 (IAM user guide, "Policy variables").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variables {
    /// It does.
    Meant,
    /// It is plain text.
    Literal,
}

impl Pattern {
    /// Takes a pattern apart.
    pub fn new(text: &str, variables: Variables) -> Self {
        Self::read(text, variables, wildcard)
    }

    /// A text whose `*` and `?` are plain characters; variables may stand in it.
    pub fn exact(text: &str, variables: Variables) -> Self {
        Self::read(text, variables, Token::Literal)
    }

    fn read(text: &str, variables: Variables, plain: fn(char) -> Token) -> Self {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let (token, length) = match variables {
                Variables::Meant => variable(rest),
                Variables::Literal => None,
            }
            .unwrap_or_else(|| (plain(character), character.len_utf8()));
            push(&mut tokens, token);
            rest = &rest[length..];
        }
        Self(tokens)
    }

    /// A text that has no wildcards, whatever characters it has.
    pub fn literal(text: &str) -> Self {
        Self(text.chars().map(Token::Literal).collect())
    }

    /// The same pattern for texts whose letter case does not matter: actions. The other side must be folded too.
    #[must_use]
    pub fn folded(text: &str) -> Self {
        Self::new(&text.to_lowercase(), Variables::Literal)
    }

    /// Whether it stands for exactly one text.
    pub fn is_literal(&self) -> bool {
        let mut tokens = self.0.iter();
        tokens.all(|token| matches!(token, Token::Literal(_)))
    }

    /// Whether it stands for every text.
    pub fn is_everything(&self) -> bool {
        self.0 == [Token::Any]
    }

    /// Whether a text is one of those it stands for.
    pub fn matches(&self, text: &str) -> bool {
        self.includes(&Pattern::literal(text))
    }

    /// Whether every text that `inner` stands for is one that this stands for, whatever the variables are.
    ///
    /// `inner` is read like a text. A `?` of it is a character that occurs nowhere in this pattern; a `*` may be nothing
    /// at all or longer than anything, so only a run of wildcards with a `*` in it can take it in, and stays where it is.
    /// A property test compares the answer with that of the texts themselves.
    pub fn includes(&self, inner: &Pattern) -> bool {
        // Most comparisons end here: a plain text stands for itself only, and what begins otherwise is another.
        if self == inner {
            return true;
        }
        if self.is_literal() || !self.begins_like(inner) {
            return false;
        }
        let mut reached = vec![false; self.0.len() + 1];
        reached[0] = true;
        self.close(&mut reached);
        for token in &inner.0 {
            reached = self.step(&reached, token);
            if !reached.contains(&true) {
                return false;
            }
        }
        reached.last() == Some(&true)
    }

    /// Whether some text may be one of both. Variables may be anything.
    pub fn overlaps(&self, other: &Pattern) -> bool {
        let begin_apart = differ(self.0.iter().zip(&other.0));
        if begin_apart || differ(self.0.iter().rev().zip(other.0.iter().rev())) {
            return false;
        }
        let width = other.0.len() + 1;
        let mut seen = vec![false; (self.0.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((here, there)) = open.pop() {
            if std::mem::replace(&mut seen[here * width + there], true) {
                continue;
            }
            let (ours, theirs) = (self.0.get(here), other.0.get(there));
            if ours.is_none() && theirs.is_none() {
                return true;
            }
            if ours.is_some_and(Token::is_any_text) {
                open.push((here + 1, there));
            }
            if theirs.is_some_and(Token::is_any_text) {
                open.push((here, there + 1));
            }
            if let (Some(ours), Some(theirs)) = (ours, theirs)
                && ours.agrees(theirs)
            {
                let after = |token: &Token, at: usize| at + usize::from(!token.is_any_text());
                open.push((after(ours, here), after(theirs, there)));
            }
        }
        false
    }

    /// Whether everything that `inner` stands for begins with the plain text that this begins with.
    fn begins_like(&self, inner: &Pattern) -> bool {
        let plain = self
            .0
            .iter()
            .take_while(|token| matches!(token, Token::Literal(_)));
        let mut theirs = inner.0.iter();
        plain.into_iter().all(|token| theirs.next() == Some(token))
    }

    /// Adds every position that is reached without reading anything.
    fn close(&self, reached: &mut [bool]) {
        for (at, token) in self.0.iter().enumerate() {
            if reached[at] && *token == Token::Any {
                reached[at + 1] = true;
            }
        }
    }

    fn step(&self, reached: &[bool], read: &Token) -> Vec<bool> {
        let mut next = vec![false; reached.len()];
        // Whether a `*` follows without anything but wildcards in between.
        let mut in_run = false;
        for (at, token) in self.0.iter().enumerate().rev() {
            in_run = match token {
                Token::Any => true,
                Token::One => in_run,
                Token::Literal(_) | Token::Variable(_) => false,
            };
            if !reached[at] {
                continue;
            }
            match (token, read) {
                (Token::Any, _) => next[at] = true,
                (Token::One, Token::Any) => next[at] |= in_run,
                (Token::One, Token::One | Token::Literal(_)) => next[at + 1] = true,
                (token, read) if token == read => next[at + 1] = true,
                _ => {}
            }
        }
        self.close(&mut next);
        next
    }
}

/// Whether two patterns are apart as far as both are plain text.
fn differ<'a>(mut pairs: impl Iterator<Item = (&'a Token, &'a Token)>) -> bool {
    let first = pairs.find_map(|pair| match pair {
        (Token::Literal(ours), Token::Literal(theirs)) => (ours != theirs).then_some(true),
        _ => Some(false),
    });
    first == Some(true)
}

impl Token {
    /// Whether it can stand for a text of any length.
    fn is_any_text(&self) -> bool {
        matches!(self, Token::Any | Token::Variable(_))
    }

    /// Whether some character is one of both.
    fn agrees(&self, other: &Token) -> bool {
        match (self, other) {
            (Token::Literal(ours), Token::Literal(theirs)) => ours == theirs,
            _ => true,
        }
    }
}

fn wildcard(character: char) -> Token {
    match character {
        '*' => Token::Any,
        '?' => Token::One,
        other => Token::Literal(other),
    }
}

/// The variable a text begins with, and its length. `${*}`, `${?}` and `${$}` are the characters themselves.
fn variable(text: &str) -> Option<(Token, usize)> {
    let name = text.strip_prefix("${")?;
    let end = name.find('}')?;
    let token = match &name[..end] {
        escaped @ ("*" | "?" | "$") => Token::Literal(escaped.chars().next()?),
        // The names of condition keys ignore letter case.
        name => Token::Variable(name.to_lowercase()),
    };
    Some((token, end + "${}".len()))
}

/// `**` is `*`, and `*?` is `?*`.
fn push(tokens: &mut Vec<Token>, token: Token) {
    match (tokens.last(), &token) {
        (Some(Token::Any), Token::Any) => {}
        (Some(Token::Any), Token::One) => tokens.insert(tokens.len() - 1, token),
        _ => tokens.push(token),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text, Variables::Meant)
    }

    fn includes(outer: &str, inner: &str) -> bool {
        pattern(outer).includes(&pattern(inner))
    }

    #[test]
    fn texts_are_matched_as_a_whole() {
        let matched = [
            ("*", ""),
            ("a*", "a"),
            ("a?c", "abc"),
            ("*b*", "abc"),
            ("**", "x"),
        ];
        for (outer, text) in matched {
            assert!(pattern(outer).matches(text), "{outer} {text}");
        }
        let missed = [("a", "ab"), ("?", ""), ("a?", "a"), ("*b", "abc")];
        for (outer, text) in missed {
            assert!(!pattern(outer).matches(text), "{outer} {text}");
        }
    }

    #[test]
    fn a_pattern_includes_what_it_is_wider_than() {
        let wider = [
            ("*", "s3:*"),
            ("s3:*", "s3:Get*"),
            ("s3:*Object", "s3:Get*Object"),
            ("a*?", "a?*"),
            ("a?*", "a*?"),
            ("*a*", "*ba*"),
            ("a*a*", "a*ba*"),
        ];
        for (outer, inner) in wider {
            assert!(includes(outer, inner), "{outer} ⊇ {inner}");
        }
        let not = [
            ("s3:Get*", "s3:*"),
            ("a?*", "a*"),
            ("a?", "a*"),
            ("*a", "*"),
            ("a*b", "ab*"),
        ];
        for (outer, inner) in not {
            assert!(!includes(outer, inner), "{outer} ⊉ {inner}");
        }
    }

    #[test]
    fn a_variable_is_only_itself_and_may_be_long() {
        assert!(includes("home/${aws:username}/*", "home/${aws:UserName}/a"));
        assert!(includes("home/*", "home/${aws:username}/*"));
        assert!(!includes("home/${aws:username}", "home/*"));
        assert!(!includes(
            "home/????????????????????????",
            "home/${aws:username}"
        ));
        assert!(!includes("${aws:username}", "${aws:userid}"));
        assert!(!includes("home/${aws:username}", "home/ann"));
        let plain = Pattern::new("${aws:username}", Variables::Literal);
        assert!(plain.is_literal());
    }

    #[test]
    fn wildcards_can_be_written_as_themselves() {
        assert!(pattern("a${*}b").matches("a*b"));
        assert!(!pattern("a${*}b").matches("axb"));
        assert!(pattern("${$}{x}").matches("${x}"));
        let exact = Pattern::exact("a**?", Variables::Meant);
        assert!(exact.matches("a**?") && !exact.matches("abcd"));
    }

    #[test]
    fn patterns_overlap_when_a_text_is_in_both() {
        let both = [("a*", "*b"), ("a?c", "ab*"), ("*", ""), ("x${v}y", "xy")];
        for (one, other) in both {
            assert!(pattern(one).overlaps(&pattern(other)), "{one} {other}");
        }
        let neither = [("a*", "b*"), ("a?", "a"), ("*a", "*b"), ("", "?")];
        for (one, other) in neither {
            assert!(!pattern(one).overlaps(&pattern(other)), "{one} {other}");
        }
    }

    /// Every text of up to six letters, of which one stands in no pattern.
    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..6 {
            last = last
                .iter()
                .flat_map(|text| ["a", "b", "z"].map(|letter| format!("{text}{letter}")))
                .collect();
            all.extend(last.clone());
        }
        all
    }

    proptest! {
        #[test]
        fn inclusion_and_overlap_are_those_of_the_texts(outer in "[ab?*]{0,5}", inner in "[ab?*]{0,4}") {
            let [out, inn] = [&outer, &inner].map(|text| pattern(text));
            let texts = texts();
            let inside: Vec<&String> = texts.iter().filter(|text| inn.matches(text)).collect();
            let all = inside.iter().all(|text| out.matches(text));
            prop_assert_eq!(out.includes(&inn), all, "{} ⊇ {}", outer, inner);
            let some = inside.iter().any(|text| out.matches(text));
            prop_assert_eq!(out.overlaps(&inn), some, "{} ∩ {}", outer, inner);
        }
    }
}
