//! What later grants allow that earlier ones did not: statement by statement, what is left of it when everything that
//! was allowed before is taken away, and what was denied before and is no longer.
//!
//! Every step keeps at least what is really gained, so finding nothing is a proof.

use super::condition::{Test, unmet};
use super::grants::Grants;
use super::request_set::RequestSet;

/// Something that is allowed now and was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gain {
    /// What is allowed.
    pub(super) requests: RequestSet,
    /// Why it was not.
    pub(super) cause: Cause,
    /// Whether there surely is a request that only the later grants allow.
    pub(super) certain: bool,
}

/// Why something was not allowed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// Nothing allowed it.
    New,
    /// It was allowed where these tests, too, held.
    Condition(Vec<Test>),
    /// It was denied, where these tests held.
    Denied(Vec<Test>),
}

/// Into how many parts a statement may fall; beyond that the whole of it counts as gained, which errs on the careful side.
const MOST_PARTS: usize = 400;

/// What `after` allows and `before` did not.
pub(super) fn gained(before: &Grants, after: &Grants) -> Vec<Gain> {
    let mut gains = Vec::new();
    let freed: Vec<(&RequestSet, Vec<RequestSet>)> = before
        .denies
        .iter()
        .map(|denied| (denied, without(denied, &after.denies)))
        .filter(|(_, freed)| !freed.is_empty())
        .collect();
    for allow in &after.allows {
        let effective = without(allow, &after.denies);
        let new = if before.allows.iter().any(|earlier| earlier.includes(allow)) {
            Vec::new()
        } else {
            let parts = effective.iter();
            parts
                .flat_map(|part| without(part, &before.allows))
                .collect()
        };
        for part in &new {
            explain(part, before, after, &mut gains);
        }
        for (denied, freed) in &freed {
            let lifted = effective
                .iter()
                .flat_map(|part| freed.iter().filter_map(|freed| part.and(freed)))
                .flat_map(|part| without(&part, &after.denies))
                .filter(|part| !new.iter().any(|known| known.includes(part)));
            gains.extend(lifted.map(|requests| lift(requests, allow, denied)));
        }
    }
    distinct(gains)
}

/// A part without what others surely cover.
fn without(part: &RequestSet, others: &[RequestSet]) -> Vec<RequestSet> {
    let mut parts = vec![part.clone()];
    for other in others {
        parts = parts.iter().flat_map(|part| part.minus(other)).collect();
        if parts.len() > MOST_PARTS {
            return vec![part.clone()];
        }
    }
    parts
}

/// Splits a new part by the earlier statements that allowed it under conditions of their own.
fn explain(part: &RequestSet, before: &Grants, after: &Grants, gains: &mut Vec<Gain>) {
    let mut rest = vec![part.clone()];
    for earlier in &before.allows {
        let mut next = Vec::new();
        for part in rest {
            let missing = unmet(&part.tests, &earlier.tests);
            match part.and_always(earlier) {
                Some(both) if !missing.is_empty() && !both.is_approximate() => {
                    next.extend(part.minus_always(earlier));
                    gains.push(loosened(both, missing, before, after));
                }
                _ => next.push(part),
            }
        }
        rest = next;
        if rest.len() > MOST_PARTS {
            rest = vec![part.clone()];
            break;
        }
    }
    gains.extend(rest.into_iter().map(|requests| {
        Gain {
            certain: is_certain(&requests, after)
                && !before
                    .allows
                    .iter()
                    .any(|earlier| requests.and_always(earlier).is_some()),
            requests,
            cause: Cause::New,
        }
    }));
}

fn loosened(requests: RequestSet, missing: Vec<&Test>, before: &Grants, after: &Grants) -> Gain {
    // A test is surely loosened where nothing asks for its key any more, or where it implies what is asked now.
    let loosened = |test: &&Test| {
        let mut same_key = requests.tests.iter().filter(|own| own.has_key_of(test));
        same_key.all(|own| unmet(&[(*test).clone()], std::slice::from_ref(own)).is_empty())
    };
    // Two earlier statements may have covered together what neither did alone.
    let earlier = before
        .allows
        .iter()
        .filter(|one| requests.and_always(one).is_some());
    let alone = earlier.count() == 1;
    Gain {
        certain: alone && is_certain(&requests, after) && missing.iter().any(loosened),
        cause: Cause::Condition(missing.into_iter().cloned().collect()),
        requests,
    }
}

fn lift(requests: RequestSet, allow: &RequestSet, denied: &RequestSet) -> Gain {
    Gain {
        certain: !requests.is_approximate(),
        requests: requests.under(allow.tests.clone()),
        cause: Cause::Denied(denied.tests.clone()),
    }
}

/// Whether what is left is exactly known and nothing may deny it.
fn is_certain(requests: &RequestSet, after: &Grants) -> bool {
    let denied = |deny: &RequestSet| requests.and(deny).is_some();
    !requests.is_approximate() && !after.denies.iter().any(denied)
}

/// Each once, without those that another of the same cause includes.
fn distinct(gains: Vec<Gain>) -> Vec<Gain> {
    let mut kept: Vec<Gain> = Vec::new();
    for gain in gains {
        let covers = |one: &Gain, other: &Gain| {
            one.cause == other.cause && one.requests.includes(&other.requests)
        };
        if kept.iter().any(|known| covers(known, &gain)) {
            continue;
        }
        kept.retain(|known| !covers(&gain, known));
        kept.push(gain);
    }
    kept
}
