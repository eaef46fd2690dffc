//! One statement: which elements it must, may and must not have.

use std::collections::BTreeMap;

use super::{
    Diagnostics, PolicyPurpose, action, condition, principal, prohibited, resource, unknown,
};
use crate::diagnostic::did_you_mean;
use crate::policy::cursor::JsonCursor;
use crate::policy::statement::STATEMENT_ELEMENTS;

const EFFECTS: [&str; 2] = ["Allow", "Deny"];

pub(super) fn check(cursor: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    for (name, element) in cursor.entries() {
        if !STATEMENT_ELEMENTS.contains(&name) {
            found.push(unknown(&element, "a statement", name, &STATEMENT_ELEMENTS));
        }
    }
    sid(cursor, found);
    effect(cursor, found);
    principals(cursor, purpose, found);
    actions(cursor, purpose, found);
    resources(cursor, purpose, found);
    if let Some(block) = cursor.child("Condition") {
        condition::check(&block, found);
    }
}

fn sid(cursor: &JsonCursor<'_>, found: &mut Diagnostics) {
    for (cursor, sid) in cursor.child("Sid").iter().flat_map(JsonCursor::texts) {
        if !sid
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
        {
            let message =
                format!("the Sid `{sid}` may only have the letters A-Z and a-z and digits");
            let plain: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
            let hint = format!("write `{plain}`");
            let problem = cursor.error("policy-sid", message);
            found.push(if plain.is_empty() {
                problem
            } else {
                problem.hint(hint)
            });
        }
    }
}

/// A Sid may stand once; the empty one, which the console writes, names nothing.
pub(super) fn unique_sids(statements: &[JsonCursor<'_>], found: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    let sids = statements.iter().filter_map(|one| one.child("Sid"));
    for (cursor, sid) in sids.flat_map(|cursor| cursor.texts()) {
        if sid.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(sid) {
            let message = format!("the Sid `{sid}` stands twice");
            let hint = format!("the first is at {first}; rename one of them");
            found.push(cursor.error("policy-duplicate-sid", message).hint(hint));
        } else {
            seen.insert(sid, cursor.pointer);
        }
    }
}

fn effect(cursor: &JsonCursor<'_>, found: &mut Diagnostics) {
    let general = "write `Allow` or `Deny`";
    let Some(effect) = cursor.child("Effect") else {
        let problem = cursor.error("policy-effect", "the statement has no `Effect`");
        found.push(problem.hint(general));
        return;
    };
    for (cursor, text) in effect.texts() {
        if !EFFECTS.contains(&text) {
            let message = format!("`Effect` must be `Allow` or `Deny`, not `{text}`");
            let problem = cursor.error("policy-effect", message);
            found.push(problem.hint_or(did_you_mean(text, EFFECTS), general));
        }
    }
}

fn principals(cursor: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    let [is, is_not] = ["Principal", "NotPrincipal"].map(|name| cursor.child(name));
    let of = match purpose {
        PolicyPurpose::Identity => {
            let of = "an identity policy";
            found.extend(is.map(|at| prohibited(&at, "Principal", of)));
            found.extend(is_not.map(|at| prohibited(&at, "NotPrincipal", of)));
            return;
        }
        PolicyPurpose::Trust => "a trust policy",
        PolicyPurpose::Resource => "a bucket's policy",
    };
    let is_trust = purpose == PolicyPurpose::Trust;
    if let Some(at) = is_not.as_ref().filter(|_| is_trust) {
        let problem = prohibited(at, "NotPrincipal", of);
        found.push(problem.hint("name the principals with `Principal`"));
    }
    match (is, is_not) {
        (Some(at), None) => principal::check(&at, found),
        (Some(at), Some(_)) if is_trust => principal::check(&at, found),
        (None, None) => {
            let message = format!("a statement of {of} needs a `Principal`");
            let hint = "for instances: `Principal: {Service: ec2.amazonaws.com}`";
            found.push(cursor.error("policy-principal", message).hint(hint));
        }
        (_, Some(_)) => {}
    }
}

fn actions(cursor: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    if let Some(at) = exactly_one(cursor, "Action", "NotAction", found) {
        action::check(&at, purpose, found);
    }
}

fn resources(cursor: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    if purpose == PolicyPurpose::Trust {
        for name in ["Resource", "NotResource"] {
            let at = cursor.child(name);
            found.extend(at.map(|at| prohibited(&at, name, "a trust policy")));
        }
        return;
    }
    if let Some(at) = exactly_one(cursor, "Resource", "NotResource", found) {
        resource::check(&at, found);
    }
}

/// The one of the two elements that is there and not empty; otherwise a problem.
fn exactly_one<'a>(
    cursor: &JsonCursor<'a>,
    one: &str,
    other: &str,
    found: &mut Diagnostics,
) -> Option<JsonCursor<'a>> {
    let at = match (cursor.child(one), cursor.child(other)) {
        (Some(_), Some(second)) => {
            let message = format!("a statement has either `{one}` or `{other}`, not both");
            found.push(second.error("policy-statement", message));
            return None;
        }
        (None, None) => {
            let message = format!("the statement has neither `{one}` nor `{other}`");
            let problem = cursor.error("policy-statement", message);
            found.push(problem.hint(format!("add `{one}`")));
            return None;
        }
        (Some(at), None) | (None, Some(at)) => at,
    };
    if at.members().is_empty() {
        let message = format!("`{}` is empty", last(&at.pointer));
        found.push(at.error("policy-statement", message));
    }
    Some(at)
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}
