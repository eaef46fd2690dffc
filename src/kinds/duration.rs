//! Durations as manifests write them: seconds, or a text with units. Which ones are allowed is each kind's to say.

use serde_json::Value as Json;

/// The whole seconds of `7200`, `7200` as text, `12h` or `1h 30m`; `None` for anything else.
pub(super) fn seconds(value: &Json) -> Option<u64> {
    match value {
        Json::String(text) => parse(text),
        other => other.as_u64(),
    }
}

fn parse(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let duration: jiff::SignedDuration = text.parse().ok()?;
    u64::try_from(duration.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_seconds_and_a_text_has_units() {
        for (written, expected) in [
            (Json::from(90), Some(90)),
            (Json::from("90"), Some(90)),
            (Json::from("30s"), Some(30)),
            (Json::from("1h 30m"), Some(5400)),
            (Json::from("soon"), None),
            (Json::from("-5s"), None),
            (Json::from(true), None),
        ] {
            assert_eq!(seconds(&written), expected, "{written}");
        }
    }
}
