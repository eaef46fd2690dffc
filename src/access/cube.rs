//! What one statement is about: whom, which actions, which resources, under which condition. The four are independent,
//! so what is left of a statement when another is taken away is a few statements again.

use super::condition::{Test, contradict, implies};
use super::set::{Set, Term};
use crate::model::AwsScope;
use crate::policy::{Pattern, Statement, Variables};

/// What a statement is about, or a part of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cube {
    pub(super) principals: Set,
    pub(super) actions: Set,
    pub(super) resources: Set,
    pub(super) tests: Vec<Test>,
    /// The whole statement, where it has something that is not understood: it then compares with itself only.
    odd: Option<Box<Statement>>,
}

impl Cube {
    /// Reads a statement; `None` for one that is about nothing.
    pub(super) fn read(
        statement: &Statement,
        variables: Variables,
        scope: &AwsScope,
    ) -> Option<Self> {
        let Statement {
            sid: _,
            effect: _,
            principal,
            not_principal,
            action,
            not_action,
            resource,
            not_resource,
            condition,
            other,
        } = statement;
        let fold = |text: &String| term(Pattern::folded(text), text);
        let plain = |text: &String| term(Pattern::new(text, variables), text);
        let actions = dimension(action.as_ref(), not_action.as_ref(), &fold)?;
        let resources = dimension(resource.as_ref(), not_resource.as_ref(), &plain);
        let principals = match (principal, not_principal) {
            (Some(named), _) => Set::any(super::principal::terms(named, scope)),
            (None, Some(named)) => Set::all_but(everything(), super::principal::named(named)),
            (None, None) => Set::any(vec![everything()]),
        };
        let tests = condition.iter().flatten();
        let cube = Self {
            principals,
            actions,
            // A trust policy has no resources.
            resources: resources.unwrap_or_else(|| Set::any(vec![everything()])),
            tests: tests.map(|test| Test::read(test, variables)).collect(),
            // Whom `NotPrincipal` leaves out beside those it names is not documented well enough to build on.
            odd: (!other.is_empty() || not_principal.is_some())
                .then(|| Box::new(statement.clone())),
        };
        (!cube.is_empty()).then_some(cube)
    }

    /// Whether it is surely about nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.principals.is_empty() || self.actions.is_empty() || self.resources.is_empty()
    }

    /// Whether it may be larger than it should be.
    pub(super) fn is_approximate(&self) -> bool {
        self.principals.approximate || self.actions.approximate || self.resources.approximate
    }

    /// Whether all that `inner` is about is surely something that this is about.
    pub(super) fn includes(&self, inner: &Cube) -> bool {
        inner.is_comparable(self)
            && implies(&inner.tests, &self.tests)
            && inner.actions.is_within(&self.actions)
            && inner.resources.is_within(&self.resources)
            && inner.principals.is_within(&self.principals)
    }

    /// What this is about and `other` surely is not, in parts; never less than that. `other` counts only where its
    /// condition holds whenever this one's does.
    pub(super) fn minus(&self, other: &Cube) -> Vec<Cube> {
        if !self.is_comparable(other) || !implies(&self.tests, &other.tests) {
            return vec![self.clone()];
        }
        self.minus_always(other)
    }

    /// As [`Cube::minus`], leaving the conditions aside.
    pub(super) fn minus_always(&self, other: &Cube) -> Vec<Cube> {
        let both = self.and_always(other).filter(|_| self.is_comparable(other));
        let Some(both) = both else {
            return vec![self.clone()];
        };
        let principals = self.principals.minus(&other.principals).into_iter();
        let by_principal = principals.map(|principals| Cube {
            principals,
            ..self.clone()
        });
        let actions = self.actions.minus(&other.actions).into_iter();
        let by_action = actions.map(|actions| Cube {
            principals: both.principals.clone(),
            actions,
            ..self.clone()
        });
        let resources = self.resources.minus(&other.resources).into_iter();
        let by_resource = resources.map(|resources| Cube {
            resources,
            ..both.clone()
        });
        by_principal.chain(by_action).chain(by_resource).collect()
    }

    /// What both are about, when both conditions hold; `None` when that is surely nothing.
    pub(super) fn and(&self, other: &Cube) -> Option<Cube> {
        if contradict(&self.tests, &other.tests) {
            return None;
        }
        let mut both = self.and_always(other)?;
        for test in &other.tests {
            if !both.tests.contains(test) {
                both.tests.push(test.clone());
            }
        }
        Some(both)
    }

    /// As [`Cube::and`], with this one's condition only.
    pub(super) fn and_always(&self, other: &Cube) -> Option<Cube> {
        // Most statements differ in what they allow, so that is looked at first.
        let actions = self.actions.and(&other.actions);
        if actions.is_empty() {
            return None;
        }
        let both = Cube {
            principals: self.principals.and(&other.principals),
            actions,
            resources: self.resources.and(&other.resources),
            tests: self.tests.clone(),
            odd: self.odd.clone(),
        };
        (!both.is_empty()).then_some(both)
    }

    /// Whether taking `other` away is understood: where it is odd, only from what is a part of the same statement.
    fn is_comparable(&self, other: &Cube) -> bool {
        other.odd.is_none() || self.odd == other.odd
    }
}

fn dimension(
    any: Option<&Vec<String>>,
    none: Option<&Vec<String>>,
    read: &dyn Fn(&String) -> Term,
) -> Option<Set> {
    let terms = |texts: &Vec<String>| texts.iter().map(read).collect();
    match (any, none) {
        (Some(any), _) => Some(Set::any(terms(any))),
        (None, Some(none)) => Some(Set::all_but(everything(), terms(none))),
        (None, None) => None,
    }
}

pub(super) fn term(pattern: Pattern, text: &str) -> Term {
    Term {
        pattern,
        text: text.to_owned(),
    }
}

fn everything() -> Term {
    term(Pattern::new("*", Variables::Literal), "*")
}
