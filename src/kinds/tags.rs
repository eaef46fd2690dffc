//! Tags, which several kinds share: from answers, into calls. Whether a tag changed is `plan`'s.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::field::Letters;
use super::spec::{Declared, SpecProblem, segment};
use crate::cloud::{Expect, Node, Parameter};
use crate::model::{Attributes, FieldName, FieldPath, NAME_TAG, Observed, STACK_TAG, Value, field};

/// The field's name.
pub const FIELD: FieldName = field::TAGS;

/// Most tags a resource can carry (IAM quotas).
const MOST: usize = 50;

/// The members of a tag as IAM spells them.
pub(super) const IAM: [&str; 2] = ["Key", "Value"];
/// The members of a tag as EC2 spells them.
pub(super) const EC2: [&str; 2] = ["key", "value"];

/// Reads a list of tags into the attributes and the owner. Tags that AWS itself sets (`aws:…`) cannot be managed and
/// are left out.
pub(super) fn observe(observed: &mut Observed, tags: &[Node], [key, value]: [&str; 2]) {
    for tag in tags {
        let Some(key) = tag.text(&[key]) else {
            continue;
        };
        let value = tag.text(&[value]).unwrap_or_default();
        if key == STACK_TAG {
            observed.owner = Some(value.to_owned());
        }
        if !key.starts_with("aws:") {
            observed.attributes.set_member(FIELD, key, value);
        }
    }
}

/// That a list of tags still names the owner that was found, or the one that takes over; where nobody owned it, that
/// nobody else does.
pub(super) fn still_owned(
    list: &[&str],
    [key, value]: [&str; 2],
    ours: Option<&str>,
    found: Option<&Observed>,
) -> Expect {
    let owner = found.and_then(|found| found.owner.as_deref());
    let owners: Vec<&str> = owner.into_iter().chain(ours).collect();
    let is_tag = Expect::is(&[key], STACK_TAG);
    let is_known = Expect::one_of(&[value], &owners);
    match owner {
        Some(_) => Expect::any(list, Expect::All(vec![is_tag, is_known])),
        None => Expect::no_item(list, Expect::All(vec![is_tag, is_known.negated()])),
    }
}

/// A resource with what tells it from others, as in messages: `role app (AROA…) of stack web`.
pub(super) fn described(title: &str, found: Option<&Observed>) -> String {
    let id = found.and_then(|found| found.id.as_deref());
    let id = id.map_or_else(String::new, |id| format!(" ({id})"));
    match found.map(|found| found.owner.as_deref()) {
        Some(Some(owner)) => format!("{title}{id} of stack {owner}"),
        Some(None) => format!("{title}{id} without an owner"),
        None => format!("{title} of this run"),
    }
}

/// The tags that a document can declare: all but those that the tool sets itself.
pub(super) fn exported(attributes: &Attributes) -> Map<String, Json> {
    let tags = texts(attributes).filter(|(key, _)| ![STACK_TAG, NAME_TAG].contains(key));
    tags.map(|(key, value)| (key.to_owned(), Json::from(value)))
        .collect()
}

/// Puts declared tags among a resource's fields, and says what is wrong with them.
pub fn declare(
    declared: &mut Declared,
    all: &BTreeMap<String, String>,
    own: &BTreeMap<String, String>,
    letters: Letters,
) -> Vec<SpecProblem> {
    for (key, value) in all {
        let path = FieldPath::member(FIELD, key);
        // Tags of the stack and the ownership tag are not written in this document: they have no place in it.
        if own.contains_key(key) {
            declared.pointers.insert(path.clone(), pointer(key));
        }
        declared.attributes.insert(path, Value::Text(value.clone()));
    }
    let mut problems: Vec<SpecProblem> = own
        .iter()
        .filter_map(|(key, value)| check(key, value))
        .collect();
    if letters == Letters::Folded {
        problems.extend(twins(all));
    }
    if all.len() > MOST {
        let message = format!(
            "{} tags in all, with the stack's and the ownership tag; AWS allows {MOST}",
            all.len()
        );
        problems.push(SpecProblem::new("/tags", "too-many-tags", message));
    }
    problems
}

/// Keys that AWS takes for one (IAM user guide, "Tags for IAM resources").
fn twins(all: &BTreeMap<String, String>) -> Vec<SpecProblem> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for key in all.keys() {
        if let Some(other) = seen.insert(key.to_lowercase(), key) {
            let message = format!("tag keys `{other}` and `{key}` differ only in letter case");
            let hint =
                "AWS takes them for one here; a tag of the Stack is overridden in its own spelling";
            problems.push(SpecProblem::new(&pointer(key), "declared-twice", message).hint(hint));
        }
    }
    problems
}

