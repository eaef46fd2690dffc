//! Condition operators taken apart: `ForAnyValue:StringLikeIfExists` is a set, a base and a suffix. Which of them IAM has is
//! `check`'s; what they mean is decided by those who ask.

/// A condition operator in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator<'a> {
    /// What stands before the colon: `ForAnyValue` or `ForAllValues` in a sound document.
    pub set: Option<&'a str>,
    /// `StringLike`.
    pub base: &'a str,
    /// Whether it also holds when the key is absent.
    pub if_exists: bool,
}

impl<'a> Operator<'a> {
    /// Takes an operator apart.
    pub fn of(text: &'a str) -> Self {
        let (set, rest) = match text.split_once(':') {
            Some((set, rest)) => (Some(set), rest),
            None => (None, text),
        };
        let base = rest.strip_suffix("IfExists");
        Self {
            set,
            base: base.unwrap_or(rest),
            if_exists: base.is_some(),
        }
    }

    /// Whether it holds for what is not named.
    pub fn is_negated(&self) -> bool {
        self.base.contains("Not")
    }
}
