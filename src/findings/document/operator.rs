//! Condition operators taken apart: `ForAnyValue:StringLikeIfExists` is a set, a base and a suffix.

use crate::catalogue::KeyType;

/// A condition operator in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::findings) struct Operator<'a> {
    /// `ForAnyValue` or `ForAllValues`.
    pub(in crate::findings) set: Option<&'a str>,
    /// `StringLike`.
    pub(in crate::findings) base: &'a str,
    /// Whether it also holds when the key is absent.
    pub(in crate::findings) if_exists: bool,
}

impl<'a> Operator<'a> {
    pub(in crate::findings) fn of(text: &'a str) -> Self {
        let (set, rest) = match text.split_once(':') {
            Some((set, rest)) => (Some(set), rest),
            None => (None, text),
        };
        let bare = rest.strip_suffix("IfExists");
        Operator {
            set,
            base: bare.unwrap_or(rest),
            if_exists: bare.is_some(),
        }
    }

    /// Whether it holds for what is not named.
    pub(in crate::findings) fn is_negated(&self) -> bool {
        self.base.contains("Not")
    }

    /// What it compares; `None` for `Null`, and for one that IAM does not have.
    pub(in crate::findings) fn compares(&self) -> Option<KeyType> {
        let base = self.base;
        let begins = |prefix: &str| base.starts_with(prefix);
        Some(match base {
            "Bool" => KeyType::Bool,
            "IpAddress" | "NotIpAddress" => KeyType::IpAddress,
            _ if begins("String") => KeyType::Text,
            _ if begins("Arn") => KeyType::Arn,
            _ if begins("Numeric") => KeyType::Numeric,
            _ if begins("Date") => KeyType::Date,
            _ => return None,
        })
    }
}
