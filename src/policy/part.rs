//! A statement as a list of parts: one element with its members each. Comparing, diffing and drawing all work
//! on parts, so that none of them can forget an element.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Condition, Principals, Statement};
use crate::policy::normal::canonical_text;

/// Which element of a statement a part is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// `Sid`.
    Sid,
    /// `Effect`.
    Effect,
    /// `Principal` of one type; of none for the bare `"*"` and for `{}`.
    Principal(Option<String>),
    /// `NotPrincipal`, likewise.
    NotPrincipal(Option<String>),
    /// `Action`.
    Action,
    /// `NotAction`.
    NotAction,
    /// `Resource`.
    Resource,
    /// `NotResource`.
    NotResource,
    /// One test of `Condition`; none for `{}`.
    Condition(Option<Test>),
    /// An element we do not know, or that is not of its shape.
    Other(String),
}

/// What a condition tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    /// For example `StringEquals`.
    pub operator: String,
    /// For example `aws:SourceVpc`.
    pub key: String,
}

impl Element {
    /// Where the element stands when a statement is written down.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Element::Sid => 0,
            Element::Effect => 1,
            Element::Principal(_) => 2,
            Element::NotPrincipal(_) => 3,
            Element::Action => 4,
            Element::NotAction => 5,
            Element::Resource => 6,
            Element::NotResource => 7,
            Element::Condition(_) => 8,
            Element::Other(_) => 9,
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Element::Sid => out.write_str("Sid"),
            Element::Effect => out.write_str("Effect"),
            Element::Principal(None) => out.write_str("Principal"),
            Element::Principal(Some(kind)) => write!(out, "Principal {kind}"),
            Element::NotPrincipal(None) => out.write_str("NotPrincipal"),
            Element::NotPrincipal(Some(kind)) => write!(out, "NotPrincipal {kind}"),
            Element::Action => out.write_str("Action"),
            Element::NotAction => out.write_str("NotAction"),
            Element::Resource => out.write_str("Resource"),
            Element::NotResource => out.write_str("NotResource"),
            Element::Condition(None) => out.write_str("Condition"),
            Element::Condition(Some(Test { operator, key })) => {
                write!(out, "Condition {operator} {key}")
            }
            Element::Other(name) => out.write_str(name),
        }
    }
}

/// As it is shown.
impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How a part or a member differs between before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// On both sides.
    Kept,
    /// Only after.
    Added,
    /// Only before.
    Removed,
}

/// One member of a part: an action, a resource, a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// As it was written.
    pub text: String,
    /// How it differs.
    pub mark: Mark,
}

/// One element of a statement with all its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which element.
    pub element: Element,
    /// Whether the element itself is on both sides.
    pub mark: Mark,
    /// Its members, those that go last.
    pub members: Vec<Member>,
}

impl Part {
    fn new<S: Into<String>>(element: Element, members: impl IntoIterator<Item = S>) -> Self {
        let members = members.into_iter().map(|text| Member {
            text: text.into(),
            mark: Mark::Kept,
        });
        Self {
            element,
            mark: Mark::Kept,
            members: members.collect(),
        }
    }

    /// The same part, wholly added or removed.
    #[must_use]
    pub(super) fn marked(mut self, mark: Mark) -> Self {
        self.mark = mark;
        for member in &mut self.members {
            member.mark = mark;
        }
        self
    }
}

impl Statement {
    /// The whole statement, in the order of [`Element`], members in the author's order. Principal types
    /// without principals say nothing and are left out.
    pub fn parts(&self) -> Vec<Part> {
        let Self {
            sid,
            effect,
            principal,
            not_principal,
            action,
            not_action,
            resource,
            not_resource,
            condition,
            other,
        } = self;
        let mut parts = Vec::new();
        parts.extend(sid.iter().map(|sid| Part::new(Element::Sid, [sid])));
        parts.extend(effect.iter().map(|text| Part::new(Element::Effect, [text])));
        parts.extend(principal_parts(principal.as_ref(), Element::Principal));
        parts.extend(principal_parts(
            not_principal.as_ref(),
            Element::NotPrincipal,
        ));
        let lists = [
            (Element::Action, action),
            (Element::NotAction, not_action),
            (Element::Resource, resource),
            (Element::NotResource, not_resource),
        ];
        let lists = lists.into_iter();
        parts.extend(lists.filter_map(|(element, list)| Some(Part::new(element, list.as_ref()?))));
        parts.extend(condition.iter().flat_map(|tests| condition_parts(tests)));
        parts.extend(
            other.iter().map(|(name, value)| {
                Part::new(Element::Other(name.clone()), [canonical_text(value)])
            }),
        );
        parts
    }
}

fn principal_parts(
    principals: Option<&Principals>,
    element: fn(Option<String>) -> Element,
) -> Vec<Part> {
    let typed = match principals {
        None => return Vec::new(),
        Some(Principals::Anyone) => return vec![Part::new(element(None), ["*"])],
        Some(Principals::Typed(typed)) => typed,
    };
    let parts: Vec<Part> = typed
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(kind, names)| Part::new(element(Some(kind.clone())), names))
        .collect();
    if parts.is_empty() {
        vec![Part::new::<String>(element(None), [])]
    } else {
        parts
    }
}

fn condition_parts(tests: &[Condition]) -> Vec<Part> {
    if tests.is_empty() {
        return vec![Part::new::<String>(Element::Condition(None), [])];
    }
    tests
        .iter()
        .map(
            |Condition {
                 operator,
                 key,
                 values,
             }| {
                let test = Test {
                    operator: operator.clone(),
                    key: key.clone(),
                };
                Part::new(Element::Condition(Some(test)), values)
            },
        )
        .collect()
}
