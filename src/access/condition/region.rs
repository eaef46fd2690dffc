//! The values that one value of a condition stands for: texts by pattern, ARNs by their parts, addresses by range,
//! numbers and times by interval.

use std::net::IpAddr;

use crate::policy::{Pattern, address_range};

/// The values that pass one value of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Region {
    Text(Texts),
    /// ARNs: wildcards do not reach over a colon, except in the last part (IAM user guide, "ARN condition operators").
    Arn(Vec<Pattern>),
    /// Addresses: the first bits of one.
    Range(IpAddr, u8),
    /// Numbers or times from the first bound to the second; `None` is without a bound.
    Interval(Option<Bound>, Option<Bound>),
    /// Something that is not what its operator wants: only the same text is like it.
    Odd(String),
}

/// Texts, as they are or in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) pattern: Pattern,
    pub(super) folded: Pattern,
    pub(super) ignores_case: bool,
}

/// A number or time in billionths, and whether it counts in.
pub(super) type Bound = (i128, bool);

/// How many parts an ARN has.
const ARN_PARTS: usize = 6;

impl Region {
    /// Whether every value of `inner` is surely one of this.
    pub(super) fn includes(&self, inner: &Region) -> bool {
        match (self, inner) {
            (Region::Text(outer), Region::Text(inner)) => outer.includes(inner),
            (Region::Arn(outer), Region::Arn(inner)) => {
                let mut parts = outer.iter().zip(inner);
                outer.len() == inner.len() && parts.all(|(outer, inner)| outer.includes(inner))
            }
            (Region::Range(outer, bits), Region::Range(inner, more)) => {
                bits <= more && same_bits(*outer, *inner, *bits)
            }
            (Region::Interval(low, high), Region::Interval(inner_low, inner_high)) => {
                is_below(*low, *inner_low, 1) && is_below(*high, *inner_high, -1)
            }
            (one, other) => one == other,
        }
    }

    /// Whether surely no value is one of both.
    pub(super) fn is_apart(&self, other: &Region) -> bool {
        match (self, other) {
            (Region::Text(one), Region::Text(other)) => !one.folded.overlaps(&other.folded),
            (Region::Arn(one), Region::Arn(other)) => {
                let mut parts = one.iter().zip(other);
                one.len() == other.len() && parts.any(|(one, other)| !one.overlaps(other))
            }
            (Region::Range(one, bits), Region::Range(other, more)) => {
                one.is_ipv4() == other.is_ipv4() && !same_bits(*one, *other, (*bits).min(*more))
            }
            (Region::Interval(low, high), Region::Interval(other_low, other_high)) => {
                is_beyond(*low, *other_high) || is_beyond(*other_low, *high)
            }
            _ => false,
        }
    }

    /// An ARN pattern: its parts, or something odd.
    pub(super) fn arn(text: &str, part: impl Fn(&str) -> Pattern) -> Region {
        let parts: Vec<&str> = text.splitn(ARN_PARTS, ':').collect();
        if parts.len() == ARN_PARTS {
            Region::Arn(parts.into_iter().map(part).collect())
        } else {
            Region::Odd(text.to_owned())
        }
    }

    /// An address, or a range of them.
    pub(super) fn range(text: &str) -> Region {
        let range = address_range(text).map(|(address, bits)| Region::Range(address, bits));
        range.unwrap_or_else(|| Region::Odd(text.to_owned()))
    }
}

impl Texts {
    fn includes(&self, inner: &Texts) -> bool {
        if self.ignores_case {
            self.folded.includes(&inner.folded)
        } else {
            !inner.ignores_case && self.pattern.includes(&inner.pattern)
        }
    }
}

fn same_bits(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let shifted = |value: u128, width: u8| {
        let rest = u32::from(width.saturating_sub(bits));
        value.checked_shr(rest).unwrap_or(0)
    };
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let [one, other] = [one, other].map(|one| shifted(u128::from(one.to_bits()), 32));
            one == other
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            shifted(one.to_bits(), 128) == shifted(other.to_bits(), 128)
        }
        _ => false,
    }
}

/// Whether the outer bound leaves in everything that the inner one does. `side` is 1 for lower bounds, -1 for upper.
fn is_below(outer: Option<Bound>, inner: Option<Bound>, side: i128) -> bool {
    match (outer, inner) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((outer, closed)), Some((inner, inner_closed))) => {
            let [outer, inner] = [outer, inner].map(|bound| bound.saturating_mul(side));
            outer < inner || outer == inner && (closed || !inner_closed)
        }
    }
}

/// Whether a lower bound lies beyond an upper one.
fn is_beyond(low: Option<Bound>, high: Option<Bound>) -> bool {
    match (low, high) {
        (Some((low, low_closed)), Some((high, high_closed))) => {
            low > high || low == high && !(low_closed && high_closed)
        }
        _ => false,
    }
}
