//! One test of a condition, read: what it compares, how, and which values pass.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::region::{Bound, Region, Texts};
use crate::policy::{Condition, Operator, Pattern, Variables};

#[derive(Debug, Clone)]
pub(in crate::access) struct Test {
    /// The key in lower case.
    key: String,
    /// How the author wrote it.
    pub(in crate::access) written: Condition,
    meaning: Option<Meaning>,
}

/// What an operator that we know asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    quantifier: Quantifier,
    if_exists: bool,
    asks: Asks,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    /// That the key is missing, or that it is there.
    Missing(bool),
    /// That the value is in one of the regions.
    In(Vec<Region>),
    /// That the value is in none of the regions.
    NotIn(Vec<Region>),
}

/// How a test treats a key with many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    /// As one value.
    One,
    /// Some value passes.
    Any,
    /// Every value passes.
    All,
}

impl PartialEq for Test {
    /// Whether they surely mean the same.
    fn eq(&self, other: &Self) -> bool {
        let sorted = |test: &Test| {
            let mut values = test.written.values.clone();
            values.sort();
            values.dedup();
            values
        };
        self.key == other.key
            && self.written.operator == other.written.operator
            && sorted(self) == sorted(other)
    }
}

impl Eq for Test {}

impl Test {
    pub(in crate::access) fn read(written: &Condition, variables: Variables) -> Self {
        Self {
            key: written.key.to_lowercase(),
            written: written.clone(),
            meaning: meaning(written, variables),
        }
    }

    /// Whether both ask for the same key.
    pub(in crate::access) fn has_key_of(&self, other: &Test) -> bool {
        self.key == other.key
    }

    /// Whether every request that passes this surely passes `wide`.
    pub(super) fn implies(&self, wide: &Test) -> bool {
        if self == wide {
            return true;
        }
        let (Some(narrow), Some(other)) = (&self.meaning, &wide.meaning) else {
            return false;
        };
        self.key == wide.key && narrow.implies(other)
    }

    /// Whether surely no request passes both.
    pub(super) fn contradicts(&self, other: &Test) -> bool {
        let (Some(one), Some(two)) = (&self.meaning, &other.meaning) else {
            return false;
        };
        self.key == other.key && (one.contradicts(two) || two.contradicts(one))
    }
}

impl Meaning {
    /// Whether a request without the key passes. Negated operators do (IAM user guide, "Condition operators").
    fn passes_without(&self) -> bool {
        match (&self.asks, self.quantifier) {
            (Asks::Missing(missing), _) => *missing,
            (_, Quantifier::All) | (Asks::NotIn(_), Quantifier::One) => true,
            _ => self.if_exists,
        }
    }

    fn implies(&self, wide: &Meaning) -> bool {
        if self.passes_without() && !wide.passes_without() {
            return false;
        }
        let covered = |inner: &[Region], outer: &[Region]| {
            inner
                .iter()
                .all(|inner| outer.iter().any(|outer| outer.includes(inner)))
        };
        match (&self.asks, &wide.asks) {
            (Asks::Missing(true), _) | (Asks::Missing(false), Asks::Missing(false)) => true,
            // A test of every value passes when there is none.
            (_, Asks::Missing(false)) => self.quantifier != Quantifier::All,
            (Asks::Missing(false), _) | (_, Asks::Missing(true)) => false,
            _ if self.quantifier != wide.quantifier => false,
            (Asks::In(own), Asks::In(other)) => covered(own, other),
            (Asks::NotIn(own), Asks::NotIn(other)) => covered(other, own),
            (Asks::In(own), Asks::NotIn(other)) => own
                .iter()
                .all(|own| other.iter().all(|other| own.is_apart(other))),
            (Asks::NotIn(_), Asks::In(_)) => false,
        }
    }

    fn contradicts(&self, other: &Meaning) -> bool {
        let alone = |meaning: &Meaning| meaning.quantifier == Quantifier::One && !meaning.if_exists;
        if !alone(self) || !alone(other) {
            return false;
        }
        match (&self.asks, &other.asks) {
            (Asks::Missing(one), Asks::Missing(other)) => one != other,
            (Asks::Missing(true), Asks::In(_)) => true,
            (Asks::In(one), Asks::In(other)) => one
                .iter()
                .all(|one| other.iter().all(|other| one.is_apart(other))),
            (Asks::In(one), Asks::NotIn(other)) => one
                .iter()
                .all(|one| other.iter().any(|other| other.includes(one))),
            _ => false,
        }
    }
}

