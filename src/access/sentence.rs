//! What is gained or lost, in a sentence.

use serde::Serialize;

use super::change::{AccessChange, Because, Known, Names, Permission, Subject};
use crate::text::{and_list, count, duration};

/// Whether a change is gained or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Possible now, and was not.
    Gained,
    /// Was possible, and is not any more.
    Lost,
}

/// How many patterns a sentence names before it counts the rest.
const MOST_NAMES: usize = 4;

/// A sentence without its subject, which is the role, and without a full stop: `can now s3:GetObject on *`.
pub fn sentence(change: &AccessChange, direction: Direction) -> String {
    let AccessChange { subject, certain } = change;
    match subject {
        Subject::Permission(permission) => permitted(permission, direction, *certain),
        Subject::Trust(permission) => trusted(permission, direction, *certain),
        Subject::Denial(permission) => denial(permission, direction),
        Subject::ManagedPolicy { arn } => match direction {
            Direction::Gained => format!("can now do what {} allows", policy_name(arn)),
            Direction::Lost => format!("can no longer do what {} allows", policy_name(arn)),
        },
        Subject::ManagedDeny { arn } => match direction {
            Direction::Gained => format!(
                "may now do what {} denied, if it denied anything",
                policy_name(arn)
            ),
            Direction::Lost => format!(
                "may no longer do what {} denies, if it denies anything",
                policy_name(arn)
            ),
        },
        Subject::Boundary { before, after } => {
            boundary(before.as_deref(), after.as_deref(), direction)
        }
        Subject::SessionDuration { before, after } => {
            format!(
                "sessions may last {}, before {}",
                duration(*after),
                duration(*before)
            )
        }
        Subject::Holder { name } => match direction {
            Direction::Gained => format!("gives instances the access of {name}"),
            Direction::Lost => format!("takes the access of {name} from instances"),
        },
        Subject::Unreadable => match direction {
            Direction::Gained => {
                "may gain anything: the new policy cannot be understood".to_owned()
            }
            Direction::Lost => "may lose anything: the old policy cannot be understood".to_owned(),
        },
    }
}

fn permitted(permission: &Permission, direction: Direction, certain: bool) -> String {
    let Permission {
        actions,
        known,
        resources,
        principals: _,
        conditions,
        because,
    } = permission;
    let what = format!(
        "{}{} on {}",
        names(actions),
        size(actions, known),
        names(resources)
    );
    match because {
        Because::Statement => format!("{} {what}{}", can(certain, direction), when(conditions)),
        Because::Condition(tests) => {
            let (needs, when) = needs(tests, conditions, direction, certain);
            format!("{needs} for {what}{when}")
        }
        Because::Deny(tests) => format!("{} {what}{}", denied(direction), when(tests)),
    }
}

fn trusted(permission: &Permission, direction: Direction, certain: bool) -> String {
    let Permission {
        actions,
        known: _,
        resources: _,
        principals,
        conditions,
        because,
    } = permission;
    let who = principals.as_ref().map_or_else(|| "anyone".to_owned(), who);
    let how = format!("assume it ({})", names(actions));
    match because {
        Because::Statement => {
            format!(
                "{who} {} {how}{}",
                can(certain, direction),
                when(conditions)
            )
        }
        Because::Condition(tests) => {
            let (needs, when) = needs(tests, conditions, direction, certain);
            format!("{who} {needs} to {how}{when}")
        }
        Because::Deny(tests) => format!("{who} {} to {how}{}", denied(direction), when(tests)),
    }
}

fn denial(permission: &Permission, direction: Direction) -> String {
    let Permission {
        actions,
        known,
        resources,
        principals,
        conditions,
        because,
    } = permission;
    let who = principals.as_ref().map_or_else(|| "anyone".to_owned(), who);
    let what = format!(
        "{}{} on {}",
        names(actions),
        size(actions, known),
        names(resources)
    );
    let always = when(conditions);
    match (because, direction) {
        (Because::Condition(tests), Direction::Gained) => {
            format!("{who} is denied {what} only if {}{always}", and_list(tests))
        }
        (Because::Condition(tests), Direction::Lost) => {
            format!(
                "{who} is now denied {what} also unless {}{always}",
                and_list(tests)
            )
        }
        (Because::Statement | Because::Deny(_), _) => {
            format!("{who} {} {what}{always}", denied(direction))
        }
    }
}

