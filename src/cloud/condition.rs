//! Questions with an expected answer, as data: what a step waits for, and how it finds ids that EC2 assigned.
//! Judging an answer is pure; asking again and again is `apply`'s.

use serde::{Deserialize, Serialize};

use super::{Answer, Fault, Node, ReadCall};

/// What an answer must look like. Paths are member names as AWS spells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// The read fails because the thing is not there.
    Missing,
    /// The read succeeds.
    Found,
    /// The text at a path is one of these.
    OneOf {
        /// Where.
        path: Vec<String>,
        /// The texts that are fine.
        values: Vec<String>,
    },
    /// The text at a path ends like this.
    EndsWith {
        /// Where.
        path: Vec<String>,
        /// The end.
        value: String,
    },
    /// Some item of the list at a path is as expected.
    Any {
        /// Where the list is.
        list: Vec<String>,
        /// What one item must look like.
        item: Box<Expect>,
    },
    /// No item of the list at a path is like this.
    NoItem {
        /// Where the list is.
        list: Vec<String>,
        /// What no item may look like.
        item: Box<Expect>,
    },
    /// All of these hold.
    All(Vec<Expect>),
    /// This does not hold of what was found.
    Not(Box<Expect>),
}

impl Expect {
    /// The text at a path is exactly this.
    pub fn is(path: &[&str], value: &str) -> Self {
        Self::one_of(path, &[value])
    }

    /// The text at a path is one of these.
    pub fn one_of(path: &[&str], values: &[&str]) -> Self {
        Expect::OneOf {
            path: owned(path),
            values: owned(values),
        }
    }

    /// The text at a path ends like this.
    pub fn ends_with(path: &[&str], value: &str) -> Self {
        Expect::EndsWith {
            path: owned(path),
            value: value.to_owned(),
        }
    }

    /// Some item of a list is like this.
    pub fn any(list: &[&str], item: Expect) -> Self {
        Expect::Any {
            list: owned(list),
            item: Box::new(item),
        }
    }

    /// No item of a list is like this.
    pub fn no_item(list: &[&str], item: Expect) -> Self {
        Expect::NoItem {
            list: owned(list),
            item: Box::new(item),
        }
    }

    /// This does not hold of what was found.
    #[must_use]
    pub fn negated(self) -> Self {
        Expect::Not(Box::new(self))
    }

    /// Whether the outcome of the read is as expected. `None` when the read failed for a reason that
    /// says neither yes nor no.
    pub fn holds(&self, outcome: &Result<Answer, Fault>) -> Option<bool> {
        match outcome {
            Ok(answer) => Some(self.holds_for(&answer.body)),
            Err(fault) if fault.is_missing() => Some(*self == Expect::Missing),
            Err(_) => None,
        }
    }

    /// The innermost item of a list that makes it hold: what else that says may explain it.
    pub fn witness<'a>(&self, node: &'a Node) -> Option<&'a Node> {
        let Expect::Any { list, item } = self else {
            return None;
        };
        let mut items = node.list(&borrowed(list)).iter();
        let found = items.find(|node| item.holds_for(node))?;
        item.witness(found).or(Some(found))
    }

    fn holds_for(&self, node: &Node) -> bool {
        match self {
            Expect::Missing => false,
            Expect::Found => true,
            Expect::OneOf { path, values } => node
                .text(&borrowed(path))
                .is_some_and(|text| values.iter().any(|value| value == text)),
            Expect::EndsWith { path, value } => node
                .text(&borrowed(path))
                .is_some_and(|text| text.ends_with(value.as_str())),
            Expect::Any { list, item } => node
                .list(&borrowed(list))
                .iter()
                .any(|node| item.holds_for(node)),
            Expect::NoItem { list, item } => !node
                .list(&borrowed(list))
                .iter()
                .any(|node| item.holds_for(node)),
            Expect::All(all) => all.iter().all(|expect| expect.holds_for(node)),
            Expect::Not(expect) => !expect.holds_for(node),
        }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Something that is or becomes true of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Condition {
    /// What is waited for, to follow "waiting for": `i-0abc to be running or stopped`.
    pub about: String,
    /// The question.
    pub read: ReadCall,
    /// The answer that makes it true.
    pub expect: Expect,
    /// The answer that makes it impossible for ever (an instance that is terminated), if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hopeless: Option<Expect>,
}

/// What it means that a lookup finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenNone {
    /// The step has nothing to do any more.
    Done,
    /// The step cannot be done.
    Fail,
}

