//! A length of time that may vary. How long something takes this time is drawn elsewhere.

use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize};

use super::text;

/// A length of time: always the same (`2s`), or drawn each time from a range (`2s..15s`). Never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Delay {
    least: SignedDuration,
    most: SignedDuration,
}

impl Delay {
    /// No time at all.
    pub const ZERO: Delay = Delay::fixed(SignedDuration::ZERO);

    /// Always this long.
    pub const fn fixed(length: SignedDuration) -> Delay {
        Delay {
            least: length,
            most: length,
        }
    }

    /// Drawn evenly from a range whose lower end comes first.
    pub const fn between(least: SignedDuration, most: SignedDuration) -> Delay {
        Delay { least, most }
    }

    /// The shortest that is drawn.
    pub const fn least(&self) -> SignedDuration {
        self.least
    }

    /// Whether it takes no time, whatever is drawn.
    pub(crate) fn is_zero(&self) -> bool {
        self.most.is_zero()
    }

    /// How long it takes for this draw.
    pub(crate) fn drawn(self, draw: Draw) -> SignedDuration {
        let span = self.most.saturating_sub(self.least).as_nanos();
        let part = (span * i128::from(draw.0)) >> 32;
        self.least
            .saturating_add(SignedDuration::from_nanos_i128(part))
    }
}

/// A draw that picks a length from a range. It is kept instead of the length where the weather may change meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Draw(u32);

impl From<u64> for Draw {
    fn from(bits: u64) -> Draw {
        Draw(u32::try_from(bits >> 32).unwrap_or(u32::MAX))
    }
}

impl From<SignedDuration> for Delay {
    fn from(length: SignedDuration) -> Delay {
        Delay::fixed(length)
    }
}

impl From<Delay> for String {
    fn from(Delay { least, most }: Delay) -> String {
        if least == most {
            format!("{least:#}")
        } else {
            format!("{least:#}..{most:#}")
        }
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Delay, D::Error> {
        text::parsed(deserializer)
    }
}

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Delay, String> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let (least, most) = (length(least)?, length(most)?);
        if least > most {
            return Err(format!("`{text}` begins after its end"));
        }
        Ok(Delay { least, most })
    }
}

fn length(text: &str) -> Result<SignedDuration, String> {
    let length: Result<SignedDuration, _> = text.trim().parse();
    match length {
        Ok(length) if !length.is_negative() => Ok(length),
        Ok(_) => Err(format!("`{text}` is negative")),
        Err(_) => Err(format!(
            "`{text}` is not a length of time such as `2s` or `30ms`, or a range such as `2s..15s`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Delay, Draw};
    use jiff::SignedDuration;

    #[test]
    fn a_delay_reads_as_it_is_written() {
        for text in ["0s", "2s", "30ms", "1m 30s", "2s..15s", "20ms..1s"] {
            let delay: Delay = text.parse().unwrap();
            assert_eq!(String::from(delay), text);
        }
    }

    #[test]
    fn what_is_no_delay_is_refused() {
        let complaints = ["soon", "2", "9s..2s", "-1s"].map(|text| {
            let refused: Result<Delay, String> = text.parse();
            refused.unwrap_err()
        });
        insta::assert_snapshot!(complaints.join("\n"), @"
        `soon` is not a length of time such as `2s` or `30ms`, or a range such as `2s..15s`
        `2` is not a length of time such as `2s` or `30ms`, or a range such as `2s..15s`
        `9s..2s` begins after its end
        `-1s` is negative
        ");
    }

    #[test]
    fn a_draw_stays_inside_the_range_and_reaches_its_ends() {
        let delay: Delay = "2s..4s".parse().unwrap();
        let drawn = |bits: u64| delay.drawn(Draw::from(bits));
        assert_eq!(drawn(0), SignedDuration::from_secs(2));
        assert_eq!(drawn(1 << 63), SignedDuration::from_secs(3));
        assert!(drawn(u64::MAX) > SignedDuration::from_millis(3_999));
        assert!(drawn(u64::MAX) <= SignedDuration::from_secs(4));
        let fixed: Delay = "2s".parse().unwrap();
        assert_eq!(
            fixed.drawn(Draw::from(u64::MAX)),
            SignedDuration::from_secs(2)
        );
    }
}
