//! Values of conditions that are not of their operator's kind.

use std::net::IpAddr;

use super::statement::StatementRef;
use crate::catalogue::KeyType;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::policy::Operator;

pub(crate) const NOT_A_DATE: Rule = Rule {
    id: "not-a-date",
    severity: Severity::Medium,
    title: "A date that is none",
    why: "A date that cannot be read is compared with nothing: an Allow never applies, and a Deny forbids nothing.",
    fix: "Write the time as `2026-03-01T00:00:00Z`, or in seconds since 1970.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {DateLessThan: {"aws:CurrentTime": 1.3.2026}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {DateLessThan: {"aws:CurrentTime": "2026-03-01T00:00:00Z"}}"#,
};

pub(crate) const NOT_AN_ADDRESS: Rule = Rule {
    id: "not-an-address",
    severity: Severity::Medium,
    title: "An address that is none",
    why: "A value that is neither an address nor a range of addresses matches no request.",
    fix: "Write an address, or a range in CIDR notation: `203.0.113.0/24`.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {IpAddress: {"aws:SourceIp": 203.0.113.*}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {IpAddress: {"aws:SourceIp": 203.0.113.0/24}}"#,
};

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    for test in statement.tests() {
        let compares = KeyType::compared_by(Operator::of(&test.operator).base);
        let values = statement.values(test).into_iter();
        // What a variable stands for is known only when a request is made.
        let values = values.filter(|(_, value)| !value.contains("${"));
        all.extend(values.filter_map(|(pointer, value)| judge(compares?, pointer, value)));
    }
}

fn judge(compares: KeyType, pointer: String, value: &str) -> Option<RuleMatch> {
    match compares {
        KeyType::IpAddress if !is_range(value) => {
            let message = format!("`{value}` is neither an address nor a range of addresses");
            let fix = "write it like `203.0.113.0/24` or `2001:db8::/32`";
            Some(NOT_AN_ADDRESS.found_at(pointer, message, fix))
        }
        KeyType::Date if !is_date(value) => {
            let message = format!("`{value}` is no date");
            let fix = "write it like `2026-03-01T00:00:00Z`";
            Some(NOT_A_DATE.found_at(pointer, message, fix))
        }
        _ => None,
    }
}

fn is_range(value: &str) -> bool {
    let (address, bits) = match value.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (value, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

/// Whether it is one of the forms of the W3C's profile of ISO 8601, or a number of seconds (IAM user guide, date
/// condition operators).
fn is_date(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_month =
        || value.len() == 7 && format!("{value}-01").parse::<jiff::civil::Date>().is_ok();
    digits(value)
        || is_month()
        || value.parse::<jiff::Timestamp>().is_ok()
        || value.parse::<jiff::civil::DateTime>().is_ok()
}
