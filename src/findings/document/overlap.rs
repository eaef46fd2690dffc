//! Statements and actions that others say already, or take back.

use std::collections::{BTreeMap, BTreeSet};

use super::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::policy::{Element, Pattern, PolicyPurpose, Statement};

pub(crate) const ALLOW_DENIED: Rule = Rule {
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

pub(crate) const DUPLICATE_STATEMENT: Rule = Rule {
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

pub(crate) const REDUNDANT_ACTION: Rule = Rule {
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

pub(crate) const SHADOWED_STATEMENT: Rule = Rule {
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

/// A statement, and what it means.
type Read<'a> = (&'a StatementRef<'a>, Meaning);

/// All about one document.
pub(super) fn find(
    statements: &[StatementRef<'_>],
    purpose: PolicyPurpose,
    all: &mut Vec<RuleMatch>,
) {
    let read = statements.iter().map(|one| (one, meaning(one.elements)));
    let read: Vec<Read<'_>> = read.collect();
    for (index, one) in read.iter().enumerate() {
        let (statement, meaning) = one;
        all.extend(redundant(statement));
        let same = |(_, other): &&Read<'_>| other == meaning;
        if let Some((first, _)) = read[..index].iter().find(same) {
            let message = format!("the statement says the same as {}", of(first));
            let fix = "remove one of the two";
            all.push(DUPLICATE_STATEMENT.found_at(&statement.pointer, message, fix));
        } else if purpose == PolicyPurpose::Identity {
            let others = read.iter().filter(|other| !same(other));
            let wider = others.filter(|(other, _)| includes(other, statement));
            let wider: Vec<&Read<'_>> = wider.collect();
            all.extend(denied(statement, &wider).or_else(|| shadowed(one, &wider)));
        }
    }
}

/// A statement's name for a sentence.
fn of(statement: &StatementRef<'_>) -> String {
    if let Some(sid) = &statement.elements.sid {
        return format!("`{sid}`");
    }
    let index = statement.pointer.rsplit('/').next();
    let index = index.and_then(|index| index.parse::<usize>().ok());
    format!("statement {}", index.unwrap_or(0) + 1)
}

fn denied(one: &StatementRef<'_>, wider: &[&Read<'_>]) -> Option<RuleMatch> {
    let is_deny = |(other, meaning): &&&Read<'_>| other.denies() && tests(meaning).next().is_none();
    let (deny, _) = wider.iter().find(is_deny).filter(|_| one.allows())?;
    let message = format!("all that is allowed is denied by {}", of(deny));
    let fix = "remove one of the two, or narrow the `Deny`";
    Some(ALLOW_DENIED.found_at(&one.pointer, message, fix))
}

fn shadowed((one, meaning): &Read<'_>, wider: &[&Read<'_>]) -> Option<RuleMatch> {
    let says_all = |(other, said): &&&Read<'_>| {
        other.elements.effect == one.elements.effect
            && (tests(said).next().is_none() || tests(said).eq(tests(meaning)))
    };
    let (wider, _) = wider.iter().find(says_all)?;
    let message = format!("all of the statement is said by {}", of(wider));
    let fix = "remove it, or narrow the wider one";
    Some(SHADOWED_STATEMENT.found_at(&one.pointer, message, fix))
}

/// Whether the actions and resources of one statement are all among those of another. Not asked of `Not…`.
fn includes(outer: &StatementRef<'_>, inner: &StatementRef<'_>) -> bool {
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

/// What a statement means: its elements but its name, each with the set of its members.
type Meaning = BTreeSet<(Element, BTreeSet<String>)>;

fn meaning(statement: &Statement) -> Meaning {
    let parts = statement.parts().into_iter();
    let parts = parts.filter(|part| part.element != Element::Sid);
    let meaning = parts.map(|part| {
        let is_action = matches!(part.element, Element::Action | Element::NotAction);
        let texts = part.members.into_iter().map(|member| member.text);
        let texts = texts.map(|text| if is_action { text.to_lowercase() } else { text });
        (part.element, texts.collect())
    });
    meaning.collect()
}

fn tests(meaning: &Meaning) -> impl Iterator<Item = &(Element, BTreeSet<String>)> {
    let is_test =
        |(element, _): &&(Element, BTreeSet<String>)| matches!(element, Element::Condition(_));
    meaning.iter().filter(is_test)
}

fn redundant(statement: &StatementRef<'_>) -> Vec<RuleMatch> {
    let actions = statement.actions();
    let patterns = [&statement.patterns.action, &statement.patterns.not_action];
    let patterns: Vec<&Pattern> = patterns.into_iter().flatten().flatten().collect();
    let mut first: BTreeMap<&Pattern, usize> = BTreeMap::new();
    for (index, one) in patterns.iter().enumerate() {
        first.entry(one).or_insert(index);
    }
    let all = patterns.iter().enumerate();
    let wild: Vec<usize> = all
        .filter(|(_, one)| !one.is_literal())
        .map(|(index, _)| index)
        .collect();
    let wider = |index: usize| {
        let one = patterns[index];
        // Of two that are the same the first stays.
        let same = first.get(one).filter(|first| **first < index);
        let wider = |other: &&usize| patterns[**other] != one && patterns[**other].includes(one);
        same.or_else(|| wild.iter().find(wider)).copied()
    };
    let all = actions.iter().enumerate();
    let found = all.filter_map(|(index, (pointer, action))| {
        let (_, other) = &actions[wider(index)?];
        let message = if action == other {
            format!("`{action}` is listed twice")
        } else {
            format!("`{action}` is covered by `{other}`")
        };
        Some(REDUNDANT_ACTION.found_at(pointer, message, "remove one of the two"))
    });
    found.collect()
}
