//! Statements and actions that others say already, or take back.

use std::collections::{BTreeMap, BTreeSet};

use super::spot::{Spot, found};
use crate::findings::{Found, Frame, Rule, Severity};
use crate::policy::{Element, Pattern, PolicyPurpose, Statement};

pub(in crate::findings) const ALLOW_DENIED: Rule = Rule {
    id: "allow-denied",
    severity: Severity::Medium,
    title: "An Allow that a Deny takes back",
    why: "A Deny wins over every Allow. This statement allows only what another of the same policy forbids, so it \
          does nothing.",
    fix: "Remove one of the two, or narrow the Deny.",
    frame: Frame::Inline("work"),
    bad: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
- Effect: Deny
  Action: s3:*
  Resource: arn:aws:s3:::logs/*",
    good: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
- Effect: Deny
  Action: s3:*
  Resource: arn:aws:s3:::logs/private/*",
};

pub(in crate::findings) const DUPLICATE_STATEMENT: Rule = Rule {
    id: "duplicate-statement",
    severity: Severity::Low,
    title: "A statement that is there twice",
    why: "The second says nothing new, takes room, and is forgotten when the first is changed.",
    fix: "Remove one.",
    frame: Frame::Inline("work"),
    bad: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*",
    good: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*",
};

pub(in crate::findings) const REDUNDANT_ACTION: Rule = Rule {
    id: "redundant-action",
    severity: Severity::Low,
    title: "An action that another covers",
    why: "The list has a pattern that covers this action too. Whoever removes the action believes it is gone.",
    fix: "Remove the action, or the pattern if it was not meant.",
    frame: Frame::Inline("work"),
    bad: "- Effect: Allow
  Action: [s3:GetObject, s3:Get*]
  Resource: arn:aws:s3:::logs/*",
    good: "- Effect: Allow
  Action: s3:Get*
  Resource: arn:aws:s3:::logs/*",
};

pub(in crate::findings) const SHADOWED_STATEMENT: Rule = Rule {
    id: "shadowed-statement",
    severity: Severity::Low,
    title: "A statement that a wider one covers",
    why: "Another statement with the same effect says all of this one already. Whoever narrows this one changes \
          nothing.",
    fix: "Remove it, or narrow the wider one.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: s3:*
  Resource: "*"
- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*"#,
    good: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
- Effect: Allow
  Action: s3:PutObject
  Resource: arn:aws:s3:::uploads/*",
};

/// A statement, and what it says.
struct Heard<'a> {
    spot: &'a Spot<'a>,
    said: Said,
    tests: Said,
}

/// All about one document.
pub(super) fn find(spots: &[Spot<'_>], purpose: PolicyPurpose, all: &mut Vec<Found>) {
    let heard = spots.iter().map(|spot| Heard {
        spot,
        said: said(spot.statement),
        tests: tests(spot.statement),
    });
    let heard: Vec<Heard<'_>> = heard.collect();
    for (index, one) in heard.iter().enumerate() {
        all.extend(redundant(one.spot));
        let same = |other: &&Heard<'_>| other.said == one.said;
        if let Some(first) = heard[..index].iter().find(same) {
            let message = format!("the statement says the same as {}", of(first.spot));
            let fix = "remove one of the two";
            all.push(found(&DUPLICATE_STATEMENT, &one.spot.pointer, message, fix));
        } else if purpose == PolicyPurpose::Identity {
            let others = heard.iter().filter(|other| !same(other));
            let others = others.filter(|other| includes(other.spot, one.spot));
            let others: Vec<&Heard<'_>> = others.collect();
            all.extend(denied(one, &others).or_else(|| shadowed(one, &others)));
        }
    }
}

/// A statement's name for a sentence.
fn of(spot: &Spot<'_>) -> String {
    match &spot.statement.sid {
        Some(sid) => format!("`{sid}`"),
        None => {
            let last = spot
                .pointer
                .rsplit('/')
                .next()
                .and_then(|last| last.parse::<usize>().ok());
            format!("statement {}", last.unwrap_or(0) + 1)
        }
    }
}

fn denied(one: &Heard<'_>, wider: &[&Heard<'_>]) -> Option<Found> {
    let is_deny = |other: &&&Heard<'_>| {
        other.spot.statement.effect.as_deref() == Some("Deny") && other.tests.is_empty()
    };
    let deny = wider.iter().find(is_deny).filter(|_| one.spot.allows())?;
    let message = format!("all that is allowed is denied by {}", of(deny.spot));
    let fix = "remove one of the two, or narrow the `Deny`";
    Some(found(&ALLOW_DENIED, &one.spot.pointer, message, fix))
}

fn shadowed(one: &Heard<'_>, wider: &[&Heard<'_>]) -> Option<Found> {
    let says_all = |other: &&&Heard<'_>| {
        other.spot.statement.effect == one.spot.statement.effect
            && (other.tests.is_empty() || other.tests == one.tests)
    };
    let wider = wider.iter().find(says_all)?;
    let message = format!("all of the statement is said by {}", of(wider.spot));
    let fix = "remove it, or narrow the wider one";
    Some(found(&SHADOWED_STATEMENT, &one.spot.pointer, message, fix))
}

/// Whether the actions and resources of one statement are all among those of another. Not asked of `Not…`.
fn includes(outer: &Spot<'_>, inner: &Spot<'_>) -> bool {
    let has = |outers: &Option<Vec<Pattern>>, inners: &Option<Vec<Pattern>>| {
        let (Some(outers), Some(inners)) = (outers, inners) else {
            return false;
        };
        let mut inners = inners.iter();
        inners.all(|inner| outers.iter().any(|outer| outer.includes(inner)))
    };
    let [outer, inner] = [&outer.patterns, &inner.patterns];
    has(&outer.action, &inner.action) && has(&outer.resource, &inner.resource)
}

/// What a statement says: its elements but its name, each with the set of its members.
type Said = BTreeSet<(Element, BTreeSet<String>)>;

fn said(statement: &Statement) -> Said {
    let parts = statement.parts().into_iter();
    let parts = parts.filter(|part| part.element != Element::Sid);
    let said = parts.map(|part| {
        let is_action = matches!(part.element, Element::Action | Element::NotAction);
        let members = part.members.into_iter();
        let members = members.map(|one| {
            if is_action {
                one.text.to_lowercase()
            } else {
                one.text
            }
        });
        (part.element, members.collect())
    });
    said.collect()
}

fn tests(statement: &Statement) -> Said {
    let said = said(statement).into_iter();
    said.filter(|(element, _)| matches!(element, Element::Condition(_)))
        .collect()
}

fn redundant(spot: &Spot<'_>) -> Vec<Found> {
    let actions = spot.actions();
    let patterns = [&spot.patterns.action, &spot.patterns.not_action];
    let patterns: Vec<&Pattern> = patterns.into_iter().flatten().flatten().collect();
    let mut first: BTreeMap<&Pattern, usize> = BTreeMap::new();
    for (index, one) in patterns.iter().enumerate() {
        first.entry(one).or_insert(index);
    }
    let wild: Vec<usize> = (0..patterns.len())
        .filter(|index| !patterns[*index].is_literal())
        .collect();
    let wider = |index: usize| {
        let one = patterns[index];
        // Of two that are the same the first stays.
        let same = first.get(one).copied().filter(|first| *first < index);
        let mut wild = wild.iter().copied();
        same.or_else(|| {
            wild.find(|other| patterns[*other] != one && patterns[*other].includes(one))
        })
    };
    let all = actions.iter().enumerate();
    let found = all.filter_map(|(index, (pointer, action))| {
        let (_, other) = &actions[wider(index)?];
        let message = if action == other {
            format!("`{action}` is listed twice")
        } else {
            format!("`{action}` is covered by `{other}`")
        };
        Some(found(
            &REDUNDANT_ACTION,
            pointer,
            message,
            "remove one of the two",
        ))
    });
    found.collect()
}
