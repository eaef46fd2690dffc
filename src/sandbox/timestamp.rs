//! Timestamps as the services write them.

use jiff::{Timestamp, Unit};

/// To the second, as the services keep them.
pub(crate) fn to_second(time: Timestamp) -> Timestamp {
    time.round(
        jiff::TimestampRound::new()
            .smallest(Unit::Second)
            .mode(jiff::RoundMode::Floor),
    )
    .unwrap_or(time)
}

/// As IAM and STS write it: `2013-12-12T23:46:37Z`.
pub(crate) fn iam(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As HTTP writes it: `Thu, 12 Dec 2013 23:46:37 GMT`.
pub(crate) fn http(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// As EC2 writes it: `2013-12-12T23:46:37.000Z`.
pub(crate) fn ec2(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
