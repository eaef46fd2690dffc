//! Which test is as narrow as which, as a table.

use super::*;
use crate::policy::{Condition, Variables};

/// `StringEquals aws:SourceVpc a|b` as a test.
fn test(text: &str) -> Test {
    let mut words = text.splitn(3, ' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (operator, key, values) = (word(), word(), word());
    let values = values.split('|').map(str::to_owned).collect();
    let written = Condition {
        operator,
        key,
        values,
    };
    Test::read(&written, Variables::Meant)
}

fn narrower(narrow: &str, wide: &str) -> bool {
    implies(&[test(narrow)], &[test(wide)])
}

#[test]
fn a_narrower_test_implies_a_wider_one_and_not_the_other_way_round() {
    let pairs = [
        ("StringEquals k:a x", "StringEquals K:A x|y"),
        ("StringEquals k:a x", "StringLike k:a x*"),
        ("StringEquals k:a X", "StringEqualsIgnoreCase k:a x"),
        ("StringEquals k:a x", "StringEqualsIfExists k:a x"),
        ("StringEquals k:a x", "StringNotEquals k:a y"),
        ("StringEquals k:a x", "Null k:a false"),
        ("StringLike k:a a/b*", "StringLike k:a a/*"),
        ("StringNotEquals k:a x|y", "StringNotEquals k:a x"),
        ("StringNotLike k:a x*", "StringNotEquals k:a xy"),
        ("Null k:a true", "StringEqualsIfExists k:a x"),
        ("Null k:a true", "StringNotEquals k:a x"),
        (
            "ForAnyValue:StringEquals k:a x",
            "ForAnyValue:StringEquals k:a x|y",
        ),
        (
            "ForAllValues:StringEquals k:a x",
            "ForAllValues:StringLike k:a *",
        ),
        ("ForAnyValue:StringEquals k:a x", "Null k:a false"),
        (
            "ArnLike k:a arn:aws:iam::1:role/a",
            "ArnEquals k:a arn:aws:iam::*:role/*",
        ),
        ("IpAddress k:a 10.1.0.0/16", "IpAddress k:a 10.0.0.0/8"),
        (
            "IpAddress k:a 10.1.2.3",
            "IpAddress k:a 10.1.2.0/24|::1/128",
        ),
        (
            "NotIpAddress k:a 10.0.0.0/8",
            "NotIpAddress k:a 10.1.0.0/16",
        ),
        ("NumericLessThan k:a 5", "NumericLessThan k:a 5.5"),
        ("NumericLessThan k:a 5", "NumericLessThanEquals k:a 5"),
        ("NumericEquals k:a 4", "NumericLessThan k:a 5"),
        (
            "DateLessThan k:a 2026-01-01T00:00:00Z",
            "DateLessThan k:a 2026-01-02",
        ),
        (
            "DateGreaterThan k:a 1767225600",
            "DateGreaterThanEquals k:a 2026-01-01T00:00:00Z",
        ),
    ];
    for (narrow, wide) in pairs {
        assert!(narrower(narrow, wide), "{narrow} => {wide}");
        assert!(!narrower(wide, narrow), "not {wide} => {narrow}");
    }
}

#[test]
fn respellings_imply_each_other() {
    let pairs = [
        ("StringEquals k:a x|y", "StringEquals K:a y|x|x"),
        ("Bool k:a true", "Bool k:a True"),
        ("NumericEquals k:a 5", "NumericEquals k:a 5.0"),
        (
            "DateEquals k:a 2026-01-01",
            "DateEquals k:a 2026-01-01T00:00:00Z",
        ),
        ("ArnLike k:a arn:aws:s3:::b", "ArnEquals k:a arn:aws:s3:::b"),
        ("StringNotEquals k:a x", "StringNotEqualsIfExists k:a x"),
        ("Newly:Invented k:a x", "Newly:Invented k:a x"),
    ];
    for (one, other) in pairs {
        assert!(
            narrower(one, other) && narrower(other, one),
            "{one} = {other}"
        );
    }
}

#[test]
fn what_cannot_be_told_is_not_implied() {
    let pairs = [
        ("Newly k:a x", "Newly k:a x|y"),
        ("StringEquals k:a x", "StringEquals k:b x"),
        ("StringEquals k:a x", "ForAnyValue:StringEquals k:a x"),
        ("ForAllValues:StringEquals k:a x", "Null k:a false"),
        ("StringEqualsIfExists k:a x", "StringEquals k:a x"),
        ("StringLike k:a a*", "ArnLike k:a a*"),
        ("ArnLike k:a arn:aws:s3:::*", "ArnLike k:a arn:aws:*"),
        ("NumericEquals k:a five", "NumericLessThan k:a 6"),
        ("StringEquals k:a ${aws:username}", "StringEquals k:a x"),
        ("StringEqualsIgnoreCase k:a x", "StringEquals k:a x"),
    ];
    for (narrow, wide) in pairs {
        assert!(!narrower(narrow, wide), "{narrow} => {wide}");
    }
}

#[test]
fn two_tests_contradict_each_other_when_no_value_passes_both() {
    let both = |one: &str, other: &str| contradict(&[test(one)], &[test(other)]);
    assert!(both("StringEquals k:a x", "StringEquals k:a y"));
    assert!(both("StringEquals k:a x", "StringNotEquals k:a x|y"));
    assert!(both("Bool k:a true", "Bool k:a false"));
    assert!(both(
        "NumericLessThan k:a 5",
        "NumericGreaterThanEquals k:a 5"
    ));
    assert!(both("Null k:a true", "StringEquals k:a x"));
    assert!(!both("StringEqualsIfExists k:a x", "StringEquals k:a y"));
    assert!(!both("StringLike k:a x*", "StringLike k:a *y"));
    assert!(!both(
        "NumericLessThanEquals k:a 5",
        "NumericGreaterThanEquals k:a 5"
    ));
}
