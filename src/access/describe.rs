//! From what was computed to data that can be told: names as they were written, and the actions AWS has today.

use super::change::{AccessChange, Because, Known, Names, Permission, Subject};
use super::condition::Test;
use super::cube::Cube;
use super::gain::{Cause, Gain};
use super::set::Set;
use crate::catalogue::{self, Level};
use crate::policy::{Condition, Pattern, PolicyPurpose};

/// A gain through policies for a purpose. That something is denied is certain; whether it could be done otherwise is not
/// looked at.
pub(super) fn described(gain: &Gain, purpose: PolicyPurpose) -> AccessChange {
    let Gain {
        cube:
            Cube {
                principals,
                actions,
                resources,
                tests,
                ..
            },
        cause,
        certain,
    } = gain;
    let permission = Permission {
        known: known(actions),
        actions: names(actions),
        resources: names(resources),
        principals: (purpose != PolicyPurpose::Identity).then(|| names(principals)),
        conditions: texts(tests),
        because: match cause {
            Cause::New => Because::Statement,
            Cause::Condition(tests) => Because::Condition(texts(tests)),
            Cause::Denied(tests) => Because::Deny(texts(tests)),
        },
    };
    match purpose {
        PolicyPurpose::Identity => AccessChange {
            certain: *certain && permission.known.count() > 0,
            subject: Subject::Permission(permission),
        },
        PolicyPurpose::Trust => AccessChange {
            certain: *certain,
            subject: Subject::Trust(permission),
        },
        PolicyPurpose::Resource => AccessChange {
            certain: *certain,
            subject: Subject::Denial(permission),
        },
    }
}

fn names(set: &Set) -> Names {
    let (mut any, mut except) = set.texts();
    // An account is two patterns, and is named once.
    any.dedup();
    except.dedup();
    Names { any, except }
}

fn texts(tests: &[Test]) -> Vec<String> {
    tests.iter().map(|test| text(&test.written)).collect()
}

/// `StringEquals aws:SourceVpc vpc-1, vpc-2`.
fn text(condition: &Condition) -> String {
    let Condition {
        operator,
        key,
        values,
    } = condition;
    format!("{operator} {key} {}", values.join(", "))
}

/// The actions of today that a set stands for.
fn known(actions: &Set) -> Known {
    let Names { any, except } = names(actions);
    let except: Vec<Pattern> = except.iter().map(|text| Pattern::folded(text)).collect();
    let mut found: Vec<catalogue::Action> = any
        .iter()
        .flat_map(|text| catalogue::covered(text))
        .collect();
    found.sort_unstable();
    found.dedup();
    if !except.is_empty() {
        found.retain(|action| {
            let text = action.to_string().to_lowercase();
            !except.iter().any(|pattern| pattern.matches(&text))
        });
    }
    let mut known = Known::default();
    for action in &found {
        *known
            .levels
            .entry(level(action.level).to_owned())
            .or_default() += 1;
    }
    known.names = found
        .iter()
        .take(Known::MOST)
        .map(ToString::to_string)
        .collect();
    known
}

fn level(level: Level) -> &'static str {
    match level {
        Level::List => "list",
        Level::Read => "read",
        Level::Tagging => "tagging",
        Level::Write => "write",
        Level::PermissionsManagement => "permissions",
    }
}
