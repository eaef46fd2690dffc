//! What has moved in AWS since a plan was made, resource by resource, in words that name the field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::before::{Before, Part, state};
use crate::kinds::{self, Access};
use crate::model::{Address, Facts, KindName, Live, Observed, Value};

/// A resource that is not as the plan found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Which one.
    pub address: Address,
    /// How: one sentence each, to follow the address.
    pub how: Vec<String>,
}

/// Everything that is not as it was found.
pub fn moved(before: &BTreeMap<Address, Before>, live: &Live) -> Vec<Moved> {
    let one = |(address, before): (&Address, &Before)| {
        let how = how(address, before, live);
        (!how.is_empty()).then(|| Moved {
            address: address.clone(),
            how,
        })
    };
    before.iter().filter_map(one).collect()
}

fn how(address: &Address, before: &Before, live: &Live) -> Vec<String> {
    let Before {
        changes,
        // Computed again from what was observed, so that a newer version may know more parts.
        fingerprint: _,
        observed,
        users,
    } = before;
    let partition = live.setting.partition.name();
    let now = live.resources.get(address);
    let mut how = match (observed, now) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec!["exists now, and did not when the plan was made".to_owned()],
        (Some(was), None) if is_trace(address.kind, was) => Vec::new(),
        (Some(_), None) => vec!["is gone".to_owned()],
        (Some(was), Some(is)) => differences(address.kind, was, is, partition, |part| {
            *changes || is_link(part, was, is) || is_access(address.kind, part)
        }),
    };
    if let Some(users) = users {
        let known: BTreeSet<&str> = users.iter().map(|one| one.id.as_str()).collect();
        let using = live.users.get(address).into_iter().flatten();
        let new = using.filter(|one| !known.contains(one.id.as_str()));
        how.extend(
            new.map(|one| format!("is used by {}, and was not when the plan was made", one.id)),
        );
        let unseen = live.unseen_users.iter();
        how.extend(unseen.map(|why| format!("may be used by more instances than it was: {why}")));
    }
    how
}

/// What came back under its name is another one.
fn replaced(was: &Observed, is: &Observed) -> Option<String> {
    let (was, is) = (was.id.as_deref()?, is.id.as_deref()?);
    (was != is).then(|| format!("was made anew: its id is {is}, and was {was}"))
}

/// Whether it names another resource: with another role in its profile an instance gets access that nobody has reviewed.
fn is_link(part: &Part, was: &Observed, is: &Observed) -> bool {
    let Part::Field(path) = part else {
        return false;
    };
    let values = [was, is].map(|observed| observed.attributes.get(path));
    values
        .iter()
        .any(|value| matches!(value, Some(Value::Link(_))))
}

/// Whether it decides over access: what is attached to a resource that only stays must not have become more meanwhile.
fn is_access(kind: KindName, part: &Part) -> bool {
    let Part::Field(path) = part else {
        return false;
    };
    kinds::field(kind, path.field).is_some_and(|field| field.access != Access::None)
}

fn differences(
    kind: KindName,
    was: &Observed,
    is: &Observed,
    partition: &str,
    counts: impl Fn(&Part) -> bool,
) -> Vec<String> {
    if let Some(replaced) = replaced(was, is) {
        return vec![replaced];
    }
    let (before, now) = (state(kind, was, partition), state(kind, is, partition));
    let parts: BTreeSet<&Part> = before.keys().chain(now.keys()).collect();
    parts
        .into_iter()
        .filter(|part| before.get(*part) != now.get(*part) && counts(part))
        .filter(|part| !is_unknown(part, was, is))
        .filter(|part| !is_expected(kind, part, &was.facts, &is.facts))
        .map(|part| difference(part, (was, before.get(part)), (is, now.get(part))))
        .collect()
}

/// Whether it has only changed as it does by itself.
fn is_expected(kind: KindName, part: &Part, was: &Facts, is: &Facts) -> bool {
    match part {
        Part::Fact(name) => kinds::find(kind).is_expected_transition(*name, was, is),
        Part::Id | Part::Owner | Part::Field(_) => false,
    }
}

/// Whether what was found is only what was left of something, which is not shown for long.
fn is_trace(kind: KindName, was: &Observed) -> bool {
    let (kind, none) = (kinds::find(kind), Facts::default());
    let mut facts = was.facts.texts().into_keys();
    let is_all = was.id.is_none() && was.attributes.is_empty();
    is_all && facts.all(|name| kind.is_expected_transition(name, &was.facts, &none))
}

/// Whether one of the two did not look at it.
fn is_unknown(part: &Part, was: &Observed, is: &Observed) -> bool {
    match part {
        Part::Field(path) => was.unknown.contains(&path.field) || is.unknown.contains(&path.field),
        Part::Id | Part::Owner | Part::Fact(_) => false,
    }
}

type Side<'a> = (&'a Observed, Option<&'a String>);

fn difference(part: &Part, (was, before): Side<'_>, (is, now): Side<'_>) -> String {
    match part {
        Part::Id => format!("`id` {}", went(before.cloned(), now.cloned())),
        Part::Owner => format!("its owner {}", went(quoted(before), quoted(now))),
        Part::Fact(name) => format!(
            "its {} {}",
            name.as_str().replace('-', " "),
            went(quoted(before), quoted(now))
        ),
        Part::Field(path) => {
            let shown = |observed: &Observed| observed.attributes.get(path).map(shown);
            match (shown(was), shown(is)) {
                // Too long for a sentence.
                (Some(None), Some(None)) => format!("`{path}` is another policy now"),
                (before, now) => format!("`{path}` {}", went(before.map(word), now.map(word))),
            }
        }
    }
}

fn quoted(value: Option<&String>) -> Option<String> {
    value.map(|value| format!("`{value}`"))
}

/// What stands for a value that is too long to be shown.
fn word(shown: Option<String>) -> String {
    shown.unwrap_or_default()
}

/// A value that fits into a sentence.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(format!("{text:?}")),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(format!("\"{flag}\"")),
        Value::Present => Some(String::new()),
        Value::Policy(_) => None,
        Value::Link(link) => Some(format!("`{}`", link.name)),
    }
}

/// `is new`, `is gone`, `was 1 and is 2`.
fn went(before: Option<String>, now: Option<String>) -> String {
    let valued = |verb: &str, value: &str| {
        if value.is_empty() {
            verb.to_owned()
        } else {
            format!("{verb}: {value}")
        }
    };
    match (before, now) {
        (None, Some(now)) => valued("is new", &now),
        (Some(before), None) => valued("is gone", &before),
        (Some(before), Some(now)) if before != now => format!("was {before} and is {now}"),
        (Some(_), Some(_)) | (None, None) => "is another one now".to_owned(),
    }
}
