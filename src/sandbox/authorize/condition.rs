//! Conditions: one test compares the values that a request has of a key with those of the policy.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

use super::Context;
use super::statement::texts;
use super::variables::filled;
use crate::sandbox::wildcard::matches;

#[derive(Debug, Clone)]
pub(super) struct Test {
    operator: String,
    quantifier: Option<String>,
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

impl Test {
    /// The tests of a `Condition`, all of which have to hold.
    pub(super) fn read(condition: &Value) -> Vec<Test> {
        let mut tests = Vec::new();
        for (operator, block) in condition.as_object().into_iter().flatten() {
            let (quantifier, name) = match operator.split_once(':') {
                Some((quantifier, name)) => (Some(quantifier.to_owned()), name),
                None => (None, operator.as_str()),
            };
            let base = name.strip_suffix("IfExists");
            for (key, values) in block.as_object().into_iter().flatten() {
                tests.push(Test {
                    operator: base.unwrap_or(name).to_owned(),
                    quantifier: quantifier.clone(),
                    if_exists: base.is_some(),
                    key: key.to_lowercase(),
                    values: texts(values),
                });
            }
        }
        tests
    }

    pub(super) fn holds(&self, context: &Context, has_variables: bool) -> bool {
        let there = context.get(&self.key).filter(|values| !values.is_empty());
        if self.operator == "Null" {
            let wants_none = self
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case("true"));
            return wants_none == there.is_none();
        }
        let negated = self.operator.contains("Not");
        let Some(there) = there else {
            return match self.quantifier.as_deref() {
                Some("ForAllValues") => true,
                Some(_) => self.if_exists,
                None => negated || self.if_exists,
            };
        };
        let wanted: Vec<String> = if has_variables {
            self.values
                .iter()
                .filter_map(|value| filled(value, context))
                .collect()
        } else {
            self.values.clone()
        };
        let positive = self.operator.replace("Not", "");
        let passes = |value: &String| {
            let any = wanted
                .iter()
                .any(|wanted| compare(&positive, value, wanted));
            any != negated
        };
        match self.quantifier.as_deref() {
            Some("ForAllValues") => there.iter().all(passes),
            _ => there.iter().any(passes),
        }
    }
}

/// Whether a value passes one value of a test whose operator is not negated.
fn compare(operator: &str, value: &str, wanted: &str) -> bool {
    match operator {
        "StringEquals" | "BinaryEquals" => value == wanted,
        "StringEqualsIgnoreCase" | "Bool" => value.eq_ignore_ascii_case(wanted),
        "StringLike" => matches(wanted, value),
        "ArnEquals" | "ArnLike" => arn(wanted, value),
        "IpAddress" => within(value, wanted),
        _ => match (
            operator.strip_prefix("Numeric"),
            operator.strip_prefix("Date"),
        ) {
            (Some(order), _) => number(value)
                .zip(number(wanted))
                .is_some_and(|(value, wanted)| ordered(order, value, wanted)),
            (None, Some(order)) => timestamp(value)
                .zip(timestamp(wanted))
                .is_some_and(|(value, wanted)| ordered(order, value, wanted)),
            (None, None) => false,
        },
    }
}

/// Part by part: a wildcard does not reach over a colon but in the last part.
fn arn(wanted: &str, value: &str) -> bool {
    let [wanted, value] = [wanted, value].map(|text| text.splitn(6, ':').collect::<Vec<_>>());
    wanted.len() == value.len()
        && wanted
            .iter()
            .zip(&value)
            .all(|(wanted, value)| matches(wanted, value))
}

fn within(value: &str, wanted: &str) -> bool {
    let (address, bits) = wanted.split_once('/').unwrap_or((wanted, ""));
    let (Ok(value), Ok(address)) = (value.parse::<IpAddr>(), address.parse::<IpAddr>()) else {
        return false;
    };
    let (value, address, width) = match (value, address) {
        (IpAddr::V4(value), IpAddr::V4(address)) => (
            u128::from(value.to_bits()),
            u128::from(address.to_bits()),
            32,
        ),
        (IpAddr::V6(value), IpAddr::V6(address)) => (value.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let bits: u32 = bits.parse().unwrap_or(width);
    let rest = width.saturating_sub(bits);
    value.checked_shr(rest).unwrap_or(0) == address.checked_shr(rest).unwrap_or(0)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// In seconds since 1970, to the millisecond.
#[expect(
    clippy::cast_precision_loss,
    reason = "policies do not distinguish what a double cannot"
)]
fn timestamp(text: &str) -> Option<f64> {
    let day = || format!("{text}T00:00:00Z").parse::<Timestamp>().ok();
    let time = text.parse::<Timestamp>().ok().or_else(day);
    time.map(|time| time.as_millisecond() as f64 / 1000.0)
        .or_else(|| number(text))
}

fn ordered(order: &str, value: f64, wanted: f64) -> bool {
    match order {
        "Equals" => (value - wanted).abs() < f64::EPSILON,
        "LessThan" => value < wanted,
        "LessThanEquals" => value <= wanted,
        "GreaterThan" => value > wanted,
        "GreaterThanEquals" => value >= wanted,
        _ => false,
    }
}
