//! What an unquoted YAML scalar means: the core schema of YAML 1.2, with one exception that AWS needs.

use serde_json::{Number, Value};

/// Why an unquoted scalar has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// More digits than 64 bits hold.
    TooLarge,
    /// `.inf` or `.nan`: no manifest field takes them and JSON cannot say them.
    NotFinite,
}

/// The value of an unquoted scalar. `yes`, `no`, `on`, `off` and dates are text, as in YAML 1.2. Digits with a
/// leading zero are text too: YAML 1.2 would read them as a decimal number, and an AWS account id such
/// as 012345678901 would lose its zero.
pub(super) fn plain(text: &str) -> Result<Value, Unusable> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.as_bytes().first() {
        Some(b'0'..=b'9' | b'.') => number(text, unsigned),
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn number(text: &str, unsigned: &str) -> Result<Value, Unusable> {
    if let ".inf" | ".Inf" | ".INF" = unsigned {
        return Err(Unusable::NotFinite);
    }
    if let ".nan" | ".NaN" | ".NAN" = text {
        return Err(Unusable::NotFinite);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(text, digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(text, digits, 8);
    }
    if is_digits(unsigned) {
        return integer(text, unsigned);
    }
    if is_float(unsigned) {
        return float(text);
    }
    Ok(Value::String(text.to_owned()))
}

fn integer(text: &str, unsigned: &str) -> Result<Value, Unusable> {
    if unsigned.len() > 1 && unsigned.starts_with('0') {
        return Ok(Value::String(text.to_owned()));
    }
    let positive = text.strip_prefix('+').unwrap_or(text);
    let number = positive.parse::<u64>().map(Number::from);
    let number = number.or_else(|_| positive.parse::<i64>().map(Number::from));
    number.map(Value::Number).map_err(|_| Unusable::TooLarge)
}

fn radix(text: &str, digits: &str, radix: u32) -> Result<Value, Unusable> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Ok(Value::String(text.to_owned()));
    }
    u64::from_str_radix(digits, radix)
        .map(Value::from)
        .map_err(|_| Unusable::TooLarge)
}

fn float(text: &str) -> Result<Value, Unusable> {
    text.parse::<f64>()
        .ok()
        .and_then(Number::from_f64)
        .map(Value::Number)
        .ok_or(Unusable::TooLarge)
}

/// `[0-9]+`
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let mantissa_holds = match fraction {
        None | Some("") => is_digits(whole),
        Some(fraction) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
    };
    mantissa_holds
        && exponent
            .is_none_or(|digits| is_digits(digits.strip_prefix(['-', '+']).unwrap_or(digits)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_follow_yaml_1_2() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("true", json!(true)),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("2012-10-17", json!("2012-10-17")),
            ("2012-10-17T00:00:00Z", json!("2012-10-17T00:00:00Z")),
            ("12", json!(12)),
            ("-12", json!(-12)),
            ("+12", json!(12)),
            ("0", json!(0)),
            ("012", json!("012")),
            ("012345678901", json!("012345678901")),
            ("0o14", json!(12)),
            ("0o8", json!("0o8")),
            ("0xff", json!(255)),
            ("-0xff", json!("-0xff")),
            ("1e3", json!(1000.0)),
            ("1.50", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            (".", json!(".")),
            ("1.2.3", json!("1.2.3")),
            ("12h", json!("12h")),
            ("1_000", json!("1_000")),
            ("10:30", json!("10:30")),
            ("-", json!("-")),
        ] {
            assert_eq!(plain(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn numbers_that_json_cannot_hold_are_refused() {
        assert_eq!(plain(".inf"), Err(Unusable::NotFinite));
        assert_eq!(plain("-.INF"), Err(Unusable::NotFinite));
        assert_eq!(plain(".nan"), Err(Unusable::NotFinite));
        assert_eq!(
            plain("123456789012345678901234567890"),
            Err(Unusable::TooLarge)
        );
        assert_eq!(plain("1e999"), Err(Unusable::TooLarge));
    }
}