fn meaning(written: &Condition, variables: Variables) -> Option<Meaning> {
    let Condition {
        operator,
        key: _,
        values,
    } = written;
    let Operator {
        set,
        base,
        if_exists,
    } = Operator::of(operator);
    let quantifier = match set {
        None => Quantifier::One,
        Some("ForAnyValue") => Quantifier::Any,
        Some("ForAllValues") => Quantifier::All,
        Some(_) => return None,
    };
    if values.is_empty() {
        return None;
    }
    let asks = asks(base, values, variables)?;
    Some(Meaning {
        quantifier,
        if_exists,
        asks,
    })
}

fn asks(name: &str, values: &[String], variables: Variables) -> Option<Asks> {
    let each = |region: &dyn Fn(&str) -> Region| values.iter().map(|value| region(value)).collect();
    let exact = |text: &str| text_region(text, variables, Pattern::exact, false);
    let folded = |text: &str| text_region(text, variables, Pattern::exact, true);
    let like = |text: &str| text_region(text, variables, Pattern::new, false);
    let arn = |text: &str| Region::arn(text, |part| Pattern::new(part, variables));
    Some(match name {
        "StringEquals" | "BinaryEquals" => Asks::In(each(&exact)),
        "StringNotEquals" => Asks::NotIn(each(&exact)),
        "StringEqualsIgnoreCase" | "Bool" => Asks::In(each(&folded)),
        "StringNotEqualsIgnoreCase" => Asks::NotIn(each(&folded)),
        "StringLike" => Asks::In(each(&like)),
        "StringNotLike" => Asks::NotIn(each(&like)),
        // These two behave the same (IAM user guide, "ARN condition operators").
        "ArnEquals" | "ArnLike" => Asks::In(each(&arn)),
        "ArnNotEquals" | "ArnNotLike" => Asks::NotIn(each(&arn)),
        "IpAddress" => Asks::In(each(&Region::range)),
        "NotIpAddress" => Asks::NotIn(each(&Region::range)),
        "Null" => Asks::Missing(missing(values)?),
        _ => return ordered(name, &each),
    })
}

/// `None` where the values do not agree with each other: then anything passes.
fn missing(values: &[String]) -> Option<bool> {
    match values {
        [value] if value.eq_ignore_ascii_case("true") => Some(true),
        [value] if value.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Reads every value of a test in the same way.
type Each<'a> = dyn Fn(&dyn Fn(&str) -> Region) -> Vec<Region> + 'a;

fn ordered(name: &str, each: &Each<'_>) -> Option<Asks> {
    let (read, comparison): (fn(&str) -> Option<i128>, &str) = match name.strip_prefix("Numeric") {
        Some(comparison) => (number, comparison),
        None => (timestamp, name.strip_prefix("Date")?),
    };
    let bounds: fn(i128) -> [Option<Bound>; 2] = match comparison {
        "Equals" | "NotEquals" => |value| [Some((value, true)), Some((value, true))],
        "LessThan" => |value| [None, Some((value, false))],
        "LessThanEquals" => |value| [None, Some((value, true))],
        "GreaterThan" => |value| [Some((value, false)), None],
        "GreaterThanEquals" => |value| [Some((value, true)), None],
        _ => return None,
    };
    let region = |text: &str| match read(text).map(bounds) {
        Some([low, high]) => Region::Interval(low, high),
        None => Region::Odd(text.to_owned()),
    };
    Some(if comparison == "NotEquals" {
        Asks::NotIn(each(&region))
    } else {
        Asks::In(each(&region))
    })
}

fn text_region(
    text: &str,
    variables: Variables,
    pattern: fn(&str, Variables) -> Pattern,
    ignores_case: bool,
) -> Region {
    Region::Text(Texts {
        pattern: pattern(text, variables),
        folded: pattern(&text.to_lowercase(), variables),
        ignores_case,
    })
}

/// How many billionths one is.
const ONE: i128 = 1_000_000_000;

/// A decimal number in billionths; `None` for what that cannot hold exactly.
fn number(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || part.len() > 9 || !plain(whole) || !plain(part) {
        return None;
    }
    let part: i128 = format!("{part:0<9}").parse().ok()?;
    Some(sign * (whole.parse::<i128>().ok()? * ONE + part))
}

/// A time in billionths of a second since 1970: as RFC 3339, without a zone (which is UTC), as a day, or counted.
fn timestamp(text: &str) -> Option<i128> {
    let zoned = |moment: DateTime| Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let timestamp = text.parse::<Timestamp>().ok();
    let timestamp = timestamp
        .or_else(|| zoned(text.parse::<DateTime>().ok()?))
        .or_else(|| zoned(text.parse::<Date>().ok()?.at(0, 0, 0, 0)));
    timestamp.map_or_else(|| number(text), |time| Some(time.as_nanosecond()))
}