fn can(certain: bool, direction: Direction) -> &'static str {
    match (certain, direction) {
        (true, Direction::Gained) => "can now",
        (true, Direction::Lost) => "can no longer",
        (false, Direction::Gained) => "may now",
        (false, Direction::Lost) => "may no longer",
    }
}

fn denied(direction: Direction) -> &'static str {
    match direction {
        Direction::Gained => "is no longer denied",
        Direction::Lost => "is now denied",
    }
}

/// That a condition is not asked for any more, or is from now on; and the conditions that stay. One that is still
/// asked for its key, but otherwise, is exchanged.
fn needs(
    tests: &[String],
    conditions: &[String],
    direction: Direction,
    certain: bool,
) -> (String, String) {
    let key = |test: &String| test.split(' ').nth(1).map(str::to_lowercase);
    let is_exchanged = |condition: &&String| tests.iter().any(|test| key(test) == key(condition));
    let (exchanged, staying): (Vec<&String>, Vec<&String>) =
        conditions.iter().partition(is_exchanged);
    let asked = and_list(tests);
    let needs = match (exchanged.is_empty(), direction, certain) {
        (true, Direction::Gained, true) => format!("no longer needs {asked}"),
        (true, Direction::Gained, false) => format!("may no longer need {asked}"),
        (true, Direction::Lost, true) => format!("now needs {asked}"),
        (true, Direction::Lost, false) => format!("may now need {asked}"),
        (false, Direction::Gained, _) => {
            format!("now needs {} instead of {asked}", and_list(&exchanged))
        }
        (false, Direction::Lost, _) => {
            format!("now needs {asked} instead of {}", and_list(&exchanged))
        }
    };
    (needs, when(&staying))
}

fn when<S: AsRef<str>>(conditions: &[S]) -> String {
    if conditions.is_empty() {
        return String::new();
    }
    format!(" if {}", and_list(conditions))
}

fn who(names: &Names) -> String {
    let Names { any, except } = names;
    let any = any.iter().map(|name| match name.as_str() {
        "*" => "anyone".to_owned(),
        name => name.to_owned(),
    });
    self::names(&Names {
        any: any.collect(),
        except: except.clone(),
    })
}

/// `s3:Get*, s3:List* and 2 more except s3:GetObject`.
fn names(names: &Names) -> String {
    let Names { any, except } = names;
    let mut text = few(any);
    if !except.is_empty() {
        text.push_str(" except ");
        text.push_str(&few(except));
    }
    text
}

fn few(names: &[String]) -> String {
    if names.len() <= MOST_NAMES {
        return names.join(", ");
    }
    let (first, rest) = names.split_at(MOST_NAMES - 1);
    format!("{} and {} more", first.join(", "), rest.len())
}

/// How much a pattern stands for: nothing is said of plain names.
fn size(actions: &Names, known: &Known) -> String {
    let is_pattern = |name: &String| name.contains(['*', '?']);
    if !actions.any.iter().any(is_pattern) {
        return String::new();
    }
    if known.count() == 0 {
        return " (no action that AWS has today)".to_owned();
    }
    let permissions = match known.levels.get("permissions") {
        Some(some) => format!(", {some} of them manage permissions"),
        None => String::new(),
    };
    format!(" ({}{permissions})", count(known.count(), "action"))
}

fn policy_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn boundary(before: Option<&str>, after: Option<&str>, direction: Direction) -> String {
    let wider = match direction {
        Direction::Gained => "wider",
        Direction::Lost => "narrower",
    };
    match (before.map(policy_name), after.map(policy_name)) {
        (Some(before), Some(after)) => {
            format!("is held within the boundary {after} instead of {before}, which may be {wider}")
        }
        (Some(before), None) => format!("is no longer held within the boundary {before}"),
        (None, Some(after)) => format!("is now held within the boundary {after}"),
        (None, None) => "has no boundary".to_owned(),
    }
}
