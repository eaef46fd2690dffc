//! Points in time as the services write them.

use jiff::{Timestamp, Unit};

/// To the second, as the services keep them.
pub(crate) fn to_second(moment: Timestamp) -> Timestamp {
    moment
        .round(
            jiff::TimestampRound::new()
                .smallest(Unit::Second)
                .mode(jiff::RoundMode::Floor),
        )
        .unwrap_or(moment)
}

/// As IAM and STS write it: `2013-12-12T23:46:37Z`.
pub(crate) fn iam(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As HTTP writes it: `Thu, 12 Dec 2013 23:46:37 GMT`.
pub(crate) fn http(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// As EC2 writes it: `2013-12-12T23:46:37.000Z`.
pub(crate) fn ec2(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
