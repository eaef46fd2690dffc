//! From when until when activity counts. Pure: the present is a parameter.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// A moment, or the beginning of a day in UTC.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let wrong = || "write it as 2026-09-01 or 2026-09-01T08:00:00Z".to_owned();
    let day: Date = text.parse().map_err(|_| wrong())?;
    let zoned = day.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(zoned.timestamp())
}

/// Start and end; what was not given follows from the rest.
pub(super) fn window(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    days: u16,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), String> {
    let end = end.unwrap_or(now);
    let back = SignedDuration::from_hours(24 * i64::from(days));
    let start = start.unwrap_or(end - back);
    if start >= end {
        return Err(format!("--start {start} is not before --end {end}"));
    }
    if end > now {
        return Err(format!("--end {end} has yet to come"));
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        time(text).unwrap()
    }

    #[test]
    fn days_count_back_from_the_end() {
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(
            window(None, None, 90, now),
            Ok((at("2026-08-25T12:00:00Z"), now))
        );
        let end = at("2026-10-02");
        assert_eq!(window(None, Some(end), 1, now), Ok((at("2026-10-01"), end)));
        let start = at("2026-11-01");
        assert_eq!(window(Some(start), None, 90, now), Ok((start, now)));
    }

    #[test]
    fn a_window_that_is_none_is_refused() {
        let now = at("2026-11-23T12:00:00Z");
        let backwards = window(Some(at("2026-11-02")), Some(at("2026-11-01")), 90, now);
        assert_eq!(
            backwards,
            Err("--start 2026-11-02T00:00:00Z is not before --end 2026-11-01T00:00:00Z".into())
        );
        let future = window(None, Some(at("2026-12-01")), 90, now);
        assert_eq!(
            future,
            Err("--end 2026-12-01T00:00:00Z has yet to come".into())
        );
        assert!(time("yesterday").is_err());
    }
}