/// What it means that the thing a call names does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnMissing {
    /// The call's purpose is reached (deleting, removing).
    Done,
    /// It is a fault, unless the thing was made in this run and is not visible yet.
    Fail,
}

/// Finds a value right before a call, for ids that must never be remembered (association ids change
/// with every Replace).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// The name of the [`super::Parameter::Later`] it fills.
    pub name: String,
    /// The question.
    pub read: ReadCall,
    /// Where the list of candidates is.
    pub list: Vec<String>,
    /// Which candidate is meant; the first one that fits.
    pub item: Expect,
    /// Where the value is within the candidate.
    pub take: Vec<String>,
    /// What it means when no candidate fits.
    pub when_none: WhenNone,
}

impl Lookup {
    /// The value, when the answer holds one.
    pub fn find<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        let candidates = answer.body.list(&borrowed(&self.list));
        candidates
            .iter()
            .find(|node| self.item.holds_for(node))?
            .text(&borrowed(&self.take))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cloud::{Class, Service};

    fn map(members: &[(&str, Node)]) -> Node {
        Node::Map(
            members
                .iter()
                .map(|(name, node)| ((*name).to_owned(), node.clone()))
                .collect::<BTreeMap<_, _>>(),
        )
    }

    fn association(id: &str, state: &str) -> Node {
        map(&[
            ("associationId", Node::Text(id.into())),
            ("state", Node::Text(state.into())),
        ])
    }

    fn swap() -> Answer {
        let rows = vec![
            association("old", "disassociating"),
            association("new", "associated"),
        ];
        Answer {
            body: map(&[("set", Node::List(rows))]),
            request_id: None,
        }
    }

    fn lookup(state: &str) -> Lookup {
        Lookup {
            name: "association".into(),
            read: ReadCall::new(Service::Ec2, "DescribeIamInstanceProfileAssociations"),
            list: vec!["set".into()],
            item: Expect::is(&["state"], state),
            take: vec!["associationId".into()],
            when_none: WhenNone::Fail,
        }
    }

    #[test]
    fn a_lookup_chooses_by_state_and_not_by_position() {
        assert_eq!(lookup("associated").find(&swap()), Some("new"));
        assert_eq!(lookup("associating").find(&swap()), None);
    }

    #[test]
    fn a_missing_thing_answers_and_trouble_does_not() {
        let missing = Err(Fault::new(
            Class::Missing,
            Service::Iam,
            "GetRole",
            "NoSuchEntity",
            "",
        ));
        let denied = Err(Fault::new(
            Class::Denied,
            Service::Iam,
            "GetRole",
            "AccessDenied",
            "",
        ));
        assert_eq!(Expect::Missing.holds(&missing), Some(true));
        assert_eq!(Expect::Found.holds(&missing), Some(false));
        assert_eq!(Expect::Missing.holds(&Ok(swap())), Some(false));
        assert_eq!(Expect::Missing.holds(&denied), None);
    }

    #[test]
    fn items_are_judged_one_by_one() {
        let settled = Expect::All(vec![
            Expect::any(&["set"], Expect::is(&["state"], "associated")),
            Expect::no_item(&["set"], Expect::is(&["state"], "disassociating")),
        ]);
        assert_eq!(settled.holds(&Ok(swap())), Some(false));
    }

    #[test]
    fn a_negation_speaks_of_what_was_found() {
        let other = Expect::is(&["associationId"], "old").negated();
        let associated = Expect::is(&["state"], "associated");
        let is_other = Expect::any(&["set"], Expect::All(vec![associated, other.clone()]));
        assert_eq!(is_other.holds(&Ok(swap())), Some(true));
        let going = Expect::is(&["state"], "disassociating");
        let is_other = Expect::any(&["set"], Expect::All(vec![going, other.clone()]));
        assert_eq!(is_other.holds(&Ok(swap())), Some(false));
        let missing = Fault::new(Class::Missing, Service::Ec2, "GetRole", "NoSuchEntity", "");
        assert_eq!(other.holds(&Err(missing)), Some(false));
    }
}
