//! Condition keys: those of single services, and the global ones.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::table::{CONDITION_KEYS, rows};

/// What the values of a key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// Text.
    Text,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A time.
    Date,
    /// An address or a range of addresses.
    IpAddress,
}

impl KeyType {
    /// What an operator without set and suffix compares; `None` for `Null`, and for one that IAM does not have.
    pub fn compared_by(base: &str) -> Option<Self> {
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

/// A condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its name; `${TagKey}` or `<key>` stands for what the author chooses.
    pub name: &'static str,
    /// What its values are.
    pub value: KeyType,
    /// Whether a request may have several values of it.
    pub many: bool,
}

/// Keys by the part before the colon, in lower case.
type Index = BTreeMap<String, Vec<ConditionKey>>;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::new();
        for (_, kind, names) in rows(CONDITION_KEYS) {
            let (value, many) = type_of(kind);
            for name in names {
                let prefix = name.split(':').next().unwrap_or(name).to_lowercase();
                index
                    .entry(prefix)
                    .or_default()
                    .push(ConditionKey { name, value, many });
            }
        }
        index
    })
}

fn type_of(name: &str) -> (KeyType, bool) {
    let (name, many) = match name.strip_prefix("ArrayOf") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let value = match name {
        "ARN" => KeyType::Arn,
        "Bool" => KeyType::Bool,
        "Numeric" => KeyType::Numeric,
        "Date" => KeyType::Date,
        "IPAddress" => KeyType::IpAddress,
        _ => KeyType::Text,
    };
    (value, many)
}

/// The keys whose names begin with `prefix:`, in any letter case.
pub fn keys_of(prefix: &str) -> &'static [ConditionKey] {
    index()
        .get(&prefix.to_lowercase())
        .map_or(&[], Vec::as_slice)
}

/// The key of a name, in any letter case.
pub fn condition_key(name: &str) -> Option<ConditionKey> {
    let (prefix, _) = name.split_once(':')?;
    let mut keys = keys_of(prefix).iter();
    keys.find(|key| fits(key.name, name)).copied()
}

/// Whether a name is the template's: what stands in `${…}` or `<…>` is the author's, and not nothing.
fn fits(template: &str, name: &str) -> bool {
    let [template, name] = [template, name].map(str::to_lowercase);
    let Some(start) = template.find("${").or_else(|| template.find('<')) else {
        return template == name;
    };
    let rest = &template[start..];
    let end = rest.find(['}', '>']).map_or(rest.len(), |at| at + 1);
    let inner = name
        .strip_prefix(&template[..start])
        .and_then(|rest| rest.strip_suffix(&template[start + end..]));
    inner.is_some_and(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_letter_case() {
        let key = condition_key("AWS:sourcevpc").unwrap();
        assert_eq!(
            (key.name, key.value, key.many),
            ("aws:SourceVpc", KeyType::Text, false)
        );
        assert_eq!(condition_key("aws:SourceVcp"), None);
        assert_eq!(condition_key("SourceVpc"), None);
        assert!(condition_key("aws:TagKeys").unwrap().many);
        assert_eq!(
            condition_key("aws:TokenIssueTime").unwrap().value,
            KeyType::Date
        );
    }

    #[test]
    fn the_part_that_the_author_chooses_is_not_compared() {
        assert!(condition_key("aws:RequestTag/rolewright:stack").is_some());
        assert!(condition_key("ec2:ResourceTag/Team").is_some());
        assert!(condition_key("s3:ExistingObjectTag/a").is_some());
        assert_eq!(condition_key("aws:RequestTag/"), None);
        assert_eq!(condition_key("aws:RequestTag"), None);
    }
}
