//! Values of options as they are typed: addresses, durations, counts.

use std::time::Duration;

use crate::cli::terminal::Failure;
use crate::model::Address;

pub(super) fn parallelism(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=64).contains(&count) => Ok(count),
        _ => Err("give a number from 1 to 64".to_owned()),
    }
}

/// A resource as it is typed: `Role/web`.
pub(crate) fn address(option: &str, text: &str) -> Result<Address, Failure> {
    Address::try_from(text.to_owned())
        .map_err(|message| Failure::Usage(format!("{option}: {message}")))
}

/// Seconds, or a text such as `90s`, `2m` or `7d`; a day has 24 hours.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write it as 90s, 2m, 1h or 7d".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let days = jiff::SpanRelativeTo::days_are_24_hours();
    let duration = span.to_duration(days).map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_have_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        let week = Duration::from_hours(7 * 24);
        assert_eq!(duration("7d"), Ok(week));
        assert!(duration("-2m").is_err() && duration("soon").is_err());
    }

    #[test]
    fn parallelism_is_bounded() {
        assert_eq!(parallelism("8"), Ok(8));
        assert!(
            parallelism("0").is_err() && parallelism("100").is_err() && parallelism("x").is_err()
        );
    }
}
