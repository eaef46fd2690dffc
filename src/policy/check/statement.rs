//! One statement: which elements it must, may and must not have.

use std::collections::BTreeMap;

use super::{Found, PolicyPurpose, action, condition, principal, prohibited, resource, unknown};
use crate::diagnostic::did_you_mean;
use crate::policy::spot::Spot;
use crate::policy::statement::STATEMENT_ELEMENTS;

const EFFECTS: [&str; 2] = ["Allow", "Deny"];

pub(super) fn check(spot: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    for (name, element) in spot.entries() {
        if !STATEMENT_ELEMENTS.contains(&name) {
            found.push(unknown(&element, "a statement", name, &STATEMENT_ELEMENTS));
        }
    }
    sid(spot, found);
    effect(spot, found);
    principals(spot, purpose, found);
    actions(spot, purpose, found);
    resources(spot, purpose, found);
    if let Some(block) = spot.child("Condition") {
        condition::check(&block, found);
    }
}

fn sid(spot: &Spot<'_>, found: &mut Found) {
    for (spot, sid) in spot.child("Sid").iter().flat_map(Spot::texts) {
        if !sid
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
        {
            let message =
                format!("the Sid `{sid}` may only have the letters A-Z and a-z and digits");
            let plain: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            let hint = format!("write `{plain}`");
            let problem = spot.error("policy-sid", message);
            found.push(if plain.is_empty() {
                problem
            } else {
                problem.hint(hint)
            });
        }
    }
}

/// A Sid may stand once; the empty one, which the console writes, names nothing.
pub(super) fn unique_sids(statements: &[Spot<'_>], found: &mut Found) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    let sids = statements.iter().filter_map(|one| one.child("Sid"));
    for (spot, sid) in sids.flat_map(|spot| spot.texts()) {
        if sid.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(sid) {
            let message = format!("the Sid `{sid}` stands twice");
            let hint = format!("the first is at {first}; rename one of them");
            found.push(spot.error("policy-duplicate-sid", message).hint(hint));
        } else {
            seen.insert(sid, spot.pointer);
        }
    }
}

fn effect(spot: &Spot<'_>, found: &mut Found) {
    let general = "write `Allow` or `Deny`";
    let Some(effect) = spot.child("Effect") else {
        let problem = spot.error("policy-effect", "the statement has no `Effect`");
        found.push(problem.hint(general));
        return;
    };
    for (spot, text) in effect.texts() {
        if !EFFECTS.contains(&text) {
            let message = format!("`Effect` must be `Allow` or `Deny`, not `{text}`");
            let problem = spot.error("policy-effect", message);
            found.push(problem.hint_or(did_you_mean(text, EFFECTS), general));
        }
    }
}

fn principals(spot: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    let present = ["Principal", "NotPrincipal"].map(|name| spot.child(name));
    match (purpose, present) {
        (PolicyPurpose::Identity, present) => {
            let names = ["Principal", "NotPrincipal"].into_iter();
            let present = names
                .zip(present)
                .filter_map(|(name, at)| Some((name, at?)));
            found.extend(present.map(|(name, at)| prohibited(&at, name, "an identity policy")));
        }
        (PolicyPurpose::Resource, [is, isnt]) => match (is, isnt) {
            (Some(at), None) => principal::check(&at, found),
            (None, None) => found.push(no_principal(spot, "a bucket's policy")),
            (_, Some(_)) => {}
        },
        (PolicyPurpose::Trust, [is, isnt]) => {
            if let Some(at) = &isnt {
                found.push(
                    prohibited(at, "NotPrincipal", "a trust policy")
                        .hint("name the principals with `Principal`"),
                );
            }
            match is {
                Some(at) => principal::check(&at, found),
                None if isnt.is_none() => found.push(no_principal(spot, "a trust policy")),
                None => {}
            }
        }
    }
}

fn no_principal(spot: &Spot<'_>, of: &str) -> crate::policy::PolicyProblem {
    spot.error(
        "policy-principal",
        format!("a statement of {of} needs a `Principal`"),
    )
    .hint("for instances: `Principal: {Service: ec2.amazonaws.com}`")
}

fn actions(spot: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    let Some(at) = exactly_one(spot, "Action", "NotAction", found) else {
        return;
    };
    action::check(&at, purpose, found);
}

fn resources(spot: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    if purpose == PolicyPurpose::Trust {
        for name in ["Resource", "NotResource"] {
            let at = spot.child(name);
            found.extend(at.map(|at| prohibited(&at, name, "a trust policy")));
        }
        return;
    }
    if let Some(at) = exactly_one(spot, "Resource", "NotResource", found) {
        resource::check(&at, found);
    }
}

/// The one of the two elements that is there and not empty; otherwise a problem.
fn exactly_one<'a>(spot: &Spot<'a>, one: &str, other: &str, found: &mut Found) -> Option<Spot<'a>> {
    let at = match (spot.child(one), spot.child(other)) {
        (Some(_), Some(second)) => {
            let message = format!("a statement has either `{one}` or `{other}`, not both");
            found.push(second.error("policy-statement", message));
            return None;
        }
        (None, None) => {
            let message = format!("the statement has neither `{one}` nor `{other}`");
            found.push(
                spot.error("policy-statement", message)
                    .hint(format!("add `{one}`")),
            );
            return None;
        }
        (Some(at), None) | (None, Some(at)) => at,
    };
    if at.members().is_empty() {
        found.push(at.error(
            "policy-statement",
            format!("`{}` is empty", last(&at.pointer)),
        ));
    }
    Some(at)
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}