/// Where a tag stands within a spec.
pub(super) fn pointer(key: &str) -> String {
    format!("/tags/{}", segment(key))
}

/// Limits and characters of tags (IAM API reference, data type Tag).
pub fn check(key: &str, value: &str) -> Option<SpecProblem> {
    let problem = |message: String| Some(SpecProblem::new(&pointer(key), "bad-tag", message));
    if key.to_lowercase().starts_with("aws:") {
        return problem(format!(
            "tag key `{key}` begins with `aws:`, which is reserved for AWS"
        ));
    }
    if key == STACK_TAG {
        return problem(format!(
            "tag `{STACK_TAG}` says who owns a resource and is set by the tool itself"
        ));
    }
    if key == NAME_TAG {
        return problem(format!(
            "tag `{NAME_TAG}` says which resource of its stack an instance is and is set by the tool itself"
        ));
    }
    if key.is_empty() || key.chars().count() > 128 {
        return problem(format!("tag key `{key}` must have 1 to 128 characters"));
    }
    if value.chars().count() > 256 {
        return problem(format!(
            "the value of tag `{key}` has more than 256 characters"
        ));
    }
    match key
        .chars()
        .chain(value.chars())
        .find(|character| !is_allowed(*character))
    {
        Some(character) => problem(format!(
            "tag `{key}` holds the character `{character}`, which AWS refuses"
        )),
        None => None,
    }
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character)
}

/// The declared tags as a list parameter.
pub fn parameter(attributes: &Attributes) -> Parameter {
    list(texts(attributes))
}

fn texts(attributes: &Attributes) -> impl Iterator<Item = (&str, &str)> {
    let tags = attributes.members(FIELD);
    tags.filter_map(|(key, value)| Some((key, value.as_text()?)))
}

/// The declared values of the changed tags, as a list parameter; `None` when no tag is to be set.
pub fn changed_parameter(changed: &[FieldPath], desired: &Attributes) -> Option<Parameter> {
    let changed: BTreeSet<&FieldPath> = changed.iter().filter(|path| path.field == FIELD).collect();
    let set: Attributes = desired
        .iter()
        .filter(|(path, _)| changed.contains(path))
        .map(|(path, value)| (path.clone(), value.clone()))
        .collect();
    (!set.is_empty()).then(|| parameter(&set))
}

/// The keys of the changed tags that are no longer declared; `None` when there are none.
pub fn removed_parameter(changed: &[FieldPath], desired: &Attributes) -> Option<Parameter> {
    let keys: Vec<&str> = changed
        .iter()
        .filter(|path| path.field == FIELD && !desired.contains_key(path))
        .filter_map(|path| path.member.as_deref())
        .collect();
    (!keys.is_empty()).then(|| keys.into_iter().collect())
}

/// The ownership tag alone, as a list parameter.
pub fn owner_parameter(stack: &str) -> Parameter {
    list([(STACK_TAG, stack)].into_iter())
}

fn list<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Parameter {
    tags.map(|(key, value)| Parameter::map([("Key", key.into()), ("Value", value.into())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_oversized_and_odd_tags_are_refused() {
        let message = |key: &str, value: &str| check(key, value).map(|problem| problem.message);
        assert_eq!(message("Team", "data"), None);
        assert_eq!(message("Größe", "groß"), None);
        assert!(message("AWS:x", "").unwrap().contains("reserved"));
        assert!(
            message(STACK_TAG, "x")
                .unwrap()
                .contains("set by the tool itself")
        );
        assert!(message("", "x").unwrap().contains("1 to 128"));
        assert!(message("k", &"v".repeat(257)).unwrap().contains("256"));
        assert!(message("k", "a;b").unwrap().contains("`;`"));
    }

    #[test]
    fn only_changed_tags_are_sent() {
        let text = |value: &str| Value::Text(value.to_owned());
        let desired = Attributes::from([
            (FieldPath::member(FIELD, "kept"), text("1")),
            (FieldPath::member(FIELD, "new"), text("2")),
        ]);
        let changed = [
            FieldPath::member(FIELD, "new"),
            FieldPath::member(FIELD, "old"),
            FieldPath::new(field::PATH),
        ];
        let new = Parameter::map([("Key", "new".into()), ("Value", "2".into())]);
        assert_eq!(
            changed_parameter(&changed, &desired),
            Some(Parameter::List(vec![new]))
        );
        assert_eq!(
            removed_parameter(&changed, &desired),
            Some(Parameter::List(vec!["old".into()]))
        );
        assert_eq!(removed_parameter(&[], &desired), None);
    }
}
