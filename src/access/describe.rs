//! From what was computed to data that can be told: names as they were written, and the actions AWS has today.

use super::change::{AccessChange, Because, Known, Names, Permission, Subject};
use super::condition::Test;
use super::cube::Cube;
use super::gain::{Cause, Gain};
use super::set::Set;
use crate::catalogue::{self, Level};
use crate::policy::{Condition, Pattern};

/// A gain of a role's permissions.
pub(super) fn permission(gain: &Gain) -> AccessChange {
    let permission = described(gain, None);
    AccessChange {
        certain: gain.certain && permission.known.count() > 0,
        subject: Subject::Permission(permission),
    }
}

/// A gain of those who may assume a role.
pub(super) fn trust(gain: &Gain) -> AccessChange {
    let principals = names(&gain.cube.principals);
    AccessChange {
        certain: gain.certain,
        subject: Subject::Trust(described(gain, Some(principals))),
    }
}

/// Something that is denied. That it is, is certain; whether it could be done otherwise is not asked.
pub(super) fn denial(gain: &Gain) -> AccessChange {
    let principals = names(&gain.cube.principals);
    AccessChange {
        certain: gain.certain,
        subject: Subject::Denial(described(gain, Some(principals))),
    }
}

fn described(gain: &Gain, principals: Option<Names>) -> Permission {
    let Gain {
        cube:
            Cube {
                principals: _,
                actions,
                resources,
                tests,
                ..
            },
        cause,
        certain: _,
    } = gain;
    Permission {
        known: known(actions),
        actions: names(actions),
        resources: names(resources),
        principals,
        conditions: texts(tests),
        because: match cause {
            Cause::New => Because::Statement,
            Cause::Condition(tests) => Because::Condition(texts(tests)),
            Cause::Denied(tests) => Because::Deny(texts(tests)),
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
