//! The patterns of the policy language: `*` is any text, `?` any one character, and `${…}` a value that is known only
//! when a request is made. Whether one covers another is decided exactly; which texts are patterns is the caller's.

use std::borrow::Cow;

/// A symbol of a pattern: a character by its code point, or one of those below, which lie beyond all characters. Numbers
/// because an analysis compares patterns by the million.
type Symbol = u32;

/// `?`.
const ONE: Symbol = char::MAX as Symbol + 1;
/// `*`.
const ANY: Symbol = ONE + 1;
/// `${aws:username}`: some text, the same wherever it stands in one request. This is the first variable that a pattern
/// names, the next number its second.
const VARIABLE: Symbol = ANY + 1;

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    symbols: Vec<Symbol>,
    /// The names of its variables in lower case, each once, in the order in which they come up.
    variables: Vec<String>,
}

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
        Self::read(text, variables, Symbol::from)
    }

    fn read(text: &str, variables: Variables, plain: fn(char) -> Symbol) -> Self {
        let mut pattern = Self {
            symbols: Vec::with_capacity(text.len()),
            variables: Vec::new(),
        };
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let name = match variables {
                Variables::Meant => name(rest),
                Variables::Literal => None,
            };
            let length = match name {
                Some(name) => {
                    pattern.push_variable(name);
                    name.len() + "${}".len()
                }
                None => {
                    pattern.push(plain(character));
                    character.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        pattern
    }

    /// A text that has no wildcards, whatever characters it has.
    pub fn literal(text: &str) -> Self {
        Self {
            symbols: text.chars().map(Symbol::from).collect(),
            variables: Vec::new(),
        }
    }

    /// The same pattern for texts whose letter case does not matter: actions. The other side must be folded too.
    #[must_use]
    pub fn folded(text: &str) -> Self {
        Self::new(&text.to_lowercase(), Variables::Literal)
    }

    /// Whether it stands for exactly one text.
    pub fn is_literal(&self) -> bool {
        self.symbols.iter().copied().all(is_plain)
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
        let inner = inner.numbered_as(self);
        let plain = self.symbols.iter().take_while(|one| is_plain(**one));
        let begin = plain.count();
        // Most comparisons end here: what begins otherwise is another.
        if !inner.starts_with(&self.symbols[..begin]) {
            return false;
        }
        let (ours, theirs) = (&self.symbols[begin..], &inner[begin..]);
        match ours {
            [] => theirs.is_empty(),
            // One `*` with plain text around it takes in whatever is between.
            [ANY, end @ ..] if end.iter().copied().all(is_plain) => theirs.ends_with(end),
            _ => reads(ours, theirs),
        }
    }

    /// Whether some text may be one of both. Variables may be anything.
    pub fn overlaps(&self, other: &Pattern) -> bool {
        let (ours, theirs) = (&self.symbols, &other.symbols);
        let begin_apart = differ(ours.iter().zip(theirs));
        if begin_apart || differ(ours.iter().rev().zip(theirs.iter().rev())) {
            return false;
        }
        let width = theirs.len() + 1;
        let mut seen = vec![false; (ours.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((here, there)) = open.pop() {
            if std::mem::replace(&mut seen[here * width + there], true) {
                continue;
            }
            let (our, their) = (ours.get(here), theirs.get(there));
            if our.is_none() && their.is_none() {
                return true;
            }
            if our.copied().is_some_and(is_any_text) {
                open.push((here + 1, there));
            }
            if their.copied().is_some_and(is_any_text) {
                open.push((here, there + 1));
            }
            if let (Some(our), Some(their)) = (our, their)
                && (our == their || !is_plain(*our) || !is_plain(*their))
            {
                let after = |symbol: &Symbol, at: usize| at + usize::from(!is_any_text(*symbol));
                open.push((after(our, here), after(their, there)));
            }
        }
        false
    }

    /// Its symbols, with the numbers that the variables have in another pattern.
    fn numbered_as(&self, other: &Pattern) -> Cow<'_, [Symbol]> {
        let mine = &self.variables;
        if mine.is_empty() || *mine == other.variables {
            return Cow::Borrowed(&self.symbols);
        }
        let numbers: Vec<Symbol> = (VARIABLE..)
            .zip(mine)
            .map(|(number, name)| {
                let known = (VARIABLE..).zip(&other.variables);
                let mut known = known.filter(|(_, other)| *other == name);
                // Another one than any of the other's.
                let new = number + Symbol::try_from(other.variables.len()).unwrap_or(Symbol::MAX);
                known.next().map_or(new, |(number, _)| number)
            })
            .collect();
        let number = |symbol: &Symbol| {
            let variable = symbol.checked_sub(VARIABLE);
            let at = variable.and_then(|number| usize::try_from(number).ok());
            at.and_then(|at| numbers.get(at))
                .copied()
                .unwrap_or(*symbol)
        };
        Cow::Owned(self.symbols.iter().map(number).collect())
    }

    /// `**` is `*`, and `*?` is `?*`.
    fn push(&mut self, symbol: Symbol) {
        match (self.symbols.last(), symbol) {
            (Some(&ANY), ANY) => {}
            (Some(&ANY), ONE) => self.symbols.insert(self.symbols.len() - 1, ONE),
            _ => self.symbols.push(symbol),
        }
    }

    /// `${*}`, `${?}` and `${$}` are the characters themselves.
    fn push_variable(&mut self, name: &str) {
        if let ("*" | "?" | "$", Some(escaped)) = (name, name.chars().next()) {
            self.symbols.push(escaped.into());
            return;
        }
        // The names of condition keys ignore letter case.
        let name = name.to_lowercase();
        let known = self.variables.iter().position(|known| *known == name);
        let at = known.unwrap_or(self.variables.len());
        if known.is_none() {
            self.variables.push(name);
        }
        let symbol = Symbol::try_from(at).map_or(Symbol::MAX, |at| VARIABLE + at);
        self.symbols.push(symbol);
    }
}

/// Whether a pattern takes in another that is read like a text: the positions that may be reached are followed.
fn reads(pattern: &[Symbol], text: &[Symbol]) -> bool {
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    close(pattern, &mut reached);
    let mut next = reached.clone();
    for symbol in text {
        step(pattern, &reached, *symbol, &mut next);
        std::mem::swap(&mut reached, &mut next);
        if !reached.contains(&true) {
            return false;
        }
    }
    reached.last() == Some(&true)
}

/// Adds every position that is reached without reading anything.
fn close(pattern: &[Symbol], reached: &mut [bool]) {
    for (at, symbol) in pattern.iter().enumerate() {
        if reached[at] && *symbol == ANY {
            reached[at + 1] = true;
        }
    }
}

/// Where reading one more symbol leads.
fn step(pattern: &[Symbol], reached: &[bool], read: Symbol, next: &mut [bool]) {
    next.fill(false);
    // Whether a `*` follows without anything but wildcards in between.
    let mut in_run = false;
    for (at, symbol) in pattern.iter().enumerate().rev() {
        in_run = *symbol == ANY || (in_run && *symbol == ONE);
        if !reached[at] {
            continue;
        }
        match (*symbol, read) {
            (ANY, _) => next[at] = true,
            (ONE, ANY) => next[at] |= in_run,
            (ONE, ONE) => next[at + 1] = true,
            (ONE, read) if is_plain(read) => next[at + 1] = true,
            (symbol, read) if symbol == read => next[at + 1] = true,
            _ => {}
        }
    }
    close(pattern, next);
}

/// Whether two patterns are apart as far as both are plain text.
fn differ<'a>(mut pairs: impl Iterator<Item = (&'a Symbol, &'a Symbol)>) -> bool {
    let first = pairs.find(|(ours, theirs)| ours != theirs || !is_plain(**ours));
    first.is_some_and(|(ours, theirs)| is_plain(*ours) && is_plain(*theirs))
}

/// Whether it is a character.
fn is_plain(symbol: Symbol) -> bool {
    symbol < ONE
}

/// Whether it can stand for a text of any length.
fn is_any_text(symbol: Symbol) -> bool {
    symbol >= ANY
}

fn wildcard(character: char) -> Symbol {
    match character {
        '*' => ANY,
        '?' => ONE,
        other => other.into(),
    }
}

/// The name of the variable that a text begins with.
fn name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?;
    name.find('}').map(|end| &name[..end])
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
